package dashboards

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"qingfeng/dashboards/export"
	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// Every kind of file is loaded as a person does it: what the result leads to are the rows that
// the load added or changed, as many as it says, on the page, in the API and in the file.
func TestTheResultOfALoadLeadsToItsRows(t *testing.T) {
	s := newSite(t)
	const head = "编号|单位|日期|"
	for _, load := range []struct {
		kind, path string
		lines      []string
		rows       int // added or changed
	}{
		{"units", "/directory", []string{"单位编码|单位名称|责任领导|责任领导起始日期", "13|市第一医院|钱丙丁|2026-11-01"}, 1},
		{"complaints", "/signals", []string{head + "内容|涉廉", "B1|13|2026-11-02|排队太久|否", "B2|14|2026-11-02|多收费|是"}, 2},
		{"petitions", "/signals", []string{head + "内容|性质", "B3|13|2026-11-03|多收费|检举控告"}, 1},
		{"findings", "/signals", []string{head + "发现问题|严重程度", "B4|13|2026-11-03|登记不全|2"}, 1},
		{"comparisons", "/signals", []string{head + "比对模型|异常描述", "B5|13|2026-11-03|重复报销|同一票据两次"}, 1},
		{"inspections", "/checks", []string{"编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实", "B6|13|2026-11-04|1|韩八|查阅资料|是|是|是", "B7|13|2026-11-05|1|韩八|查阅资料|是|是|是"}, 2},
		{"ledger", "/ledger", []string{"单位|年度|事项|日期|人员", "13|2026|部署|2026-11-04|钱丙丁", "全部|2026|专家助查|2026-11-05|专家组"}, 2},
	} {
		t.Run(load.kind, func(t *testing.T) {
			inner := *s
			inner.t = t
			done := inner.do(inner.app, upload("/imports", map[string]string{"kind": load.kind}, map[string][]byte{load.kind + ".csv": csvOf(load.lines...)}))
			var result []byte
			link := ""
			for began := time.Now(); link == "" && time.Since(began) < time.Minute; time.Sleep(50 * time.Millisecond) { // the load may still run
				result = inner.ok(done.header.Get("Location"))
				link = linkTo(t, result, load.path+"?")
			}
			if link == "" {
				t.Fatalf("the result leads to no row:\n%s", result)
			}
			if said := fmt.Sprintf("看这一批新增、更改的 %d 行", load.rows); !bytes.Contains(result, []byte(said)) {
				t.Errorf("the result does not say %q", said)
			}
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			page := inner.ok(link)
			root, err := html.Parse(bytes.NewReader(page))
			if err != nil {
				t.Fatal(err)
			}
			chips := classed(root, "chips", "chip")
			if len(chips) == 0 || !strings.Contains(readOut(chips[0])+readOut(chips[len(chips)-2]), "导入批次") && !bytes.Contains(page, []byte("导入批次")) {
				t.Error("no chip says that these are the rows of one load")
			}
			tables, err := tablesOf(page)
			if err != nil || len(tables) == 0 {
				t.Fatalf("no table on the page: %v", err)
			}
			shown := 0
			for range tables[0].Rows {
				shown++
			}
			answer := read[metrics.Page[map[string]any]](&inner, "/api/v1"+link)
			file, err := csv.NewReader(bytes.NewReader(inner.ok("/api/v1" + load.path + ".csv?" + u.RawQuery))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			if shown != load.rows || int(answer.Total) != load.rows || len(answer.Items) != load.rows || len(file)-1 != load.rows {
				t.Errorf("%d rows on the page, %d of %d in the API, %d in the file; want %d", shown, len(answer.Items), answer.Total, len(file)-1, load.rows)
			}
			batch := u.Query().Get("batch")
			if href := linkTo(t, inner.ok("/imports/"+batch), load.path+"?"); href != link {
				t.Errorf("the page of the load leads to %q; want %q", href, link)
			}
		})
	}
	for _, path := range []string{"/risks", "/signals", "/checks", "/ledger", "/directory"} {
		if a := s.get("/api/v1" + path + "?batch=nobody"); a.status != 404 {
			t.Errorf("%s of a batch that is none: %d", path, a.status)
		}
		if a := s.get(path + "?batch=" + strings.Repeat("9", 65)); a.status != 400 {
			t.Errorf("%s of no ID of a batch: %d", path, a.status)
		}
	}
}

// linkTo returns the first address on a page that begins so.
func linkTo(t *testing.T, page []byte, prefix string) string {
	t.Helper()
	for _, address := range linksOf(t, page)[""] {
		if strings.HasPrefix(address, prefix) && strings.Contains(address, "batch=") {
			return address
		}
	}
	return ""
}

// What a kind of file brought goes out in its own columns, in each of the formats, and comes
// back without a change.
func TestRecordsOfEveryKindLoadAgainWithoutAChange(t *testing.T) {
	clerk := integrity.Principal{Role: integrity.RoleInspector, Name: "检查组"}
	s := newSite(t)
	s.must(ingest.KindFindings, "编号|单位|日期|发现问题|严重程度|来源", "F8|13|2026-11-03|=登记不全|2|审计", "F9|13|2026-11-03|台账缺页||")
	s.must(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|来源|文号|内容|采纳|理由",
		"全部|2026|报市纪委备案|2026-11-04||政治处||卫廉〔2026〕8号|||", "13|2026|征求意见|2026-11-04|1、3|李代表、王代表|人大代表||建议公开评审结果\n并留痕|是|", "13|2026|专家意见|2026-11-04|2|周专家|||建议轮岗|否|人手不足")
	s.must(ingest.KindUnits, "单位编码|单位名称|责任领导|责任领导起始日期", "13|市第一医院|钱丙丁|2026-11-01")
	for _, kind := range []ingest.Kind{ingest.KindUnits, ingest.KindLedger, ingest.KindInspections, ingest.KindComplaints, ingest.KindPetitions, ingest.KindFindings, ingest.KindComparisons} {
		for ending, write := range map[string]func(export.Table) ([]byte, error){
			".csv":  func(t export.Table) ([]byte, error) { return export.Bytes(export.CSV, t) },
			".xlsx": func(t export.Table) ([]byte, error) { return export.Bytes(export.Workbook, t) },
			".docx": func(t export.Table) ([]byte, error) { return export.Bytes(export.Document, t) },
		} {
			table, err := KindTable(t.Context(), s.metrics, clerk, string(kind), metrics.Scope{})
			if err != nil {
				t.Fatal(err)
			}
			body, err := write(table)
			if err != nil {
				t.Fatal(err)
			}
			rep := s.rehearse(kind, "export"+ending, body)
			if c := rep.Totals; c.Read == 0 || c.Unchanged != c.Read {
				t.Errorf("%s%s: %+v %+v", kind, ending, c, rep.Files[0].Errors)
			}
		}
	}
	for _, kind := range []string{"risks", "overdue", ""} {
		if _, err := KindTable(t.Context(), s.metrics, clerk, kind, metrics.Scope{}); !errors.Is(err, ErrNoRecords) {
			t.Errorf("table of %q: %v", kind, err)
		}
	}
	if _, err := KindTable(t.Context(), s.metrics, integrity.Principal{Role: integrity.RoleOffice}, "petitions", metrics.Scope{}); !errors.Is(err, integrity.ErrNotFound) {
		t.Errorf("the political department takes petitions away: %v", err)
	}
}
