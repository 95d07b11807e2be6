package loading

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

// Measure checks the counts of every load itself; at a small size that takes seconds.
func TestMeasure(t *testing.T) {
	got, err := Measure(t.Context(), Size{Rows: 300, Workbook: 50, Forms: 25, Rounds: 1}, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"A CSV file of 300 complaints", "| " + formsZipped + " |", "≥ 0.5", "≤ 0.5"} {
		if !strings.Contains(got, want) {
			t.Errorf("the figures lack %q:\n%s", want, got)
		}
	}
}

func TestTheProcessOfTheTestUsesACore(t *testing.T) {
	began := processSeconds("self")
	for n := 0; processSeconds("self") == began; n++ {
		complaint(0, n)
	}
	if processSeconds("no such process") != 0 {
		t.Error("a process that is not there has worked")
	}
}
