package dashboards

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// changesOf reads the comparisons of the tiles of the overview: label of the tile, then
// month and year as they are written.
func changesOf(s *site, path string) map[string][2]string {
	s.t.Helper()
	root, err := html.Parse(bytes.NewReader(s.ok(path)))
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string][2]string{}
	for _, tile := range classed(root, "tiles", "tile") {
		var label string
		var changes [2]string
		for n := range tile.Descendants() {
			switch {
			case attr(n, "class") == "k":
				label = readOut(n)
			case attr(n, "class") == "d":
				at := 0
				for b := range n.Descendants() {
					if b.Data == "b" && at < len(changes) {
						changes[at] = strings.TrimSpace(readOut(b))
						at++
					}
				}
			}
		}
		out[label] = changes
	}
	return out
}

func TestTilesCompareOnlyWithATimeThatHasData(t *testing.T) {
	const none = "无可比数据"
	s := newEmptySite(t)
	s.must(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期", "00|临澄市卫生健康委员会||委机关|周一|赵甲|2020-01-01|0|2010-01-01", "13|市第一医院|00|直属单位|孙二|周乙|2020-01-01|13|2026-01-01")
	const point = "采购与验收由同一人办理|双人复核|查阅记录|重要|孙二|冯六"
	s.must(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员", "13|2026-01-05|1|"+point, "13|2026-01-05|2|药品"+point)
	s.must(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉|状态", "T1|13|2026-07-05|收费不透明|制度|是|在办", "T2|13|2026-09-05|收费不透明|制度|是|在办")
	s.must(ingest.KindInspections, "编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题", "J1|13|2026-03-10|1|韩八|查阅资料|是|是|是|")
	for _, tc := range []struct {
		name, path string
		want       map[string][2]string
	}{
		{"the first year has a month before it and no year", "/?as_of=2026-11-22", map[string][2]string{
			"在册风险点": {"±0", none}, "重要风险点": {"±0", none}, "2026 年监督检查": {"±0", none}, "逾期（文件规定）": {"±0", none}, "10 月线索": {"−1", none},
		}},
		{"the first month has nothing before it", "/?as_of=2026-01-22", map[string][2]string{
			"在册风险点": {none, none}, "重要风险点": {none, none}, "2026 年监督检查": {none, none}, "逾期（文件规定）": {none, none}, "12 月线索": {none, none},
		}},
		{"a month without signals after the first of them is a zero", "/?as_of=2026-10-22", map[string][2]string{"9 月线索": {"+1", none}}},
		{"the month of the first signal is compared with no data", "/?as_of=2026-08-22", map[string][2]string{"7 月线索": {none, none}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := changesOf(s, tc.path)
			for label, want := range tc.want {
				if got[label] != want {
					t.Errorf("%s: %q; want %q (of %q)", label, got[label], want, got)
				}
			}
		})
	}
}

// The tile of the key few counts what the list, the API and the files count: points that a principal
// holds, whose layer is the leadership (R04).
func TestTheTileOfTheKeyFewLeadsToItsRows(t *testing.T) {
	s := newEmptySite(t)
	s.must(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期", "00|临澄市卫生健康委员会||委机关|周一|赵甲|2020-01-01|0|2010-01-01", "13|市第一医院|00|直属单位|孙二|周乙|2020-01-01|13|2010-01-01", "14|市第二医院|00|直属单位|吴四|周乙|2020-01-01|14|2010-01-01")
	point := func(unit, no, layer, few string) string {
		return unit + "|2026-01-05|" + no + "|采购与验收由同一人办理，第" + no + "类|双人复核|查阅记录|重要|孙二|冯六|" + layer + "|决策|" + few
	}
	s.must(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员|层面|类别|关键少数",
		point("13", "1", "领导岗位", "是"), point("13", "2", "领导岗位", "否"), point("13", "3", "中层岗位", "是"), point("13", "4", "", "是"), point("14", "1", "领导岗位", "是"), point("14", "2", "领导岗位", "是"))
	for path, want := range map[string]int{"/": 3, "/?unit=13": 1, "/?unit=14&grade=general": 2, "/?as_of=2025-12-31": 0, "/?lang=en&unit=14": 2} {
		root, err := html.Parse(bytes.NewReader(s.ok(path)))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, tile := range classed(root, "tiles", "tile") {
			var label, value, href string
			for n := range tile.Descendants() {
				switch attr(n, "class") {
				case "k":
					label = readOut(n)
				case "v":
					value = strings.TrimSpace(n.FirstChild.Data)
				case "main":
					href = attr(n, "href")
				}
			}
			if label != "关键少数风险点数" && label != "Key-few points" {
				continue
			}
			found++
			if value != strconv.Itoa(want) {
				t.Errorf("%s: the tile says %s; want %d", path, value, want)
			}
			api := "/api/v1" + strings.ReplaceAll(strings.ReplaceAll(href, "lang=en&", ""), "/api/v1", "")
			if rows := read[metrics.Page[integrity.RiskPoint]](s, api); int(rows.Total) != want || len(rows.Items) != want {
				t.Errorf("%s leads to %d rows; want %d", href, rows.Total, want)
			}
			if listed := classed(root, "tiles", "about"); len(listed) != 7 {
				t.Errorf("%s: %d of 7 tiles have their definition one click away", path, len(listed))
			}
			_, query, _ := strings.Cut(href, "?")
			if d := read[metrics.Distribution](s, "/api/v1/distribution?measure=risks&"+query); *d.Total != uint64(want) {
				t.Errorf("%s: the distribution counts %d; want %d", path, *d.Total, want)
			}
			if lines := strings.Count(strings.TrimSpace(string(s.ok("/api/v1/risks.csv?"+query))), "\n"); lines != want {
				t.Errorf("%s: the file has %d rows; want %d", path, lines, want)
			}
		}
		if found != 1 {
			t.Errorf("%s has %d tiles of the key few", path, found)
		}
	}
}
