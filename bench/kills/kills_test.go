package kills

import (
	"os"
	"strings"
	"testing"

	"qingfeng/internal/engine"
)

func TestMain(m *testing.M) {
	engine.RunChildIfAsked()
	RunChildIfAsked()
	os.Exit(m.Run())
}

// Measure fails by itself when something is lost, doubled or shown by halves.
func TestMeasure(t *testing.T) {
	got, err := Measure(t.Context(), Size{Engine: 4, Program: 3, Rows: 200}, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Batches of 200 rows", "| the engine | 4 | ", "| the program, with its engine | 3 | "} {
		if !strings.Contains(got, want) {
			t.Errorf("the figures lack %q:\n%s", want, got)
		}
	}
	t.Log(got)
}

// Figures that say that all is well are worth nothing from a check that sees nothing.
func TestTheCheckSeesWhatIsLostAndDoubled(t *testing.T) {
	h, err := open(t.Context(), t.TempDir(), 100)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	}()
	if err := h.batch(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name          string
		acknowledged  int
		lost, doubled int64
	}{{"as many as were acknowledged", 1, 0, 0}, {"one batch fewer", 2, 100, 0}, {"one batch more", 0, 0, 100}} {
		r := result{batches: tc.acknowledged}
		if err := h.check(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
		if r.lost != tc.lost || r.doubled != tc.doubled {
			t.Errorf("%s: lost %d, doubled %d; want %d, %d", tc.name, r.lost, r.doubled, tc.lost, tc.doubled)
		}
	}
}
