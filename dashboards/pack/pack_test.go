package pack

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/export"
	"qingfeng/dashboards/svg"
	"qingfeng/ingest"
	"qingfeng/internal/desktop"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics"
)

var keep = flag.String("out", "", "write packs and their PDF into this directory, to be looked at")

func TestMain(m *testing.M) { storetest.Main(m) }

// hostile is in the texts of the fixture.
const hostile = `</script><script>alert(1)</script>`

var (
	inspector = integrity.Principal{Role: integrity.RoleInspector}
	leader    = integrity.Principal{Role: integrity.RoleLeader}
	asOf      = integrity.Date(2026, time.November, 22)
)

// town is an invented commission on a database of its own.
type town struct {
	t       *testing.T
	store   *store.Store
	load    *ingest.Loader
	builder *Builder
}

func newTown(t *testing.T) *town {
	t.Helper()
	c := &town{t: t, store: storetest.New(t)}
	now := func() time.Time { return asOf.Start().Add(9 * time.Hour) }
	var err error
	if c.load, err = ingest.New(ingest.Config{Store: c.store, Log: slog.New(slog.DiscardHandler), Now: now, Lock: store.LoadLock(t.TempDir())}); err != nil {
		t.Fatal(err)
	}
	m, err := metrics.New(metrics.Config{Database: c.store, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	renderer, err := svg.New(assets.Text("vendor/echarts.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	if c.builder, err = New(Config{Metrics: m, Renderer: renderer, Mark: "内部资料 注意保存", Version: "test"}); err != nil {
		t.Fatal(err)
	}
	return c
}

// csv loads lines whose cells are separated by |; nothing may be rejected.
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
	c.bytes(kind, "test.csv", b.Bytes())
}

func (c *town) bytes(kind ingest.Kind, name string, body []byte) ingest.Report {
	c.t.Helper()
	rep, err := c.load.Load(c.t.Context(), ingest.Request{Kind: kind, MayMove: true, Files: []ingest.Source{{Name: name, Data: bytes.NewReader(body), Size: int64(len(body))}}})
	if err != nil || rep.Totals.Rejected != 0 {
		c.t.Fatalf("load %s: %v %+v", kind, err, rep.Files)
	}
	return rep
}

// fill loads two units; the first with as many points as asked for in two years, checks,
// findings, complaints and petitions.
func (c *town) fill(points int) *town {
	c.t.Helper()
	c.csv(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期",
		"00|临澄市卫生健康委员会||委机关|||||2010-01-01|", "13|市第一医院|00|直属单位|孙二|周乙|2020-01-01|13|2010-01-01|", "14|市第二医院|00|直属单位|吴四|周乙|2020-01-01|14|2010-01-01|", "15|市第三医院|00|直属单位|郑五|周乙|2020-01-01|15|2010-01-01|")
	risks := []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员|层面|类别|评定理由"}
	categories := []string{"决策", "权力运行", "岗位", "运行机制"}
	for _, year := range []string{"2025-03-01", "2026-03-02"} {
		for i := range points {
			grade, reason := "一般", ""
			if i%3 == 0 || i%7 == 0 && year > "2026" {
				grade, reason = "重要", "自由裁量权较大"
			}
			text := fmt.Sprintf("第%d类设备和耗材的采购、验收、入库由同一科室办理，缺少相互制约，可能出现虚报数量、以次充好等问题%s", i+1, hostile)
			risks = append(risks, strings.Join([]string{"13", year, fmt.Sprint(i + 1), text, fmt.Sprintf("每季度由审计科抽查%d份合同，验收由两人以上共同签字并留存影像", 10+i), "依据采购管理办法；重点看验收；查阅资料", grade, "孙二", "张三", "中层岗位", categories[i%4], reason}, "|"))
		}
	}
	c.csv(ingest.KindRisks, append(risks, "14|2026-03-05|1|另一家医院的风险点CANARY|每月核对|依据制度；重点看执行；查阅资料|重要|吴四|李四|其他岗位|岗位|自由裁量权较大")...)
	checks := []string{"编号|单位|检查日期|风险点|检查人|检查领导|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|严重程度|整改期限|整改完成日期"}
	for i := range 9 {
		checks = append(checks, fmt.Sprintf("J%d|13|2026-%02d-15|%s|韩八|周乙|%s|查阅资料、实地走访|是|%s|是|%s||2026-12-%02d|", i, i+1, []string{"1、3", "全部", "2-4"}[i%3],
			[]string{"是", "否"}[i%2], []string{"是", "否"}[i%2], []string{"", "登记不全" + hostile}[i%2], i+1))
	}
	c.csv(ingest.KindInspections, checks...)
	complaints := []string{"编号|单位|日期|内容|类别|涉廉"}
	for i := range 40 {
		complaints = append(complaints, fmt.Sprintf("T%d|13|2026-%02d-%02d|投诉原文COMPLAINTTEXT|%s|是", i, i%11+1, i%20+1, categories[i%4]))
	}
	c.csv(ingest.KindComplaints, complaints...)
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别", "X1|13|2026-09-01|信访原文PETITIONTEXT|检举控告|决策", "X2|13|2026-10-01|信访原文PETITIONTEXT|检举控告|制度")
	return c
}

func (c *town) pack(who integrity.Principal, unit string) string {
	c.t.Helper()
	body, err := c.builder.Build(c.t.Context(), who, metrics.Scope{AsOf: asOf, Unit: unit})
	if err != nil {
		c.t.Fatalf("pack of %s: %v", unit, err)
	}
	return string(body)
}

func TestPackOfAUnit(t *testing.T) {
	c := newTown(t).fill(12)
	t.Run("holds every part and no script", func(t *testing.T) {
		got := c.pack(inspector, "市第一医院")
		for _, want := range []string{
			"市第一医院检查前资料包", "主要负责人：孙二", "责任领导：周乙", "数据截至：2026年11月22日",
			"在册风险点12个，其中重要5个", "近一年监督检查9次，最近一次在2026年9月15日", "未整改的问题4个",
			"<td>1、3</td>", "<td>全部</td>", "<td>2-4</td>", "更早的3次从略",
			"2026年清单与2025年相比：新增0、修改0、等级变化1、移出0，未变11", "风险等级：一般→重要",
			"<svg", "日常投诉、信访举报", "盲区：", "监督检查表", "权力运行是否规范", "文件制度是否执行", "防控措施是否落实", "□是 □否", "检查人签字：", "仅供检查组使用",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("the pack lacks %q", want)
			}
		}
		for _, never := range []string{"<script", "http://", "https://", "COMPLAINTTEXT", "PETITIONTEXT", "CANARY", "src="} {
			if strings.Contains(strings.ReplaceAll(got, `xmlns="http://www.w3.org/2000/svg"`, ""), never) {
				t.Errorf("the pack holds %q", never)
			}
		}
	})
	t.Run("says nothing of petitions to those who may not read them", func(t *testing.T) {
		for _, who := range []integrity.Principal{leader, {Role: integrity.RoleOffice}, {Role: integrity.RoleUnit, Unit: "13"}} {
			got := c.pack(who, "13")
			if strings.Contains(got, "信访") {
				t.Errorf("the pack of a %s speaks of petitions", who.Role)
			}
			if !strings.Contains(got, "日常投诉") {
				t.Errorf("the pack of a %s lacks the complaints", who.Role)
			}
		}
	})
	t.Run("is the same for the same data", func(t *testing.T) {
		if a, b := c.pack(leader, "13"), c.pack(leader, "13"); a != b {
			t.Error("two packs of the same data differ")
		}
	})
	t.Run("of a unit without anything says so", func(t *testing.T) {
		got := c.pack(leader, "15")
		for _, want := range []string{"没有在册风险点", "近一年没有监督检查记录", "近13个月没有"} {
			if !strings.Contains(got, want) {
				t.Errorf("the pack lacks %q", want)
			}
		}
	})
	t.Run("is refused where it may not be seen", func(t *testing.T) {
		for _, tc := range []struct {
			name string
			who  integrity.Principal
			unit string
			want error
		}{
			{"no unit", inspector, "", integrity.ErrInvalid},
			{"an unknown unit", inspector, "99", integrity.ErrNotFound},
			{"another unit's", integrity.Principal{Role: integrity.RoleUnit, Unit: "14"}, "13", integrity.ErrNotFound},
			{"an administrator", integrity.Principal{Role: integrity.RoleAdmin}, "13", integrity.ErrNotFound},
		} {
			if _, err := c.builder.Build(t.Context(), tc.who, metrics.Scope{AsOf: asOf, Unit: tc.unit}); !errors.Is(err, tc.want) {
				t.Errorf("%s: %v; want %v", tc.name, err, tc.want)
			}
			if _, err := c.builder.Form(t.Context(), tc.who, metrics.Scope{AsOf: asOf, Unit: tc.unit}); !errors.Is(err, tc.want) {
				t.Errorf("%s, the form: %v; want %v", tc.name, err, tc.want)
			}
		}
	})
	t.Run("its form is the template of inspections and loads when it is filled in", func(t *testing.T) {
		headings, _ := ingest.Template(ingest.KindInspections)
		if diff := cmp.Diff(headings, FormColumns()); diff != "" {
			t.Errorf("headings (-template +form):\n%s", diff)
		}
		form, err := c.builder.Form(t.Context(), inspector, metrics.Scope{AsOf: asOf, Unit: "13"})
		if err != nil {
			t.Fatal(err)
		}
		prefilled := form.Rows
		form.Rows = func(yield func([]any) bool) {
			for row := range prefilled {
				row[2], row[4], row[7], row[8], row[9], row[10] = "2026-11-20", "韩八", "查阅资料", "是", "是", "是"
				if !yield(row) {
					return
				}
			}
		}
		var b bytes.Buffer
		if err := export.Workbook(&b, form); err != nil {
			t.Fatal(err)
		}
		if rep := c.bytes(ingest.KindInspections, "form.xlsx", b.Bytes()); rep.Totals.Added != 12 || len(rep.Files[0].Warnings) != 1 || rep.Files[0].Warnings[0].Code != "last_line_ignored" {
			t.Errorf("loaded: %+v, warnings %v", rep.Totals, rep.Files[0].Warnings)
		}
	})
}

// printed returns on how many pages Chromium prints a pack.
func printed(t *testing.T, name, html string) int {
	t.Helper()
	body, err := desktop.Print(t.Context(), []byte(html))
	if err != nil {
		t.Fatal(err)
	}
	if *keep != "" {
		for file, content := range map[string][]byte{name + ".html": []byte(html), name + ".pdf": body} {
			if err := os.WriteFile(filepath.Join(*keep, file), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return desktop.Pages(body)
}

func TestAPackPrintsOnTwoToFourPages(t *testing.T) {
	for _, points := range []int{2, 12, 30, 75} {
		t.Run(fmt.Sprintf("a unit with %d points", points), func(t *testing.T) {
			t.Parallel()
			got := newTown(t).fill(points).pack(inspector, "13")
			if n := printed(t, fmt.Sprintf("points%d", points), got); n < 2 || n > 4 {
				t.Errorf("%d pages; want 2 to 4", n)
			}
		})
	}
}
