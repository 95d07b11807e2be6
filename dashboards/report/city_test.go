package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/svg"
	"qingfeng/ingest"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var office = integrity.Principal{Role: integrity.RoleOffice}

// city is a small commission on a database of its own, as of a fixed moment.
type city struct {
	t     testing.TB
	store *store.Store
	now   time.Time
}

func newCity(t testing.TB) *city {
	t.Helper()
	return &city{t: t, store: storetest.New(t), now: time.Date(2026, 11, 2, 9, 12, 0, 0, integrity.Shanghai)}
}

// load loads lines whose cells are separated by | as one file, an hour after the one
// before.
func (c *city) load(kind ingest.Kind, lines ...string) {
	c.t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, l := range lines {
		_ = w.Write(strings.Split(l, "|"))
	}
	w.Flush()
	free := func(context.Context) (func(), error) { return func() {}, nil }
	l, err := ingest.New(ingest.Config{Store: c.store, Lock: free, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return c.now }})
	if err != nil {
		c.t.Fatal(err)
	}
	rep, err := l.Load(c.t.Context(), ingest.Request{Kind: kind, MayMove: true, Files: []ingest.Source{{Name: string(kind) + ".csv", Data: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}}})
	if err != nil {
		c.t.Fatalf("load %s: %v", kind, err)
	}
	if rep.Totals.Rejected > 0 {
		c.t.Fatalf("load %s: %+v", kind, rep.Files[0].Errors)
	}
}

// hostile is a name that would leave the text if it were not escaped.
const hostile = `站<script src="http://x">"id="sha256">'&amp;`

// more are names for a city of the usual size.
var more = []string{
	"人事处", "规划信息处", "医政医管处", "基层卫生健康处", "妇幼健康处", "疾病预防控制处", "综合监督处", "科技教育处", "药物政策处",
	"市中医院", "市妇幼保健院", "市第三医院", "市第四医院", "市第五医院", "市口腔医院", "市精神卫生中心", "市疾病预防控制中心", "市中心血站",
	"市急救中心", "市卫生监督所", "市医学信息中心", "市康复医院", "市传染病医院", "市老年病医院",
}

// moreName is the name of the i-th unit beyond the usual ones.
func moreName(i int) string {
	if i < len(more) {
		return more[i]
	}
	return fmt.Sprintf("市第%d社区卫生服务中心", i-len(more)+1)
}

