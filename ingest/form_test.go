package ingest

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingfeng/internal/docx"
	"qingfeng/internal/form"
	"qingfeng/internal/integrity"
)

// The sample of the notice, annex 2, as it stands there.
const (
	sampleDescription = "严格规范重大物资、设备采购、购买服务的决策、招标、验收、资金拨付等环节的程序和要求，杜绝未经集体讨论、科学论证，个人决定擅自采购；杜绝未按规定程序和要求进行采购，接受不符合采购标准的物资、设备等；杜绝未与供应商价格协商，出现采购价高于市场价的问题及领导干部违规干预采购，搞钱权交易、利益输送等问题。"
	sampleMeasures    = "1. 重大物资、设备采购、购买服务须经集体决策；\n2. 严格执行《会计法》和政府采购制度、局财务管理制度，规范操作，公开透明；\n3.严格申请报告审批制度，把好审核关；\n4.建立严格的管理办法和措施，对重大物资、设备采购、购买服务的决策、招标、验收、资金拨付等各环节，形成有效的监督管理。"
	samplePath        = "1.对照财政部门《集中采购目录及限额标准》，检查有否超范围、超限额采购；\n2.查阅会议记录，检查是否经集体研究决策；\n3.查阅采购资料，检查是否符合采购程序和要求，有否为特定对象设置特定条件，存在违规采购、利益输送等问题；\n4.比对采购资料和实物，检查采购的物资和设备是否符合采购标准；\n5.约谈相关处室负责人；\n6.实地查看物资使用情况。"
	emptyHead         = "填表处室（单位）：                                                                日期："
	emptyFoot         = "处室（单位）主要负责人签字：                            责任领导（分管委领导）审核签字：                "
)

var formHeadings = []string{"序号", "廉洁风险点描述", "防控措施", "监督检查路径", "风险\n等级", "相关责任人"}

// paragraphs is a cell of one paragraph per line.
func paragraphs(text string) docx.Cell {
	var c docx.Cell
	for line := range strings.SplitSeq(text, "\n") {
		c.Paragraphs = append(c.Paragraphs, docx.Text(line))
	}
	return c
}

func docxRow(texts ...string) docx.Row {
	var r docx.Row
	for _, t := range texts {
		r.Cells = append(r.Cells, paragraphs(t))
	}
	return r
}

// formDocx is a form in Word: a line above, the table, lines below.
func formDocx(t *testing.T, above string, rows []docx.Row, below ...string) []byte {
	t.Helper()
	return wordFile(t, formBlocks(above, rows, below...)...)
}

func formBlocks(above string, rows []docx.Row, below ...string) []docx.Block {
	table := docx.Table{Widths: []int{600, 3000, 3000, 3000, 800, 1600}, Headings: 1, Rows: append([]docx.Row{docxRow(formHeadings...)}, rows...)}
	out := []docx.Block{docx.Text("廉洁风险防控清单"), docx.Text(above), table}
	for _, line := range below {
		out = append(out, docx.Text(line))
	}
	return out
}

