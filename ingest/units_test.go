package ingest

import (
	"fmt"
	"testing"
	"time"
)

func TestTheNearestNameOfAWordIsLookedForOnce(t *testing.T) {
	d := &directory{byCode: map[string]*unitRow{}}
	for i := range 200 {
		d.byCode[fmt.Sprint(i)] = &unitRow{Code: fmt.Sprint(i), Name: fmt.Sprintf("临澄市第%d人民医院", i)}
	}
	d.byCode["c"] = &unitRow{Code: "c", Name: "临澄市中心血站"}
	if got := d.nearest("临澄市中心血 站"); got != "临澄市中心血站" {
		t.Errorf("the nearest name is %q", got)
	}
	if n := testing.AllocsPerRun(50, func() { d.nearest("临澄市中心血 站") }); n > 5 {
		t.Errorf("the word was compared with all names again: %v allocations", n)
	}
	if got := d.nearest("食品药品监督所"); got != "" {
		t.Errorf("a word unlike every name has the nearest name %q", got)
	}
	for i := range 2 * proposalsKept {
		d.proposed[fmt.Sprint(i)] = ""
		if len(d.proposed) >= proposalsKept {
			break
		}
	}
	if d.nearest("临澄市口腔血站"); len(d.proposed) > proposalsKept {
		t.Errorf("%d words are remembered, more than %d", len(d.proposed), proposalsKept)
	}
}

// A unit is found as forms name it, where that leaves no doubt: with its stamp, with the name of
// the unit above in front, with its code beside its name. Nothing is guessed.
func TestUnitsAreFoundAsFormsNameThem(t *testing.T) {
	b := newBench(t)
	b.city()
	top := b.text("SELECT name FROM units WHERE code = '00'")
	snap, err := b.store.Snapshot(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	dir, err := newDirectory(t.Context(), &session{store: b.store, snap: snap, dry: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"市第一医院（盖章）": "13", "市第一医院(公章)": "13", "市第一医院 （ 盖 章 ）": "13", top + "办公室": "01", top + " 办公室（盖章）": "01", "13 市第一医院": "13", "13-市第一医院": "13", "市第一医院（13）": "13", "13.0": "13",
		"14 市第一医院": "", "第一医院": "", "13市第二医院": "", "办公室市第一医院": "", "（盖章）": "", "130": "", "市第一医院（东院）": "",
	} {
		if code, ok := dir.find(name); code != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", name, code, ok)
		}
	}
}
