package obligation_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
	"qingfeng/metrics/obligation/obligationtest"
)

func workdays(t testing.TB) *integrity.Workdays {
	t.Helper()
	w, err := integrity.NewWorkdays()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func newBook(t testing.TB, facts obligation.Facts, rules obligation.Rules) *obligation.Book {
	t.Helper()
	b, err := obligation.New(facts, rules)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fast(b *obligation.Book, year int, asOf integrity.Day) []obligationtest.Line {
	items, _ := b.Items(year, asOf, obligation.Filter{})
	return lines(items)
}

func lines(items []obligation.Item) []obligationtest.Line {
	var out []obligationtest.Line
	for i := range items {
		out = append(out, obligationtest.LineOf(&items[i]))
	}
	return obligationtest.Sorted(out)
}

// ownLines writes the own parts that leaders lack of earlier years as the slow implementation does.
func ownLines(rows []obligation.LeaderRow) []string {
	var out []string
	for _, row := range rows {
		for _, own := range row.OwnUnmet {
			out = append(out, fmt.Sprintf("%s %d %d/%d", row.Leader, own.Year, own.Dates, own.Required))
		}
	}
	slices.Sort(out)
	return out
}

// For 730 consecutive days, on 40 points with every trait, the answer is that of the slow
// implementation, for the year of the day and for the one before.
func TestEveryDayOfTwoYearsEqualsTheSlowImplementation(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprintf("world %d", seed), func(t *testing.T) {
			t.Parallel()
			facts := obligationtest.World(rand.New(rand.NewPCG(seed, 1)).IntN)
			for i := range facts.Checks { // leaders seldom take part, so that some lack their own dates
				facts.Checks[i].LeaderTookPart = i%8 == 0
			}
			rules := obligation.DefaultRules(workdays(t))
			rules.NoCheckpoint = seed == 1
			book := newBook(t, facts, rules)
			w := obligationtest.Slow{Facts: facts, Rules: rules}
			seen, left, gaps := map[string]bool{}, 0, 0
			for asOf := integrity.Date(2025, time.January, 20); asOf < integrity.Date(2025, time.January, 20)+730; asOf++ {
				year := asOf.Year() - int(asOf)%2
				want, got := w.All(year, asOf), fast(book, year, asOf)
				if !slices.Equal(got, want) {
					t.Fatalf("items of %d as of %s (-slow +fast):\n%s", year, asOf, gocmp.Diff(want, got, gocmp.AllowUnexported(obligationtest.Line{})))
				}
				for _, l := range got {
					seen[l.Kind()] = true
				}
				if asOf%20 != 0 {
					continue
				}
				want, got = w.Unmet(asOf.Year(), asOf), lines(book.Unmet(asOf.Year(), asOf, obligation.Filter{}))
				if !slices.Equal(got, want) {
					t.Fatalf("left undone as of %s (-slow +fast):\n%s", asOf, gocmp.Diff(want, got, gocmp.AllowUnexported(obligationtest.Line{})))
				}
				left = max(left, len(got))
				if asOf%100 != 0 {
					continue
				}
				wantOwn, own := w.OwnUnmet(asOf.Year(), asOf), ownLines(book.LeaderDuty(asOf.Year(), asOf))
				if diff := gocmp.Diff(wantOwn, own); diff != "" {
					t.Fatalf("own parts of earlier years as of %s (-slow +fast):\n%s", asOf, diff)
				}
				gaps = max(gaps, len(own))
			}
			if left < 5 {
				t.Errorf("at most %d items are left undone by earlier years on a day", left)
			}
			if gaps < 2 {
				t.Errorf("at most %d own parts of earlier years are missing on a day", gaps)
			}
			if len(seen) < 30 { // the world is no good if its points are all alike
				t.Errorf("only %d kinds of items: %v", len(seen), seen)
			}
		})
	}
}

// quietly keeps a world out of the log of a failure: the difference says more.
type quietly struct{ obligation.Facts }

func (quietly) GoString() string { return "…" }
func (quietly) String() string   { return "…" }

