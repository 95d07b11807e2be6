package report

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

// identity is what differs between two files of the same numbers: version, moment, checksum.
var identity = regexp.MustCompile(`数据版本\d+|id="sha256">[0-9a-f]+|<th scope="row">(数据版本|装载时刻)</th><td>[^<]*|\d+年\d+月\d+日\d+时装载`)

// What others do, and petitions about the unit itself, must leave no trace in its extract: not a
// number, not a word.
func TestAnExtractHoldsNothingOfOthersAndOfPetitions(t *testing.T) {
	c := newCity(t)
	c.build(0)
	extract := func() string {
		return identity.ReplaceAllLiteralString(string(c.report(c.builder(nil), "2026-10", bulletin.Choice{Unit: "11"})), "")
	}
	whole := func() string {
		return identity.ReplaceAllLiteralString(string(c.report(c.builder(nil), "2026-10", bulletin.Choice{})), "")
	}
	before, all := extract(), whole()
	c.load(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉", "V1|12|2026-10-03|他处投诉|岗位|是", "V2|02|2026-10-04|他处投诉|决策|是", "V3|12|2026-09-04|他处投诉|决策|")
	c.load(ingest.KindInspections, "编号|单位|检查日期|风险点|检查人|检查领导|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|整改期限",
		"V4|12|2026-10-05|全部|检查组|周乙|是|民主评议|是|否|是|他处问题|2026-10-08")
	c.load(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|层面|类别", "13|2026-05-05|1|他处新增风险点，登记不全|双人|查阅|重要|领导岗位|决策")
	c.load(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|内容", "12|2026|岗位自查|2026-04-21||吴六|", "12|2026|部署|2026-04-21||郑丙|")
	var petitions []string
	for _, no := range []string{"1", "2", "3", "4", "5"} {
		petitions = append(petitions, "Y"+no+"|11|2026-10-1"+no+"|反映本单位|检举控告|决策|在办")
	}
	c.load(ingest.KindPetitions, append([]string{"编号|单位|日期|内容|性质|类别|状态"}, petitions...)...)
	if all == whole() {
		t.Fatal("what was loaded does not even reach the report of all")
	}
	if diff := cmp.Diff(before, extract()); diff != "" {
		t.Errorf("the extract tells of others (-before +after):\n%s", diff)
	}
	// Its own it does tell.
	c.load(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉", "V9|11|2026-10-06|本单位投诉|岗位|是")
	if before == extract() {
		t.Error("the extract does not tell of its own unit")
	}
}

// A further version names what differs from the one before, first and last page, and says why.
func TestAFurtherVersionListsTheDifferences(t *testing.T) {
	c := newCity(t)
	c.build(0)
	on := integrity.Date(2026, time.November, 2)
	first, err := c.builder(nil).Print(t.Context(), office, "2026-10", bulletin.Choice{Issued: true, IssuedOn: on, Signer: "赵甲", Version: 1})
	if err != nil {
		t.Fatal(err)
	}
	again := bulletin.Choice{Issued: true, IssuedOn: on, Signer: "赵甲", Version: 2, Reason: "补录一件投诉",
		Earlier: &bulletin.Issue{Version: 1, IssuedOn: on, Figures: first.Figures}}
	same := string(c.report(c.builder(nil), "2026-10", again))
	for _, want := range []string{"第2版（更正）", "本版更正2026年11月2日印发的第1版，原因：补录一件投诉；数字没有变化。", "与第1版相比，数字没有变化。"} {
		if !strings.Contains(same, want) {
			t.Errorf("a version without a difference lacks %s", want)
		}
	}
	c.load(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉", "V1|12|2026-10-03|补录投诉|岗位|是")
	other, err := c.builder(nil).Print(t.Context(), office, "2026-10", again)
	if err != nil {
		t.Fatal(err)
	}
	if len(other.Changes) == 0 {
		t.Fatal("no number differs")
	}
	text := string(other.HTML)
	for _, want := range []string{"数字有", "处不同（见附件5）。", "与第1版不同的数字",
		`<tr><th scope="row">本月要情·线索</th><td>日常投诉</td><td class="n">4</td><td class="n">5</td></tr>`,
		`<tr><th scope="row">本月要情·线索</th><td>涉廉</td><td class="n">1</td><td class="n">2</td></tr>`} {
		if !strings.Contains(text, want) {
			t.Errorf("the further version lacks %s", want)
		}
	}
	for _, change := range other.Changes {
		if change.Was == change.Is {
			t.Errorf("%+v is listed and is no difference", change)
		}
	}
}

// Titles, mark, order of leaders and addressees are the house's.
func TestWhatStandsAroundTheNumbersIsSet(t *testing.T) {
	c := newCity(t)
	c.build(0)
	b := c.builder(func(cfg *Config) {
		cfg.Settings.Titles = [3]string{"监督情况月报", "监督情况半年报", "监督情况年报"}
		cfg.Settings.Mark, cfg.Settings.Issuer = "内部参阅", "某某委机关党委"
		cfg.Settings.ReportedTo, cfg.Settings.SentTo, cfg.Settings.IssuedTo = "甲处", "乙组", "丙院"
		cfg.Settings.Leaders = []string{"郑丙", "周乙", "赵甲"}
		cfg.Settings.FirstMonth = "2026-09"
	})
	for period, title := range map[string]string{"2026-10": "监督情况月报", "2026-H1": "监督情况半年报", "2025": "监督情况年报"} {
		text := string(c.report(b, period, bulletin.Choice{}))
		for _, want := range []string{"<h1>" + title + "</h1>", "内部参阅", "某某委机关党委编", "报：甲处。", "送：乙组。", "发：丙院。"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s", period, want)
			}
		}
		if period == "2026-10" {
			if !strings.Contains(text, "总第2期") {
				t.Error("the first month does not set the number of the issue")
			}
			_, leaders, _ := strings.Cut(text, "责任领导履职（按规定次序）")
			leaders, _, _ = strings.Cut(leaders, "</table>")
			c, b, a := strings.Index(leaders, "郑丙"), strings.Index(leaders, "周乙"), strings.Index(leaders, "赵甲")
			if c < 0 || b < c || a < b {
				t.Errorf("leaders stand at %d, %d, %d; want the order that is set", c, b, a)
			}
		}
	}
}
