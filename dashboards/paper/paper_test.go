package paper

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/desktop"
	"qingfeng/internal/docx/docxtest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics"
)

var keep = flag.String("out", "", "write the papers into this directory, to be looked at")

func TestMain(m *testing.M) { storetest.Main(m) }

const hostile = `</td><script>alert(1)</script>`

var (
	office = integrity.Principal{Role: integrity.RoleOffice, Name: "政治处"}
	asOf   = integrity.Date(2026, time.July, 20)
)

// town is an invented commission on a database of its own: two hospitals of one leader and
// thirty small units of another, a filing of 2025, a list of 2026 that changes it.
type town struct {
	t       *testing.T
	load    *ingest.Loader
	metrics *metrics.Metrics
	maker   Maker
}

func newTown(t *testing.T) *town {
	t.Helper()
	db := storetest.New(t)
	now := func() time.Time { return asOf.Start().Add(9 * time.Hour) }
	c := &town{t: t}
	var err error
	if c.load, err = ingest.New(ingest.Config{Store: db, Log: slog.New(slog.DiscardHandler), Now: now, Lock: store.LoadLock(t.TempDir())}); err != nil {
		t.Fatal(err)
	}
	if c.metrics, err = metrics.New(metrics.Config{Database: db, Now: now}); err != nil {
		t.Fatal(err)
	}
	c.maker = Maker{Metrics: c.metrics}
	units := []string{"单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期",
		"00|临澄市卫生健康委员会||委机关|||||2010-01-01", "13|市第一医院|00|直属单位|孙二|周乙|2020-01-01|13|2010-01-01", "14|市第二医院|00|直属单位|吴四|周乙|2020-01-01|14|2010-01-01"}
	risks := []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员|层面|类别|评定理由"}
	risk := func(unit, day string, no int, text, grade string) {
		risks = append(risks, fmt.Sprintf("%s|%s|%d|%s|每季度由审计科抽查三十份采购合同|依据采购管理办法；重点看验收；查阅资料|%s|孙二|张三|中层岗位|决策|自由裁量权较大", unit, day, no, text, grade))
	}
	for i := range 30 {
		code := fmt.Sprint(20 + i)
		units = append(units, fmt.Sprintf("%s|第%d社区卫生服务中心（名称较长的单位）|00|直属单位|王%d|郑甲|2020-01-01|%s|2010-01-01", code, i+1, i, code))
		risk(code, "2026-02-10", 1, fmt.Sprintf("第%d中心设备验收时接受供应商宴请放宽标准", i+1), "一般")
	}
	risk("13", "2025-03-01", 1, "班子会议未经集体研究决定大额采购事项"+hostile, "重要")
	risk("13", "2025-03-01", 2, "收费窗口多收患者费用后不及时退还", "重要")
	risk("14", "2025-03-01", 1, "医药代表以学术会议名义宴请科室主任", "重要")
	risk("14", "2025-03-01", 2, "招聘评审打分随意照顾熟人优亲厚友", "一般")
	risk("13", "2026-03-02", 1, "班子会议未经集体研究决定大额采购事项"+hostile, "重要")
	risk("13", "2026-03-02", 2, "药品遴选时为特定厂家量身设置条件", "重要")
	c.csv(ingest.KindUnits, units...)
	c.csv(ingest.KindRisks, risks...)
	c.csv(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|文号", "全部|2025|委党委审定|2025-04-01||党委会|", "全部|2025|报市纪委备案|2025-04-10||政治处|临卫廉〔2025〕1号",
		"13|2026|部署|2026-01-15||周乙|", "13|2026|研究|2026-01-20||周乙|", "13|2026|研究|2026-02-20||周乙|")
	c.csv(ingest.KindInspections, "编号|单位|检查日期|风险点|检查人|检查领导|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题",
		"J1|13|2026-04-10|1|韩八|周乙|是|查阅资料、实地走访|是|否|是|登记不全", "J2|14|2026-05-10|1|韩八||否|座谈约谈|是|是|是|")
	return c
}

