package corrections

import (
	"os"
	"strings"
	"testing"

	"qingfeng/internal/engine"
)

func TestMain(m *testing.M) {
	engine.RunChildIfAsked()
	os.Exit(m.Run())
}

// Measure checks every answer itself; at a small size that takes a second.
func TestMeasure(t *testing.T) {
	got, err := Measure(t.Context(), Size{Rows: 20_000, Loads: 4, Corrections: 2, Rounds: 1}, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"20,000 rows in 4 batches, then 200 of them corrected",
		"| cancel rows: sum(sign) of visible batches | 0 | 0 |",
		"| cancel rows: rows that stand, by NOT IN of the cancelled | 0 | 0 |",
		"| versions: argMax by key | 0 | 0 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the figures lack %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "| ReplacingMergeTree: FINAL of visible batches | 0 | 0 |") {
		t.Error("FINAL answers an earlier known_at; the decision record says it cannot")
	}
}

func TestTruthMovesRowsAndKeepsTheirNumber(t *testing.T) {
	s := Size{Rows: 10_000, Loads: 4, Corrections: 2}
	before, after := s.truth(s.Loads), s.truth(s.Loads+s.Corrections)
	if before.distance(after) == 0 {
		t.Error("corrections change nothing")
	}
	sum := func(c counts) (n int64) {
		for _, v := range c {
			n += v
		}
		return n
	}
	if sum(before) != sum(after) {
		t.Errorf("corrections change the total from %d to %d", sum(before), sum(after))
	}
}