// build fills the city with extra hospitals besides the usual ones: three offices, four hospitals (one with a hostile name, one
// closed), lists of two years, checks, complaints, petitions, findings and the ledger.
func (c *city) build(extra int) {
	units := []string{
		"单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期",
		"00|临澄市卫生健康委员会||委机关|||2010-01-01|0|2010-01-01|",
		"01|办公室|00|委机关处室|钱一|赵甲|2020-01-01|1|2010-01-01|",
		"02|财务处|00|委机关处室|冯二|赵甲|2020-01-01|2|2010-01-01|",
		"03|行政审批处|00|委机关处室|陈三|周乙|2020-01-01|3|2010-01-01|",
		"11|市第一医院|00|直属单位|孙四、李五|周乙|2020-01-01|11|2010-01-01|",
		"12|市第二医院|00|直属单位|吴六|郑丙|2020-01-01|12|2010-01-01|",
		"13|" + hostile + "|00|直属单位|王七|郑丙|2020-01-01|13|2010-01-01|",
		"14|市结核病防治所|00|直属单位|朱八|郑丙|2020-01-01|14|2010-01-01|2026-06-30",
	}
	codes := []string{"01", "02", "03", "11", "12", "13", "14"}
	for i := range extra {
		name := moreName(i)
		codes = append(codes, fmt.Sprint(20+i))
		units = append(units, fmt.Sprintf("%d|%s|00|%s|王%d|%s|2020-01-01|%d|2010-01-01|", 20+i, name, []string{"委机关处室", "直属单位"}[i/9%2], i, []string{"吴丁", "郑丙", "何戊"}[i%3], 20+i))
	}
	c.load(ingest.KindUnits, units...)

	layers := []string{"领导岗位", "中层岗位", "其他岗位", ""}
	categories := []string{"决策", "作风问题", "权力运行", "岗位", "制度", "运行机制", "其他", ""}
	matters := []string{"药品耗材采购参数设置", "大型设备招标", "行政许可自由裁量", "窗口收费退费", "评优评先", "后勤合同验收", "学术会议赞助", "公务用车"}
	risks := []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|相关责任人|层面|类别"}
	for year := 2025; year <= 2026; year++ {
		for u, code := range codes {
			date := fmt.Sprintf("%d-02-%02d", year, 1+u%28)
			if year == 2026 && code == "12" {
				date = "2026-04-20" // after the first quarter
			}
			if year == 2026 && code == "13" {
				continue // has not handed in
			}
			for n := 1; n <= 4+u%3+(year-2025); n++ {
				grade := "一般"
				switch {
				case n%3 == 1:
					grade = "重要"
				case n == 5:
					grade = ""
				}
				risks = append(risks, fmt.Sprintf("%s|%s|%d|%s环节审核不严，可能造成违规%d%s|集体研究决定，全程留痕|依据工作制度，查阅资料|%s|责任人员：甲|%s|%s",
					code, date, n, matters[(u+n)%len(matters)], n, code, grade, layers[(u+n)%len(layers)], categories[(u*3+n)%len(categories)]))
			}
		}
	}
	c.load(ingest.KindRisks, risks...)

	checks := []string{"编号|单位|检查日期|风险点|检查人|检查领导|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|严重程度|整改期限|整改完成日期"}
	check := func(no, unit, on, points, leader, method, finding, due, fixed string) {
		took := "否"
		if leader != "" {
			took = "是"
		}
		ok := "是"
		if finding != "" {
			ok = "否"
		}
		checks = append(checks, strings.Join([]string{no, unit, on, points, "检查组", leader, took, method, "是", ok, "是", finding, "", due, fixed}, "|"))
	}
	check("J01", "01", "2026-03-12", "全部", "赵甲", "查阅资料", "", "", "")
	check("J02", "01", "2026-08-20", "全部", "赵甲", "查阅资料、座谈约谈", "", "", "")
	check("J03", "02", "2026-05-08", "1、2、3", "", "查阅资料", "报销凭证缺会签", "2026-06-08", "2026-06-01")
	check("J04", "03", "2026-04-15", "全部", "周乙", "实地走访", "", "", "")
	check("J05", "11", "2026-05-20", "1、3-5", "周乙", "实地走访、查阅资料", "耗材出入库台账不全", "2026-07-01", "")
	check("J06", "11", "2026-10-13", "全部", "", "民主评议", "招标文件未归档", "2026-10-25", "")
	check("J07", "12", "2026-10-20", "全部", "", "座谈约谈", "会议记录不完整", "2026-12-01", "")
	check("J08", "11", "2026-10-15", "2", "", "查阅资料", "合同审签缺日期", "2026-10-28", "2026-10-26")
	check("J09", "02", "2025-05-20", "全部", "", "查阅资料", "", "", "")
	check("J10", "02", "2025-10-20", "全部", "", "查阅资料", "审批单缺日期", "2025-11-20", "2025-11-10")
	c.load(ingest.KindInspections, checks...)

	complaints := []string{"编号|单位|日期|内容|类别|涉廉|状态|办结日期"}
	for i := range 40 {
		month := time.Date(2025, time.Month(9+i*14/40), 1+i%27, 0, 0, 0, 0, time.UTC)
		concerns, category := "", ""
		switch i % 4 {
		case 0:
			concerns, category = "是", categories[i%7]
		case 1:
			concerns = "否"
		}
		complaints = append(complaints, fmt.Sprintf("T%02d|%s|%s|窗口办事等候时间长，第%d次反映|%s|%s|办结|%s",
			i, []string{"11", "12", "13"}[i%3], month.Format(time.DateOnly), i, category, concerns, month.AddDate(0, 0, 3).Format(time.DateOnly)))
	}
	complaints = append(complaints, "T90|12|2026-09-02|反映收费不规范|岗位|是|在办|", "T91|11|2026-10-12|反映收费不规范|岗位|是|在办|", "T92|12|2026-10-20|反映设备采购||||")
	c.load(ingest.KindComplaints, complaints...)

	petitions := []string{"编号|单位|日期|内容|性质|类别|状态|办结日期"}
	for i, on := range []string{"2025-10-11", "2025-10-12", "2025-10-13", "2025-10-14", "2026-09-04", "2026-09-11", "2026-09-12", "2026-09-20", "2026-10-09", "2026-10-16"} {
		petitions = append(petitions, fmt.Sprintf("X%02d|%s|%s|反映采购中的问题|检举控告|运行机制|办结|%s", i, []string{"11", "12"}[i%2], on, on))
	}
	c.load(ingest.KindPetitions, petitions...)
	c.load(ingest.KindComparisons, "编号|单位|日期|比对模型|异常描述|类别", "B1|11|2026-10-08|耗材用量|用量高于同类科室均值三倍|运行机制", "B2|02|2026-06-08|报销|同日重复报销|制度")
	c.load(ingest.KindFindings, "编号|单位|日期|发现问题|整改期限|整改完成日期", "W1|12|2026-09-10|值班记录缺失|2026-10-10|2026-10-20")
	c.load(ingest.KindLedger,
		"单位|年度|事项|日期|序号|人员|内容",
		"01|2026|岗位自查|2026-02-02||钱一|", "01|2026|单位排查|2026-02-05||钱一|", "01|2026|分管委领导审查|2026-02-20||赵甲|",
		"02|2026|岗位自查|2026-02-03||冯二|", "02|2026|单位排查|2026-02-06||冯二|", "02|2026|分管委领导审查|2026-02-24||赵甲|",
		"03|2026|岗位自查|2026-02-03||陈三|", "03|2026|单位排查|2026-02-06||陈三|",
		"01|2026|代表帮查|2026-03-03||政治处|", "01|2026|专家助查|2026-03-05||政治处|",
		"02|2026|代表帮查|2026-03-03||政治处|", "02|2026|专家助查|2026-03-05||政治处|",
		"01|2026|委党委审定|2026-03-20||政治处|", "02|2026|委党委审定|2026-03-20||政治处|",
		"01|2026|报市纪委备案|2026-03-30||政治处|",
		"01|2026|部署|2026-01-15||赵甲|部署排查", "01|2026|研究|2026-03-01||赵甲|研究清单",
		"11|2026|部署|2026-01-20||周乙|部署排查",
	)
}

