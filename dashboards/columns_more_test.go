package dashboards

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"qingfeng/dashboards/export"
	"qingfeng/ingest"
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
	{"/ledger", "/ledger?per_page=50", "日期 年度 事项", func(a object) [][]string {
		var out [][]string
		for _, e := range items(a) {
			out = append(out, line(wordOf(e, "on"), numberOf(e, "year"), wordOf(e, "item")))
		}
		return out
	}},
	{"/heatmap?view=calendar&measure=signals", "/days?measure=signals", "月份 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 合计", func(a object) [][]string {
		var out [][]string
		byDay, last := map[string]float64{}, 0
		for _, d := range a["days"].([]any) {
			day := wordOf(d, "day")
			byDay[day] = numberOf(d, "count")
			_, _ = fmt.Sscanf(day[5:], "%d", &last)
		}
		for month := 1; month <= last; month++ {
			sum, cells := 0.0, []any{}
			for day := 1; day <= 31; day++ {
				n, told := byDay[fmt.Sprintf("%v-%02d-%02d", a["year"], month, day)]
				if sum += n; told {
					cells = append(cells, n)
				} else {
					cells = append(cells, nil) // no such day, or not come yet
				}
			}
			out = append(out, line(fmt.Sprintf("%d月", month), append(cells, sum)...))
		}
		return append(out, line("合计", append(slices.Repeat([]any{nil}, 31), a["total"])...))
	}},
}

// Of the lists of two years, each unit's row is what the answer about this unit says; the register of letters
// is, cell by cell, what the answer of the register says.
func TestListsAndLettersReadAsTheirAnswers(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	for _, m := range read[object](s, "/api/v1/letters/matters")["items"].([]any)[:3] {
		if a := s.post(s.app, "/api/v1/letters", url.Values{"key": {wordOf(m, "key")}}); a.status != http.StatusOK {
			t.Fatalf("draft = %d: %s", a.status, a.body)
		}
	}
	first := wordOf(items(read[object](s, "/api/v1/letters"))[0], "id")
	for _, step := range []string{"submit", "approve", "issue"} {
		if a := s.post(s.app, "/api/v1/letters/"+first+"/"+step, nil); a.status != http.StatusOK {
			t.Fatalf("%s = %d: %s", step, a.status, a.body)
		}
	}
	table := func(page, column string) export.Table {
		t.Helper()
		tables, err := tablesOf(s.ok(page))
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(tables, func(x export.Table) bool {
			return slices.ContainsFunc(x.Columns, func(h export.Column) bool { return h.Head == column })
		})
		if at < 0 {
			t.Fatalf("%s has no table with the column %s", page, column)
		}
		return tables[at]
	}
	dash := func(day string) string {
		if day == "" {
			return "—"
		}
		return day
	}
	var want [][]string
	for _, l := range items(read[object](s, "/api/v1/letters")) {
		number := wordOf(l, "code")
		if number == "" {
			number = "未编号"
		}
		want = append(want, line(number, wordOf(l, "kind_label"), wordOf(l, "state_label"), wordOf(l, "addressee"), wordOf(l, "matter"), dash(wordOf(l, "issued_on")), dash(wordOf(l, "until"))))
	}
	register := table("/letters", "承办单位")
	var heads []string
	for _, c := range register.Columns {
		heads = append(heads, c.Head)
	}
	if what := atOdds(register, heads, want); len(want) != 3 || what != "" {
		t.Errorf("the register of %d letters: %s (%v)", len(want), what, heads)
	}

	want = nil
	changes := 0.0
	s.must(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员", "14|2025-02-01|1|库房钥匙由一人保管|双人双锁|查阅资料|一般|张三", "14|2025-02-01|2|会议费用没有预算|先批后办|查阅资料|一般|张三")
	for _, u := range items(read[object](s, "/api/v1/units")) {
		if closed := wordOf(u, "closed_on"); wordOf(u, "parent") == "" || closed != "" && closed <= "2026-11-22" {
			continue // owes no list
		}
		d := read[object](s, "/api/v1/lists/"+wordOf(u, "code")+"/diff")
		counts := slices.Repeat([]any{"—"}, 5)
		if d["from"] != nil && d["to"] != nil {
			for i, field := range []string{"added", "changed", "regraded", "removed", "unchanged"} {
				counts[i] = numberOf(d, field)
				changes += numberOf(d, field)
			}
		}
		want = append(want, line(wordOf(u, "name"), counts...))
	}
	lists := table("/lists", "等级变化")
	if what := atOdds(lists, []string{"单位", "新增", "修改", "等级变化", "移出", "未变"}, want); changes == 0 || what != "" {
		t.Errorf("the lists of %d units with %v changes: %s", len(want), changes, what)
	}
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
