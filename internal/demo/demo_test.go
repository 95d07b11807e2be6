package demo

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingfeng/internal/integrity"
)

var update = flag.Bool("update", false, "rewrite the golden files and the facts in docs/demo.md")

func at(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 9, 0, 0, 0, integrity.Shanghai)
}

// fixed is the demo at the clock that the golden files and docs/demo.md show.
var fixed = sync.OnceValue(func() *generator { return generate(at(2026, 11, 22)) })

func TestTheSameDayGivesTheSameBytes(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	a, err := Write(one, at(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Write(two, at(2026, 11, 22).Add(5*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("manifests differ (-first +second):\n%s", diff)
	}
	sums := func(dir string, m Manifest) map[string][32]byte {
		out := map[string][32]byte{}
		for _, f := range m.Files {
			b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
			if err != nil {
				t.Fatal(err)
			}
			out[f.Path] = sha256.Sum256(b)
		}
		return out
	}
	if diff := cmp.Diff(sums(one, a), sums(two, b)); diff != "" {
		t.Errorf("files differ (-first +second):\n%s", diff)
	}
}

func TestFileList(t *testing.T) {
	var b strings.Builder
	for _, o := range fixed().outputs {
		fmt.Fprintf(&b, "%s %s %d %s", o.SentOn, o.Kind, o.Rows, o.Path)
		if o.Options.Date != integrity.NoDay {
			fmt.Fprintf(&b, " date=%s", o.Options.Date)
		}
		if len(o.Options.GradeMap) > 0 {
			fmt.Fprintf(&b, " grades=%v", o.Options.GradeMap)
		}
		b.WriteByte('\n')
	}
	golden(t, filepath.Join("testdata", "files.golden"), b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestCounts(t *testing.T) {
	g := fixed()
	newest, classified := 0, 0
	used := map[string]bool{}
	for _, l := range g.lists {
		for _, p := range l.points {
			used[p.text.text] = true
			if l.year != 2026 {
				continue
			}
			newest++
			if u := l.unit.list; u != styleFormDocx && u != styleFormXlsx {
				classified++
			}
		}
	}
	shapes := map[string]bool{}
	for _, c := range g.texts.complaints {
		shapes[c.text] = true
	}
	for _, tc := range []struct {
		name           string
		got, low, high int
	}{
		{"31 units", len(g.units), 31, 31},
		{"about 600 points in the newest year", newest, 590, 610},
		{"about 85 in 100 of them come with layer and category", 100 * classified / newest, 83, 88},
		{"at least 150 texts of risk points are used", len(used), 150, 1000},
		{"at least 60 texts of complaints", len(shapes), 60, 1000},
		{"4,000 complaints", len(g.complaints), 3900, 4100},
		{"300 petitions", len(g.petitions), 285, 315},
		{"900 checks", len(g.checks), 870, 930},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.got < tc.low || tc.got > tc.high {
				t.Errorf("%d; want %d to %d", tc.got, tc.low, tc.high)
			}
		})
	}
}

func TestEveryListIsCompleteAndItsTextsAreItsOwn(t *testing.T) {
	g := fixed()
	for _, l := range g.lists {
		if len(l.points) != l.unit.points {
			t.Errorf("list %s %d has %d points; want %d", l.unit.code, l.year, len(l.points), l.unit.points)
		}
		if l.date < integrity.Date(l.year, 1, 1) || l.date > g.today || l.sent < l.date {
			t.Errorf("list %s %d is dated %s, sent %s", l.unit.code, l.year, l.date, l.sent)
		}
		seen := map[string]bool{}
		for i, p := range l.points {
			if p.no != i+1 || seen[p.desc] {
				t.Errorf("list %s %d: point %d %q out of order or twice", l.unit.code, l.year, p.no, p.desc)
			}
			seen[p.desc] = true
			if l.unit.code == poorUnit {
				continue
			}
			if n := len([]rune(p.desc)); n < 15 {
				t.Errorf("list %s %d point %d: %q is short", l.unit.code, l.year, p.no, p.desc)
			}
			if n := len(p.measures); n < 3 || n > 6 {
				t.Errorf("list %s %d point %d has %d measures", l.unit.code, l.year, p.no, n)
			}
			if n := len(p.path); n < 3 || n > 6 {
				t.Errorf("list %s %d point %d has %d steps", l.unit.code, l.year, p.no, n)
			}
		}
	}
}

// facts returns the facts with a code and fails the test without one.
func facts(t *testing.T, g *generator, code string) []Fact {
	t.Helper()
	var out []Fact
	for _, f := range g.facts {
		if f.Code == code {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		t.Fatalf("no fact %s", code)
	}
	return out
}

func TestPlantedFactsStandInTheRows(t *testing.T) {
	g := fixed()
	t.Run("three hot spots stand far above their own past", func(t *testing.T) {
		hot := facts(t, g, FactHotSpot)
		if len(hot) != 3 {
			t.Fatalf("%d hot spots", len(hot))
		}
		for _, f := range hot {
			past := 0
			for _, c := range g.complaints {
				if c.unit.code == f.Unit && c.category == f.Category && c.word != "" && c.date.MonthCode() < f.Month {
					past++
				}
			}
			// A Poisson count of ten or more has a probability under 1e-3 for a mean of 3.
			if mean := float64(past) / 32; f.Count < 10 || mean > 2 {
				t.Errorf("%s %s %s: %d, %.1f a month before", f.Unit, f.Category, f.Month, f.Count, mean)
			}
		}
	})
	t.Run("two leaders left most points unchecked, nobody else did", func(t *testing.T) {
		var named []string
		for _, f := range facts(t, g, FactLeaderBehind) {
			named = append(named, f.Leader)
		}
		for _, leader := range leaders() {
			all, missed := 0, 0
			for _, u := range g.units {
				l := g.list(u.code, 2026)
				if l == nil || u.leader(g.today) != leader || u.code == madeUpUnit {
					continue
				}
				dates := g.dates(u.code, 2026, integrity.Date(2026, time.June, 30))
				for _, p := range l.points {
					all++
					if len(dates[p.no]) == 0 {
						missed++
					}
				}
			}
			share := float64(missed) / float64(max(all, 1))
			if late := slices.Contains(named, leader); late != (share > 0.7) || (!late && share > 0.1) {
				t.Errorf("%s missed %d of %d", leader, missed, all)
			}
		}
	})
	t.Run("an unchanged list repeats every word", func(t *testing.T) {
		f := facts(t, g, FactUnchanged)[0]
		before, after := g.list(f.Unit, f.Year-1), g.list(f.Unit, f.Year)
		for i := range after.points {
			a, b := before.points[i], after.points[i]
			if a.desc != b.desc || a.grade != b.grade || !slices.Equal(a.measures, b.measures) || !slices.Equal(a.path, b.path) {
				t.Errorf("point %d differs", i+1)
			}
		}
	})
	t.Run("one unit alone missed the first quarter", func(t *testing.T) {
		f := facts(t, g, FactLateReview)[0]
		for _, l := range g.lists {
			if late := l.date > integrity.Date(l.year, time.March, 31); late != (l.unit.code == f.Unit && l.year == f.Year || l.unit.opened.Year() == l.year) {
				t.Errorf("list %s %d is dated %s", l.unit.code, l.year, l.date)
			}
		}
	})
	t.Run("important points were approved and never filed", func(t *testing.T) {
		f := facts(t, g, FactUnfiled)[0]
		approved, filed := false, false
		for _, e := range g.entries {
			if e.year == f.Year && (e.unit == f.Unit || e.unit == integrity.AllUnits) {
				approved = approved || e.item == integrity.ItemCommitteeApproval
				filed = filed || e.item == integrity.ItemFiling
			}
		}
		if !approved || filed || f.Count == 0 {
			t.Errorf("approved %t, filed %t, %d points", approved, filed, f.Count)
		}
	})
	t.Run("the blind spot has signals and no point", func(t *testing.T) {
		f := facts(t, g, FactBlindSpot)[0]
		if f.Count < 12 {
			t.Errorf("%d signals", f.Count)
		}
		for _, p := range g.list(f.Unit, f.Year).points {
			if p.category == f.Category {
				t.Errorf("point %d is of the category", p.no)
			}
		}
	})
	t.Run("petitions gather where all points are general", func(t *testing.T) {
		f := facts(t, g, FactGradeReview)[0]
		if f.Count < 3 || len(f.Nos) == 0 {
			t.Errorf("%d petitions, points %v", f.Count, f.Nos)
		}
		for _, no := range f.Nos {
			if p := g.list(f.Unit, f.Year).points[no-1]; p.grade != integrity.GradeGeneral {
				t.Errorf("point %d is %s", no, p.grade)
			}
		}
	})
	t.Run("points were made up late", func(t *testing.T) {
		if f := facts(t, g, "made_up_late")[0]; f.Count < 5 {
			t.Errorf("%d points", f.Count)
		}
	})
	for _, f := range g.facts {
		if f.Zh == "" || f.En == "" || f.Where == "" || strings.ContainsAny(f.Zh+f.En+f.Where, "{}") || (f.Count == 0 && f.Code != "nothing_to_change") {
			t.Errorf("fact %s is not counted and worded: %+v", f.Code, f)
		}
	}
}

func TestEveryClockGivesFilesWithoutAFuture(t *testing.T) {
	for _, now := range []time.Time{at(2026, 1, 1), at(2026, 3, 18), at(2028, 2, 29), at(2026, 7, 14), at(2025, 12, 31)} {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			g := generate(now)
			if len(facts(t, g, FactHotSpot)) != 3 || len(facts(t, g, FactLeaderBehind)) != 2 {
				t.Error("facts are missing")
			}
			for _, code := range []string{FactUnchanged, FactLateReview, FactUnfiled, FactBlindSpot} {
				facts(t, g, code)
			}
			for _, o := range g.outputs {
				noFuture(t, o)
			}
		})
	}
}

func TestFilesKnowNothingLaterThanTheDayTheyWereSent(t *testing.T) {
	for _, o := range fixed().outputs {
		noFuture(t, o)
	}
}

var mistyped = regexp.MustCompile(`^(RX-0000-0001)$`)

func noFuture(t *testing.T, o output) {
	t.Helper()
	rows := o.sheet.rows
	if o.Kind == "units" || o.Kind == "risks" {
		return
	}
	if len(rows)-1 != o.Rows {
		t.Errorf("%s has %d rows; the manifest says %d", o.Path, len(rows)-1, o.Rows)
	}
	for i, h := range rows[0] {
		if !slices.Contains([]string{"日期", "投诉日期", "检查日期", "受理日期", "办结日期", "整改完成日期"}, h) {
			continue
		}
		for _, r := range rows[1:] {
			if i >= len(r) || r[i] == "" || mistyped.MatchString(r[0]) {
				continue
			}
			var y, m, d int
			for _, form := range []string{"%d-%d-%d", "%d/%d/%d", "%d.%d.%d", "%d年%d月%d日"} {
				if n, _ := fmt.Sscanf(r[i], form, &y, &m, &d); n == 3 {
					break
				}
			}
			if day := integrity.Date(y, time.Month(m), d); y == 0 || day > o.SentOn {
				t.Errorf("%s, sent %s: %s %s", o.Path, o.SentOn, h, r[i])
			}
		}
	}
}

// What a reader finds in the files is what was meant to be written.
func TestEveryFileOpens(t *testing.T) {
	shapes := map[string]int{}
	for _, o := range fixed().outputs {
		shapes[filepath.Ext(o.Path)]++
		b, err := o.encode()
		if err != nil {
			t.Fatal(err)
		}
		switch o.shape {
		case shapeDocx:
			wellFormed(t, o.Path, b)
		case shapeXlsx:
			f, err := excelize.OpenReader(bytes.NewReader(b))
			if err != nil {
				t.Fatalf("%s: %v", o.Path, err)
			}
			rows, err := f.GetRows(o.sheet.name)
			if want := len(o.sheet.rows) + len(o.sheet.titles) + len(o.sheet.foot); err != nil || len(rows) != want {
				t.Errorf("%s: %d rows, %v; want %d", o.Path, len(rows), err, want)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		default:
			text, bom := bytes.CutPrefix(b, []byte("\xef\xbb\xbf"))
			if o.shape == shapeGB {
				if text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(b); err != nil {
					t.Fatalf("%s: %v", o.Path, err)
				}
			}
			rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
			if err != nil || bom != (o.shape == shapeBOM) {
				t.Fatalf("%s: byte-order mark %t, %v", o.Path, bom, err)
			}
			if diff := cmp.Diff(o.sheet.rows, rows); diff != "" {
				t.Errorf("%s (-want +got):\n%s", o.Path, diff)
			}
		}
	}
	if shapes[".docx"] < 15 || shapes[".csv"] < 30 || shapes[".xlsx"] < 30 {
		t.Errorf("too few files of a shape: %v", shapes)
	}
}

func wellFormed(t *testing.T, path string, b []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(r)
		for err == nil {
			_, err = dec.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s %s: %v", path, part.Name, err)
		}
	}
}

func TestNoTextHoldsANameOrANumberThatCouldBeReal(t *testing.T) {
	g := fixed()
	number := regexp.MustCompile(`1[3-9]\d{9}`)
	names := map[string]bool{}
	for _, n := range g.people.byRole {
		names[n] = true
	}
	for _, list := range [][]signal{g.complaints, g.petitions} {
		for _, c := range list {
			names[c.reporter] = true
			for _, n := range append(number.FindAllString(c.text, -1), c.phone) {
				if !strings.HasPrefix(n, "1540000") {
					t.Errorf("%s: number %s", c.number, n)
				}
			}
		}
	}
	for _, list := range [][]signal{g.petitions, g.complaints} {
		for _, c := range list {
			// Every invented name has three characters.
			for r := []rune(c.text); len(r) >= 3; r = r[1:] {
				if names[string(r[:3])] {
					t.Errorf("%s holds the name %s", c.number, string(r[:3]))
				}
			}
		}
	}
}

func TestFlawsStandWhereTheManifestSays(t *testing.T) {
	g := fixed()
	if len(g.flaws) < 8 {
		t.Errorf("%d flaws", len(g.flaws))
	}
	for _, f := range g.flaws {
		i := slices.IndexFunc(g.outputs, func(o output) bool { return o.Path == f.Path })
		o := g.outputs[i]
		b, err := o.encode()
		if err != nil {
			t.Fatal(err)
		}
		want := len(o.sheet.rows) // of a workbook, of a text without line breaks in cells
		if o.shape != shapeXlsx {
			last := strings.Split(o.sheet.rows[len(o.sheet.rows)-1][0], "\n")[0]
			if o.shape == shapeGB {
				if last, err = simplifiedchinese.GB18030.NewEncoder().String(last); err != nil {
					t.Fatal(err)
				}
			}
			want = 1 + bytes.Count(b[:bytes.LastIndex(b, []byte("\n"+last))+1], []byte("\n"))
		}
		if f.Row != want {
			t.Errorf("%s: flaw %s in row %d; want %d", f.Path, f.Code, f.Row, want)
		}
	}
}

func TestTheHotlinesWordsAreMapped(t *testing.T) {
	words := hotlineWords()
	for _, c := range fixed().complaints {
		if c.source == sourceHotline && c.word != "" && words[c.word] != c.category {
			t.Errorf("%s: %s is %s; want %s", c.number, c.word, words[c.word], c.category)
		}
	}
}

func TestReferenceWritesRuns(t *testing.T) {
	for _, tc := range []struct {
		name string
		nos  []int
		all  int
		want string
	}{
		{"single numbers and runs are joined", []int{1, 3, 5, 6, 7, 8}, 10, "1、3、5-8"},
		{"two neighbours are no run", []int{1, 2}, 10, "1、2"},
		{"all points are one word", []int{2, 1, 3, 3}, 3, "全部"},
		{"without a total there is no 全部", []int{1, 2, 3}, 0, "1-3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := reference(tc.nos, tc.all); got != tc.want {
				t.Errorf("reference(%v, %d) = %q; want %q", tc.nos, tc.all, got, tc.want)
			}
		})
	}
}

// The page of the facts is written from them, for the clock of the golden files.
func TestDocsListTheFacts(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "demo.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- facts: begin -->\n", "<!-- facts: end -->"
	head, rest, ok := strings.Cut(string(b), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s lacks the marks of the facts", path)
	}
	g := fixed()
	var list strings.Builder
	for _, f := range g.facts {
		fmt.Fprintf(&list, "- `%s` %s。\n  %s. → `%s`\n", f.Code, f.Zh, f.En, f.Where)
	}
	list.WriteString("\n有意写错的行 / Rows written wrong on purpose:\n\n")
	for _, f := range g.flaws {
		kind := "error"
		if f.Warning {
			kind = "warning"
		}
		fmt.Fprintf(&list, "- `%s` (%s) %s，第%d行：%s。\n", f.Code, kind, f.Path, f.Row, f.Why)
	}
	golden(t, path, head+begin+list.String()+end+tail)
}