// The same for random worlds and days, shrunk to the smallest difference.
func TestAnyDayEqualsTheSlowImplementation(t *testing.T) {
	calendar := workdays(t)
	worlds := rapid.Custom(func(t *rapid.T) quietly {
		return quietly{obligationtest.World(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") })}
	})
	rapid.Check(t, func(t *rapid.T) {
		facts := worlds.Draw(t, "world").Facts
		rules := obligation.DefaultRules(calendar)
		rules.NoCheckpoint = rapid.Bool().Draw(t, "no checkpoint")
		book, err := obligation.New(facts, rules)
		if err != nil {
			t.Fatal(err)
		}
		w := obligationtest.Slow{Facts: facts, Rules: rules}
		for range 4 {
			asOf := integrity.Date(2024, time.January, 1) + integrity.Day(rapid.IntRange(0, 1300).Draw(t, "as of"))
			year := asOf.Year() - rapid.IntRange(0, 1).Draw(t, "years ago")
			want, got := w.All(year, asOf), fast(book, year, asOf)
			if !slices.Equal(got, want) {
				t.Fatalf("items of %d as of %s (-slow +fast):\n%s", year, asOf, gocmp.Diff(want, got, gocmp.AllowUnexported(obligationtest.Line{})))
			}
		}
	})
}

// upTo returns facts without anything that is dated after a day.
func upTo(f obligation.Facts, asOf integrity.Day) obligation.Facts {
	known := func(d integrity.Day) integrity.Day {
		if d > asOf {
			return integrity.NoDay
		}
		return d
	}
	out := obligation.Facts{}
	for _, u := range f.Units {
		if u.LeaderFrom <= asOf {
			u.ClosedOn = known(u.ClosedOn)
			out.Units = append(out.Units, u)
		}
	}
	for _, p := range f.Points {
		q := obligation.Point{ID: p.ID}
		for _, s := range p.Spans {
			if s.From <= asOf {
				s.To = known(s.To)
				q.Spans = append(q.Spans, s)
			}
		}
		out.Points = append(out.Points, q)
	}
	for _, c := range f.Checks {
		if c.On <= asOf {
			out.Checks = append(out.Checks, c)
		}
	}
	for _, l := range f.Lists {
		if l.On <= asOf {
			out.Lists = append(out.Lists, l)
		}
	}
	for _, e := range f.Ledger {
		if e.On <= asOf {
			out.Ledger = append(out.Ledger, e)
		}
	}
	signals := func(in []obligation.Signal) (out []obligation.Signal) {
		for _, s := range in {
			if s.On <= asOf {
				s.DoneOn, s.AcceptedOn = known(s.DoneOn), known(s.AcceptedOn)
				s.Closed = s.Closed && s.DoneOn == integrity.NoDay
				out = append(out, s)
			}
		}
		return out
	}
	out.Findings, out.Complaints, out.Petitions = signals(f.Findings), signals(f.Complaints), signals(f.Petitions)
	return out
}

func TestNothingDatedAfterTheDayMatters(t *testing.T) {
	facts := obligationtest.World(rand.New(rand.NewPCG(7, 7)).IntN)
	for i := range facts.Findings { // closed without a date cannot be told from closed later
		facts.Findings[i].Closed, facts.Complaints[i].Closed, facts.Petitions[i].Closed = false, false, false
	}
	rules := obligation.DefaultRules(workdays(t))
	book := newBook(t, facts, rules)
	for asOf := integrity.Date(2024, time.March, 1); asOf < integrity.Date(2027, time.June, 1); asOf += 9 {
		past := newBook(t, upTo(facts, asOf), rules)
		year := asOf.Year()
		if want, got := fast(past, year, asOf), fast(book, year, asOf); !slices.Equal(got, want) {
			t.Fatalf("items as of %s (-what was known +all):\n%s", asOf, gocmp.Diff(want, got, gocmp.AllowUnexported(obligationtest.Line{})))
		}
		for _, board := range []struct {
			name      string
			got, want any
		}{
			{"LeaderDuty", book.LeaderDuty(year, asOf), past.LeaderDuty(year, asOf)},
			{"UnitBoard", book.UnitBoard(year, asOf), past.UnitBoard(year, asOf)},
			{"Outlook", book.Outlook(year, asOf), past.Outlook(year, asOf)},
			{"Gaps", book.Gaps(year, asOf), past.Gaps(year, asOf)},
			{"Unmet", book.Unmet(year, asOf, obligation.Filter{}), past.Unmet(year, asOf, obligation.Filter{})},
		} {
			if diff := gocmp.Diff(board.want, board.got); diff != "" {
				t.Fatalf("%s as of %s (-what was known +all):\n%s", board.name, asOf, diff)
			}
		}
	}
}