func (c *town) csv(kind ingest.Kind, lines ...string) {
	c.t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, l := range lines {
		if err := w.Write(strings.Split(l, "|")); err != nil {
			c.t.Fatal(err)
		}
	}
	w.Flush()
	c.file(ingest.Request{Kind: kind}, "test.csv", b.Bytes())
}

func (c *town) file(r ingest.Request, name string, body []byte) ingest.Report {
	c.t.Helper()
	r.MayMove = true
	r.Files = []ingest.Source{{Name: name, Data: bytes.NewReader(body), Size: int64(len(body))}}
	rep, err := c.load.Load(c.t.Context(), r)
	if err != nil || rep.Totals.Rejected != 0 {
		c.t.Fatalf("load %s: %v %+v", name, err, rep.Files)
	}
	return rep
}

func (c *town) make(who integrity.Principal, name string, s metrics.Scope) Paper {
	c.t.Helper()
	s.AsOf = asOf
	p, err := c.maker.Make(c.t.Context(), who, name, s)
	if err != nil {
		c.t.Fatalf("%s: %v", name, err)
	}
	return p
}

func (c *town) body(p Paper, ending string) []byte {
	c.t.Helper()
	body, _, err := p.File(ending, "")
	if err != nil {
		c.t.Fatalf("%s.%s: %v", p.Title, ending, err)
	}
	return body
}

var title = regexp.MustCompile(`<title>.*?</title>`)

// plain is a text without markup and spaces: a page and a document break lines differently.
func plain(page []byte) string {
	return strings.ReplaceAll(docxtest.Plain(title.ReplaceAll(page, nil)), " ", "")
}

func wordText(t *testing.T, file []byte) string {
	t.Helper()
	return strings.ReplaceAll(docxtest.Text(t, file), " ", "")
}

func TestAPaperSaysTheSameAsPageWordDocumentAndTable(t *testing.T) {
	c := newTown(t)
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			p := c.make(office, name, metrics.Scope{})
			page := c.body(p, "html")
			if bytes.Contains(page, []byte("<script")) || bytes.Contains(page, []byte("http")) {
				t.Error("the page holds a script or an address")
			}
			if got, want := wordText(t, c.body(p, "docx")), plain(page); got != want {
				t.Errorf("Word and page differ:\n%s\n%s", got, want)
			}
			if again := c.body(c.make(office, name, metrics.Scope{}), "html"); !bytes.Equal(page, again) {
				t.Error("the same data give other bytes")
			}
			if *keep != "" {
				for _, ending := range []string{"html", "docx"} {
					if err := os.WriteFile(filepath.Join(*keep, name+"."+ending), c.body(p, ending), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			if p.Main == nil {
				if _, _, err := p.File("csv", ""); !errors.Is(err, integrity.ErrInvalid) {
					t.Errorf("as CSV: %v", err)
				}
				return
			}
			lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(c.body(p, "csv"), []byte("\ufeff")))).ReadAll()
			if err != nil || len(lines) != len(p.Main.Rows)+1 {
				t.Fatalf("CSV of %d lines, %v; want %d rows", len(lines), err, len(p.Main.Rows))
			}
			for i, row := range p.Main.Rows {
				if diff := cmp.Diff(row, lines[i+1]); diff != "" {
					t.Errorf("row %d (-want +got):\n%s", i, diff)
				}
				if own := name == NameReminder; !own && !strings.Contains(plain(page), strings.Join(strings.Fields(strings.Join(row, " ")), "")) {
					t.Errorf("the page lacks row %d: %q", i, row)
				}
			}
			if book := c.body(p, "xlsx"); !bytes.HasPrefix(book, []byte("PK")) {
				t.Error("the workbook is none")
			}
		})
	}
}

