package dashboards

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingfeng/dashboards/export"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// placed says which numbers of an item stand in which column of a page, and how they are written.
type placed struct{ head, format, fields string }

// boards are the pages whose table has a row for each item of the API, in its order.
var boards = []struct {
	page, api, name string // name is the field that the row is called by
	columns         []placed
}{
	{"/units", "/unit-board", "unit_name", []placed{
		{"在册（重要）", "%v (%v)", "in_force important"}, {"检查（已/应）", "%v / %v", "tally.done tally.required"}, {"进行中", "%v", "tally.open"},
		{"逾期 / 进度滞后", "%v / %v", "overdue behind"}, {"检查次数（补录）", "%v (%v)", "checks late_entries"}, {"发现问题（已整改）", "%v (%v)", "findings fixed"},
	}},
	{"/leaders", "/leaders", "leader", []placed{
		{"亲自参与/应参与", "%v / %v", "dates required"}, {"参与覆盖点", "%v / %v", "covered tally.points"},
		{"检查（已/应）", "%v / %v", "tally.done tally.required"}, {"逾期/滞后", "%v / %v", "overdue behind"},
		{"部署·研究", "%v · %v", "deployed studied"}, {"发现问题", "%v", "findings"},
	}},
	{"/stages", "/stages", "unit_name", []placed{{"备案（已/应）", "%v / %v", "filed to_file"}}},
}

// fieldOf is a field of an item, which may stand in another: tally.done.
func fieldOf(item object, field string) (object, string) {
	for {
		outer, rest, found := strings.Cut(field, ".")
		if !found {
			return item, field
		}
		item, field = item[outer].(object), rest
	}
}

// misplaced are the numbers of a board that do not stand in their column.
func misplaced(t export.Table, items []object, name string, columns []placed) (out []string) {
	var rows [][]any
	for row := range t.Rows {
		rows = append(rows, row)
	}
	if len(rows) != len(items) {
		return []string{fmt.Sprintf("%d rows; the API has %d", len(rows), len(items))}
	}
	for y, item := range items {
		if called := fmt.Sprint(rows[y][0]); !strings.HasPrefix(squeezed(called), squeezed(fmt.Sprint(item[name]))) {
			out = append(out, fmt.Sprintf("row %d is of %q; the API says %q", y+1, called, item[name]))
		}
		for _, c := range columns {
			x := slices.IndexFunc(t.Columns, func(column export.Column) bool { return column.Head == c.head })
			if x < 0 {
				return []string{"no column " + c.head}
			}
			var numbers []any
			for field := range strings.FieldsSeq(c.fields) {
				at, last := fieldOf(item, field)
				numbers = append(numbers, at[last])
			}
			want := fmt.Sprintf(c.format, numbers...)
			if got := fmt.Sprint(rows[y][x]); got != want && !strings.HasPrefix(got, want+" ") { // a note may follow
				out = append(out, fmt.Sprintf("%v, %s reads %q; the API says %q", rows[y][0], c.head, got, want))
			}
		}
	}
	return out
}

// Every number of a board stands in the row and the column of what it counts, and not only somewhere
// on the page; another one is noticed at every place.
func TestNumbersOfBoardsStandInTheirColumns(t *testing.T) {
	s := newSite(t)
	for _, b := range boards {
		t.Run(strings.Trim(b.page, "/"), func(t *testing.T) {
			tables, err := tablesOf(s.ok(b.page))
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(tables, func(x export.Table) bool {
				return slices.ContainsFunc(x.Columns, func(c export.Column) bool { return c.Head == b.columns[0].head })
			})
			if at < 0 {
				t.Fatalf("no table with the column %s", b.columns[0].head)
			}
			items := read[struct{ Items []object }](s, "/api/v1"+b.api).Items
			if len(items) < 3 {
				t.Fatalf("only %d items", len(items))
			}
			for _, wrong := range misplaced(tables[at], items, b.name, b.columns) {
				t.Error(wrong)
			}
			for _, c := range b.columns {
				for field := range strings.FieldsSeq(c.fields) {
					for y, item := range items {
						in, last := fieldOf(item, field)
						was := in[last]
						in[last] = was.(float64) + 1
						if len(misplaced(tables[at], items, b.name, b.columns)) != 1 {
							t.Errorf("another %s of row %d is not noticed", field, y+1)
						}
						in[last] = was
					}
				}
			}
		})
	}
}

