package dashboards

import (
	"bytes"
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/metrics"
)

// slow is a database in which every question of metrics takes a minute of real work.
type slow struct{ *store.Store }

type slowConn struct{ driver.Conn }

func (c slowConn) Select(ctx context.Context, dest any, query string, args ...any) error {
	if err := aMinute(ctx, c.Conn); err != nil {
		return err
	}
	return c.Conn.Select(ctx, dest, query, args...)
}

func (s slow) Read() driver.Conn { return slowConn{s.Store.Read()} }

func aMinute(ctx context.Context, conn driver.Conn) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 1}))
	var rows []struct {
		N uint64 `ch:"n"`
	}
	return conn.Select(ctx, &rows, "SELECT sum(sleepEachRow(0.5)) AS n FROM numbers(120)")
}

// slowLoads are loads whose register is as slow.
type slowLoads struct {
	Imports
	store *store.Store
}

func (l slowLoads) Batches(ctx context.Context, who integrity.Principal) ([]Batch, error) {
	if err := aMinute(ctx, l.store.Read()); err != nil {
		return nil, err
	}
	return l.Imports.Batches(ctx, who)
}

func (l slowLoads) Batch(ctx context.Context, who integrity.Principal, id string) (Batch, error) {
	if err := aMinute(ctx, l.store.Read()); err != nil {
		return Batch{}, err
	}
	return l.Imports.Batch(ctx, who, id)
}

// Every page of the table comes at once however slow the database is; its cards say that they are
// computed, and stopping them ends their questions in the engine.
func TestEveryPageComesThoughTheDatabaseIsSlow(t *testing.T) {
	s := newSite(t)
	sluggish, err := metrics.New(metrics.Config{Database: slow{s.store}, Now: s.config.Now})
	if err != nil {
		t.Fatal(err)
	}
	app := s.with(func(cfg *Config) {
		cfg.Metrics, cfg.Imports, cfg.Grace, cfg.QueryTimeout = sluggish, slowLoads{cfg.Imports, s.store}, 20*time.Millisecond, time.Minute
	})
	cancels := regexp.MustCompile(`hx-post="(/cards/[^"]+/cancel)"`)
	for _, path := range s.askingPages() {
		began := time.Now()
		page := s.browse(app, http.MethodGet, path)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("GET %s waited %v for the database", path, took)
		}
		found := cancels.FindAllSubmatch(page.body, -1)
		if page.status != http.StatusOK || !bytes.Contains(page.body, []byte("</html>")) || len(found) == 0 {
			t.Errorf("GET %s = %d with %d parts that come later: %.300s", path, page.status, len(found), page.body)
		}
		for _, m := range found {
			s.browse(app, http.MethodPost, string(m[1])) // what stands in two parts is stopped with the first
		}
		s.inEngine(0)
		if t.Failed() {
			t.Fatalf("after GET %s, stopped by %s", path, found)
		}
	}
}

// askingPages are the addresses of all pages of the table that ask the database.
func (s *site) askingPages() []string {
	s.t.Helper()
	var out []string
	for _, r := range (&server{Config: s.config}).table() {
		// A load in progress asks nothing before its frame, as /help.
		if r.page == "" || r.method != http.MethodGet || r.path == "/imports/runs/:run" {
			continue
		}
		path := s.address(r)
		if r.path == "/check" {
			path += "?risk=" + url.QueryEscape(read[metrics.Page[integrity.RiskPoint]](s, "/api/v1/risks?per_page=1").Items[0].ID)
		}
		if strings.Contains(path, ":") {
			s.t.Errorf("%s: the test knows no address of it", path)
			continue
		}
		out = append(out, path)
	}
	return out
}

// Each part that comes later is that part alone, of every page: a browser puts it where the part is
// missing, and a page within a page would have its forms and scripts twice.
func TestEveryPartOfAPageComesByItself(t *testing.T) {
	s := newSite(t)
	parts := regexp.MustCompile(`hx-get="([^"]+)"`)
	for _, path := range s.askingPages() {
		fresh, err := metrics.New(metrics.Config{Database: s.store, Now: s.config.Now}) // what is kept in memory comes at once
		if err != nil {
			t.Fatal(err)
		}
		app := s.with(func(cfg *Config) { cfg.Metrics, cfg.Grace = fresh, time.Nanosecond })
		page := s.browse(app, http.MethodGet, path)
		found := parts.FindAllSubmatch(page.body, -1)
		if page.status != http.StatusOK || len(found) == 0 {
			t.Errorf("GET %s = %d, %d parts of it come later", path, page.status, len(found))
		}
		for _, m := range regexp.MustCompile(`data-card="([^"]+)"[^>]*></`).FindAllSubmatch(page.body, -1) {
			t.Errorf("GET %s: the part %s comes later and is never fetched", path, m[1])
		}
		for _, m := range found {
			at := html.UnescapeString(string(m[1]))
			part := s.browse(app, http.MethodGet, at)
			if part.status != http.StatusOK || bytes.Contains(part.body, []byte("<html")) || bytes.Count(part.body, []byte(`id="main"`)) > 0 {
				t.Errorf("GET %s = %d: %.200s", at, part.status, part.body)
			}
		}
	}
}

// unitless knows no unit and no leader.
type unitless struct{ *metrics.Metrics }

func (unitless) Units(context.Context, integrity.Principal, metrics.Scope) ([]integrity.Unit, error) {
	return nil, errors.New("the table of units is secret")
}

func TestConditionsThatCannotBeOfferedSaySoBesideTheRest(t *testing.T) {
	s := newSite(t)
	app := s.with(func(cfg *Config) { cfg.Metrics = unitless{s.metrics} })
	for _, path := range []string{"/", "/signals"} {
		page := s.browse(app, http.MethodGet, extended(path, "full=1"))
		bar := regexp.MustCompile(`(?s)<div class="filters" data-card="filters">.*?</div>`).Find(page.body)
		if page.status != http.StatusOK || !bytes.Contains(bar, []byte("这一块没有算出来")) || bytes.Contains(page.body, []byte("secret")) {
			t.Errorf("GET %s = %d, its conditions: %s", path, page.status, bar)
		}
		if !bytes.Contains(page.body, []byte("sentence")) {
			t.Errorf("GET %s: the rest is gone: %.500s", path, page.body)
		}
	}
}
