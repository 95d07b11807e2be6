package report

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

var update = flag.Bool("update", false, "rewrite the golden file")

func TestReportOfASmallCity(t *testing.T) {
	c := newCity(t)
	c.build(0)
	b := c.builder(nil)
	html := c.report(b, "2026-10", bulletin.Choice{})
	text := string(html)

	t.Run("is the golden file", func(t *testing.T) {
		path := filepath.Join("testdata", "report.golden.html")
		if *update {
			if err := os.WriteFile(path, html, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(html, want) {
			t.Errorf("%s changed (-want +got):\n%s", path, cmp.Diff(string(want), text))
		}
	})
	t.Run("holds no script and no address", func(t *testing.T) {
		for _, bad := range []string{`src="http`, `href="http`, "<script", `url(h`, `url(&`, "@import", "<link", "<svg", "javascript:"} {
			if strings.Contains(text, bad) {
				t.Errorf("the report contains %s", bad)
			}
		}
		if n := strings.Count(text, `<img src="data:image/svg&#43;xml;base64,`); n != 3 || n != strings.Count(text, "<img") {
			t.Errorf("%d drawings lie within the file; want all 3", n)
		}
		if n := len(html); n > 2<<20 {
			t.Errorf("the report has %d bytes; want 2 MB at most", n)
		}
	})
	t.Run("shows a hostile name as text", func(t *testing.T) {
		if !strings.Contains(text, "站&lt;script src=&#34;http://x&#34;&gt;") {
			t.Error("the name is not there as text")
		}
	})
	t.Run("has the sections in order, and no empty one", func(t *testing.T) {
		var got []string
		for _, m := range regexp.MustCompile(`<h2>(.*?)</h2>`).FindAllStringSubmatch(text, -1) {
			got = append(got, m[1])
		}
		want := []string{"一、本月要情", "二、风险分布", "三、监督检查履责情况", "四、动态排查、审定与备案", "五、线索情况", "六、需关注的重点",
			"附件1　逾期清单、进度滞后清单", "附件2　各单位一览", "附件2　各单位一览（续）", "附件3　数据质量与装载", "附件4　指标口径与依据条款", "附件5　校验信息"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("headings (-want +got):\n%s", diff)
		}
	})
	t.Run("has the same sections in the reports of a half-year and a year", func(t *testing.T) {
		sections := func(page string) []string {
			var out []string
			for _, m := range regexp.MustCompile(`<h2>(.*?)</h2>`).FindAllStringSubmatch(page, -1) {
				out = append(out, regexp.MustCompile(`本(月|半年|年)`).ReplaceAllString(m[1], "本期"))
			}
			return out
		}
		for _, period := range []string{"2026-H1", "2025"} {
			if diff := cmp.Diff(sections(text), sections(string(c.report(b, period, bulletin.Choice{})))); diff != "" {
				t.Errorf("%s (-month +period):\n%s", period, diff)
			}
		}
	})
	t.Run("gives the same bytes to everybody who may read it, again, and from a new builder", func(t *testing.T) {
		for _, role := range []integrity.Role{integrity.RoleLeader, integrity.RoleInspector, integrity.RoleOffice} {
			again, err := c.builder(nil).Print(t.Context(), integrity.Principal{Role: role}, "2026-10", bulletin.Choice{})
			if err != nil || !bytes.Equal(html, again.HTML) {
				t.Errorf("the report for %s differs, %v", role, err)
			}
		}
	})
	t.Run("is refused to everybody else", func(t *testing.T) {
		for _, who := range []integrity.Principal{{Role: integrity.RoleUnit, Unit: "11"}, {Role: integrity.RoleAdmin}, {Role: integrity.RoleAuditor}, {}} {
			if _, err := b.Print(t.Context(), who, "2026-10", bulletin.Choice{}); !errors.Is(err, integrity.ErrNotFound) {
				t.Errorf("Print(%s) = %v; want ErrNotFound", who.Role, err)
			}
		}
		if _, err := b.Print(t.Context(), integrity.Principal{Role: integrity.RoleUnit, Unit: "11"}, "2026-10", bulletin.Choice{Unit: "12"}); !errors.Is(err, integrity.ErrNotFound) {
			t.Errorf("the extract of another unit: %v; want ErrNotFound", err)
		}
	})
	t.Run("verifies, and does not once a sign is changed", func(t *testing.T) {
		if err := Verify(html); err != nil {
			t.Error(err)
		}
		if err := Verify(bytes.Replace(html, []byte("2026年第10期"), []byte("2026年第11期"), 1)); !errors.Is(err, integrity.ErrInvalid) {
			t.Errorf("Verify(changed) = %v; want ErrInvalid", err)
		}
		if err := Verify([]byte("<p>nothing</p>")); !errors.Is(err, integrity.ErrInvalid) {
			t.Errorf("Verify(no report) = %v; want ErrInvalid", err)
		}
	})
	t.Run("hides small counts of petitions and what would tell them", func(t *testing.T) {
		for _, want := range []string{"信访举报&lt;3件", `<th scope="row">信访</th><td class="n">4</td>`, `<td class="n">&lt;3</td>`, "不列"} {
			if !strings.Contains(text, want) {
				t.Errorf("the report lacks %s", want)
			}
		}
		for _, secret := range []string{"9876", "5432", "9\u202f876"} { // the rows of petitions that were loaded
			if strings.Contains(text, secret) {
				t.Errorf("the report tells %s", secret)
			}
		}
		half := string(c.report(b, "2025", bulletin.Choice{}))
		if !strings.Contains(half, "信访举报4件") {
			t.Error("the sum of a year without small months is not shown")
		}
	})
	t.Run("is a draft until it is issued", func(t *testing.T) {
		if !strings.Contains(text, `<div class="draft"`) || !strings.Contains(text, `<td class="n">待签发</td>`) {
			t.Error("the draft does not say 待签发")
		}
		issued := string(c.report(b, "2026-10", bulletin.Choice{Issued: true, IssuedOn: integrity.Date(2026, time.November, 3), Copies: 30, Signer: "赵甲", CopyNo: "000007", Advice: "第一条。\n\n第二条。"}))
		for _, want := range []string{"2026年11月3日印发", "共印30份", "签发人：赵甲", "份号：000007", "<h2>七、工作建议</h2>\n<p>第一条。</p>\n<p>第二条。</p>"} {
			if !strings.Contains(issued, want) {
				t.Errorf("the issued report lacks %s", want)
			}
		}
		if strings.Contains(issued, `<div class="draft"`) || strings.Contains(issued, "待签发") {
			t.Error("the issued report says 待签发")
		}
	})
	t.Run("cannot be issued before the period is over, nor made before it begins", func(t *testing.T) {
		for _, tc := range []struct {
			period string
			opt    bulletin.Choice
		}{{"2026-11", bulletin.Choice{Issued: true}}, {"2026-12", bulletin.Choice{}}, {"2026-13", bulletin.Choice{}}, {"soon", bulletin.Choice{}}} {
			if _, err := b.Print(t.Context(), office, tc.period, tc.opt); !errors.Is(err, integrity.ErrInvalid) {
				t.Errorf("Print(%s, issued %t) = %v; want ErrInvalid", tc.period, tc.opt.Issued, err)
			}
		}
		if running := string(c.report(b, "2026-11", bulletin.Choice{})); !strings.Contains(running, "数据截至2026年11月2日24时") {
			t.Error("a month under way is not shown as of today")
		}
	})
	t.Run("says which parts are not calculated only while they are not", func(t *testing.T) {
		if !strings.Contains(text, "本期没有计算的部分：显著偏高、盲区、等级复核建议、上期督办事项落实情况。") {
			t.Error("the report does not say what is missing")
		}
		with := func(in Insights) string {
			return string(c.report(c.builder(func(cfg *Config) {
				cfg.Insights = func(context.Context, integrity.Principal, Cut) (Insights, error) { return in, nil }
			}), "2026-10", bulletin.Choice{}))
		}
		none := with(Insights{HotSpots: []HotSpot{}, BlindSpots: []BlindSpot{}, GradeReviews: []GradeReview{}, Letters: []Letter{}})
		for _, want := range []string{"本月无统计上显著偏高的情况。", "没有发现盲区。", "没有建议复核等级的风险点。", "<h2>七、上月督办事项落实情况</h2>\n<p>上月没有督办事项。</p>"} {
			if !strings.Contains(none, want) {
				t.Errorf("the report that found nothing lacks %s", want)
			}
		}
		if strings.Contains(none, "没有计算的部分") {
			t.Error("the report says that something is missing, but nothing is")
		}
		withheld := with(Insights{HotSpots: []HotSpot{}, BlindSpots: []BlindSpot{}, Letters: []Letter{}, ReviewsWithheld: "仅检查组可见，不列入本报告。"})
		if !strings.Contains(withheld, "仅检查组可见，不列入本报告。") || strings.Contains(withheld, "没有计算的部分") || strings.Contains(withheld, "没有建议复核等级的风险点") {
			t.Error("suggestions that are withheld are not said to be")
		}
		some := with(Insights{HotSpots: []HotSpot{{UnitName: "市第一医院", Category: integrity.CategoryMechanism, Count: 9, Expected: 2.4, Q: 0.012, Why: hostile, From: "2026-10", To: "2026-10"}},
			Runs: []HotSpot{{UnitName: "市第一医院", Category: integrity.CategoryInstitution, Count: 54, Expected: 30.21, Q: 0.0213, Why: "八月至十月", From: "2026-08", To: "2026-10", Slow: true},
				{UnitName: "市第二医院", Category: integrity.CategoryPower, Count: 24, Expected: 9, Q: 0.0004, Why: "八月突增。", Beside: "清单中：2 个风险点（重要 1 个，重点部位 1 个）", From: "2026-08", To: "2026-10"}},
			Quiet: []string{"“日常投诉·网站”没有报送2026-10的数据。"}})
		for _, want := range []string{"统计上显著偏高的单位—类别1处：市第一医院—运行机制9件（不代表存在违纪违法问题，见附件2）。", "共1处：市第一医院运行机制9件（预期2.4件）；单月不突出、近三个月合计显著偏高共2处：市第一医院制度54件（预期30.2件，缓升）、市第二医院权力运行24件（预期9.0件）（见附件2）。",
			"<td class=\"s\">2026-08—2026-10</td><td class=\"n\">54</td><td class=\"n\">30.2</td><td class=\"n\">0.021</td><td>八月至十月</td>", "<td class=\"n\">&lt;0.001</td><td>八月突增。清单中：2 个风险点（重要 1 个，重点部位 1 个）。</td>", "“日常投诉·网站”没有报送2026-10的数据。", "没有计算的部分：盲区、等级复核建议、上期督办事项落实情况"} {
			if !strings.Contains(some, want) {
				t.Errorf("the report with a hot spot lacks %s", want)
			}
		}
	})
	t.Run("is an extract for a unit, without what is about others", func(t *testing.T) {
		for _, who := range []integrity.Principal{office, {Role: integrity.RoleUnit, Unit: "11"}} {
			out, err := b.Print(t.Context(), who, "2026-10", bulletin.Choice{Unit: "11"})
			if err != nil {
				t.Fatal(err)
			}
			extract, _, _ := strings.Cut(string(out.HTML), "附件3") // what follows are definitions
			for _, absent := range []string{"信访举报", "市第二医院", "财务处", "线索情况", "需关注的重点", "责任领导履职"} {
				if strings.Contains(extract, absent) {
					t.Errorf("the extract for %s contains %s", who.Role, absent)
				}
			}
			if !strings.Contains(extract, "市第一医院（本单位摘要）") || !strings.Contains(extract, "本单位有在册廉洁风险点5个") {
				t.Errorf("the extract for %s lacks its own numbers", who.Role)
			}
		}
	})
	t.Run("does not change with what is loaded later", func(t *testing.T) {
		known := c.now
		c.now = c.now.Add(48 * time.Hour)
		c.load(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉", "T99|11|2026-10-28|后来录入|岗位|是")
		c.now = known
		if then := c.report(c.builder(nil), "2026-10", bulletin.Choice{KnownAt: known}); !bytes.Equal(then, html) {
			t.Error("the report of the same cut differs after another load")
		}
		if now := c.report(c.builder(nil), "2026-10", bulletin.Choice{}); bytes.Equal(now, html) {
			t.Error("the report of all data does not show the other load")
		}
	})
}

func TestReportOfAnEmptyDatabase(t *testing.T) {
	c := newCity(t)
	text := string(c.report(c.builder(nil), "2026-10", bulletin.Choice{}))
	for _, want := range []string{"没有在册廉洁风险点", "本年度没有应接受监督检查的风险点（见附件2）。", "没有登记责任领导。", "尚未装载数据", "没有超过文件规定期限的事项"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report of nothing lacks %s", want)
		}
	}
}
