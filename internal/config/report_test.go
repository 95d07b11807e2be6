package config

import (
	"strings"
	"testing"
)

func TestNoGradeOfSecrecyGetsOntoAReport(t *testing.T) {
	fields := map[string]func(*Report) *string{
		"report.mark": func(r *Report) *string { return &r.Mark }, "report.title": func(r *Report) *string { return &r.Title },
		"report.half_title": func(r *Report) *string { return &r.HalfTitle }, "report.year_title": func(r *Report) *string { return &r.YearTitle },
	}
	for name, field := range fields {
		for _, grade := range []string{"绝密", "机密", "秘密"} {
			t.Run(grade+" as "+name, func(t *testing.T) {
				c := Default()
				*field(&c.Report) = "内部资料　" + grade + "★一年"
				if err := c.Validate(); err == nil || !strings.Contains(err.Error(), name) {
					t.Errorf("Validate() = %v; want an error that names %s", err, name)
				}
			})
		}
	}
	c := Default()
	if err := c.Validate(); err != nil {
		t.Errorf("what a report is called by itself is refused: %v", err)
	}
	if c.Report.Mark != "内部资料　注意保存" {
		t.Errorf("the mark is %q unless it is set", c.Report.Mark)
	}
}