func TestWhatThePapersSay(t *testing.T) {
	c := newTown(t)
	column := func(p Paper, columns ...int) (out []string) {
		for _, row := range p.Main.Rows {
			var cells []string
			for _, i := range columns {
				cells = append(cells, strings.ReplaceAll(row[i], "\n", " "))
			}
			out = append(out, strings.Join(cells, " "))
		}
		return out
	}
	head := func(p Paper) string { return p.Sheets[0].Head[0] }
	filing := c.make(office, NameFiling, metrics.Scope{})
	if diff := cmp.Diff([]string{"市第一医院 2026 1 2025-04-10 临卫廉〔2025〕1号 （2025年度清单）", "市第一医院 2026 2 待审定", "市第二医院 2025 1 2025-04-10 临卫廉〔2025〕1号"}, column(filing, 1, 2, 3, 11)); diff != "" {
		t.Errorf("filing (-want +got):\n%s", diff)
	}
	if want := "重要风险点3个，其中已审定应备案2个，已备案2个（2/2），超过期限未备案0个。"; !strings.HasSuffix(head(filing), want) {
		t.Errorf("filing says %q", head(filing))
	}
	changes := c.make(office, NameFilingChanges, metrics.Scope{})
	if diff := cmp.Diff([]string{"市第一医院 新增 — 2 — 重要 待审定", "市第一医院 移出 2 — 重要 — 待审定"}, column(changes, 1, 2, 3, 4, 6, 7, 11)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if want := "有过备案的单位2个，最近一次备案的重要风险点3个；此后新增1个、修改0个、等级变化0个、移出1个，合计2处。"; !strings.HasSuffix(head(changes), want) {
		t.Errorf("changes say %q", head(changes))
	}
	summary := c.make(office, NameSummary, metrics.Scope{})
	if rows := column(summary, 0, 1, 2, 6); len(rows) != 34 || rows[0] != "1 市第一医院 1 重要" || rows[3] != "4 市第二医院 2 一般" {
		t.Errorf("summary: %q", rows)
	}
	var heads []string
	for _, col := range summary.Main.Columns[3:] {
		heads = append(heads, col.Head)
	}
	if diff := cmp.Diff([]string{"廉洁风险点描述", "防控措施", "监督检查路径", "风险等级", "相关责任人"}, heads); diff != "" {
		t.Errorf("the columns of annex 1 (-want +got):\n%s", diff)
	}
	if want := "应汇总32个处室、单位，有清单32个（32/32）；风险点34个，其中重要3个、一般31个、未评级0个。"; !strings.HasSuffix(head(summary), want) {
		t.Errorf("summary says %q", head(summary))
	}
	reminder := c.make(office, NameReminder, metrics.Scope{})
	if rows := column(reminder, 1, 2, 4); len(rows) != 1 || rows[0] != "市第二医院 2026-03-31 2025年，2个风险点" {
		t.Errorf("reminders: %q", rows)
	}
	if text := strings.Join(reminder.Sheets[1].Head, ""); !strings.Contains(text, "现已逾期111天") || len(reminder.Sheets) != 2 {
		t.Errorf("the reminder to 14 on %d sheets: %s", len(reminder.Sheets), text)
	}
	duty := c.make(office, NameDuty, metrics.Scope{Leader: "周乙"})
	if len(duty.Sheets) != 1 {
		t.Fatalf("%d sheets of duty for one leader", len(duty.Sheets))
	}
	var duties []string
	for _, row := range duty.Sheets[0].Parts[0].Rows {
		duties = append(duties, row[0]+" "+row[1])
	}
	want := []string{"亲自参加监督检查（按不同日期计） 1/2", "参加的检查覆盖的分管风险点 1/4", "风险点年度达标（不论何人检查） 0/4", "分管单位第一季度动态排查 1/2", "亲自部署、亲自研究 1次、2次", "监督方法 3种", "检查发现问题 1个",
		"逾期、进度滞后 1、3", "到12月31日尚需 6点次"}
	if diff := cmp.Diff(want, duties); diff != "" {
		t.Errorf("duties (-want +got):\n%s", diff)
	}
	if others := c.make(office, NameDuty, metrics.Scope{}); len(others.Sheets) != 2 || others.Sheets[1].Head[0] != "责任领导：郑甲　　2026年度　　截至2026年7月20日" {
		t.Errorf("%d sheets for two leaders", len(others.Sheets))
	} else if rows := others.Sheets[1].Parts[1].Rows; len(rows) != mostUnits+1 || rows[mostUnits][0] != "其他18个（见系统“单位履责”）" || rows[mostUnits][1] != "18（0）" {
		t.Errorf("units of a leader with thirty: %q", rows)
	}
}

func TestWhoGetsWhichPaper(t *testing.T) {
	c := newTown(t)
	unit := integrity.Principal{Role: integrity.RoleUnit, Unit: "14"}
	for _, name := range []string{NameFiling, NameFilingChanges, NameSummary, NameReminder} {
		if page := string(c.body(c.make(unit, name, metrics.Scope{}), "html")); strings.Contains(page, "市第一医院") || strings.Contains(page, "社区卫生") {
			t.Errorf("%s shows a unit another one", name)
		}
	}
	for _, tc := range []struct {
		what, name string
		who        integrity.Principal
		s          metrics.Scope
	}{
		{"duties to a unit", NameDuty, unit, metrics.Scope{}},
		{"a leader who is none", NameDuty, office, metrics.Scope{Leader: "无名"}},
		{"another unit's list", NameSummary, unit, metrics.Scope{Unit: "13"}},
		{"an unknown paper", "weather", office, metrics.Scope{}},
	} {
		if _, err := c.maker.Make(t.Context(), tc.who, tc.name, tc.s); !errors.Is(err, integrity.ErrNotFound) {
			t.Errorf("%s: %v", tc.what, err)
		}
	}
}

func TestAPrefilledFormLoadsAsTheListOfTheNewYear(t *testing.T) {
	c := newTown(t)
	forms, err := c.maker.PrefilledForms(t.Context(), office, metrics.Scope{AsOf: asOf})
	if err != nil || len(forms) != 1 || forms[0].UnitName != "市第二医院" || len(forms[0].Points) != 2 || forms[0].HeadSigned+forms[0].LeaderSigned != "" || forms[0].Date != integrity.NoDay {
		t.Fatalf("forms %+v, %v", forms, err)
	}
	for _, ending := range []string{"docx", "xlsx"} {
		body, _, err := c.maker.Prefilled(t.Context(), office, metrics.Scope{AsOf: asOf}, ending)
		if err != nil {
			t.Fatal(err)
		}
		rep := c.file(ingest.Request{Kind: ingest.KindRisks, DryRun: ending == "docx", Date: asOf}, "form."+ending, body)
		if rep.Totals.Read != 2 {
			t.Errorf("%s: read %d points; want 2", ending, rep.Totals.Read)
		}
	}
	d, err := c.metrics.ListDiff(t.Context(), office, metrics.Scope{AsOf: asOf, Unit: "14"})
	if err != nil || d.Added+d.Removed+d.Regraded != 0 || d.Unchanged+d.Changed != 2 {
		t.Errorf("loaded without a change by hand: %+v, %v", d, err)
	}
	for _, item := range d.Items { // the form has no column for these
		for _, col := range item.Columns {
			if col.Column != "layer" && col.Column != "category" && col.Column != "grade_reason" {
				t.Errorf("%s changed from %q to %q", col.Column, col.From, col.To)
			}
		}
	}
	if again, err := c.maker.PrefilledForms(t.Context(), office, metrics.Scope{AsOf: asOf, Unit: "14"}); err != nil || len(again) != 1 || len(again[0].Points) != 2 {
		t.Errorf("a unit that has handed in: %+v, %v", again, err)
	}
	if _, _, err := c.maker.Prefilled(t.Context(), office, metrics.Scope{AsOf: asOf}, "csv"); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("as CSV: %v", err)
	}
}

func TestThePageOfDutiesPrintsOnOneA4PageForEachLeader(t *testing.T) {
	p := newTown(t).make(office, NameDuty, metrics.Scope{})
	var page bytes.Buffer
	if err := p.HTML(&page); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	pdf, err := desktop.Print(ctx, page.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, "duty.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n := desktop.Pages(pdf); n != len(p.Sheets) {
		t.Errorf("%d pages for %d leaders", n, len(p.Sheets))
	}
	if !bytes.Contains(pdf, []byte("/MediaBox [0 0 594.9")) && !bytes.Contains(pdf, []byte("/MediaBox [0 0 595")) {
		t.Error("the page is not A4")
	}
}