func wordFile(t *testing.T, blocks ...docx.Block) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := docx.Write(&b, docx.Document{Title: "清单", Landscape: true, Body: blocks}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// workbook is a sheet of texts; merges are ranges such as A1:F1.
func workbook(t *testing.T, rows [][]string, merges ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		for j, text := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStr("Sheet1", cell, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, m := range merges {
		from, to, _ := strings.Cut(m, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func annexDocx(t *testing.T) []byte {
	table := docx.Table{Widths: []int{600, 3000, 3000, 3000, 800, 1600}, Headings: 2, Rows: []docx.Row{
		{Cells: []docx.Cell{{Span: 6, Paragraphs: []docx.Paragraph{docx.Text("廉洁风险防控清单")}}}},
		docxRow(formHeadings...),
		docxRow("1", sampleDescription, sampleMeasures, samplePath, "重要", ""),
		docxRow("2", "", "", "", "", ""),
	}}
	return wordFile(t, docx.Text("**局廉洁风险防控清单（样表）"), docx.Text(emptyHead), table, docx.Text(emptyFoot))
}

func annexXLSX(t *testing.T) []byte {
	return workbook(t, [][]string{
		{"**局廉洁风险防控清单（样表）"}, {emptyHead}, formHeadings,
		{"1", sampleDescription, sampleMeasures, samplePath, "重要", ""},
		{"2", "", "", "", "", ""}, {"3", "", "", "", "", ""}, {emptyFoot},
		{"注：1. 一个风险点一栏；"}, {"2. 多人存在同一风险点，在同一表格上签字；一人有多个风险点，分栏制表、签字。"}, {"3. 此表请分管领导审核并签字后，报送委政治处。"},
	}, "A1:F1", "A2:F2", "A7:F7", "A8:F8", "A9:F9", "A10:F10")
}

func TestTheSampleOfTheNoticeIsOnePointWithFourMeasuresAndSixSteps(t *testing.T) {
	b := newBench(t)
	b.city()
	for name, data := range map[string][]byte{"sample.docx": annexDocx(t), "sample.xlsx": annexXLSX(t)} {
		rep := b.request(Request{Kind: KindRisks, DryRun: true, Files: []Source{source(name, data)}})
		f := rep.Files[0]
		if f.Read != 1 || f.Added != 1 || len(f.Preview) != 1 || len(f.Errors) != 0 || f.Status != FileDryRun || rep.Outcome() != 0 {
			t.Fatalf("%s: %+v, outcome %d", name, f, rep.Outcome())
		}
		p := f.Preview[0].(integrity.RiskPoint)
		if p.Description != sampleDescription || len(p.Measures) != 4 || len(p.Path) != 6 || p.Grade != integrity.GradeImportant || p.No != 1 {
			t.Errorf("%s: %+v", name, p)
		}
		if p.Measures[2] != "严格申请报告审批制度，把好审核关；" || p.Path[5] != "实地查看物资使用情况。" {
			t.Errorf("%s: %q %q", name, p.Measures, p.Path)
		}
		if diff := cmp.Diff([]integrity.Method{integrity.MethodDocuments, integrity.MethodSiteVisit, integrity.MethodInterview}, p.Methods); diff != "" {
			t.Errorf("%s: methods (-want +got):\n%s", name, diff)
		}
		got := codes(f.Warnings)
		slices.Sort(got)
		if diff := cmp.Diff([]string{"category_missing", "date_missing", "layer_missing", "person_missing", "signature_missing", "unit_missing"}, got); diff != "" {
			t.Errorf("%s: warnings (-want +got):\n%s", name, diff)
		}
		rep = b.request(Request{Kind: KindRisks, Files: []Source{source(name, data)}})
		if got := codes(rep.Files[0].Errors); !slices.Equal(got, []string{"unit_missing", "date_missing"}) || rep.Outcome() != 4 || rep.Totals.Rejected != 1 {
			t.Errorf("%s loaded without unit and date: errors %v, %+v", name, got, rep.Totals)
		}
	}
	rep := b.request(Request{Kind: KindRisks, Unit: "办公室", Date: integrity.Date(2026, time.March, 5), Files: []Source{source("sample.docx", annexDocx(t))}})
	if rep.Totals != (Counts{Read: 1, Added: 1}) || rep.Outcome() != 0 {
		t.Errorf("with unit and date: %+v %+v", rep.Totals, rep.Files[0].Errors)
	}
}

// point is a filled row of the form.
func point(no, description, grade, person string) docx.Row {
	return docxRow(no, description, "1. 集体决策；\n2. 公开透明。", "查阅会议记录，检查是否经集体研究。", grade, person)
}

func (b *bench) preview(name string, data []byte, change ...func(*Request)) ([]integrity.RiskPoint, FileReport) {
	b.t.Helper()
	req := Request{Kind: KindRisks, DryRun: true, Files: []Source{source(name, data)}}
	for _, c := range change {
		c(&req)
	}
	f := b.request(req).Files[0]
	var out []integrity.RiskPoint
	for _, p := range f.Preview {
		out = append(out, p.(integrity.RiskPoint))
	}
	return out, f
}

func TestTheHeaderLineIsReadInTheUsualWritings(t *testing.T) {
	b := newBench(t)
	b.city()
	for _, tc := range []struct{ name, line, unit, date string }{
		{"as the notice has it", "填表处室（单位）：办公室          日期：2026年3月5日", "01", "2026-03-05"},
		{"half-width colon and brackets", "填表处室(单位): 办公室  日期: 2026-03-05", "01", "2026-03-05"},
		{"with underscores", "填表处室（单位）：__办公室______ 日期：_2026.3.5_", "01", "2026-03-05"},
		{"spaced out", "填 表 单 位：市第一医院    填表日期：2026/3/5", "13", "2026-03-05"},
		{"reporting unit", "填报单位（盖章）：市第一医院   联系人：某某   填报时间：20260305", "13", "2026-03-05"},
		{"unit alone", "单位名称：市第二医院  日期：2026 年 3 月 5 日", "14", "2026-03-05"},
		{"with a person who filled it in", "填表处室：办公室 填表人：钱一 日期：2026年3月5日", "01", "2026-03-05"},
		{"by its code", "填表处室（单位）：14   日期：2026年03月05号", "14", "2026-03-05"},
		{"full-width digits", "填表处室（单位）：办公室  日期：２０２６年３月５日", "01", "2026-03-05"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			points, f := b.preview("a.docx", formDocx(t, tc.line, []docx.Row{point("1", "采购未经集体讨论", "重要", "张三")}))
			if len(points) != 1 || points[0].Unit != tc.unit || points[0].InForceFrom.String() != tc.date {
				t.Errorf("%q: %+v, errors %v", tc.line, points, f.Errors)
			}
		})
	}
	t.Run("in cells of a workbook", func(t *testing.T) {
		data := workbook(t, [][]string{{"廉洁风险防控清单"}, {"填表处室（单位）", "办公室", "", "日期", "2026-03-05"}, formHeadings, {"1", "采购未经集体讨论", "甲", "乙", "一般", "张三"}}, "A1:F1")
		points, f := b.preview("a.xlsx", data)
		if len(points) != 1 || points[0].Unit != "01" || points[0].InForceFrom.String() != "2026-03-05" {
			t.Errorf("%+v, errors %v", points, f.Errors)
		}
	})
}

func TestUnknownUnitsAreErrorsWithASuggestion(t *testing.T) {
	b := newBench(t)
	b.city()
	data := formDocx(t, "填表处室（单位）：市第一人民医院  日期：2026年3月5日", []docx.Row{point("1", "采购未经集体讨论", "重要", "张三")})
	for _, dry := range []bool{true, false} {
		rep := b.request(Request{Kind: KindRisks, DryRun: dry, Files: []Source{source("a.docx", data)}})
		f := rep.Files[0]
		if len(f.Errors) != 1 || f.Errors[0].Code != "unit_unknown" || !strings.Contains(f.Errors[0].Message, "市第一医院") || f.Rejected != 1 || rep.Outcome() != 4 {
			t.Errorf("dry run %t: %+v, outcome %d", dry, f, rep.Outcome())
		}
	}
}

func TestSeveralTablesOfAFormAreOneList(t *testing.T) {
	b := newBench(t)
	b.city()
	headings := docxRow(formHeadings...)
	widths := []int{600, 3000, 3000, 3000, 800, 1600}
	data := wordFile(t,
		docx.Text("填表处室（单位）：办公室   日期：2026年3月5日"),
		docx.Table{Widths: widths, Rows: []docx.Row{headings, point("1", "采购未经集体讨论决定", "重要", "张三"), point("2", "公章使用没有登记备查", "一般", "张三")}},
		docx.Text("（续表）"),
		docx.Table{Widths: widths, Rows: []docx.Row{headings, point("3", "公务接待超出规定标准", "一般", "李四")}},
		docx.Text("处室（单位）主要负责人签字：钱一   责任领导（分管委领导）审核签字：赵甲"),
		docx.Text("填表处室（单位）：市第一医院   日期：2026年3月6日"),
		docx.Table{Widths: widths, Rows: []docx.Row{headings, point("1", "药品采购收受回扣", "重要", "王五")}},
		docx.Text("处室（单位）主要负责人签字：孙二   责任领导（分管委领导）审核签字："),
	)
	rep := b.request(Request{Kind: KindRisks, Files: []Source{source("a.docx", data)}})
	if rep.Totals != (Counts{Read: 4, Added: 4}) {
		t.Fatalf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
	for query, want := range map[string]int64{
		"SELECT sum(sign) FROM lists": 2,
		"SELECT sum(sign) FROM lists WHERE unit = '01' AND points = 3 AND head_signed = '钱一' AND leader_signed = '赵甲'":                                      1,
		"SELECT sum(sign) FROM lists WHERE unit = '13' AND points = 1 AND head_signed = '孙二' AND leader_signed = '' AND toString(listed_on) = '2026-03-06'": 1,
	} {
		if got := b.number(query); got != want {
			t.Errorf("%s = %d, want %d", query, got, want)
		}
	}
	var signatures int
	for _, w := range rep.Files[0].Warnings {
		if w.Code == "signature_missing" {
			signatures++
			if !strings.Contains(w.Message, "责任领导") || strings.Contains(w.Message, "主要负责人") {
				t.Errorf("message %q", w.Message)
			}
		}
	}
	if signatures != 1 {
		t.Errorf("%d warnings about signatures, want 1, for the second list", signatures)
	}
}

func TestOneSheetPerPersonIsOneList(t *testing.T) {
	b := newBench(t)
	b.city()
	var blocks []docx.Block
	for i, who := range []string{"张三", "李四"} {
		blocks = append(blocks, formBlocks("填表处室（单位）：办公室  日期：2026年3月5日", []docx.Row{point("1", []string{"采购未经集体讨论决定", "公章使用没有登记备查"}[i], "一般", who)}, emptyFoot)...)
	}
	rep := b.request(Request{Kind: KindRisks, Files: []Source{source("a.docx", wordFile(t, blocks...))}})
	if rep.Totals != (Counts{Read: 2, Added: 2}) || b.number("SELECT sum(sign) FROM lists") != 1 {
		t.Errorf("%+v, %d lists", rep.Totals, b.number("SELECT sum(sign) FROM lists"))
	}
	if got := codes(rep.Files[0].Warnings); !slices.Contains(got, "no_repeated") {
		t.Errorf("warnings %v", got)
	}
}

func TestMergedTrackedAndControlledCellsAreReadAsTheyLook(t *testing.T) {
	b := newBench(t)
	b.city()
	first := point("1", "", "重要", "处室单位负责人：钱一\n责任人员：张　三、李四")
	first.Cells[1] = docx.Cell{Control: "描述", Paragraphs: []docx.Paragraph{{Runs: []docx.Run{
		{Text: "采购未经"}, {Text: "科长", Change: &docx.Change{Deleted: true, Author: "甲"}}, {Text: "集体", Change: &docx.Change{Author: "甲"}}, {Text: "讨论"}}}}}
	first.Cells[2] = paragraphs("集体决策；")
	second := docxRow("", "", "公开透明。", "", "", "")
	third := docxRow("", "", "定期轮岗。", "", "", "")
	for c := range 6 {
		if c == 2 {
			continue
		}
		first.Cells[c].Merge = docx.MergeStart
		second.Cells[c] = docx.Cell{Merge: docx.MergeContinue}
		third.Cells[c] = docx.Cell{Merge: docx.MergeContinue}
	}
	points, f := b.preview("a.docx", formDocx(t, "填表处室（单位）：办公室  日期：2026年3月5日", []docx.Row{first, second, third, point("2", "公章使用没有登记", "一般", "王五")}))
	if len(points) != 2 || f.Read != 2 {
		t.Fatalf("%d points, read %d: %v", len(points), f.Read, f.Errors)
	}
	p := points[0]
	if p.Description != "采购未经集体讨论" || p.Head != "钱一" {
		t.Errorf("%q, head %q", p.Description, p.Head)
	}
	if diff := cmp.Diff([]string{"集体决策；", "公开透明。", "定期轮岗。"}, p.Measures); diff != "" {
		t.Errorf("measures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"张三", "李四"}, p.Persons); diff != "" {
		t.Errorf("persons (-want +got):\n%s", diff)
	}
}

func TestARejectedPointIsRejectedOnceWithAllItsRows(t *testing.T) {
	b := newBench(t)
	b.city()
	first, second := point("1", "采购未经集体讨论", "高", "张三"), docxRow("", "", "定期轮岗。", "", "", "")
	for c := range 6 {
		if c != 2 {
			first.Cells[c].Merge, second.Cells[c] = docx.MergeStart, docx.Cell{Merge: docx.MergeContinue}
		}
	}
	data := formDocx(t, "填表处室（单位）：办公室  日期：2026年3月5日", []docx.Row{first, second, point("2", "公章使用没有登记", "一般", "王五")})
	rep := b.request(Request{Kind: KindRisks, Files: []Source{source("a.docx", data)}})
	if rep.Totals != (Counts{Read: 2, Added: 1, Rejected: 1}) || rep.Outcome() != 3 {
		t.Fatalf("%+v %v", rep.Totals, rep.Files[0].Errors)
	}
	sheet, err := b.load.Rejects(t.Context(), rep.Batch)
	if err != nil || len(sheet.Rows) != 1 {
		t.Fatalf("rejects %v, %v", sheet, err)
	}
	if got := sheet.Rows[0][4]; got != "1. 集体决策；\n2. 公开透明。\n定期轮岗。" {
		t.Errorf("measures of the rejected row: %q", got)
	}
}

func TestGradesOfOtherScalesNeedAMapping(t *testing.T) {
	b := newBench(t)
	b.city()
	var rows []docx.Row
	for i, g := range []string{"重要", "一般", "重要/\n一般", "", "高", "中", "低", "1中2低", "☑重要 □一般"} {
		rows = append(rows, point(string(rune('1'+i)), "第"+string(rune('甲'))+strings.Repeat("点", i+1), g, "张三"))
	}
	data := formDocx(t, "填表处室（单位）：办公室  日期：2026年3月5日", rows)
	points, f := b.preview("a.docx", data)
	var grades []integrity.Grade
	for _, p := range points {
		grades = append(grades, p.Grade)
	}
	if diff := cmp.Diff([]integrity.Grade{"important", "general", "ungraded", "ungraded", "important"}, grades); diff != "" {
		t.Errorf("grades (-want +got):\n%s", diff)
	}
	if f.Rejected != 4 || len(f.Errors) != 4 || f.Errors[0].Code != "grade_invalid" || f.Errors[0].Value != "高" || f.Errors[0].Column != "风险\n等级" {
		t.Fatalf("rejected %d: %+v", f.Rejected, f.Errors)
	}
	for _, legal := range []string{"重要", "一般"} {
		if !strings.Contains(f.Errors[0].Message, legal) {
			t.Errorf("the message does not name %s: %s", legal, f.Errors[0].Message)
		}
	}
	if !strings.Contains(f.Errors[3].Message, "一个风险点一栏") {
		t.Errorf("several points in one cell: %s", f.Errors[3].Message)
	}
	points, f = b.preview("a.docx", data, func(r *Request) { r.GradeMap = map[string]string{"高": "重要", " 中 ": "一般", "低": "一般"} })
	if len(points) != 8 || points[4].Grade != integrity.GradeImportant || points[6].Grade != integrity.GradeGeneral || f.Rejected != 1 {
		t.Errorf("with a mapping: %d points, %v", len(points), f.Errors)
	}
}

func TestHeadingsOfPublishedFormsAreRecognised(t *testing.T) {
	b := newBench(t)
	b.city()
	for _, tc := range []struct {
		name     string
		headings [][]string
		row      []string
		check    func(p integrity.RiskPoint) bool
	}{
		{"broken by spaces and line breaks", [][]string{{"序 号", "廉洁风险点\n描 述", "防控\n措施", "监督检查 路径", "风险 等级", "相关\n责任人"}}, []string{"1", "描述甲", "措施", "路径", "重要", "张三"},
			func(p integrity.RiskPoint) bool { return p.Description == "描述甲" && p.Grade == "important" }},
		{"other words", [][]string{{"序号", "廉政风险主要内容及表现形式", "防控要点及防控措施", "监督检查路径", "风险级次", "直接责任人", "分管领导", "岗位类别", "风险类型"}}, []string{"1", "描述甲", "措施", "路径", "一般", "张三", "赵甲", "中层干部", "决策风险"},
			func(p integrity.RiskPoint) bool {
				return p.Leader == "赵甲" && p.Layer == "middle" && p.Category == "decision" && cmp.Equal(p.Persons, []string{"张三"})
			}},
		{"in two rows", [][]string{{"序号", "风险情况", "", "监督检查路径", "风险等级", "责任", ""}, {"", "风险情况描述", "防控方法", "", "", "部门负责人", "责任人员"}}, []string{"1", "描述甲", "措施", "路径", "一般", "钱一", "张三"},
			func(p integrity.RiskPoint) bool {
				return p.Description == "描述甲" && p.Head == "钱一" && cmp.Equal(p.Persons, []string{"张三"})
			}},
		{"a short and a long word for the description", [][]string{{"序号", "风险点", "表现形式", "防控措施", "监督检查路径", "等级", "责任人"}}, []string{"1", "采购", "采购未经集体讨论", "措施", "路径", "一般", "张三"},
			func(p integrity.RiskPoint) bool { return p.Description == "采购未经集体讨论" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rows := [][]string{{"廉洁风险防控清单"}, {"填表处室（单位）：办公室  日期：2026年3月5日"}}
			rows = append(append(rows, tc.headings...), tc.row)
			points, f := b.preview("a.xlsx", workbook(t, rows, "A1:F1", "A2:F2"))
			if len(points) != 1 || !tc.check(points[0]) || points[0].Unit != "01" {
				t.Errorf("%+v\nerrors %v\nunknown %v", points, f.Errors, f.UnknownColumns)
			}
		})
	}
}

func TestResponsiblePersonsAreSplit(t *testing.T) {
	for _, tc := range []struct {
		cell, head string
		persons    []string
	}{
		{"处室单位负责人：张三\n责任人员：李四、王五", "张三", []string{"李四", "王五"}},
		{"处室（单位）负责人:张三 责任人员:李 四，王五", "张三", []string{"李四", "王五"}},
		{"责任人员：李四；王五\n处室负责人：张三", "张三", []string{"李四", "王五"}},
		{"处室单位负责人：\n责任人员：", "", nil},
		{"处室单位负责人：____ 责任人员：____", "", nil},
		{"岗位责任人：李四 单位负责人：张三", "张三", []string{"李四"}},
		{"张三\n李四", "", []string{"张三", "李四"}},
		{"欧阳 明、John Smith", "", []string{"欧阳明", "John Smith"}},
	} {
		head, persons := splitResponsible(tc.cell)
		if head != tc.head || !cmp.Equal(persons, tc.persons) {
			t.Errorf("%q: head %q, persons %q", tc.cell, head, persons)
		}
	}
}

func TestSeveralPointsInOneCellAreAWarningWithTheSplit(t *testing.T) {
	b := newBench(t)
	b.city()
	_, f := b.preview("a.docx", formDocx(t, "填表处室（单位）：办公室  日期：2026年3月5日", []docx.Row{point("1", "1. 采购未经讨论；\n2. 公章没有登记；", "重要", "张三")}))
	i := slices.IndexFunc(f.Warnings, func(p Problem) bool { return p.Code == "several_points" })
	if i < 0 || !strings.Contains(f.Warnings[i].Message, "采购未经讨论； | 公章没有登记；") || f.Warnings[i].Row == 0 {
		t.Errorf("warnings %+v", f.Warnings)
	}
}

func TestLayerWordsOutsideTheTableNameTheLegalOnes(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|层面"
	want := map[string]integrity.Layer{"班子成员": "leadership", "领导班子": "leadership", "院领导": "leadership", "中层干部": "middle", "科主任": "middle", "处长": "middle", "部门负责人": "middle",
		"一般岗位": "other", "普通岗位": "other", "其他人员": "other", "领导岗位": "leadership", "中层岗位": "middle", "其他岗位": "other"}
	lines := []string{head}
	for word := range want {
		lines = append(lines, "13|2026-03-05|"+string(rune('1'+len(lines)%9))+"|描述"+word+"|甲|乙|一般|"+word)
	}
	points, f := b.preview("a.csv", csvOf(append(lines, "13|2026-03-05|99|描述|甲|乙|一般|保洁岗位")...))
	for _, p := range points {
		if p.Layer != want[strings.TrimPrefix(p.Description, "描述")] {
			t.Errorf("%s is %s", p.Description, p.Layer)
		}
	}
	if len(points) != len(want) || len(f.Errors) != 1 || f.Errors[0].Code != "layer_invalid" {
		t.Fatalf("%d points, errors %+v", len(points), f.Errors)
	}
	for _, legal := range []string{"领导岗位", "中层岗位", "其他岗位"} {
		if !strings.Contains(f.Errors[0].Message, legal) {
			t.Errorf("%s is not named: %s", legal, f.Errors[0].Message)
		}
	}
}

func TestAFormWrittenAndLoadedAgainIsUnchanged(t *testing.T) {
	b := newBench(t)
	b.city()
	lines := []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员|层面|类别|岗位|标签",
		`13|2026-03-05|1|采购未经集体讨论|1. 甲；2、乙\n2. 丙|查阅资料|重要|孙二|张三、李四|领导岗位|其他（被“围猎”）|院长|物、资金`,
		`13|2026-03-05|2|=公章使用没有登记|只有一条；2、不是第二条|第一行\n第二行|一般||王五||制度||`,
		`01|2025-12-31|1|公务接待超标准|甲|乙||钱一||中层岗位|||`}
	if rep := b.csv(KindRisks, lines...); rep.Totals != (Counts{Read: 3, Added: 3}) {
		t.Fatalf("%+v %v", rep.Totals, rep.Files[0].Errors)
	}
	points, _ := b.preview("again.csv", csvOf(lines...))
	byUnit := map[string]form.Form{
		"13": {UnitName: "市第一医院", Date: integrity.Date(2026, time.March, 5), Year: 2026, Points: points[:2], Classified: true},
		"01": {UnitName: "办公室", Date: integrity.Date(2025, time.December, 31), Year: 2025, Points: points[2:], Classified: true},
	}
	forms := []form.Form{byUnit["01"], byUnit["13"]}
	var word, sheet bytes.Buffer
	if err := form.WriteDocx(&word, forms...); err != nil {
		t.Fatal(err)
	}
	if err := form.WriteXLSX(&sheet, forms...); err != nil {
		t.Fatal(err)
	}
	forms[0].Classified, forms[1].Classified = false, false
	var six bytes.Buffer
	if err := form.WriteDocx(&six, forms...); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a.docx": word.Bytes(), "a.xlsx": sheet.Bytes(), "six.docx": six.Bytes()} {
		if rep := b.request(Request{Kind: KindRisks, Files: []Source{source(name, data)}}); rep.Totals != (Counts{Read: 3, Unchanged: 3}) {
			t.Errorf("%s: %+v %v", name, rep.Totals, rep.Files[0].Errors)
		}
	}
	if n := b.number("SELECT sum(sign) FROM lists"); n != 2 {
		t.Errorf("%d versions of lists, want 2", n)
	}
	// The year of the list need not be that of its date.
	old := byUnit["13"]
	old.Year = 2025
	var b2 bytes.Buffer
	if err := form.WriteDocx(&b2, old); err != nil {
		t.Fatal(err)
	}
	if b.request(Request{Kind: KindRisks, Files: []Source{source("old.docx", b2.Bytes())}}); b.number("SELECT sum(sign) FROM lists WHERE unit = '13' AND year = 2025") != 1 {
		t.Error("the year written in the form is not that of the list")
	}
}

func TestTheEmptyFormHoldsNothingToLoad(t *testing.T) {
	b := newBench(t)
	b.city()
	var word bytes.Buffer
	if err := form.WriteDocx(&word); err != nil {
		t.Fatal(err)
	}
	points, f := b.preview("empty.docx", word.Bytes())
	if len(points) != 0 || f.Read != 0 || len(f.Errors) != 0 {
		t.Errorf("%+v", f)
	}
}

func docxRows(rows ...docx.Row) []docx.Row { return rows }

func TestLinesAroundTheFormMayStandInTablesOfTheirOwn(t *testing.T) {
	b := newBench(t)
	b.city()
	widths := []int{6000, 6000}
	data := wordFile(t, docx.Table{Widths: widths, Rows: docxRows(docxRow("填表处室（单位）：办公室", "日期：2026年3月5日"))}, docx.Text(""),
		formBlocks("", docxRows(point("1", "采购未经集体讨论", "重要", "张三")))[2], docx.Text(""),
		docx.Table{Widths: widths, Rows: docxRows(docxRow("处室（单位）主要负责人签字：钱一", "责任领导（分管委领导）审核签字：赵甲"))})
	points, f := b.preview("a.docx", data)
	if len(points) != 1 || points[0].Unit != "01" || f.Rejected != 0 {
		t.Errorf("%+v %+v", points, f.Errors)
	}
	if got := codes(f.Warnings); !slices.Equal(got, []string{"layer_missing", "category_missing"}) {
		t.Errorf("warnings %v", got)
	}
}

func TestPetitionsNotForThisSystemAreNotKept(t *testing.T) {
	b := newBench(t)
	b.city()
	rep := b.csv(KindPetitions, "编号|单位|日期|内容|层面", "P1|00|2026-03-05|反映某领导用人不公|领导岗位", "P2|13|2026-03-05|请求退费|")
	if got := codes(rep.Files[0].Errors); !slices.Equal(got, []string{"not_for_this_system"}) {
		t.Fatalf("errors %v", got)
	}
	sheet, err := b.load.Rejects(t.Context(), rep.Batch)
	if err != nil || len(sheet.Rows) != 1 || strings.Contains(strings.Join(sheet.Rows[0], ""), "用人不公") || sheet.Rows[0][0] != "P1" {
		t.Errorf("%q, %v", sheet, err)
	}
}
