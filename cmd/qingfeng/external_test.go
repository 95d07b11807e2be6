package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"qingfeng/internal/engine"
)

func TestTheSameCodeRunsAgainstAnExternalServerOverTheNativeProtocol(t *testing.T) {
	e, err := engine.Start(t.Context(), engine.Config{Dir: t.TempDir(), MinFreeBytes: 1 << 20, Native: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	s := newShell(t)
	delete(s.env, "QINGFENG_NOW")
	ep := e.Endpoint()
	s.env["QINGFENG_CLICKHOUSE"] = "clickhouse://" + ep.Writer.User + ":" + ep.Writer.Password + "@" + ep.Native + "/qingfeng_external"
	// The schema of somebody's server is changed deliberately, never by the way.
	if _, stderr := s.want(1, "query", "risks"); !strings.Contains(stderr, "migrate") {
		t.Errorf("a server without the schema: %s", stderr)
	}
	s.want(0, "migrate")
	s.city()
	r := s.ingest(3, "complaints", s.file("c.csv", "编号,单位,日期,内容,类别", "T1,13,2026-03-05,窗口多收费,岗位", `T2,14,2026-03-06,"他说""不\行""
换行	制表",作风`, "T3,火星,2026-03-06,x,"))
	if r.Totals["added"] != 2 {
		t.Errorf("loaded: %v", r.Totals)
	}
	if again := s.ingest(3, "complaints", s.file("c2.csv", "编号,单位,日期,内容,类别", "T1,13,2026-03-07,窗口多收费,岗位", "T9,火星,2026-03-06,x,")); again.Totals["changed"] != 1 {
		t.Errorf("corrected: %v", again.Totals)
	}
	for _, q := range [][]string{
		{"distribution", "--measure", "complaints", "--by", "unit,month", "--integrity", "all"},
		{"signals", "--q", `"不\行"`, "--integrity", "all"},
		{"overdue", "--status", "all"}, {"leaders"}, {"outlook"}, {"trend"}, {"risks"}, {"checkup"}, {"blindspots"}, {"missing-lists"},
	} {
		out, _ := s.want(0, append([]string{"query"}, q...)...)
		var d struct{ Total int }
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Errorf("%v: %v", q, err)
		}
		if q[0] == "distribution" && d.Total != 2 || q[0] == "signals" && d.Total != 1 {
			t.Errorf("%v: total %d\n%s", q, d.Total, out)
		}
	}
	s.want(0, "jobs", "run", "flag-overdue")
	s.want(0, "batches", "revert", r.Batch)
	if doctor, _ := s.want(0, "doctor"); !strings.Contains(doctor, "external") {
		t.Errorf("doctor: %s", doctor)
	}
}

// Two servers with data directories of their own load into one database at the same time.
func TestLoadsFromTwoMachinesIntoOneDatabaseWaitForEachOther(t *testing.T) {
	e, err := engine.Start(t.Context(), engine.Config{Dir: t.TempDir(), MinFreeBytes: 1 << 20, Native: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	ep := e.Endpoint()
	const machines, rows = 2, 5000
	var shells []*shell
	for range machines {
		s := newShell(t)
		delete(s.env, "QINGFENG_NOW")
		s.env["QINGFENG_CLICKHOUSE"] = "clickhouse://" + ep.Writer.User + ":" + ep.Writer.Password + "@" + ep.Native + "/qingfeng_external"
		shells = append(shells, s)
	}
	shells[0].want(0, "migrate")
	shells[0].city()
	var all sync.WaitGroup
	for m, s := range shells {
		lines := []string{"编号,单位,日期,内容,涉廉"}
		for i := range rows {
			lines = append(lines, fmt.Sprintf("M%d-%d,13,2026-03-05,第%d件,是", m, i, i))
		}
		file := s.file("c.csv", lines...)
		all.Go(func() {
			if code, _, stderr := s.run("ingest", "complaints", file); code != 0 {
				t.Errorf("machine %d: status %d: %s", m, code, stderr)
			}
		})
	}
	all.Wait()
	out, _ := shells[0].want(0, "query", "distribution", "--measure", "complaints")
	if want := fmt.Sprintf(`"total": %d`, machines*rows); !strings.Contains(out, want) {
		t.Errorf("%s is not in %.300s", want, out)
	}
}
