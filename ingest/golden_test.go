package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingfeng/internal/docx"
	"qingfeng/internal/integrity"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sent is a small file as an office would send it.
type sent struct {
	trait  string // what the file shows; the name of its golden file
	kind   Kind
	name   string
	data   []byte
	change func(*Request)
}

func lines(l ...string) []byte { return []byte(strings.Join(l, "\r\n") + "\r\n") }

func utf16le(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func sentFiles(t *testing.T) []sent {
	header := "填表处室（单位）：办公室   日期：2026年3月5日"
	signed := "处室（单位）主要负责人签字：钱一   责任领导（分管委领导）审核签字：赵甲"
	responsible := "处室单位负责人：钱一\n责任人员：张三、李四"
	oneForm := func(rows ...docx.Row) []byte { return formDocx(t, header, rows, signed) }
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(lines("编号,单位,日期,内容", "G1,市第一医院,2026-03-05,窗口多收费", "G2,市第一医院,2026-03-06,㐂字也在"))
	if err != nil {
		t.Fatal(err)
	}
	complaintHead := "编号|单位|日期|内容"
	listed := docxRow("1", "采购未经集体讨论", "", "", "一般", responsible)
	for _, c := range []int{2, 3} {
		for _, text := range []string{"集体决策", "公开透明"} {
			listed.Cells[c].Paragraphs = append(listed.Cells[c].Paragraphs, docx.Paragraph{Runs: []docx.Run{{Text: text}}, List: c})
		}
		listed.Cells[c].Paragraphs = listed.Cells[c].Paragraphs[1:]
	}
	tracked := point("1", "", "重要", responsible)
	tracked.Cells[1] = docx.Cell{Control: "描述", Paragraphs: []docx.Paragraph{{Runs: []docx.Run{{Text: "采购"}, {Text: "删去的字", Change: &docx.Change{Deleted: true, Author: "甲"}}, {Text: "未经集体讨论", Change: &docx.Change{Author: "甲"}}}}}}
	merged, below := point("1", "采购未经集体讨论", "重要", responsible), docxRow("", "", "定期轮岗。", "", "", "")
	for c := range 6 {
		if c != 2 {
			merged.Cells[c].Merge, below.Cells[c] = docx.MergeStart, docx.Cell{Merge: docx.MergeContinue}
		}
	}
	hidden := func() []byte {
		f, err := excelize.OpenReader(bytes.NewReader(workbook(t, [][]string{{"投诉台账"}, {"编号", "单位", "日期", "内容"}, {"H1", "13", "2026-03-05", "窗口多收费"}}, "A1:D1")))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.NewSheet("旧数据"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetVisible("旧数据", false); err != nil {
			t.Fatal(err)
		}
		for cell, text := range map[string]string{"A1": "编号", "B1": "单位", "C1": "日期", "D1": "内容", "A2": "H9", "B2": "13", "C2": "2026-03-05", "D2": "不应装载"} {
			if err := f.SetCellStr("旧数据", cell, text); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.NewSheet("说明"); err != nil {
			t.Fatal(err)
		}
		for cell, text := range map[string]string{"A1": "填写说明", "A2": "每件一行", "B2": "不留空行"} {
			if err := f.SetCellStr("说明", cell, text); err != nil {
				t.Fatal(err)
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	archive := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, e := range []struct{ name, text string }{{"一季度.csv", "编号,单位,日期,内容\nZ1,13,2026-03-05,窗口多收费\n"}, {"二季度.csv", "编号,单位,日期,内容\nZ2,13,2026-05-05,排队太久\n"}, {"三季度/第三人民医院.csv", "编号,单位,日期,内容\nZ3,99,2026-05-05,排队太久\n"}, {"说明.pdf", "%PDF-1.4"}} {
			w, err := z.Create(e.name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(e.text)); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	whole := oneForm(point("1", "采购未经集体讨论", "重要", responsible))
	return []sent{
		{"the sample of the notice in Word", KindRisks, "sample.docx", annexDocx(t), nil},
		{"the sample of the notice in a workbook", KindRisks, "sample.xlsx", annexXLSX(t), nil},
		{"a complete form", KindRisks, "form.docx", whole, nil},
		{"a form of an unknown unit", KindRisks, "form.docx", formDocx(t, "填表处室（单位）：市第一人民医院  日期：2026年3月5日", docxRows(point("1", "采购未经集体讨论", "重要", responsible)), signed), nil},
		{"a form dated tomorrow", KindRisks, "form.docx", formDocx(t, "填表处室（单位）：办公室  日期：2026年11月23日", docxRows(point("1", "采购未经集体讨论", "重要", responsible)), signed), nil},
		{"a form that goes on in a second table", KindRisks, "form.docx", wordFile(t, append(formBlocks(header, docxRows(point("1", "采购未经集体讨论", "重要", responsible))), formBlocks("", docxRows(point("2", "公章使用没有登记", "一般", responsible)), signed)...)...), nil},
		{"cells merged down over two rows", KindRisks, "form.docx", oneForm(merged, below), nil},
		{"tracked changes and content controls", KindRisks, "form.docx", oneForm(tracked), nil},
		{"numbered lists of Word", KindRisks, "form.docx", oneForm(listed), nil},
		{"grades of another scale", KindRisks, "form.docx", oneForm(point("1", "采购未经集体讨论", "高", responsible), point("2", "公章使用没有登记", "1中2低", responsible)), nil},
		{"grades of another scale with a mapping", KindRisks, "form.docx", oneForm(point("1", "采购未经集体讨论", "高", responsible)), func(r *Request) { r.GradeMap = map[string]string{"高": "重要"} }},
		{"several points in one cell", KindRisks, "form.docx", oneForm(point("1", "1. 采购未经集体讨论；\n2. 公章使用没有登记；", "重要", responsible)), nil},
		{"a form with empty cells", KindRisks, "form.docx", oneForm(docxRow("1", "采购未经集体讨论", "", "", "重要/\n一般", ""), docxRow("2", "", "集体决策", "查阅资料", "一般", responsible)), nil},
		{"headings in two rows", KindRisks, "form.xlsx", workbook(t, [][]string{{"廉洁风险防控清单"}, {header}, {"序号", "风险情况", "", "监督检查路径", "风险等级", "责任", "", "归类", ""}, {"", "风险情况描述", "防控方法", "", "", "部门负责人", "责任人员", "层面", "类别"}, {"1", "采购未经集体讨论", "集体决策", "查阅资料", "重要", "钱一", "张三", "领导岗位", "决策"}, {signed}}, "A1:I1", "A2:I2"), nil},
		{"a flat list of two units", KindRisks, "list.csv", csvOf(riskHead, risk("13", "2026-03-05", "1", "采购未经集体讨论", "重要"), risk("市第二医院", "2026年3月6日", "1", "公章使用没有登记", ""), risk("14", "2026-03-06", "1", "食堂账目不清", "一般")), nil},
		{"words outside the lists", KindRisks, "list.csv", csvOf(riskHead, "13|2026-03-05|甲|采购未经集体讨论|集体决策|查阅资料|重要|张三|保洁岗位|贪污", "13|2026-02-30|2|采购未经集体讨论|集体决策|查阅资料|重要|张三|领导岗位|决策"), nil},
		{"a list without a required column", KindRisks, "list.csv", csvOf("单位|日期|序号|廉洁风险点描述|防控措施", "13|2026-03-05|1|采购未经集体讨论|集体决策"), nil},
		{"GB18030", KindComplaints, "old.csv", gb, nil},
		{"UTF-16 with tabs", KindComplaints, "excel.txt", utf16le("编号\t单位\t日期\t内容\r\nU1\t13\t2026/3/5 9:05:05\t窗口多收费\r\n"), nil},
		{"columns and texts with identities", KindComplaints, "calls.csv", csvOf(complaintHead+"|投诉人|联系电话|身份证号|家庭住址|备注", "M1|13|2026-03-05|我叫王小明，电话13812345678，身份证110101199003074514，请回复|王小明|13812345678|110101199003074514|某路1号|无"), nil},
		{"identities in rejected values", KindComplaints, "calls.csv", csvOf(complaintHead+"|状态", "M2|13|13812345678|窗口多收费|在办", "M3|联系人：王小明 13812345678|2026-03-05|窗口多收费|在办", "M4|13|2026-03-05|窗口多收费|请致电13812345678"), nil},
		{"dates in all writings", KindComplaints, "dates.csv", csvOf(complaintHead, "D1|13|2026-03-05|甲", "D2|13|2026/3/5 9:05:05|甲", "D3|13|2026.3.5|甲", "D4|13|20260305|甲", "D5|13|2026年3月5日|甲", "D6|13|46086|甲", "D7|13|2026-02-29|甲", "D8|13|1989-12-31|甲", "D9|13|2026-11-23|甲", "D10|13|三月五日|甲", "D11|13||甲"), nil},
		{"ragged rows and quotation marks", KindComplaints, "ragged.csv", lines("编号,单位,日期,内容,渠道", `Q1,13,2026-03-05,"多收费，`+"\n"+`说是""规定""",热线`, "Q2,13,2026-03-06,少一列", "Q3,13,2026-03-07,多一列,热线,多余"), nil},
		{"headings with explanations and unknown columns", KindComplaints, "wide.csv", csvOf("编号*|被投诉单位|投诉时间|投诉内容（不含姓名）|涉廉（是/否）|满意度|满意度", "W1|13|2026-03-05|窗口多收费|是|差|", "W2|13|2026-03-05|医生收红包|可能|好|"), nil},
		{"categories of the source", KindComplaints, "cat.csv", csvOf(complaintHead+"|类别|涉廉", "C1|13|2026-03-05|窗口多收费|乱收费|", "C2|13|2026-03-05|医生收红包|其他（被“围猎”）|", "C3|13|2026-03-05|空调不冷|后勤|否"), nil},
		{"status words", KindComplaints, "status.csv", csvOf(complaintHead+"|状态|办结日期", "S1|13|2026-03-05|甲|已办结|2026-03-09", "S2|13|2026-03-05|甲||2026-03-09", "S3|13|2026-03-05|甲|搁置|", "S4|13|2026-03-05|甲|办结|2026-12-31"), nil},
		{"a number twice", KindComplaints, "twice.csv", csvOf(complaintHead, "N1|13|2026-03-05|先", "N1|13|2026-03-05|后", "N2|13|2026-03-05|同", "N2|13|2026-03-05|同"), nil},
		{"petitions", KindPetitions, "letters.csv", csvOf(complaintHead+"|性质|受理日期|延期至|层面|被举报人", "P1|13|2026-03-05|采购有问题|检举控告|2026-03-06||领导岗位|孙二", "P2|00|2026-03-05|违规用人|检举控告|||领导岗位|某某", "P3|13|2026-03-05|请求退费|求助||||", "P4|00|2026-03-05|窗口排队|意见建议||2026-12-31|其他岗位|"), nil},
		{"inspections", KindInspections, "checks.csv", csvOf(checkHead, check("J1", "13", "2026-04-01", "1、9", ""), strings.Replace(check("J2", "13", "2026-04-02", "", ""), "查阅资料、实地走访", "看一看", 1), strings.Replace(check("J3", "13", "2026-04-03", "", ""), "是|是|是", "是||不清楚", 1), strings.Replace(check("J4", "13", "2026-04-04", "全部", "没有会议记录"), "是|是|是", "是|否|是", 1)), nil},
		{"findings in English with a mapping", KindFindings, "findings.csv", csvOf("id|facility|visited|narrative|severity", "E1|13|2026-04-01|No record of the meeting|3", "E2|13|2105-04-01|No record|3", "E3|13|2026-04-01|No record|12"), func(r *Request) {
			r.Map = map[string]string{"facility": "单位", "visited": "日期", "narrative": "发现问题"}
		}},
		{"comparisons", KindComparisons, "models.csv", csvOf("编号|单位|日期|比对模型|异常描述", "B1|13|2026-04-01|重复报销|同一发票报销两次", "B2|13|2026-04-01||同一发票报销两次"), nil},
		{"the ledger", KindLedger, "ledger.csv", csvOf("单位|年度|事项|日期|序号|人员|采纳|理由", "全部|2026|代表帮查|2026-02-01||||", "13|2026|报政治处|2026-02-02||||", "13|2026|开会|2026-02-02||||", "全部|2026|部署|2026-02-02||||", "13|2026|豁免|2026-02-02|1|||"), nil},
		{"units", KindUnits, "units.csv", csvOf("单位编码|单位名称|上级编码|责任领导|责任领导起始日期|排序号", "21|市第三医院|00|赵甲|2020-01-01|21", "21|市第三医院|00|周乙|2026-05-01|21", "22|市四院|22|||", "|市五院||||第一"), nil},
		{"JSON", KindComplaints, "a.json", []byte(`[{"编号":"K1","单位":"13","日期":"2026-03-05","内容":"窗口多收费","电话":"13812345678"},{"编号":"K2","单位":"13","日期":"2026-03-06"}]`), nil},
		{"lines of JSON", KindComplaints, "a.jsonl", []byte("{\"number\":\"L1\",\"unit\":\"13\",\"date\":\"2026-03-05\",\"text\":\"窗口多收费\"}\n{\"number\":\"L2\",\"unit\":\"13\",\"date\":\"2026-03-06\",\"text\":\"排队太久\"}\n"), nil},
		{"an archive of files", KindComplaints, "all.zip", archive(), nil},
		{"a workbook with hidden and foreign sheets", KindComplaints, "book.xlsx", hidden(), nil},
		{"headings only", KindComplaints, "empty.csv", csvOf(complaintHead), nil},
		{"no headings", KindComplaints, "text.csv", lines("今天天气很好，", "没有表头"), nil},
		{"an empty file", KindComplaints, "nothing.csv", nil, nil},
		{"a PDF", KindComplaints, "scan.pdf", []byte("%PDF-1.7\n"), nil},
		{"a document cut short", KindRisks, "cut.docx", whole[:len(whole)/2], nil},
		{"an export loaded again", KindComplaints, "export.csv", lines("\ufeff编号,单位,日期,内容", "O1,13,2026-03-05,'=1+1 是公式", "# 政治处导出，2026-03-06"), nil},
	}
}

// TestEachTraitHasAReport compares the report of each file, as a dry run, in both
// languages.
func TestEachTraitHasAReport(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindRisks, riskHead, risk("13", "2026-01-05", "1", "药品采购未经集体讨论", "重要"), risk("13", "2026-01-05", "2", "公章使用没有登记", "一般"))
	t.Setenv("PATH", t.TempDir()) // old formats end with their message
	code := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)+$|^too_large$`)
	files := slices.Concat(sentFiles(t), traitFiles(t), officeFiles(t))
	kept := map[string]bool{}
	for _, f := range files {
		t.Run(f.trait, func(t *testing.T) {
			got := map[integrity.Lang]FileReport{}
			for _, lang := range []integrity.Lang{integrity.Chinese, integrity.English} {
				req := Request{Kind: f.kind, DryRun: true, Lang: lang, MayMove: true, Files: []Source{source(f.name, f.data)}}
				if f.change != nil {
					f.change(&req)
				}
				r := b.request(req).Files[0]
				if r.Read != r.Added+r.Changed+r.Unchanged+r.Rejected {
					t.Errorf("%s: %+v does not add up", lang, r.Counts)
				}
				for _, p := range append(append([]Problem(nil), r.Errors...), r.Warnings...) {
					if !code.MatchString(p.Code) || p.Message == "" {
						t.Errorf("%s: problem %+v", lang, p)
					}
				}
				r.SHA256 = ""
				got[lang] = r
			}
			var out bytes.Buffer
			enc := json.NewEncoder(&out)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(got); err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"13812345678", "110101199003074514", "王小明"} {
				if strings.Contains(out.String(), secret) {
					t.Errorf("the report shows %s", secret)
				}
			}
			path := filepath.Join("testdata", strings.ReplaceAll(f.trait, " ", "-")+".golden.json")
			kept[path] = true
			if *update {
				if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out.String()); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
	found, err := filepath.Glob("testdata/*.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if !kept[path] && !t.Failed() {
			t.Errorf("%s belongs to no file", path)
		}
	}
	if len(files) < 40 {
		t.Errorf("%d traits, at least 40 are to be shown", len(files))
	}
	if day := integrity.DayOf(b.now); day != integrity.Date(2026, time.November, 22) {
		t.Errorf("the reports are of %s", day)
	}
}
