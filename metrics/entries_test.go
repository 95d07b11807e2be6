package metrics

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

const (
	checkHead  = "编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题"
	ledgerHead = "单位|年度|事项|日期|序号|人员|来源|文号|内容|采纳|理由"
)

// brought asks for the rows of a batch by its ID and by its number, and holds the total to
// them, whatever the length of the page.
func brought[T any](c *city, ask func(Scope) (Page[T], error), batch, no string, name func(T) string) []string {
	c.t.Helper()
	var out []string
	for _, by := range []string{batch, no} {
		found, err := ask(Scope{Batch: by, Integrity: "all", Page: 1, PerPage: 1000})
		if err != nil {
			c.t.Fatal(err)
		}
		var names []string
		for _, item := range found.Items {
			names = append(names, name(item))
		}
		slices.Sort(names)
		if by == no && !slices.Equal(names, out) {
			c.t.Errorf("batch %s: %q by its number, %q by its ID", batch, names, out)
		}
		out = names
		short, err := ask(Scope{Batch: by, Integrity: "all", Page: 1, PerPage: 1})
		if err != nil || short.Total != uint64(len(names)) || found.Total != short.Total {
			c.t.Errorf("batch %s: total %d on a page of one, %d on one of all, %d rows, %v", by, short.Total, found.Total, len(names), err)
		}
	}
	return out
}

func TestTheRowsOfABatchAreThoseThatItBroughtOrChanged(t *testing.T) {
	c := newCity(t).units()
	numberOf := func(r ingest.Report) string {
		t.Helper()
		info, err := c.store.BatchByID(t.Context(), r.Batch)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(info.No)
	}
	signals := func(r ingest.Report) []string {
		return brought(c, func(s Scope) (Page[integrity.Signal], error) { return c.metrics.Signals(t.Context(), inspector, s) }, r.Batch, numberOf(r), func(x integrity.Signal) string { return x.Number })
	}
	checks := func(r ingest.Report) []string {
		return brought(c, func(s Scope) (Page[integrity.Check], error) { return c.metrics.Checks(t.Context(), inspector, s) }, r.Batch, numberOf(r), func(x integrity.Check) string { return x.Number })
	}
	risks := func(r ingest.Report) []string {
		return brought(c, func(s Scope) (Page[integrity.RiskPoint], error) { return c.metrics.Risks(t.Context(), inspector, s) }, r.Batch, numberOf(r), func(x integrity.RiskPoint) string {
			return fmt.Sprintf("%s %d/%d", x.Unit, x.Year, x.No)
		})
	}
	entries := func(r ingest.Report) []string {
		return brought(c, func(s Scope) (Page[integrity.LedgerEntry], error) { return c.metrics.Ledger(t.Context(), inspector, s) }, r.Batch, numberOf(r), func(x integrity.LedgerEntry) string { return x.UnitName + " " + x.Item })
	}
	units := func(r ingest.Report) []string {
		return brought(c, func(s Scope) (Page[integrity.Unit], error) { return c.metrics.Directory(t.Context(), inspector, s) }, r.Batch, numberOf(r), func(x integrity.Unit) string { return x.Code + " " + x.Leader })
	}
	same := func(what string, got []string, want ...string) {
		t.Helper()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", what, d)
		}
	}

	last := c.csv(ingest.KindRisks, riskHead,
		risk("13", "2025-02-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"),
		risk("13", "2025-02-01", "2", "招聘评审打分随意照顾熟人优亲厚友", "一般", "中层岗位", "权力运行"))
	first := c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"),
		risk("13", "2026-03-01", "2", "招聘评审打分随意照顾熟人优亲厚友", "一般", "中层岗位", "权力运行"))
	second := c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-04-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"),
		risk("13", "2026-04-01", "2", "招聘评审打分随意照顾熟人优亲厚友", "重要", "中层岗位", "权力运行"),
		risk("13", "2026-04-01", "3", "设备采购未经集体研究由个人说了算", "重要", "领导岗位", "决策"))
	same("a list of last year, which is in force no more", risks(last), "13 2025/1", "13 2025/2")
	same("the first list of a year", risks(first), "13 2026/1", "13 2026/2")
	same("a new version: the changed and the new point, not the repeated one", risks(second), "13 2026/2", "13 2026/3")

	brief := c.csv(ingest.KindInspections, checkHead, "J1|13|2026-05-01|1|韩八|查阅资料|是|是|是|", "J2|13|2026-05-02|2|韩八|查阅资料|是|是|是|登记不全")
	same("checks", checks(brief), "J1", "J2")
	same("findings that checks gave are no rows of the file", signals(brief))
	one := c.csv(ingest.KindComplaints, "编号|单位|日期|内容|涉廉|状态", "T1|13|2026-05-05|多收费|是|在办", "T2|13|2026-05-06|排队久|否|在办", "T3|14|2026-05-07|态度差|否|在办")
	two := c.csv(ingest.KindComplaints, "编号|单位|日期|内容|涉廉|状态", "T1|13|2026-05-05|多收费|是|在办", "T2|13|2026-05-06|排队久|否|办结", "T4|14|2026-05-08|多收费|是|在办")
	same("complaints, whatever their 涉廉, also those corrected since", signals(one), "T1", "T2", "T3")
	same("a correction and a new one, not what stands as it was", signals(two), "T2", "T4")

	log := c.csv(ingest.KindLedger, ledgerHead, "13|2026|岗位自查|2026-02-01||张一|||||", "全部|2026|委党委审定|2026-04-20||党委会|||||", "13|2026|协查|2026-04-02||组|查办案件情况||补充建议||",
		"13|2026|协查|2026-04-01||组|||不写来源||", "13|2026|协查|2026-03-31||组|机关效能督查||流程建议||")
	same("the ledger", entries(log), "全部 委党委审定", "市第一医院 协查", "市第一医院 协查", "市第一医院 协查", "市第一医院 岗位自查")
	same("the ledger moved points into force; they are no rows of it", risks(log))
	change := c.csv(ingest.KindUnits, "单位编码|单位名称|责任领导|责任领导起始日期", "13|市第一医院|周乙|2020-01-01", "14|市第二医院|钱丙|2026-06-01")
	same("units: the new leader, not the row that stands", units(change), "14 钱丙")

	for _, who := range []integrity.Principal{office, unitStaff("13")} {
		found, err := c.metrics.Ledger(t.Context(), who, Scope{Batch: log.Batch})
		want := map[integrity.Role]uint64{integrity.RoleOffice: 5, integrity.RoleUnit: 3}[who.Role]
		if err != nil || found.Total != want || len(found.Items) != int(want) {
			t.Errorf("role %q sees %d entries, %v; want %d: co-checks from cases, or of no known source, are for those who handle them", who.Role, found.Total, err, want)
		}
	}
	for _, who := range []integrity.Principal{unitStaff("14"), admin} {
		found, err := c.metrics.Ledger(t.Context(), who, Scope{})
		want := map[integrity.Role]uint64{integrity.RoleUnit: 1}[who.Role] // what is recorded for all
		if err != nil || found.Total != want {
			t.Errorf("role %q of another unit sees %d entries, %v; want %d", who.Role, found.Total, err, want)
		}
	}
	if found, err := c.metrics.Signals(t.Context(), unitStaff("14"), Scope{Batch: one.Batch, Integrity: "all"}); err != nil || found.Total != 1 || found.Items[0].Number != "T3" {
		t.Errorf("a unit sees of a batch %+v, %v; want its own T3", found, err)
	}

	if _, err := c.load.Revert(t.Context(), two.Batch, "政治处"); err != nil {
		t.Fatal(err)
	}
	same("nothing stands of a batch that was taken back", signals(two))
	for _, id := range []string{"nobody", "999", hostileID} {
		if _, err := c.metrics.Risks(t.Context(), inspector, Scope{Batch: id}); !errors.Is(err, integrity.ErrNotFound) {
			t.Errorf("batch %q: %v; want not found", id, err)
		}
	}
}

