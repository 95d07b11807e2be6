package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingfeng/metrics"
)

// program runs the program as a process of its own, as a shell would.
func (s *shell) program(args ...string) []byte {
	s.t.Helper()
	path, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.CommandContext(s.t.Context(), path, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var failed bytes.Buffer
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("qingfeng %s: %v\n%s", strings.Join(args, " "), err, &failed)
	}
	return out
}

// What the page counts is walked through in package dashboards; here the program itself is run
// beside a server: its JSON is that of the API, and its CSV and the workbook that it exports have
// the same values, cell by cell.
func TestTheProgramCountsTheSameInJSONCSVAndWorkbookAsTheAPI(t *testing.T) {
	s := newShell(t)
	s.ingest(0, "units", s.file("units.csv", "单位编码,单位名称,上级编码,类型,责任领导,启用日期", "00,临澄市卫生健康委员会,,,,2010-01-01", "13,市第一医院,00,直属单位,周乙,2010-01-01", "14,市第二医院,00,直属单位,赵甲,2010-01-01"))
	s.ingest(0, "complaints", s.file("complaints.csv", "编号,单位,日期,内容,层面,类别,涉廉,状态", "T1,13,2026-03-01,收费不透明,其他岗位,岗位,是,在办", "T2,13,2026-04-01,=推诿,其他岗位,作风问题,,在办",
		"T3,14,2026-04-02,\"收费不透明,再说\",中层岗位,岗位,否,在办", "T4,14,2025-12-31,收费不透明,中层岗位,岗位,是,在办"))
	base := s.serving()
	get := func(path string) []byte {
		t.Helper()
		resp, err := http.Get(base + "/api/v1/" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("GET %s = %d, %v: %s", path, resp.StatusCode, err, body)
		}
		return body
	}
	for _, tc := range []struct {
		flags string
		want  uint64
	}{
		{"", 3},
		{"--integrity all", 4},
		{"--unit 13", 2},
		{"--leader 赵甲 --integrity all", 2},
		{"--year 2026 --category post --integrity all", 2},
		{"--month 2026-04 --layer middle --integrity no", 1},
		{"--as-of 2026-03-31", 2},
		{"--from 2026-04-01 --to 2026-04-01 --layer other", 1},
	} {
		t.Run("complaints "+tc.flags, func(t *testing.T) {
			s.t = t
			flags := strings.Fields(tc.flags)
			question := append([]string{"query", "distribution", "--measure", "complaints", "--by", "unit,category"}, flags...)
			answer := s.program(question...)
			var d metrics.Distribution
			if err := json.Unmarshal(answer, &d); err != nil {
				t.Fatal(err)
			}
			if *d.Total != tc.want {
				t.Errorf("%d complaints; want %d", *d.Total, tc.want)
			}
			conditions := strings.TrimPrefix(queryOf(tc.flags), "?")
			if diff := cmp.Diff(jsonOf(t, get("distribution?measure=complaints&rows=unit&cols=category&"+conditions)), jsonOf(t, answer)); diff != "" {
				t.Errorf("distribution (-API +program):\n%s", diff)
			}
			cells := [][]string{{"row", "row_label", "col", "col_label", "count", "important", "general"}}
			for y, row := range d.Rows {
				for x, col := range d.Cols {
					c := d.At(y, x)
					cells = append(cells, []string{row.Code, row.Label, col.Code, col.Label, fmt.Sprint(*c.Count), fmt.Sprint(c.Important), fmt.Sprint(c.General)})
				}
			}
			if diff := cmp.Diff(cells, csvOf(t, s.program(append(question, "--format", "csv")...))); diff != "" {
				t.Errorf("cells (-JSON +CSV):\n%s", diff)
			}

			rows := s.program(append([]string{"query", "signals", "--kind", "complaint"}, flags...)...)
			if diff := cmp.Diff(jsonOf(t, get("signals?kind=complaint&"+conditions)), jsonOf(t, rows)); diff != "" {
				t.Errorf("rows (-API +program):\n%s", diff)
			}
			var list struct{ Total uint64 }
			if err := json.Unmarshal(rows, &list); err != nil || list.Total != tc.want {
				t.Errorf("%d rows, %v; the cells add up to %d", list.Total, err, tc.want)
			}
			file := filepath.Join(s.dir, "complaints.xlsx")
			s.program(append([]string{"export", "complaints", "--out", file}, flags...)...)
			book, err := excelize.OpenFile(file)
			if err != nil {
				t.Fatal(err)
			}
			defer book.Close()
			sheet, err := book.GetRows(book.GetSheetName(0))
			if err != nil {
				t.Fatal(err)
			}
			all := conditions
			if !strings.Contains(all, "integrity=") { // records go out whole, to come back whole
				all += "&integrity=all"
			}
			for i, line := range sheet { // a workbook leaves out empty cells at the end
				sheet[i] = append(line, make([]string, len(sheet[0])-len(line))...)
			}
			if diff := cmp.Diff(csvOf(t, get("signals.csv?kind=complaint&"+all)), sheet); diff != "" {
				t.Errorf("rows (-CSV of the API +workbook of the program):\n%s", diff)
			}
		})
	}
}

func jsonOf(t *testing.T, text []byte) (out any) {
	t.Helper()
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out
}

func csvOf(t *testing.T, text []byte) [][]string {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return lines
}
