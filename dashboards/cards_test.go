package dashboards

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/gofiber/fiber/v2"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/metrics"
)

// sluggish answers distributions after a minute of work in the real engine.
type sluggish struct {
	Metrics
	store *store.Store
}

func (m sluggish) Distribution(ctx context.Context, _ integrity.Principal, _ metrics.Scope, _, _, _ string) (metrics.Distribution, error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 1}))
	var rows []struct {
		N uint64 `ch:"n"`
	}
	err := m.store.Read().Select(ctx, &rows, "SELECT sum(sleepEachRow(0.5)) AS n FROM numbers(120)")
	return metrics.Distribution{}, err
}

// slowSite is a site whose heatmaps take a minute.
func slowSite(s *site, limit time.Duration) *fiber.App {
	return s.with(func(cfg *Config) {
		cfg.Metrics, cfg.QueryTimeout, cfg.Grace = sluggish{s.metrics, s.store}, limit, 50*time.Millisecond
	})
}

// browse asks as a browser does.
func (s *site) browse(app *fiber.App, method, path string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	return s.do(app, r)
}

// inEngine waits until that many queries of cards run in the engine, at most five seconds: a query
// that was on its way when it was stopped is found by one of the next attempts.
func (s *site) inEngine(want uint64) {
	s.t.Helper()
	var n uint64
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if err := s.store.Write().QueryRow(s.t.Context(), "SELECT count() FROM system.processes WHERE startsWith(query_id, 'card-') AND current_database = currentDatabase()").Scan(&n); err != nil {
			s.t.Fatal(err)
		}
		if n == want {
			return
		}
	}
	s.t.Errorf("%d queries of cards run in the engine after five seconds, want %d", n, want)
}

var (
	hxGet  = regexp.MustCompile(`hx-get="([^"]+card=map[^"]*)"`)
	hxPost = regexp.MustCompile(`card=map[^"]*"[^>]*>.*?hx-post="([^"]+)"`)
)

func matched(t *testing.T, re *regexp.Regexp, body []byte) string {
	t.Helper()
	m := re.FindSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in %.600s", re, body)
	}
	return strings.ReplaceAll(string(m[1]), "&amp;", "&")
}

func TestCards(t *testing.T) {
	s := newSite(t)
	for name, test := range map[string]func(*testing.T, *site){
		"a slow card comes after the page, and is stopped in the engine when asked": testCardStopped,
		"a card past its deadline is stopped in the engine and says so":             testCardLate,
		"who does not run scripts gets the page whole":                              testCardsWhole,
		"a section alone brings its sentence along":                                 testSectionAlone,
		"unchanged data are not asked for again, new ones are":                      testAskedOnce,
	} {
		t.Run(name, func(t *testing.T) {
			inner := *s
			inner.t = t
			test(t, &inner)
		})
	}
}

func testCardStopped(t *testing.T, s *site) {
	app := slowSite(s, time.Minute)
	began := time.Now()
	page := s.browse(app, http.MethodGet, "/heatmap?grade=important")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the page waited %v for a card", took)
	}
	if page.status != http.StatusOK || !bytes.Contains(page.body, []byte("正在计算")) || !bytes.Contains(page.body, []byte(`http-equiv="refresh" content="0;url=/heatmap?full=1&amp;grade=important"`)) {
		t.Fatalf("GET /heatmap = %d: %.2000s", page.status, page.body)
	}
	s.inEngine(1)
	later := make(chan answer)
	go func() { later <- s.browse(app, http.MethodGet, matched(t, hxGet, page.body)) }()
	cancel := matched(t, hxPost, page.body)
	if a := s.browse(app, http.MethodGet, cancel); a.status != http.StatusMethodNotAllowed {
		t.Errorf("GET %s = %d; want 405", cancel, a.status)
	}
	if a := s.browse(app, http.MethodPost, "/cards/0123456789abcdef0123456789abcdef/cancel"); a.status != http.StatusNotFound {
		t.Errorf("stopping what is not there = %d; want 404", a.status)
	}
	s.inEngine(1)
	time.Sleep(50 * time.Millisecond) // the section is being waited for
	if a := s.browse(app, http.MethodPost, cancel); a.status != http.StatusNoContent {
		t.Errorf("POST %s = %d; want 204", cancel, a.status)
	}
	s.inEngine(0)
	if a := <-later; a.status != http.StatusOK || !bytes.Contains(a.body, []byte("已停止计算")) || !bytes.Contains(a.body, []byte("重试")) || bytes.Contains(a.body, []byte("<html")) {
		t.Errorf("the section that was stopped = %d: %s", a.status, a.body)
	}
	if a := s.browse(app, http.MethodPost, cancel); a.status != http.StatusNotFound {
		t.Errorf("stopping it twice = %d; want 404", a.status)
	}
}

