package classify

import (
	"cmp"
	"encoding/csv"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"qingfeng/internal/integrity"
)

var update = flag.Bool("update", false, "write FIGURES.md")

// figuresHead opens FIGURES.md.
const figuresHead = `# How well the suggestions fit

Written by ` + "`go test ./ingest/classify -run TestFigures -update`" + `; not edited by hand.

testdata/labelled.csv holds risk descriptions written for this purpose, labelled with one of the seven categories or
none, for texts of several clauses also with a second one that fits. The split into halves follows from the ids. The
phrases were adjusted on the tuning half alone; the other half was measured once, when they were done. Since then weak
cues count once a text, because the notice's own sample (annex 2) came out wrong; that changed no category of the
untouched half and made two more of its suggestions sure, both right. testdata/third.csv was written later by somebody who
had not seen the phrases, and committed before it was measured; its tuning half came out at 88 % single, 89 % multi and
5 % wrong while sure before a phrase was changed for it. After that a sole phrase of two characters that names no act no longer makes a suggestion
sure, and its untouched half was measured (a second time after 红包 and the like were let off that rule for the sake of letters:
two more of its suggestions became sure, both right).

- Single: texts with one cue, right when the labelled category is suggested.
- Multi: texts of several clauses, right when one of the two fitting categories is suggested.
- Sure: suggestions that may be used without a person looking. Wrong while sure: the part of those that is wrong.

Phrases and texts of the first two blocks have one author. The first block was written before any phrase, but by somebody who then wrote the
phrases with its wording in the ear, so its figures flatter. The second block was written after the first list of phrases,
in deliberately plainer words, but was known to the author while the phrases were adjusted. Its lower bound leaves out
every phrase of three or more characters that no text of the tuning half holds. **The third block is what to expect of
lists from elsewhere.** The page for confirming in bulk matters more than these figures.

| Rows | Single | Multi | Sure | Wrong while sure |
|---|---:|---:|---:|---:|
`

// figuresElsewhere tells what was counted on texts of others, which the project does not hold.
const figuresElsewhere = `On texts of others, as of revision 2 (TestPointsOfPublishedLists, TestIntegrityOfRealLetters): of 33 points of published
lists, paraphrased, 23 were given a category that fits and 13 were sure, 3 of them wrong. Of 247 letters to mayors about
everything (the rules were looked at beside the other half of the file), 37 were said to concern integrity and 18 of them do;
of 25 that do, none was taken for a matter of plain service: silence is not safety, and the answer "yes" is a reason to read.
`

// labelled is one row of testdata/labelled.csv.
type labelled struct {
	id, half, shape, text string
	category, category2   integrity.Category // category2: a second one that fits as well, or empty
}

// readLabelled reads the texts of testdata/NAME.csv.
func readLabelled(t testing.TB, name string) []labelled {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []labelled
	for _, r := range records[1:] {
		rows = append(rows, labelled{
			id: r[0], half: r[1], shape: r[2],
			category: integrity.Category(r[3]), category2: integrity.Category(r[4]), text: r[5],
		})
	}
	return rows
}

// second tells whether the row is of the second block, which was written after the
// first list of phrases.
func (l labelled) second() bool { return strings.Contains(l.id, "-b") }

// fits tells whether the category is the labelled one or, for a text of several clauses,
// the second one.
func (l labelled) fits(c integrity.Category) bool {
	return c == l.category || l.shape == "multi" && c == l.category2
}

// figures are the measures over some rows.
type figures struct {
	single, singleRight int
	multi, multiRight   int
	sure, sureWrong     int
	confusion           map[[2]integrity.Category]int // labelled, suggested
}

// measure classifies the rows. A text whose second category was suggested stands in the
// confusion table under that one.
func measure(d *dictionary, rows []labelled) figures {
	f := figures{confusion: map[[2]integrity.Category]int{}}
	for _, r := range rows {
		got := risk(d, r.text, "")
		right, label := 0, r.category
		if r.fits(got.Category) {
			right, label = 1, got.Category
		}
		if r.shape == "single" {
			f.single++
			f.singleRight += right
		} else {
			f.multi++
			f.multiRight += right
		}
		if got.Sure {
			f.sure++
			f.sureWrong += 1 - right
		}
		f.confusion[[2]integrity.Category{label, got.Category}]++
	}
	return f
}

func share(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }

// row renders the figures as a row of a Markdown table.
func (f figures) row(name string) string {
	part := func(a, b int) string { return fmt.Sprintf("%d / %d = %.1f %%", a, b, 100*share(a, b)) }
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", name, part(f.singleRight, f.single), part(f.multiRight, f.multi),
		part(f.sure, f.single+f.multi), part(f.sureWrong, f.sure))
}

