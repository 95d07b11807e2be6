package metrics

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// The heatmap switches its columns to 人, 财 and 物 (notice, four, 2): each point once, by its tags.
func TestPointsAreCountedByPeopleMoneyAndGoods(t *testing.T) {
	c := newCity(t).units()
	const head = "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别|标签"
	point := func(unit, no, text, grade, tags string) string {
		return unit + "|2026-01-10|" + no + "|" + text + "|集体决策|查阅会议记录|" + grade + "|张一|中层岗位|运行机制|" + tags
	}
	c.csv(ingest.KindRisks, head,
		point("13", "1", "招聘评审打分随意", "重要", "人、重点部位"), point("13", "2", "收费票据复核不严", "一般", "财"), point("13", "3", "耗材出入库账实不符", "一般", "物"),
		point("13", "4", "设备采购预算与验收同一人经办", "重要", "财、物、关键环节"), point("13", "5", "公章使用无登记", "一般", ""))
	c.csv(ingest.KindRisks, head, point("14", "1", "职称评聘照顾熟人", "一般", "人"), point("14", "2", "专项资金挪用", "重要", "资金"))
	s := asOf("2026-11-22")
	d, err := c.metrics.Distribution(t.Context(), inspector, s, MeasureRisks, DimUnit, DimManaged)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Label{{"people", "人"}, {"money", "财"}, {"goods", "物"}, {"several", "两项以上"}, {"unmarked", "未标注"}}, d.Cols); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	got := map[string][]uint64{}
	for _, cell := range d.Cells {
		got[cell.Row] = append(got[cell.Row], *cell.Count)
		list := s
		list.Cell = CellOf(CellPlace{DimUnit, cell.Row}, CellPlace{DimManaged, cell.Col})
		rows, err := c.metrics.Risks(t.Context(), inspector, list)
		if err != nil || rows.Total != *cell.Count {
			t.Errorf("the cell %s counts %d, its list %d, %v", list.Cell, *cell.Count, rows.Total, err)
		}
	}
	if diff := cmp.Diff([][]uint64{{1, 1, 1, 1, 1}, {1, 0, 0, 0, 1}}, [][]uint64{got["13"], got["14"]}); diff != "" || *d.Total != 7 {
		t.Errorf("total %d; units 13 and 14 (-want +got):\n%s", *d.Total, diff)
	}
	// Narrowed to a tag, a distribution counts what the list of the tag has (requirements R04, R11, R41).
	for tag, want := range map[string]uint64{"重点部位": 1, "关键环节": 1, "财": 2, "资金": 1, "关键少数": 0, "三重一大": 0, "财、物": 0, "没有": 0} {
		one := s
		one.Tag = tag
		d, err := c.metrics.Distribution(t.Context(), inspector, one, MeasureRisks, DimUnit, DimManaged)
		rows, err2 := c.metrics.Risks(t.Context(), inspector, one)
		if err != nil || err2 != nil || *d.Total != want || rows.Total != want {
			t.Errorf("%s: %d counted, %d listed, want %d; %v, %v", tag, *d.Total, rows.Total, want, err, err2)
		}
	}
	// Nobody has checked by the end of June: behind the system's checkpoint, by what is managed.
	s = asOf("2026-07-15")
	s.Basis = "system"
	if d, err = c.metrics.Distribution(t.Context(), inspector, s, MeasureOverdue, DimManaged, DimGrade); err != nil {
		t.Fatal(err)
	}
	owed := map[string]uint64{}
	for _, cell := range d.Cells {
		owed[cell.Row] += *cell.Count
	}
	if diff := cmp.Diff(map[string]uint64{"people": 2, "money": 1, "goods": 1, "several": 1, "unmarked": 2}, owed); diff != "" {
		t.Errorf("behind on 15 July (-want +got):\n%s", diff)
	}
}

// 关键少数 and 三重一大 are columns of the list, and chosen as its tags are.
func TestPointsAreChosenByTheColumnsOfTheNotice(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别|关键少数|三重一大|标签",
		"13|2026-01-10|1|大额采购未经集体研究|集体决策|查阅会议记录|重要|张一|领导岗位|决策|是|是|",
		"13|2026-01-10|2|干部任免酝酿不充分|集体决策|查阅会议记录|重要|张一|领导岗位|决策||是|重点部位",
		"13|2026-01-10|3|窗口收费复核不严|集体决策|查阅会议记录|一般|张二|其他岗位|岗位|||重点部位",
		// The key few are principals, whose posts are of the leadership (notice, two): what a list says of others does not count.
		"13|2026-01-10|4|科室耗材领用无人复核|专人登记|查阅台账|一般|张三|中层岗位|运行机制|是||",
		"13|2026-01-10|5|信息系统权限长期不清理|专人登记|查阅台账|一般|张四||运行机制|是||关键少数")
	for tag, want := range map[string]uint64{"": 5, "关键少数": 1, "三重一大": 2, "重点部位": 2} {
		s := asOf("2026-11-22")
		s.Tag = tag
		rows, err := c.metrics.Risks(t.Context(), inspector, s)
		if err != nil || rows.Total != want || uint64(len(rows.Items)) != want {
			t.Errorf("%q: %d points, %v; want %d", tag, rows.Total, err, want)
		}
		if counted, err := c.metrics.Distribution(t.Context(), inspector, s, MeasureRisks, DimLayer, DimGrade); err != nil || *counted.Total != want {
			t.Errorf("%q: a distribution counts %v, %v; want %d", tag, counted.Total, err, want)
		}
		for _, p := range rows.Items {
			if tag == "关键少数" && p.Layer != integrity.LayerLeadership {
				t.Errorf("%s is of layer %s", tag, p.Layer)
			}
		}
	}
}