// The boards say how the points that owe checks divide, how many checks a week are still needed, and
// what became of the first-quarter review, for each unit and leader.
func TestBoardsDivideWhatIsOwedAndSayWhatItTakes(t *testing.T) {
	s := newSite(t)
	needs := map[string]float64{}
	for _, o := range read[list[obligation.OutlookRow]](s, "/api/v1/outlook").Items {
		if o.Missing > 0 {
			needs[o.Unit+o.Leader] = o.PerWeek // a leader's row has no unit
		}
	}
	need := func(key, cell string) string {
		if needs[key] > 0 {
			return fmt.Sprintf("%s 每周需 %.1f", cell, needs[key]) // less than two months are left
		}
		return cell
	}
	board := func(page, head string) func(row int, head string) string {
		tables, err := tablesOf(s.ok(page))
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(tables, func(x export.Table) bool {
			return slices.ContainsFunc(x.Columns, func(c export.Column) bool { return c.Head == head })
		})
		if at < 0 {
			t.Fatalf("%s has no table with the column %s", page, head)
		}
		rows := slices.Collect(tables[at].Rows)
		return func(row int, head string) string {
			x := slices.IndexFunc(tables[at].Columns, func(c export.Column) bool { return c.Head == head })
			if x < 0 {
				t.Fatalf("%s has no column %s", page, head)
			}
			return fmt.Sprint(rows[row][x])
		}
	}
	needed, reviews, steps := 0, map[string]bool{}, map[string]bool{}
	cell := board("/units", "按期 / 已补齐 / 未完成")
	next := board("/units", "下一步")
	for i, u := range read[list[obligation.UnitRow]](s, "/api/v1/unit-board").Items {
		if got := next(i, "下一步"); got != u.Next || u.Next == "" {
			t.Errorf("%s: 下一步 reads %q; want %q", u.UnitName, got, u.Next)
		}
		review := map[integrity.Status]string{"": "不计", "met": "按期完成", "met_late": "逾期完成", "on_track": "进行中", "due_soon": "临近到期", "overdue": "逾期未完成", "exempt": "已豁免"}[u.Q1]
		reviews[review] = true
		tally := u.Tally
		for head, want := range map[string]string{
			"一季度排查": review, "检查（已/应）": need(u.Unit+u.Leader, fmt.Sprintf("%d / %d", tally.Done, tally.Required)),
			"按期 / 已补齐 / 未完成": fmt.Sprintf("%d / %d / %d 共 %d 个点", tally.OnTime, tally.Late, tally.Undone+tally.Behind, tally.Points),
		} {
			if got := cell(i, head); got != want {
				t.Errorf("%s, %s reads %q; want %q", u.UnitName, head, got, want)
			}
		}
		steps[u.Next] = true
		if needs[u.Unit+u.Leader] > 0 {
			needed++
		}
	}
	cell, next = board("/leaders", "亲自参与/应参与"), board("/leaders", "下一步")
	for i, l := range read[list[obligation.LeaderRow]](s, "/api/v1/leaders").Items {
		tally := l.Tally
		met := fmt.Sprintf("%d / %d", tally.Met(), tally.Points)
		if tally.Points > 0 {
			met += fmt.Sprintf(" 按期 %d、补齐 %d、未完成 %d", tally.OnTime, tally.Late, tally.Undone+tally.Behind)
		}
		if got := cell(i, "年度达标点"); got != met {
			t.Errorf("%s: 年度达标点 reads %q; want %q", l.Leader, got, met)
		}
		steps[l.Next] = true
		if got := next(i, "下一步"); got != l.Next || l.Next == "" {
			t.Errorf("%s: 下一步 reads %q; want %q", l.Leader, got, l.Next)
		}
		if got, want := cell(i, "检查（已/应）"), need(l.Leader, fmt.Sprintf("%d / %d", tally.Done, tally.Required)); got != want {
			t.Errorf("%s: 检查 reads %q; want %q", l.Leader, got, want)
		}
	}
	if len(steps) < 3 {
		t.Errorf("the boards name only the steps %v", steps)
	}
	if needed == 0 || len(reviews) < 2 {
		t.Errorf("%d units need checks, reviews are %v; the city should have both kinds", needed, reviews)
	}
}