// table renders the confusion table as Markdown.
func (f figures) table() string {
	var b strings.Builder
	b.WriteString("| labelled \\ suggested |")
	for _, c := range integrity.Categories() {
		b.WriteString(" " + string(c) + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---:|", len(integrity.Categories())) + "\n")
	for _, label := range integrity.Categories() {
		b.WriteString("| " + string(label) + " |")
		for _, c := range integrity.Categories() {
			fmt.Fprintf(&b, " %d |", f.confusion[[2]integrity.Category{label, c}])
		}
		b.WriteString("\n")
	}
	return b.String()
}

func filter(rows []labelled, keep func(labelled) bool) []labelled {
	return slices.DeleteFunc(slices.Clone(rows), func(r labelled) bool { return !keep(r) })
}

// unseen returns the longer phrases that stand in the given texts and in none of the
// others: those that may have been listed because of these very texts.
func unseen(texts, others []labelled) map[string]bool {
	holds := func(rows []labelled, word string) bool {
		return slices.ContainsFunc(rows, func(r labelled) bool { return strings.Contains(r.text, word) })
	}
	out := map[string]bool{}
	for _, x := range compiled().terms[1:] {
		w := x.word
		if utf8.RuneCountInString(w) >= 3 && holds(texts, w) && !holds(others, w) {
			out[w] = true
		}
	}
	return out
}

// The floors stand a little below what was measured once on the untouched half, when the
// phrases were done.
func TestFigures(t *testing.T) {
	rows := readLabelled(t, "labelled")
	tune := filter(rows, func(r labelled) bool { return r.half == "tune" })
	test := filter(rows, func(r labelled) bool { return r.half == "test" })
	first := filter(test, func(r labelled) bool { return !r.second() })
	second := filter(test, labelled.second)

	third := readLabelled(t, "third")
	fresh := measure(compiled(), filter(third, func(r labelled) bool { return r.half == "test" }))
	untouched, harder := measure(compiled(), test), measure(compiled(), second)
	got := figuresHead +
		untouched.row("untouched half") +
		measure(compiled(), first).row("– its first block") +
		harder.row("– its second block") +
		measure(compile(unseen(second, tune)), second).row("– its second block, lower bound") +
		measure(compiled(), tune).row("tuning half") +
		fresh.row("third block, untouched half") +
		measure(compiled(), filter(third, func(r labelled) bool { return r.half == "tune" })).row("third block, tuning half") +
		"\n" + figuresElsewhere + "Of the 24 letters of testdata/integrity.csv: " + measureIntegrity(t).sentence() + ".\n" +
		"\n## Confusion table of the untouched half\n\n" + untouched.table() +
		"\n## Confusion table of the untouched half of the third block\n\n" + fresh.table()
	t.Log("\n" + got)
	if *update {
		if err := os.WriteFile("FIGURES.md", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, floor := range []struct {
		name      string
		got, want float64
	}{
		{"single-cue texts of the untouched half", share(untouched.singleRight, untouched.single), 0.87},
		{"multi-clause texts of the untouched half", share(untouched.multiRight, untouched.multi), 0.93},
		{"right while sure in the untouched half", 1 - share(untouched.sureWrong, untouched.sure), 0.95},
		{"single-cue texts of its second block", share(harder.singleRight, harder.single), 0.67},
		{"multi-clause texts of its second block", share(harder.multiRight, harder.multi), 0.90},
		{"single-cue texts of the third block", share(fresh.singleRight, fresh.single), 0.85},
		{"multi-clause texts of the third block", share(fresh.multiRight, fresh.multi), 0.85},
		{"right while sure in the third block", 1 - share(fresh.sureWrong, fresh.sure), 0.95},
		{"right while sure in its second block", 1 - share(harder.sureWrong, harder.sure), 0.92},
	} {
		if floor.got < floor.want {
			t.Errorf("%s: %.3f, want at least %.2f", floor.name, floor.got, floor.want)
		}
	}
	want, err := os.ReadFile("FIGURES.md")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("FIGURES.md is not what the rules measure now; look at the difference, then run go test -run TestFigures -update")
	}
}

// The split is a property of the ids, so that nobody can choose it: within a block,
// category and shape the rows alternate in the order of the hashes of their ids.
func TestSplitFollowsFromTheIDs(t *testing.T) {
	type stratum struct {
		block    string
		category integrity.Category
		shape    string
	}
	hash := func(id string) uint32 {
		h := fnv.New32a()
		h.Write([]byte(id))
		return h.Sum32()
	}
	strata := map[stratum][]labelled{}
	for _, block := range []string{"labelled", "third"} {
		perCategory := map[integrity.Category]int{}
		for _, r := range readLabelled(t, block) {
			name := block
			if r.second() {
				name = "second"
			}
			s := stratum{name, r.category, r.shape}
			strata[s] = append(strata[s], r)
			perCategory[r.category]++
		}
		for _, c := range integrity.Categories() {
			if want := 30; c != integrity.CategoryUnclassified && perCategory[c] < want {
				t.Errorf("%d rows of %s are labelled %s, want at least %d", perCategory[c], block, c, want)
			}
		}
	}
	for _, rows := range strata {
		slices.SortFunc(rows, func(a, b labelled) int {
			return cmp.Or(cmp.Compare(hash(a.id), hash(b.id)), cmp.Compare(a.id, b.id))
		})
		for i, r := range rows {
			if want := [2]string{"tune", "test"}[i%2]; r.half != want {
				t.Errorf("%s is in half %q, want %q", r.id, r.half, want)
			}
		}
	}
}
