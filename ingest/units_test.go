package ingest

import (
	"fmt"
	"testing"
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
