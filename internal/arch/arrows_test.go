package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

const module = "qingfeng"

// importing is what go list tells of a package without its tests.
type importing struct {
	ImportPath string
	Imports    []string // direct
	Deps       []string // all
}

// arrow forbids imports. A name that ends in /... means the package and all below it.
type arrow struct {
	from   string
	never  []string // packages of the module, however far away
	direct []string // packages from outside, imported directly
	why    string
}

const (
	driver = "github.com/ClickHouse/..."
	fiber  = "github.com/gofiber/..."
	echart = "github.com/go-echarts/..."
)

var arrows = []arrow{
	{from: "dashboards/...", never: []string{"ingest/...", "jobs/...", "internal/demo/..."}, direct: []string{driver},
		why: "pages reach loading, tasks and the database through small interfaces"},
	{from: "metrics/...", never: []string{"dashboards/...", "ingest/...", "jobs/...", "internal/demo/..."},
		direct: []string{"net/http/...", fiber, "github.com/valyala/...", echart, "os"},
		why:    "questions know neither HTTP nor charts nor files"},
	{from: "metrics/obligation/...", never: []string{"metrics", "internal/store/..."}, direct: []string{driver}, why: "rules are pure functions"},
	{from: "metrics/hotspot", never: []string{"metrics", "internal/store/..."}, direct: []string{driver}, why: "rules are pure functions"},
	{from: "ingest/...", never: []string{"metrics/...", "dashboards/...", "jobs/..."}, direct: []string{fiber, echart},
		why: "loading knows no questions"},
	{from: "ingest/table/...", never: []string{"ingest", "internal/store/..."}, direct: []string{driver}, why: "readers know no kinds of files"},
	{from: "ingest/mask/...", never: []string{"ingest", "ingest/table/...", "internal/store/..."}, direct: []string{driver}, why: "masking is a pure function"},
	{from: "ingest/classify/...", never: []string{"ingest", "ingest/table/...", "internal/store/..."}, direct: []string{driver}, why: "classification is a pure function"},
	{from: "jobs/...", never: []string{"dashboards"}, direct: []string{fiber}, why: "of the pages tasks need the report only"},
	{from: "dashboards/charts/...", never: []string{"dashboards"}, direct: []string{fiber, driver, "net/http/..."}, why: "a chart is a pure function of rows"},
	{from: "internal/...", never: []string{"ingest/...", "metrics/...", "dashboards/...", "jobs/..."}, why: "what all build on builds on none of them"},
	{from: "internal/engine/...", never: []string{"internal/store/..."}, direct: []string{driver}, why: "the engine knows no tables"},
	{from: "...", never: []string{"cmd/..."}, why: "nothing builds on the commands"},
}

func matches(pattern, path string) bool {
	if base, below := strings.CutSuffix(pattern, "..."); below {
		base = strings.TrimSuffix(base, "/")
		return base == "" || path == base || strings.HasPrefix(path, base+"/")
	}
	return path == pattern
}

// forbidden returns the imports of a package that an arrow forbids.
func (a arrow) forbidden(p importing) []string {
	from, ours := strings.CutPrefix(p.ImportPath, module+"/")
	if !ours || !matches(a.from, from) {
		return nil
	}
	var wrong []string
	report := func(pattern, path string) {
		if path != "" && matches(pattern, path) && path != from {
			wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", from, path, a.why))
		}
	}
	for _, pattern := range a.never {
		for _, dep := range p.Deps {
			within, _ := strings.CutPrefix(dep, module+"/")
			if within != dep {
				report(pattern, within)
			}
		}
	}
	for _, pattern := range a.direct {
		for _, imported := range p.Imports {
			report(pattern, imported)
		}
	}
	return wrong
}

// foreign returns what a package imports from outside the standard library.
func foreign(p importing) []string {
	return slices.DeleteFunc(slices.Clone(p.Deps), func(dep string) bool {
		first, _, _ := strings.Cut(dep, "/")
		return dep == p.ImportPath || first != module && !strings.Contains(first, ".")
	})
}

