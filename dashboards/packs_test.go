package dashboards

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"qingfeng/dashboards/export"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// shelf gives one pack, of the unit 13.
type shelf struct{}

func (shelf) Build(_ context.Context, who integrity.Principal, s metrics.Scope) ([]byte, error) {
	if s.Unit != "13" {
		return nil, fmt.Errorf("unit %q: %w", s.Unit, integrity.ErrNotFound)
	}
	return []byte("<!doctype html><title>资料包</title>" + string(who.Role) + " " + s.AsOf.String()), nil
}

func (s shelf) Form(ctx context.Context, who integrity.Principal, scope metrics.Scope) (export.Table, error) {
	_, err := s.Build(ctx, who, scope)
	return export.Table{Columns: []export.Column{{Head: "编号"}}, Rows: func(func([]any) bool) {}}, err
}

func TestPacksAndBoards(t *testing.T) {
	s := newSite(t)
	app := s.with(func(c *Config) {
		c.Packs = shelf{}
		c.Readings = func(kind string) Reading {
			return Reading{Columns: []ReadColumn{{Heading: "列" + kind, Required: true, Also: []string{"旧写法"}, Configured: []string{"诉求" + hostile}}}, Words: []ReadWord{{"收费", integrity.CategoryPost}}}
		}
	})
	get := func(path string) answer { return s.do(app, httptest.NewRequest(http.MethodGet, path, nil)) }
	for _, tc := range []struct {
		name, path string
		status     int
		holds      []string
	}{
		{"the pack as of a day", "/packs/13?as_of=2026-11-01", 200, []string{"资料包", "2026-11-01"}},
		{"the check form", "/packs/13/inspections.xlsx", 200, nil},
		{"another unit's pack", "/packs/99", 404, nil},
		{"a bad day", "/packs/13?as_of=soon", 400, nil},
		{"the board of units leads to packs", "/units", 200, []string{"/packs/13", "单位履责", "查阅资料"}},
		{"the board of units in English", "/units?lang=en", 200, []string{"Met / late / undone", "Reading documents"}},
		{"blind spots lead to packs", "/blindspots", 200, []string{"/packs/"}},
		{"the board of stages", "/stages?year=2026", 200, []string{"阶段进度", "市第一医院", "2026-03-05", "滞留"}},
		{"the board of stages in English", "/stages?lang=en", 200, []string{"stuck for", "since 2026-03-05"}},
		{"the board of a year without lists", "/stages?year=2020", 200, []string{"尚无记录"}},
		{"the stages as JSON", "/api/v1/stages?unit=13", 200, []string{`"stage":"self_check"`, `"stuck":true`}},
		{"the headings and mappings in force", "/imports", 200, []string{"列complaints *", "列ledger *", "旧写法", "配置另加：诉求", "收费"}},
		{"opinions by their sources", "/stages?year=2026", 200, []string{"意见与协查", "行风监督员", "查办案件"}},
		{"the opinions as JSON", "/api/v1/opinions?year=2026", 200, []string{`"source":"人大代表"`, `"total":9`}},
		{"the units as JSON", "/api/v1/unit-board?unit=13", 200, []string{`"on_time"`}},
		{"reasons in English", "/api/v1/overdue?status=all&lang=en", 200, []string{"required in 2026"}},
		{"a stage that does not exist", "/stages?stage=moon", 400, nil},
		{"hot spots of a month to come", "/api/v1/hotspots?month=2026-12", 400, []string{"after as_of"}},
	} {
		a := get(tc.path)
		if a.status != tc.status {
			t.Errorf("%s: %s = %d; want %d: %.300s", tc.name, tc.path, a.status, tc.status, a.body)
			continue
		}
		for _, want := range tc.holds {
			if !strings.Contains(string(a.body), want) {
				t.Errorf("%s: %s lacks %q", tc.name, tc.path, want)
			}
		}
	}
	if policy := get("/packs/13").header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") {
		t.Errorf("a pack may do more than show itself: %q", policy)
	}
	if a := s.get("/packs/13"); a.status != 404 {
		t.Errorf("without a maker of packs the address answers %d", a.status)
	}
}
