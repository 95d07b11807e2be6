package dashboards

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"qingfeng/dashboards/export"
	"qingfeng/internal/integrity"
)

// tablesInPlace are tables of pages whose cells follow from an answer of the API: every number at its
// place, and none besides. cells are the rows of the columns that are named, each beginning with what
// it is about.
var tablesInPlace = []struct {
	page, api, columns string
	cells              func(answer object) [][]string
}{
	{"/", "/distribution?measure=risks&rows=layer&cols=category", "重要/全部 决策 作风 权力 岗位 制度 机制 围猎 未分 合计", func(a object) [][]string {
		rows, cols, cells := a["rows"].([]any), a["cols"].([]any), a["cells"].([]any)
		pair := func(important, all float64) string { return fmt.Sprintf("%v / %v", important, all) }
		var out [][]string
		foot := make([][2]float64, len(cols)+1)
		for y, r := range rows {
			line, important, all := []string{wordOf(r, "label")}, 0.0, 0.0
			for x := range cols {
				c := cells[y*len(cols)+x]
				i, n := numberOf(c, "important"), numberOf(c, "count")
				important, all = important+i, all+n
				foot[x] = [2]float64{foot[x][0] + i, foot[x][1] + n}
				line = append(line, pair(i, n))
			}
			foot[len(cols)] = [2]float64{foot[len(cols)][0] + important, foot[len(cols)][1] + all}
			out = append(out, append(line, pair(important, all)))
		}
		line := []string{"合计"}
		for _, f := range foot {
			line = append(line, pair(f[0], f[1]))
		}
		return append(out, line)
	}},
	{"/", "/overdue", "义务 按期 补完 逾期 滞后 未到期", func(a object) [][]string {
		var out [][]string
		for _, rule := range integrity.Rules() {
			n := map[string]float64{}
			bases, _ := a["summary"].(object)[string(rule)].(object) // none where nothing is owed
			for basis, of := range bases {
				for status, count := range of.(object) {
					if status == "overdue" {
						status += " " + basis
					}
					n[status] += count.(float64)
				}
			}
			out = append(out, line(rule.Label(integrity.Chinese), n["met"], n["met_late"], n["overdue notice"], n["overdue system"], n["on_track"]+n["due_soon"]))
		}
		return out
	}},
	{"/", "/trend?measure=signals&from=2025-10-01&to=2026-10-31", "月份 投诉 信访 发现问题 比对异常", func(a object) [][]string {
		var out [][]string
		for i, month := range a["months"].([]any) {
			numbers := []any{}
			for _, s := range a["series"].([]any) {
				numbers = append(numbers, s.(object)["values"].([]any)[i])
			}
			out = append(out, line(month, numbers...))
		}
		return out
	}},
	{"/checkup", "/checkup", "项目和处理 处", func(a object) [][]string {
		var out [][]string
		for _, c := range a["checks"].([]any) {
			out = append(out, line(c.(object)["name"].(object)["zh"], numberOf(c, "count")))
		}
		return out
	}},
	{"/supervision", "/outlook", "单位 应查点 已查/应查 尚缺 已无法达标", func(a object) [][]string {
		var out [][]string
		for _, row := range items(a) {
			if wordOf(row, "unit") != "" && numberOf(row, "missing") > 0 {
				out = append(out, line(row["unit_name"], row["points"], fmt.Sprintf("%v / %v", row["done"], row["required"]), row["missing"], row["cannot"]))
			}
		}
		return out
	}},
	{"/imports", "/imports", "种类 读入 新增 更改 未变 驳回", func(a object) [][]string {
		var out [][]string
		for _, b := range items(a) {
			t := b["report"].(object)["totals"]
			out = append(out, line("", numberOf(t, "read"), numberOf(t, "added"), numberOf(t, "changed"), numberOf(t, "unchanged"), numberOf(t, "rejected")))
		}
		return out
	}},
	{"/admin", "/admin", "表 行数 数据块", func(a object) [][]string {
		var out [][]string
		rows, parts := 0.0, 0.0
		for _, t := range a["storage"].([]any) {
			rows, parts = rows+numberOf(t, "rows"), parts+numberOf(t, "parts")
			out = append(out, line(wordOf(t, "table"), numberOf(t, "rows"), numberOf(t, "parts")))
		}
		return append(out, line("合计", rows, parts))
	}},
	{"/admin", "/admin", "年份 放假（天） 调休上班（天） 全年工作日", func(a object) [][]string {
		var out [][]string
		for _, y := range a["workdays"].([]any) {
			out = append(out, line(numberOf(y, "year"), numberOf(y, "off"), numberOf(y, "work"), numberOf(y, "workdays")))
		}
		return out
	}},
}