func packages(t *testing.T) []importing {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(output(t, "go", "list", "-e", "-json=ImportPath,Imports,Deps", "./...")))
	var all []importing
	for {
		var p importing
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
}

func TestArrowsBetweenPackages(t *testing.T) {
	all := packages(t)
	for _, p := range all {
		for _, a := range arrows {
			for _, wrong := range a.forbidden(p) {
				t.Error(wrong)
			}
		}
	}
	for _, a := range arrows {
		if !slices.ContainsFunc(all, func(p importing) bool { return matches(a.from, strings.TrimPrefix(p.ImportPath, module+"/")) }) {
			t.Errorf("no package matches %s", a.from)
		}
	}
	i := slices.IndexFunc(all, func(p importing) bool { return p.ImportPath == module+"/internal/integrity" })
	if i < 0 {
		t.Fatal("there is no internal/integrity")
	}
	if wrong := foreign(all[i]); len(wrong) > 0 {
		t.Errorf("internal/integrity imports %q; it is for the standard library alone", wrong)
	}
}

func TestArrowsCatchViolations(t *testing.T) {
	for name, tc := range map[string]struct {
		from    string
		imports []string
		far     []string
		want    bool
	}{
		"a page that loads a file itself":                        {"dashboards", []string{"qingfeng/ingest"}, nil, true},
		"a page that runs a job through another package":         {"dashboards", nil, []string{"qingfeng/jobs"}, true},
		"a part of the pages that speaks to the driver":          {"dashboards/view", []string{"github.com/ClickHouse/clickhouse-go/v2"}, nil, true},
		"pages that reach the driver through metrics":            {"dashboards", []string{"qingfeng/metrics"}, []string{"github.com/ClickHouse/clickhouse-go/v2"}, false},
		"a question that answers over HTTP":                      {"metrics", []string{"net/http"}, nil, true},
		"a driver below a question that uses HTTP":               {"metrics", nil, []string{"net/http"}, false},
		"a rule that draws":                                      {"metrics/hotspot", nil, []string{"qingfeng/dashboards/charts"}, true},
		"a rule that asks the database":                          {"metrics/obligation", nil, []string{"qingfeng/internal/store"}, true},
		"a question that loads":                                  {"metrics", nil, []string{"qingfeng/ingest/mask"}, true},
		"a loader that asks a question":                          {"ingest", nil, []string{"qingfeng/metrics"}, true},
		"a reader of files that knows kinds":                     {"ingest/table", nil, []string{"qingfeng/ingest"}, true},
		"a task that draws pages":                                {"jobs", nil, []string{"qingfeng/dashboards"}, true},
		"a task that makes a report":                             {"jobs", nil, []string{"qingfeng/dashboards/report", "qingfeng/metrics"}, false},
		"a foundation that builds on what stands on it":          {"internal/store", nil, []string{"qingfeng/metrics"}, true},
		"anything that uses a command":                           {"jobs", nil, []string{"qingfeng/cmd/qingfeng"}, true},
		"a package whose name begins like a forbidden one":       {"ingest", nil, []string{"qingfeng/metricsystem"}, false},
		"a package from elsewhere that is called like one of us": {"dashboards", []string{"example.org/ingest"}, []string{"example.org/ingest"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := importing{ImportPath: module + "/" + tc.from, Imports: tc.imports, Deps: slices.Concat(tc.imports, tc.far)}
			var wrong []string
			for _, a := range arrows {
				wrong = append(wrong, a.forbidden(p)...)
			}
			caught(t, wrong, tc.want)
		})
	}
	caught(t, foreign(importing{ImportPath: "qingfeng/internal/integrity", Deps: []string{"time", "encoding/csv", "golang.org/x/text/width"}}), true)
	caught(t, foreign(importing{ImportPath: "qingfeng/internal/integrity", Deps: []string{"time", "qingfeng/internal/store"}}), true)
	caught(t, foreign(importing{ImportPath: "qingfeng/internal/integrity", Deps: []string{"time", "encoding/csv"}}), false)
}
