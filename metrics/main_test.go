package metrics

import (
	"bytes"
	"context"
	"encoding/csv"
	"log/slog"
	"strings"
	"testing"
	"time"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// city is an invented commission on a database of its own. Files are loaded by the
// product's own loader, with a clock that a test may turn.
type city struct {
	t       testing.TB
	store   *store.Store
	metrics *Metrics
	load    *ingest.Loader
	now     time.Time
}

func newCity(t testing.TB) *city {
	t.Helper()
	c := &city{t: t, store: storetest.New(t), now: time.Date(2026, 11, 22, 9, 0, 0, 0, integrity.Shanghai)}
	clock := func() time.Time { return c.now }
	lock := make(chan struct{}, 1)
	var err error
	c.load, err = ingest.New(ingest.Config{Store: c.store, Log: slog.New(slog.DiscardHandler), Now: clock,
		Lock: func(ctx context.Context) (func(), error) {
			select {
			case lock <- struct{}{}:
				return func() { <-lock }, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	if c.metrics, err = New(Config{Database: c.store, Now: clock}); err != nil {
		t.Fatal(err)
	}
	return c
}

// units loads the commission, an office and three hospitals; the third closed in mid-2026.
func (c *city) units() *city {
	c.t.Helper()
	c.csv(ingest.KindUnits,
		"单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期",
		"00|临澄市卫生健康委员会||委机关|||||2010-01-01|",
		"01|办公室|00|委机关处室|钱一|赵甲|2020-01-01|1|2010-01-01|",
		"13|市第一医院|00|直属单位|孙二|周乙|2020-01-01|13|2010-01-01|",
		"14|市第二医院|00|直属单位|吴四|周乙|2020-01-01|14|2010-01-01|",
		"15|市第三医院|00|直属单位|郑五|赵甲|2020-01-01|15|2010-01-01|2026-07-01",
	)
	return c
}

// csv loads lines whose cells are separated by | as one file; nothing may be rejected.
func (c *city) csv(kind ingest.Kind, lines ...string) ingest.Report {
	c.t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, l := range lines {
		cells := strings.Split(l, "|")
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], `\n`, "\n")
		}
		if err := w.Write(cells); err != nil {
			c.t.Fatal(err)
		}
	}
	w.Flush()
	rep, err := c.load.Load(c.t.Context(), ingest.Request{Kind: kind, MayMove: true,
		Files: []ingest.Source{{Name: "test.csv", Data: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}}})
	if err != nil {
		c.t.Fatalf("load %s: %v", kind, err)
	}
	if rep.Totals.Rejected != 0 {
		c.t.Fatalf("load %s: %+v", kind, rep.Files[0].Errors)
	}
	return rep
}

// riskHead is the heading of the flat table of risk points, as the tests write it.
const riskHead = "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员|层面|类别|评定理由"

// goodPath has basis, focus and methods.
const goodPath = "1.依据《采购管理办法》\\n2.重点看采购是否规范、制度是否执行\\n3.查阅资料、实地走访"

// risk is a complete line of a list with its own description.
func risk(unit, day, no, description, grade, layer, category string) string {
	reason := ""
	if grade == "重要" {
		reason = "自由裁量权较大"
	}
	return strings.Join([]string{unit, day, no, description, "每季度由审计科抽查三十份采购合同", goodPath, grade, "孙二", "张三", layer, category, reason}, "|")
}

var (
	inspector = integrity.Principal{Role: integrity.RoleInspector, Name: "检查组"}
	office    = integrity.Principal{Role: integrity.RoleOffice, Name: "政治处"}
	leader    = integrity.Principal{Role: integrity.RoleLeader, Name: "委领导"}
	admin     = integrity.Principal{Role: integrity.RoleAdmin, Name: "管理员"}
)

func unitStaff(code string) integrity.Principal {
	return integrity.Principal{Role: integrity.RoleUnit, Unit: code, Name: "经办"}
}

func day(s string) integrity.Day {
	d, err := integrity.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}
