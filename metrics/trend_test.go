package metrics

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// manyPetitions are 1 in May, 4 in June, 5 in July and 6 in August, and two complaints in May.
func manyPetitions(t *testing.T) *city {
	t.Helper()
	c := newCity(t).units()
	petitions := []string{"编号|单位|日期|内容|性质|层面|类别|状态"}
	for month, n := range map[int]int{5: 1, 6: 4, 7: 5, 8: 6} {
		for i := range n {
			petitions = append(petitions, fmt.Sprintf("X%d-%d|13|2026-%02d-%02d|反映问题|检举控告|中层岗位|权力运行|在办", month, i, month, i+1))
		}
	}
	c.csv(ingest.KindPetitions, petitions...)
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉|状态", "T1|13|2026-05-05|窗口多收费|岗位|是|在办", "T2|13|2026-05-06|窗口多收费|岗位|是|在办")
	return c
}

// A month with one petition was once written as a month with none.
func TestSmallCountsOfATrendAreHiddenAndNotZero(t *testing.T) {
	c := manyPetitions(t)
	s := withYear(asOf("2026-08-31"), 2026)
	const shown, hidden = `[0,0,0,0,1,4,5,6]`, `[0,0,0,0,null,null,5,6]` // June, the next small one, keeps May from being taken out of a sum
	for _, tc := range []struct {
		name, petitions string
		who             integrity.Principal
	}{
		{"an inspector reads petitions and sees every number", `{"code":"petitions","label":"信访举报","values":` + shown + `}`, inspector},
		{"the office sees no number below three and none that gives it away", `{"code":"petitions","label":"信访举报","values":` + hidden + `,"suppressed":true}`, office},
		{"a leader sees what the office sees", `{"code":"petitions","label":"信访举报","values":` + hidden + `,"suppressed":true}`, leader},
		{"a unit has no line of petitions", "", unitStaff("13")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, measure := range []string{MeasurePetitions, MeasureSignals} {
				if tc.petitions == "" && measure == MeasurePetitions {
					continue
				}
				tr, err := c.metrics.Trend(t.Context(), tc.who, s, measure)
				if err != nil {
					t.Fatal(err)
				}
				text, err := json.Marshal(tr)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(text), tc.petitions) || tc.petitions == "" && strings.Contains(string(text), "petitions") {
					t.Errorf("the trend of %s is %s; want in it %s", measure, text, tc.petitions)
				}
				if measure == MeasureSignals && !strings.Contains(string(text), `"values":[0,0,0,0,2,0,0,0]}`) {
					t.Errorf("complaints are not secret: %s", text)
				}
			}
		})
	}
}

// What a trend hides is what the table by month hides: side by side they give nothing away.
func TestATrendHidesTheMonthsThatTheTableHides(t *testing.T) {
	c := manyPetitions(t)
	s := withYear(asOf("2026-08-31"), 2026)
	for _, measure := range []string{MeasurePetitions, MeasureSignals} {
		d, err := c.metrics.Distribution(t.Context(), office, s, measure, DimMonth, DimGrade)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := c.metrics.Trend(t.Context(), office, s, MeasurePetitions)
		if err != nil {
			t.Fatal(err)
		}
		hidden := map[string]bool{}
		for _, cell := range d.Cells {
			if cell.Col == string(integrity.GradeUngraded) {
				hidden[cell.Row] = cell.Count == nil
			}
		}
		found := 0
		for i, month := range tr.Months {
			if nothing := tr.Series[0].Values[i] == nil; nothing != hidden[month] {
				t.Errorf("%s by month hides %s: %t; the trend: %t", measure, month, hidden[month], nothing)
			} else if nothing {
				found++
			}
		}
		if found < 2 || d.Total != nil {
			t.Errorf("%s: %d months hidden beside a total of %v", measure, found, d.Total)
		}
	}
}