var settings = Settings{
	Issuer: "临澄市卫生健康委员会政治处", Mark: "内部资料　注意保存",
	Basis:      []string{"《关于进一步加强廉洁风险防控工作的实施办法（试行）》", "《关于开展廉洁风险排查工作的通知》"},
	ReportedTo: "委党委，市纪委、市监委", SentTo: "驻委纪检监察组", IssuedTo: "各处室、市直各医疗卫生单位",
}

var library = svg.Shared(func() string { return assets.Text("vendor/echarts.min.js") })

// builder returns a builder on the city; change may alter its configuration.
func (c *city) builder(change func(*Config)) *Builder {
	c.t.Helper()
	m, err := metrics.New(metrics.Config{Database: c.store, Now: func() time.Time { return c.now }})
	if err != nil {
		c.t.Fatal(err)
	}
	r, err := library()
	if err != nil {
		c.t.Fatal(err)
	}
	cfg := Config{Metrics: m, Renderer: r, Settings: settings, Version: "0.1.0", Batches: sources(c.now)}
	if change != nil {
		change(&cfg)
	}
	b, err := New(cfg)
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

// sources stands for the list of loads.
func sources(at time.Time) func(context.Context, time.Time) ([]SourceLine, error) {
	return func(context.Context, time.Time) ([]SourceLine, error) {
		return []SourceLine{
			{Kind: "risks", Label: "风险点清单", Read: 84, Rejected: 2, LastLoad: at},
			{Kind: "complaints", Label: "日常投诉", Read: 41, LastLoad: at},
			{Kind: "petitions", Label: "信访举报", Read: 9876, Rejected: 5432, LastLoad: at},
			{Kind: "comparisons", Label: "业务数据比对"},
		}, nil
	}
}

func (c *city) report(b *Builder, period string, opt bulletin.Choice) []byte {
	c.t.Helper()
	p, err := b.Print(c.t.Context(), office, period, opt)
	if err != nil {
		c.t.Fatal(err)
	}
	return p.HTML
}
