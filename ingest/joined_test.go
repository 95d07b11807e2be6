package ingest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/docx"
)

// TestARowThatGoesOnIsJoinedToItsRow: a row of a Word table that did not fit on its page was
// typed as two rows. The second holds no number and no description, so it is no point.
func TestARowThatGoesOnIsJoinedToItsRow(t *testing.T) {
	b := newBench(t)
	b.city()
	head, sign := "填表处室（单位）：办公室  日期：2026年3月5日", "处室（单位）主要负责人签字：钱一   责任领导（分管委领导）审核签字：赵甲"
	people := "处室单位负责人：钱一\n责任人员：张三"
	data := formDocx(t, head, docxRows(
		docxRow("1", "采购未经集体讨论", "1.集体决策；\n2.公开", "", "重要", "处室单位负责人：钱一\n责任人员：张三、"),
		docxRow(formHeadings...), // as on the next page
		docxRow("", "", "透明；\n3.定期轮岗。", "查阅会议记录，检查是否经集体研究。", "", "李四"),
		docxRow("（续表）", "", "", "", "", ""),
		docxRow("", "", "4.专项审计", "实地走访", "", ""),
		docxRow("2", "公章使用没有登记，也没有经过（办公室", "登记", "查阅登记簿", "一般", people),
		docxRow("", "负责人）批准", "审批", "", "", ""),
		docxRow("3", "食堂账目不清", "公示", "查阅账目", "一般", people),
	), sign)
	points, f := b.preview("a.docx", data)
	type got struct {
		No             int
		Description    string
		Measures, Path []string
		Persons        []string
	}
	var have []got
	for _, p := range points {
		have = append(have, got{p.No, p.Description, p.Measures, p.Path, p.Persons})
	}
	if diff := cmp.Diff([]got{
		{1, "采购未经集体讨论", []string{"集体决策；", "公开透明；", "定期轮岗。", "专项审计"}, []string{"查阅会议记录，检查是否经集体研究。", "实地走访"}, []string{"张三", "李四"}},
		{2, "公章使用没有登记，也没有经过（办公室负责人）批准", []string{"登记审批"}, []string{"查阅登记簿"}, []string{"张三"}},
		{3, "食堂账目不清", []string{"公示"}, []string{"查阅账目"}, []string{"张三"}},
	}, have); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	if f.Counts != (Counts{Read: 3, Added: 3}) || len(f.Errors) > 0 {
		t.Errorf("%+v %+v", f.Counts, f.Errors)
	}
	var joined []string
	for _, w := range f.Warnings {
		if w.Code == "row_joined" {
			joined = append(joined, w.Message)
			if w.Row == 0 || w.Column != "序号" {
				t.Errorf("%+v", w)
			}
		}
	}
	if len(joined) != 3 || !strings.Contains(joined[0], "第 2 行（序号 1）") || !strings.Contains(joined[2], "第 7 行（序号 2）") {
		t.Errorf("said: %q", joined)
	}
}

// TestARowThatMayBeAPointOfItsOwnIsNotJoined: nothing is guessed where two points could be meant.
func TestARowThatMayBeAPointOfItsOwnIsNotJoined(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "填表处室（单位）：办公室  日期：2026年3月5日"
	first := func(no string) docx.Row {
		return docxRow(no, "采购未经集体讨论", "集体决策", "查阅资料", "重要", "处室单位负责人：钱一\n责任人员：张三")
	}
	for name, c := range map[string]struct {
		rows    []docx.Row
		counts  Counts
		errors  []string
		warning string
	}{
		"with persons of its own":  {docxRows(first("1"), docxRow("", "", "登记", "查阅登记簿", "", "处室单位负责人：钱一\n责任人员：李四")), Counts{Read: 2, Added: 1, Rejected: 1}, []string{"description_missing"}, ""},
		"with a grade":             {docxRows(first("1"), docxRow("", "", "登记", "查阅登记簿", "一般", "")), Counts{Read: 2, Added: 1, Rejected: 1}, []string{"description_missing"}, ""},
		"where none is numbered":   {docxRows(first(""), docxRow("", "", "登记", "查阅登记簿", "", "")), Counts{Read: 2, Added: 1, Rejected: 1}, []string{"description_missing"}, ""},
		"with its description":     {docxRows(first("1"), docxRow("", "公章使用没有登记", "登记", "", "", "")), Counts{Read: 2, Added: 1, Rejected: 1}, []string{"path_missing"}, ""},
		"complete but for the no.": {docxRows(first("1"), docxRow("", "公章使用没有登记", "登记", "查阅登记簿", "", "")), Counts{Read: 2, Added: 2}, nil, "no_missing"},
		"after an unfilled row":    {docxRows(docxRow("1", "", "", "", "", ""), docxRow("", "", "登记", "查阅登记簿", "", "")), Counts{Read: 1, Rejected: 1}, []string{"description_missing"}, ""},
		"persons without a label":  {docxRows(first("1"), docxRow("", "", "", "", "", "李四")), Counts{Read: 2, Added: 1, Rejected: 1}, []string{"description_missing", "measures_missing", "path_missing"}, ""},
	} {
		_, f := b.preview("a.docx", formDocx(t, head, c.rows))
		if f.Counts != c.counts || !slices.Equal(codes(f.Errors), c.errors) {
			t.Errorf("%s: %+v %v", name, f.Counts, f.Errors)
		}
		for _, e := range f.Errors {
			if !strings.Contains(e.Message, "第 2 行的续行") {
				t.Errorf("%s: does not propose to join: %s", name, e.Message)
			}
		}
		if c.warning != "" && !slices.Contains(codes(f.Warnings), c.warning) {
			t.Errorf("%s: %v", name, codes(f.Warnings))
		}
	}
	// Where numbers are left open, an entry without grade and persons is a point like others.
	if _, f := b.preview("a.docx", formDocx(t, head, docxRows(first(""), docxRow("", "公章使用没有登记", "登记", "查阅登记簿", "", "")))); slices.Contains(codes(f.Warnings), "no_missing") || f.Added != 2 {
		t.Errorf("without numbers: %+v %v", f.Counts, codes(f.Warnings))
	}
}