func testCardLate(t *testing.T, s *site) {
	app := slowSite(s, 1500*time.Millisecond)
	page := s.browse(app, http.MethodGet, "/heatmap?grade=general")
	s.inEngine(1)
	a := s.browse(app, http.MethodGet, matched(t, hxGet, page.body))
	if a.status != http.StatusOK || !bytes.Contains(a.body, []byte("秒内没有算出来")) || !bytes.Contains(a.body, []byte("data-retry")) {
		t.Errorf("the section that was late = %d: %s", a.status, a.body)
	}
	s.inEngine(0)
}

func testCardsWhole(t *testing.T, s *site) {
	patient := s.with(func(cfg *Config) { cfg.Grace = time.Nanosecond })
	for path, browser := range map[string]bool{"/": false, "/?full=1": true, "/lists": false, "/supervision?full=1": true} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if browser {
			r.Header.Set("Accept", "text/html")
		}
		if a := s.do(patient, r); a.status != http.StatusOK || bytes.Contains(a.body, []byte("hx-get")) {
			t.Errorf("GET %s = %d with parts that come later", path, a.status)
		}
	}
	if a := s.get("/?card=nothing"); a.status != http.StatusNotFound {
		t.Errorf("a section that is not there = %d; want 404", a.status)
	}
	if a := s.get("/heatmap?card=map&rows=colour"); a.status != http.StatusBadRequest {
		t.Errorf("a section of a wrong question = %d; want 400", a.status)
	}
}

func testSectionAlone(t *testing.T, s *site) {
	for path, want := range map[string]string{
		"/?card=numbers": "在册风险点", "/?card=map": "layers-table", "/?card=duties": "每年监督检查不少于2次", "/?card=trend": "data-chart", "/?card=fresh": "日常投诉", "/?card=hot": "hotspots",
		"/heatmap?card=map": "map-table", "/heatmap?row=13&col=post&card=drawer": "drawer", "/supervision?card=list": "duties", "/supervision?card=calendar": `class="cal months"`, "/supervision?card=outlook": "outlook",
		"/hotspots?card=spots": "spots", "/hotspots?card=review": "grade-review", "/blindspots?card=spots": "plan", "/lists?card=missing": "missing", "/lists?card=changes": "changes",
		"/checkup?card=checks": "remarks", "/leaders?card=board": "周乙", "/risks?card=rows": `id="rows"`, "/signals?card=rows": `id="rows"`, "/checks?card=rows": `id="rows"`,
	} {
		a := s.get(path)
		if a.status != http.StatusOK || !bytes.Contains(a.body, []byte(want)) || bytes.Contains(a.body, []byte("<html")) || !bytes.Contains(a.body, []byte(`data-card="`)) {
			t.Errorf("GET %s = %d: %.300s", path, a.status, a.body)
		}
	}
	if a := s.get("/?card=numbers"); !bytes.Contains(a.body, []byte(`id="sentence" hx-swap-oob="true"`)) {
		t.Error("the numbers do not bring the sentence of the page along")
	}
}

// counting counts the questions that reach the engine.
type counting struct {
	*store.Store
	asked *atomic.Int64
}

type countingConn struct {
	driver.Conn
	asked *atomic.Int64
}

func (c countingConn) Select(ctx context.Context, dest any, query string, args ...any) error {
	c.asked.Add(1)
	return c.Conn.Select(ctx, dest, query, args...)
}

func (c counting) Read() driver.Conn { return countingConn{c.Store.Read(), c.asked} }

func testAskedOnce(t *testing.T, s *site) {
	asked := new(atomic.Int64)
	counted, err := metrics.New(metrics.Config{Database: counting{s.store, asked}, Now: s.config.Now})
	if err != nil {
		t.Fatal(err)
	}
	app := s.with(func(cfg *Config) { cfg.Metrics = counted })
	get := func(path string) []byte {
		t.Helper()
		a := s.do(app, httptest.NewRequest(http.MethodGet, path, nil))
		if a.status != http.StatusOK {
			t.Fatalf("GET %s = %d", path, a.status)
		}
		return a.body
	}
	for _, path := range s.askingPages() {
		if strings.HasPrefix(path, "/check?") {
			continue // gives a new number each time, and looks whether it is free
		}
		first := get(path)
		if asked.Load() == 0 {
			t.Error("no page asked anything")
		}
		before := asked.Load()
		again := get(path)
		if n := asked.Load() - before; n != 0 {
			t.Errorf("%s asks %d questions again, though nothing was written", path, n)
		}
		if number := regexp.MustCompile(`[0-9A-F]{4}-[0-9A-F]{4}`); !bytes.Equal(number.ReplaceAll(first, nil), number.ReplaceAll(again, nil)) {
			t.Errorf("%s is another page the second time", path)
		}
	}
	before := get("/checks")
	s.must(ingest.KindInspections, "编号|单位|检查日期|风险点|检查人|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实", "新-1|13|2026-11-20|1|郑七|是|查阅资料|是|是|是")
	if after := get("/checks"); bytes.Contains(before, []byte("新-1")) || !bytes.Contains(after, []byte("新-1")) {
		t.Error("the first page after a load does not show it")
	}
}