// hostileID would end a text in SQL.
const hostileID = `' OR 1=1 --`

func TestTheDirectoryHasARowForEachLeader(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindUnits, "单位编码|单位名称|责任领导|责任领导起始日期", "13|市第一医院|钱丙|2026-06-01")
	found, err := c.metrics.Directory(t.Context(), inspector, Scope{Text: "第一医院"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range found.Items {
		got = append(got, u.LeaderFrom.String()+" "+u.Leader)
	}
	if d := cmp.Diff([]string{"2020-01-01 周乙", "2026-06-01 钱丙"}, got); d != "" {
		t.Errorf("leaders of a unit (-want +got):\n%s", d)
	}
	beyond, err := c.metrics.Directory(t.Context(), inspector, Scope{Page: 9, PerPage: 2})
	if err != nil || beyond.Total != 6 || len(beyond.Items) != 0 {
		t.Errorf("a page beyond the last: %d of %d rows, %v", len(beyond.Items), beyond.Total, err)
	}
}

// A page of a reader ends at 100,000 rows; the rules judge the ledger as a whole.
func TestALedgerLongerThanAPageIsReadWhole(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead, risk("13", "2026-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"))
	if err := c.store.Write().Exec(t.Context(), `INSERT INTO ledger (sign, batch_no, ver, given, id, unit, year, item, entry_on, no, persons, source, document, content, adopted, reason, entered_on)
		SELECT 1, 1, 1, 1, number + 1, '13', 2024, '部署', '2024-03-01', toString(number), ['周乙'], '', '', '', '', '', '2024-03-01' FROM numbers(100100)`); err != nil {
		t.Fatal(err)
	}
	for _, metric := range []string{"checkup", "missing-lists", "filing", "overdue"} {
		if _, err := c.metrics.Answer(t.Context(), inspector, Question{Metric: metric}); err != nil {
			t.Errorf("%s: %v", metric, err)
		}
	}
}
