package dashboards

import (
	"fmt"
	"strings"
	"testing"
)

func TestThePlaceOfAProblemNamesDocumentAndSheet(t *testing.T) {
	for _, tc := range []struct {
		name string
		p    problem
		want string
	}{
		{"a file that was given itself needs no name", problem{Table: 1, Row: 5}, ""},
		{"of an archive the document comes first", problem{File: "第一医院/a.docx", Table: 2, Row: 5}, "第一医院/a.docx #2"},
		{"a sheet is called by its name", problem{File: "a.xlsx", Sheet: "一季度", Table: 3}, "a.xlsx 一季度"},
	} {
		if got := tc.p.Place(); got != tc.want {
			t.Errorf("%s: %+v is placed at %q; want %q", tc.name, tc.p, got, tc.want)
		}
	}
}

// A list of problems that ends after the first hundred cannot be worked off.
func TestEveryProblemAndEveryRowOfAPreviewCanBeReached(t *testing.T) {
	s := newSite(t)
	lines := []string{"编号|单位|日期|内容|渠道|办结日期"}
	for i := range 1100 {
		lines = append(lines, fmt.Sprintf("B%04d|火星%04d|2026-11-02|排队|热线|", i, i))
	}
	for i := range 60 {
		lines = append(lines, fmt.Sprintf("G%02d|13|2026-11-02|排队太久|网上渠道%02d|2026-11-%02d", i, i, 3+i%10))
	}
	page := string(s.ran(upload("/imports", map[string]string{"kind": "complaints", "dry_run": "1"}, map[string][]byte{"a.csv": csvOf(lines...)})).body)
	for _, want := range []string{"火星0000", "火星0099", "火星0100", "火星0999", "网上渠道00", "网上渠道59", "<th scope=\"col\">渠道</th>", "2026-11-12", "展开其余 900 行", "展开其余 40 行", "另有 100 处没有逐条列出"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	inspections := csvOf("编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|严重程度|整改期限", "E1|13|2026-03-05|全部|韩八|查阅资料|是|是|否|台账不全|4|2026-12-01")
	page = string(s.ran(upload("/imports", map[string]string{"kind": "inspections", "dry_run": "1"}, map[string][]byte{"e.csv": inspections})).body)
	for _, want := range []string{"<th scope=\"col\">严重程度</th>", "<td>4</td>", `<td class="day">2026-12-01</td>`, "<th scope=\"col\">措施落实</th>", "<td>否</td>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview of checks does not show %q", want)
		}
	}
	risks := csvOf("单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级", "13|2026-03-05|1|采购未经集体讨论|集体讨论|查阅会议纪要|重要")
	page = string(s.ran(upload("/imports", map[string]string{"kind": "risks", "dry_run": "1"}, map[string][]byte{"r.csv": risks})).body)
	for _, want := range []string{"<th scope=\"col\">监督检查路径</th>", "<td>查阅会议纪要</td>", `<td class="day">2026-03-05</td>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview of a list does not show %q", want)
		}
	}
}
