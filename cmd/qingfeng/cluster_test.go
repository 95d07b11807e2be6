//go:build cluster

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/store/clustertest"
	"qingfeng/metrics"
)

// onCluster makes commands work on a cluster, asking the nodes in the given order.
func (s *shell) onCluster(c *clustertest.Cluster, order ...int) {
	s.env["QINGFENG_CLICKHOUSE"], s.env["QINGFENG_CLICKHOUSE_CLUSTER"] = c.DSN(order...), clustertest.Name
	s.env["QINGFENG_CONFIG"] = s.file("qingfeng.toml", "allow_fixed_clock = true", "job_lease = 2", "[recipients]", `office = ["office@wjw.example"]`, `[recipients.units.13]`, `clerk = ["clerk13@one.example"]`, `head = ["head13@one.example"]`)
}

// year loads a file of each kind, corrects some, takes one back and confirms a suggestion.
func (s *shell) year() {
	s.t.Helper()
	s.ingest(0, "units", s.file("units.csv", "单位编码,单位名称,上级编码,类型,主要负责人,责任领导,排序号,启用日期", "00,卫健委,,,,,,", "13,市第一医院,00,直属单位,孙二,周乙,13,2010-01-01", "14,市第二医院,00,直属单位,吴四,赵甲,14,2010-01-01"))
	const risks = "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级,责任人员,层面,类别"
	s.ingest(0, "risks", s.file("risks25.csv", risks, "13,2025-02-10,1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策", "14,2025-02-10,1,药房库存账实不符,每月盘点,查阅台账,一般,张三,其他岗位,岗位"))
	s.ingest(0, "risks", s.file("risks26.csv", risks, "13,2026-02-10,1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策", "13,2026-02-10,2,收费复核不严,抽查票据,查阅票据,一般,张二,中层岗位,运行机制"))
	s.ingest(0, "ledger", s.file("ledger.csv", "单位,年度,事项,日期,序号,人员,文号", "13,2025,委党委审定,2025-03-03,,党委会,", "13,2025,报市纪委备案,2025-03-10,,政治处,卫廉1号", "13,2026,岗位自查,2026-02-01,,张一,", "13,2026,委党委审定,2026-03-03,,党委会,", "13,2026,部署,2026-01-10,,周乙,"))
	s.ingest(0, "inspections", s.file("checks.csv", "编号,单位,检查日期,风险点,检查人,检查领导,责任领导参与,监督方法,权力运行是否规范,文件制度是否执行,防控措施是否落实,发现问题", "J1,13,2026-04-10,1,韩八,周乙,是,查阅资料,是,否,是,登记不全", "J2,13,2026-05-10,全部,韩八,,否,实地走访,是,是,是,"))
	s.ingest(0, "complaints", s.file("complaints.csv", "编号,单位,日期,内容,类别,涉廉", "T1,13,2026-03-05,窗口多收费,岗位,是", "T2,14,2026-09-05,设备验收走过场,运行机制,是", "T3,13,2026-09-06,收费不清,岗位,是"))
	// Corrected, one of them by another unit; and with a row that is refused.
	s.ingest(3, "complaints", s.file("complaints2.csv", "编号,单位,日期,内容,类别,涉廉", "T1,14,2026-03-06,窗口多收费两次,岗位,是", "T3,13,2026-09-06,收费不清,岗位,是", "T9,火星,2026-03-06,x,岗位,是"))
	s.ingest(0, "petitions", s.file("petitions.csv", "编号,单位,日期,内容,性质,类别", "X1,13,2026-08-01,收费复核,检举控告,运行机制", "X2,13,2026-08-02,收费复核不严,检举控告,运行机制", "X3,13,2026-09-02,收费票据,检举控告,运行机制"))
	s.ingest(0, "findings", s.file("findings.csv", "编号,单位,日期,发现问题,严重程度,整改期限", "F1,14,2026-06-01,账目不清,3,2026-07-01"))
	s.ingest(0, "comparisons", s.file("comparisons.csv", "编号,单位,日期,比对模型,异常描述", "B1,14,2026-06-02,重复收费,同日两次收费"))
	wrong := s.ingest(0, "complaints", s.file("complaints3.csv", "编号,单位,日期,内容,类别", "T2,13,2026-09-07,错装,岗位", "T4,13,2026-09-07,错装二,岗位"))
	s.want(0, "batches", "revert", wrong.Batch)
}

// made are names that chance gave.
var made = regexp.MustCompile(`[0-9a-f]{32}`)

