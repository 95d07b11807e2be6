package metrics

import (
	"fmt"
	"testing"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// openCity has a list without layers and categories: two points whose suggestion is sure,
// one that nothing is suggested for, and one that the list itself classifies.
func openCity(t *testing.T) *city {
	t.Helper()
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-05", "1", "院长个人说了算，重大事项未经集体研究拍板", "重要", "", ""),
		risk("13", "2026-03-05", "2", "采购员接受供应商宴请和回扣", "一般", "", ""),
		risk("13", "2026-03-05", "3", "其他方面", "一般", "", ""),
		risk("14", "2026-03-05", "1", "窗口收费人员多收费用", "一般", "其他岗位", "岗位"))
	return c
}

func (c *city) confirm(said ...ingest.Word) ingest.Confirmed {
	c.t.Helper()
	out, err := c.load.Confirm(c.t.Context(), ingest.Confirmation{By: "孙二", Words: said})
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// cellsAndRows asks every cell of layer × category and holds the rows behind it to its count.
func (c *city) cellsAndRows(s Scope) map[string]uint64 {
	c.t.Helper()
	d, err := c.metrics.Distribution(c.t.Context(), inspector, s, MeasureRisks, DimLayer, DimCategory)
	if err != nil {
		c.t.Fatal(err)
	}
	out, sum := map[string]uint64{}, uint64(0)
	for _, cell := range d.Cells {
		of := s
		of.Layer, of.Category = integrity.Layer(cell.Row), integrity.Category(cell.Col)
		rows, err := c.metrics.Risks(c.t.Context(), inspector, of)
		if err != nil {
			c.t.Fatal(err)
		}
		if rows.Total != *cell.Count || uint64(len(rows.Items)) != *cell.Count {
			c.t.Errorf("cell %s × %s counts %d, rows say %d (%d listed)", cell.Row, cell.Col, *cell.Count, rows.Total, len(rows.Items))
		}
		if *cell.Count > 0 {
			out[cell.Row+" "+cell.Col] = *cell.Count
			sum += *cell.Count
		}
	}
	if sum != *d.Total {
		c.t.Errorf("cells add up to %d, the total is %d", sum, *d.Total)
	}
	return out
}

func TestSuggestionsAreASwitch(t *testing.T) {
	c := openCity(t)
	at := Scope{AsOf: day("2026-06-01")}
	for _, tc := range []struct {
		name      string
		suggested bool
		want      string
	}{
		{"without it nobody's word is nobody's", false, "map[other post:1 unclassified unclassified:3]"},
		{"with it the suggestions count", true, "map[leadership decision:1 other external:1 other post:1 unclassified unclassified:1]"},
	} {
		at.Suggested = tc.suggested
		if got := printed(c.cellsAndRows(at)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	rows, err := c.metrics.Risks(t.Context(), inspector, Scope{AsOf: at.AsOf, Confirmed: "suggested"})
	if err != nil || rows.Total != 2 {
		t.Fatalf("points with a suggestion to take: %d, %v; want 2", rows.Total, err)
	}
	var said []ingest.Word
	for _, p := range rows.Items {
		said = append(said, ingest.Word{ID: p.ID, Suggested: true})
	}
	c.confirm(said...)
	at.Suggested = false
	if got := printed(c.cellsAndRows(at)); got != "map[leadership decision:1 other external:1 other post:1 unclassified unclassified:1]" {
		t.Errorf("confirmed, they count without it: %s", got)
	}
	for confirmed, want := range map[string]uint64{"": 4, "no": 1, "suggested": 0, "yes": 3, "person": 2} {
		rows, err := c.metrics.Risks(t.Context(), inspector, Scope{AsOf: at.AsOf, Confirmed: confirmed})
		if err != nil || rows.Total != want || uint64(len(rows.Items)) != want {
			t.Errorf("confirmed=%s: %d and %d rows, %v; want %d", confirmed, rows.Total, len(rows.Items), err, want)
		}
		if confirmed == "person" && (rows.Items[0].ConfirmedBy != "孙二" || rows.Items[0].ConfirmedOn != day("2026-11-22")) {
			t.Errorf("confirmed by %q on %s", rows.Items[0].ConfirmedBy, rows.Items[0].ConfirmedOn)
		}
	}
}

func printed(m map[string]uint64) string {
	return fmt.Sprint(m)
}

func TestAnEarlierMomentDoesNotKnowAConfirmation(t *testing.T) {
	c := openCity(t)
	before := c.now
	c.now = c.now.AddDate(0, 0, 1)
	rows, err := c.metrics.Risks(t.Context(), inspector, Scope{AsOf: day("2026-06-01"), Text: "回扣"})
	if err != nil || len(rows.Items) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	c.confirm(ingest.Word{ID: rows.Items[0].ID, Suggested: true})
	for _, tc := range []struct {
		known Scope
		want  integrity.Category
	}{{Scope{KnownAt: before}, "unclassified"}, {Scope{}, "external"}} {
		tc.known.AsOf, tc.known.Text = day("2026-06-01"), "回扣"
		rows, err := c.metrics.Risks(t.Context(), inspector, tc.known)
		if err != nil || len(rows.Items) != 1 || rows.Items[0].Category != tc.want {
			t.Errorf("known at %s: %+v, %v; want %s", tc.known.KnownAt, rows.Items, err, tc.want)
		}
	}
}

func TestCategoriesOfTheMachineAreASwitch(t *testing.T) {
	c := openCity(t)
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容|类别", "T1|13|2026-04-01|医生收受红包|", "T2|13|2026-04-02|医生收受红包|其他（被“围猎”）", "T3|14|2026-04-02|说不清|")
	for _, tc := range []struct {
		off  bool
		want map[string]uint64
	}{
		{false, map[string]uint64{"external": 2, "unclassified": 1}},
		{true, map[string]uint64{"external": 1, "unclassified": 2}},
	} {
		s := Scope{AsOf: day("2026-06-01"), Integrity: "all", NoMachine: tc.off}
		d, err := c.metrics.Distribution(t.Context(), inspector, s, MeasureComplaints, DimCategory, DimGrade)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]uint64{}
		for _, cell := range d.Cells {
			got[cell.Row] += *cell.Count
		}
		for _, category := range integrity.Categories() {
			of := s
			of.Category = category
			rows, err := c.metrics.Signals(t.Context(), inspector, of)
			if err != nil {
				t.Fatal(err)
			}
			if want := tc.want[string(category)]; got[string(category)] != want || rows.Total != want || uint64(len(rows.Items)) != want {
				t.Errorf("machine off %t, %s: cell %d, rows %d (%d listed), want %d", tc.off, category, got[string(category)], rows.Total, len(rows.Items), want)
			}
			for _, x := range rows.Items {
				if x.Category != category || tc.off && x.Machine {
					t.Errorf("machine off %t: row %+v under %s", tc.off, x, category)
				}
			}
		}
	}
}