// TestARowThatGoesOnWithALostRowIsNotGivenToAnother: the row above could not be read, so what goes
// on with it must not end in the point before.
func TestARowThatGoesOnWithALostRowIsNotGivenToAnother(t *testing.T) {
	b := newBench(t)
	b.city()
	data := formDocx(t, "填表处室（单位）：办公室  日期：2026年3月5日", docxRows(
		docxRow("1", "采购未经集体讨论", "集体决策", "查阅资料", "重要", "张三"),
		docxRow("2", strings.Repeat("长", 40_000), "登记", "查阅登记簿", "重要", "张三"),
		docxRow("", "", "审批", "实地走访", "", "")))
	points, f := b.preview("a.docx", data)
	if len(points) != 1 || !slices.Equal(points[0].Measures, []string{"集体决策"}) || f.Rejected != 2 {
		t.Errorf("%+v %+v %+v", points, f.Counts, f.Errors)
	}
}

// TestATableWithoutHeadingsGoesOnWithTheFormAbove: where Word split a table in two, the second half has
// no headings. Its points were left out, a single one without a word.
func TestATableWithoutHeadingsGoesOnWithTheFormAbove(t *testing.T) {
	b := newBench(t)
	b.city()
	people := "处室单位负责人：钱一\n责任人员：张三"
	head, sign := "填表处室（单位）：办公室  日期：2026年3月5日", "处室（单位）主要负责人签字：钱一   责任领导（分管委领导）审核签字：赵甲"
	first := formBlocks(head, docxRows(point("1", "采购未经集体讨论", "重要", people)))
	table := func(rows ...docx.Row) docx.Table {
		return docx.Table{Widths: []int{600, 3000, 3000, 3000, 800, 1600}, Rows: rows}
	}
	for name, c := range map[string]struct {
		second   docx.Table
		counts   Counts
		warnings []string
		errors   []string
	}{
		"one row":       {table(point("2", "公章使用没有登记", "一般", people)), Counts{Read: 2, Added: 2}, []string{"headings_missing"}, nil},
		"several rows":  {table(point("2", "公章使用没有登记", "一般", people), docxRow("", "", "3.定期轮岗", "", "", ""), point("3", "食堂账目不清", "一般", people)), Counts{Read: 3, Added: 3}, []string{"headings_missing", "row_joined"}, nil},
		"another table": {docx.Table{Widths: []int{3000, 3000, 3000}, Rows: docxRows(docxRow("审批", "会签", "意见"), docxRow("1", "三月", "同意"))}, Counts{Read: 1, Added: 1}, []string{"table_ignored"}, nil},
		"a single line": {docx.Table{Widths: []int{3000, 3000, 3000}, Rows: docxRows(docxRow("审批", "会签", "意见"))}, Counts{Read: 1, Added: 1}, []string{"table_ignored"}, nil},
		"no numbers":    {table(docxRow("甲", "乙", "丙", "丁", "戊", "己"), docxRow("子", "丑", "寅", "卯", "辰", "巳")), Counts{Read: 1, Added: 1}, []string{"table_ignored"}, nil},
		"a bad row":     {table(point("2", "公章使用没有登记", "高", people)), Counts{Read: 2, Added: 1, Rejected: 1}, []string{"headings_missing"}, []string{"grade_invalid"}},
	} {
		_, f := b.preview("a.docx", wordFile(t, append(slices.Clone(first), docx.Text("续表"), c.second, docx.Text(sign))...))
		var warnings []string
		for _, w := range f.Warnings {
			if w.Code != "layer_missing" && w.Code != "category_missing" {
				warnings = append(warnings, w.Code)
			}
		}
		if f.Counts != c.counts || !slices.Equal(warnings, c.warnings) || !slices.Equal(codes(f.Errors), c.errors) {
			t.Errorf("%s: %+v %v %+v", name, f.Counts, warnings, f.Errors)
		}
	}
}

// TestTitlesBetweenPointsAreSaid: a line such as 一、决策廉洁风险 between the points was left out without a word.
func TestTitlesBetweenPointsAreSaid(t *testing.T) {
	b := newBench(t)
	b.city()
	people := "处室单位负责人：钱一\n责任人员：张三"
	title := docx.Row{Cells: []docx.Cell{{Span: 6, Paragraphs: []docx.Paragraph{docx.Text("一、决策廉洁风险")}}}}
	_, f := b.preview("a.docx", formDocx(t, "填表处室（单位）：办公室  日期：2026年3月5日", docxRows(title, point("1", "采购未经集体讨论", "重要", people), docxRow("（二）中层岗位", "", "", "", "", ""), point("2", "公章使用没有登记", "一般", people),
		docxRow("3", "", "", "", "重要/\n一般", "处室单位负责人：\n责任人员："), docxRow("", "", "", "", "", "处室单位负责人：\n责任人员："))))
	var said []string
	for _, w := range f.Warnings {
		if w.Code == "row_passed" {
			said = append(said, w.Value)
		}
	}
	if want := []string{"一、决策廉洁风险", "（二）中层岗位"}; !slices.Equal(said, want) || f.Counts != (Counts{Read: 2, Added: 2}) {
		t.Errorf("said %q, %+v %+v", said, f.Counts, f.Errors)
	}
}