func wordOf(v any, field string) string { s, _ := v.(object)[field].(string); return s }

func numberOf(v any, field string) float64 { n, _ := v.(object)[field].(float64); return n }

// line is a row of cells. A name that is empty is not compared.
func line(name any, cells ...any) []string {
	out := []string{fmt.Sprint(name)}
	for _, c := range cells {
		out = append(out, fmt.Sprint(c))
	}
	return out
}

// atOdds says where a table does not read as the rows that are wanted. A dash stands for what cannot
// be other than zero.
func atOdds(t export.Table, columns []string, want [][]string) string {
	rows := slices.Collect(t.Rows)
	if len(rows) != len(want) {
		return fmt.Sprintf("%d rows; want %d", len(rows), len(want))
	}
	for y, row := range want {
		for i, head := range columns {
			x := slices.IndexFunc(t.Columns, func(c export.Column) bool { return c.Head == head })
			if x < 0 {
				return "no column " + head
			}
			got := fmt.Sprint(rows[y][x])
			if i == 0 && row[0] == "" || got == row[i] || got == "—" && row[i] == "0" || i == 0 && strings.HasPrefix(squeezed(got), squeezed(row[0])) {
				continue
			}
			return fmt.Sprintf("row %d, %s reads %q; want %q", y+1, head, got, row[i])
		}
	}
	return ""
}

// Every number of these tables stands in its row and its column; another number in the answer is at
// odds with the table, whichever it is of those that the table shows.
func TestNumbersOfTablesStandInTheirPlaces(t *testing.T) {
	s := newSite(t)
	for _, c := range tablesInPlace {
		columns := strings.Fields(c.columns)
		t.Run(strings.Trim(c.page, "/")+" "+columns[0], func(t *testing.T) {
			tables, err := tablesOf(s.ok(c.page))
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(tables, func(x export.Table) bool {
				return slices.ContainsFunc(x.Columns, func(h export.Column) bool { return h.Head == columns[0] }) && slices.ContainsFunc(x.Columns, func(h export.Column) bool { return h.Head == columns[1] })
			})
			if at < 0 {
				t.Fatalf("no table of %v", columns)
			}
			answer := read[object](s, "/api/v1"+c.api)
			want := c.cells(answer)
			if len(want) < 2 {
				t.Fatalf("only %d rows", len(want))
			}
			if what := atOdds(tables[at], columns, want); what != "" {
				t.Fatal(what)
			}
			shown, noticed := 0, map[string]bool{}
			leaves(answer, "", func(field string, n float64, set func(any)) {
				set(n + 1)
				changed := c.cells(answer)
				set(n)
				if slices.EqualFunc(changed, want, slices.Equal) {
					return // not shown here
				}
				shown++
				noticed[field] = true
				if atOdds(tables[at], columns, changed) == "" {
					t.Errorf("another %s is not noticed", field)
				}
			})
			if shown < len(want) {
				t.Errorf("%d numbers (%v) are shown in %d rows", shown, slices.Sorted(maps.Keys(noticed)), len(want))
			}
		})
	}
}