func TestEveryMetricOnAClusterIsThatOfOneServer(t *testing.T) {
	c := clustertest.New(t, 3)
	alone, spread := newShell(t), newShell(t)
	alone.year()
	spread.onCluster(c, 0, 1, 2)
	if _, stderr := spread.want(1, "query", "risks"); !strings.Contains(stderr, "migrate") {
		t.Errorf("a cluster without the schema: %s", stderr)
	}
	spread.want(0, "migrate")
	spread.year()
	spread.onCluster(c, 2, 0, 1) // another node is asked than those who loaded asked
	one, many := alone.serving(), spread.serving()
	get := func(address string) any {
		t.Helper()
		resp, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v: %s", address, resp.StatusCode, err, raw)
		}
		var answer any
		if err := json.Unmarshal(made.ReplaceAll(raw, []byte("…")), &answer); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		return answer
	}
	equal := func(route string) any {
		t.Helper()
		want, got := get(one+"/api/v1/"+route), get(many+"/api/v1/"+route)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-one server +cluster):\n%s", route, diff)
		}
		return got
	}
	routes := map[string]string{"distribution": "distribution?measure=signals&integrity=all", "trend": "trend?measure=signals&integrity=all", "diff": "lists/13/diff", "overdue": "overdue?status=all", "hotspots": "hotspots?month=2026-10"}
	for _, name := range metrics.Names() {
		route, given := routes[name]
		if !given {
			route = name
		}
		if name == "flags" || name == "kept" { // tasks store them, each server in its own time
			total := 0.0
			for range 120 {
				here := get(one + "/api/v1/" + route)
				if total, _ = field(t, here, "total").(float64); total > 0 && cmp.Equal(here, get(many+"/api/v1/"+route)) {
					break
				}
				time.Sleep(time.Second)
			}
			if total == 0 {
				t.Errorf("%s: nothing was compared", name)
			}
		}
		equal(route)
	}
	for _, measure := range []string{"risks", "complaints", "petitions", "findings", "comparisons", "checks", "overdue"} {
		table := equal("distribution?rows=unit&cols=category&integrity=all&measure=" + measure)
		if n, ok := field(t, table, "total").(float64); !ok || n == 0 {
			t.Errorf("%s: %v: nothing was compared", measure, n)
		}
	}
}

// Two servers work on one cluster, each asking another node of it, and one is killed in the
// middle of a task.
func TestTwoServersOnAClusterMakeEachOutputOnceThoughOneIsKilled(t *testing.T) {
	c := clustertest.New(t, 3)
	s := newShell(t)
	s.onCluster(c, 0, 1, 2)
	s.env["QINGFENG_NOW"] = "2026-07-01T09:00:00+08:00"
	s.env["QINGFENG_CLICKHOUSE"] = c.HTTP(0, 1, 2)
	s.eachOutputOnce(2*time.Second, []string{c.HTTP(1, 2, 0), c.HTTP(2, 0, 1)})
}

// A node is killed while files are loaded and comes back: what was answered is there, what
// was not is there not at all, and nobody is given a number in between.
func TestANodeThatIsKilledLosesNothingAndNobodyReadsPartOfTheRows(t *testing.T) {
	c := clustertest.New(t, 3)
	s := newShell(t)
	s.onCluster(c, 0, 1, 2)
	s.want(0, "migrate")
	s.city()
	base := s.serving()
	load := func(round int) (code int) {
		rows := []string{"编号,单位,日期,内容,涉廉"}
		for i := range 300 {
			rows = append(rows, fmt.Sprintf("T%d-%d,13,2026-03-05,第%d轮第%d件,是", round, i, round, i))
		}
		code, _, _ = s.run("ingest", "complaints", s.file(fmt.Sprintf("round%d.csv", round), rows...))
		return code
	}
	total := func() (status, n int, body string) {
		t.Helper()
		resp, err := http.Get(base + "/api/v1/distribution?measure=complaints")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		var d struct{ Total int }
		if resp.StatusCode == http.StatusOK {
			if err := json.Unmarshal(raw, &d); err != nil {
				t.Fatal(err)
			}
		}
		return resp.StatusCode, d.Total, string(raw)
	}
	if code := load(0); code != 0 {
		t.Fatalf("before: status %d", code)
	}
	// A node of the middle, and the first one, on which the batches stand and which is asked.
	for round, victim := range []int{1, 0} {
		acknowledged := 300 * (round + 1)
		if status, n, body := total(); status != http.StatusOK || n != acknowledged {
			t.Fatalf("before node %d is killed: %d, %d rows, want %d: %s", victim, status, n, acknowledged, body)
		}
		c.Stop(victim)
		if code := load(10 + round); code != 1 {
			t.Errorf("a load without node %d ended with %d, want 1", victim, code)
		}
		// Another question than before: that one may be answered from memory.
		resp, err := http.Get(base + "/api/v1/signals?q=" + fmt.Sprint(victim))
		if err != nil {
			t.Fatal(err)
		}
		refused, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || !strings.Contains(string(refused), "数据库暂时连不上") {
			t.Errorf("a question without node %d: %d %s", victim, resp.StatusCode, refused)
		}
		if ready, err := http.Get(base + "/readyz"); err != nil || ready.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("without node %d it says that it is ready: %v, %v", victim, ready.StatusCode, err)
		} else {
			ready.Body.Close()
		}
		if doctor, _ := s.want(1, "doctor"); !strings.Contains(doctor, "✗ ") {
			t.Errorf("doctor finds nothing: %s", doctor)
		}
		c.Start(victim)
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			status, n, body := total()
			if status == http.StatusOK {
				if n != acknowledged {
					t.Errorf("after node %d has come back: %d rows, want %d", victim, n, acknowledged)
				}
				break
			}
			if time.Since(began) > 30*time.Second {
				t.Fatalf("node %d is back, and the answer is %d: %s", victim, status, body)
			}
		}
		if code := load(round + 1); code != 0 {
			t.Errorf("a load after node %d has come back ended with %d", victim, code)
		}
	}
	if status, n, body := total(); status != http.StatusOK || n != 900 {
		t.Errorf("in the end: %d, %d rows: %s", status, n, body)
	}
	if _, doctor, _ := s.run("doctor"); !strings.Contains(doctor, "✓ cluster    3 个分片") {
		t.Errorf("doctor: %s", doctor)
	}
}
