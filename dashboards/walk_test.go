package dashboards

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"html"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingfeng/dashboards/export"
	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

var (
	walkSeed  = flag.Uint64("walk.seed", 20261122, "seed of the walk through all combinations of conditions")
	walkSteps = flag.Int("walk.steps", 1000, "number of combinations")
)

// correct loads corrections an hour and two hours after the city, so that a walk also
// goes through what was known before them.
func (s *site) correct() {
	s.t.Helper()
	for n, file := range []struct {
		kind ingest.Kind
		text []byte
	}{
		{ingest.KindComplaints, csvOf("编号|单位|日期|内容|类别|涉廉|状态|办结日期|来源", "T03|14|2026-04-05|改派|制度|是|办结|2026-05-01|热线", "T05|13|2026-05-06|改类|决策|否|在办||热线", "T30|01|2026-11-02|补录|作风问题|是|在办||热线")},
		{ingest.KindInspections, csvOf("编号|单位|检查日期|风险点|检查人|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题", "J3|14|2026-05-13|2、3|韩八|是|民主评议|是|否|是|签字不全", "J9|13|2026-11-10|4|韩八|否|查阅资料|是|是|是|")},
	} {
		at := today.Add(time.Duration(n+1) * time.Hour)
		l, err := ingest.New(ingest.Config{Store: s.store, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return at },
			Lock: func(context.Context) (func(), error) { return func() {}, nil }})
		if err != nil {
			s.t.Fatal(err)
		}
		rep, err := l.Load(s.t.Context(), ingest.Request{Kind: file.kind, MayMove: true, Files: []ingest.Source{{Name: "later.csv", Data: bytes.NewReader(file.text), Size: int64(len(file.text))}}})
		if err != nil || rep.Totals.Rejected > 0 {
			s.t.Fatalf("correct %s: %+v, %v", file.kind, rep, err)
		}
	}
}

// step is one combination of conditions.
type step struct {
	measure, rows, cols string
	list, kind          string // route of the rows behind the cells, and their kind of signal
	conditions          url.Values
}

// draw draws a combination.
func draw(r *rand.Rand) step {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	p := step{measure: pick("risks", "risks", "checks", "signals", "complaints", "petitions", "findings", "comparisons"), rows: pick(metrics.Dimensions()...), cols: pick(metrics.Dimensions()...), conditions: url.Values{}}
	q := map[string]string{
		"as_of":    pick("2026-11-22", "2026-10-31", "2026-05-12", "2025-12-31", "2024-01-01"),
		"known_at": pick(today.Add(30*time.Minute).Format(time.RFC3339), today.Add(90*time.Minute).Format(time.RFC3339), today.Add(90*time.Minute).Format(time.RFC3339), "2020-01-01T00:00:00+08:00"),
		"unit":     pick("13", "13", "14", "00", "01", "市第一医院"), "layer": pick(codesOf(integrity.Layers())...), "category": pick(codesOf(integrity.Categories())...),
		"grade": pick(codesOf(integrity.Grades())...), "stage": "self_check", "integrity": pick("yes", "no", "unknown", "all", "all"),
		"year": pick("2026", "2026", "2025"), "month": pick("2026-09", "2026-05"), "from": "2026-04-01", "to": "2026-10-31", "leader": pick("周乙", "赵甲"),
	}
	// Two or three at once: with more hardly anything is left.
	names := slices.Sorted(maps.Keys(q))
	for kept := 1 + r.IntN(3); len(names) > kept; {
		n := r.IntN(len(names))
		delete(q, names[n])
		names = slices.Delete(names, n, n+1)
	}
	if strings.HasPrefix(q["known_at"], "2020") {
		delete(q, "unit") // none was known then
	}
	switch p.measure {
	case "risks", "checks":
		if p.list = p.measure; p.measure == "risks" {
			q["tag"] = pick(append(metrics.Marks(), "", "", "", "", "", "", "", "")...)
		}
	case "signals":
		p.list = "signals"
		q["kind"], q["status"] = pick("", "", "complaint", "petition"), pick("", "", "", "open", "closed")
	default:
		p.list, p.kind = "signals", strings.TrimSuffix(p.measure, "s")
		q["status"] = pick("", "", "", "open", "closed")
	}
	for name, value := range q {
		if value != "" {
			p.conditions.Set(name, value)
		}
	}
	return p
}

// drawObligations draws a combination of what obligations can be narrowed to.
func drawObligations(r *rand.Rand) step {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	p := step{measure: metrics.MeasureOverdue, rows: pick(metrics.Dimensions()...), cols: pick(metrics.Dimensions()...), list: "overdue", conditions: url.Values{}}
	q := map[string]string{
		"as_of":    pick("2026-11-22", "2027-01-04", "2026-07-01", "2026-04-01", "2025-12-31"),
		"known_at": pick(today.Add(30*time.Minute).Format(time.RFC3339), today.Add(90*time.Minute).Format(time.RFC3339)),
		"unit":     pick("13", "14", "00", "市第一医院"), "year": pick("2026", "2025"), "leader": pick("周乙", "赵甲"),
		"rule": pick(codesOf(integrity.Rules())...), "basis": pick(codesOf(integrity.Bases())...),
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if r.IntN(3) == 0 {
			p.conditions.Set(name, q[name])
		}
	}
	return p
}

// address is a path with the conditions and more of them: name, value, …
func (p step) address(path string, more ...string) string {
	q := url.Values{}
	for k, v := range p.conditions {
		q[k] = v
	}
	return address(path, q, more...)
}

// onHeatmap reports whether the page of the heatmap has these conditions; those of a kind and of
// a status only the list behind it has.
func (p step) onHeatmap() bool {
	return p.conditions.Get("kind") == "" && p.conditions.Get("status") == ""
}

var walkCell = regexp.MustCompile(`<td id="[^"]*" class="ctr[^"]*" data-row="([^"]*)" data-col="([^"]*)"[^>]*>(?:<a href="([^"]*)">)?([^<]*)`)

// TestAWalkThroughAThousandCombinations asks the same of the page, the API, the files and
// what the command line asks, and wants one number. Each cell is as many as its rows.
func TestAWalkThroughAThousandCombinations(t *testing.T) {
	s := newSite(t)
	s.correct()
	t.Logf("go test ./dashboards -run Walk -walk.seed=%d -walk.steps=%d", *walkSeed, *walkSteps)
	const walkers = 4
	for w := range walkers {
		t.Run(strconv.Itoa(w+1), func(t *testing.T) {
			t.Parallel()
			own := *s
			own.t = t
			own.walk(rand.New(rand.NewPCG(*walkSeed, uint64(w))), *walkSteps/walkers)
		})
	}
}

func (s *site) walk(r *rand.Rand, steps int) {
	s.t.Helper()
	filled := 0
	for n := range steps {
		p := draw(r)
		if n%8 == 7 {
			p = drawObligations(r)
		}
		api := p.address("/api/v1/distribution", "measure", p.measure, "rows", p.rows, "cols", p.cols)
		body := s.ok(api)
		s.sameOnTheCommandLine(p, body)
		var d metrics.Distribution
		if err := json.Unmarshal(body, &d); err != nil {
			s.t.Fatal(err)
		}
		var sum uint64
		for _, c := range d.Cells {
			sum += *c.Count
		}
		if sum != *d.Total || len(d.Cells) != len(d.Rows)*len(d.Cols) {
			s.t.Errorf("%s: cells add up to %d, total %d", api, sum, *d.Total)
		}
		if sum > 0 {
			filled++
		}
		s.sameRows(p, n, sum)
		s.sameGrid(p, n, d)
		s.samePage(p, d, r)
		if s.t.Failed() && n > 20 {
			s.t.Fatalf("stopped after %d combinations", n+1)
		}
	}
	if filled < steps/4 {
		s.t.Errorf("only %d of %d combinations found anything", filled, steps)
	}
}

// sameOnTheCommandLine asks as the command query does: through Metrics.Answer.
func (s *site) sameOnTheCommandLine(p step, api []byte) {
	s.t.Helper()
	scope, err := metrics.ParseScope(func(name string) string { return p.conditions.Get(name) }, today)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.metrics.Answer(s.t.Context(), integrity.Principal{Role: integrity.RoleInspector, Name: "命令行"}, metrics.Question{Metric: "distribution", Measure: p.measure, Rows: p.rows, Cols: p.cols, Scope: scope})
	if err != nil {
		s.t.Fatal(err)
	}
	got, err := json.Marshal(answer)
	if err != nil {
		s.t.Fatal(err)
	}
	var a, b any
	if json.Unmarshal(got, &a) != nil || json.Unmarshal(api, &b) != nil || string(must(json.Marshal(a))) != string(must(json.Marshal(b))) {
		s.t.Errorf("%v: the command line says\n%s\nthe API\n%s", p, got, api)
	}
}

func must(b []byte, _ error) []byte { return b }

// sameRows wants the rows behind the cells: as many in the list, on its page (of a combination
// that the heatmap does not have) and in each of its files, and in the files what the list says.
func (s *site) sameRows(p step, n int, sum uint64) {
	s.t.Helper()
	if p.measure == metrics.MeasureOverdue {
		s.sameObligations(p, n, sum)
		return
	}
	more := []string{}
	if p.kind != "" {
		more = []string{"kind", p.kind}
	}
	path := p.address("/api/v1/"+p.list, append(more, "per_page", "1000")...)
	rows := read[metrics.Page[object]](s, path)
	if rows.Total != sum || uint64(len(rows.Items)) != sum {
		s.t.Errorf("%v: the cells add up to %d, %s has %d rows and gives %d", p, sum, path, rows.Total, len(rows.Items))
	}
	if !p.onHeatmap() {
		path = p.address("/"+p.list, more...)
		if got := shownRows(s.t.(*testing.T), string(s.ok(path)), path); uint64(got) != sum {
			s.t.Errorf("%v: the cells add up to %d, %s says %d", p, sum, path, got)
		}
	}
	s.sameFiles(p, n, "/"+p.list, fileColumns[p.list], rows.Items, more...)
}

// sameObligations wants the obligations of a cell in the list of the API, on the page and in
// the files.
func (s *site) sameObligations(p step, n int, sum uint64) {
	s.t.Helper()
	basis := cmp.Or(p.conditions.Get("basis"), string(integrity.BasisNotice))
	path := p.address("/api/v1/overdue", "basis", basis)
	list := read[struct{ Items, Unmet []object }](s, path)
	if uint64(len(list.Items)) != sum {
		s.t.Errorf("%v: the cells add up to %d, %s lists %d", p, sum, path, len(list.Items))
	}
	more := []string{"basis", basis, "status", string(integrity.StatusOverdue)}
	path = p.address("/supervision", more...)
	if got := shownRows(s.t.(*testing.T), string(s.ok(path)), path); uint64(got) != sum {
		s.t.Errorf("%v: the cells add up to %d, %s says %d", p, sum, path, got)
	}
	s.sameFiles(p, n, "/figures/overdue", fileColumns["overdue"], slices.Concat(list.Items, list.Unmet), more...) // what earlier years left undone stands after the year's own
}

// sameGrid wants the cells of a distribution in its files: its labels, and every number at its
// place.
func (s *site) sameGrid(p step, n int, d metrics.Distribution) {
	s.t.Helper()
	want := [][]string{{""}}
	for _, col := range d.Cols {
		want[0] = append(want[0], export.Safe(col.Label))
	}
	for y, row := range d.Rows {
		line := []string{export.Safe(row.Label)}
		for x := range d.Cols {
			line = append(line, strconv.FormatUint(*d.At(y, x).Count, 10))
		}
		want = append(want, line)
	}
	want = withTotals(want, d, p.measure == metrics.MeasureRisks && p.rows != metrics.DimGrade && p.cols != metrics.DimGrade)
	conditions := []string{"measure", p.measure, "rows", p.rows, "cols", p.cols}
	for _, path := range filesOf("/figures/distribution", n) {
		path = p.address(path, conditions...)
		lines, err := linesOf(path, s.ok(path))
		if err != nil {
			s.t.Fatalf("GET %s: %v", path, err)
		}
		lines[0][0] = "" // the name of the dimension
		if what := different(lines, want); what != "" {
			s.t.Errorf("GET %s: %s of the API", path, what)
		}
	}
}

// withTotals adds to a grid what its file has beside the cells: sums of rows and columns, and of risk points
// the important and the general ones.
func withTotals(grid [][]string, d metrics.Distribution, graded bool) [][]string {
	foot := []string{"合计"}
	parts := make([][3]uint64, (len(d.Rows)+1)*(len(d.Cols)+1)) // of each place, those of sums included
	for y := range d.Rows {
		for x := range d.Cols {
			c := d.At(y, x)
			for _, at := range []int{y*(len(d.Cols)+1) + x, y*(len(d.Cols)+1) + len(d.Cols), len(d.Rows)*(len(d.Cols)+1) + x, len(parts) - 1} {
				for i, n := range []uint64{*c.Count, c.Important, c.General} {
					parts[at][i] += n
				}
			}
		}
	}
	for x := range d.Cols {
		foot = append(foot, strconv.FormatUint(parts[len(d.Rows)*(len(d.Cols)+1)+x][0], 10))
	}
	grid = append(grid, foot)
	heads := append(slices.Clone(grid[0][1:]), "合计")
	for y := range grid {
		if y == 0 {
			grid[0] = append(grid[0], "合计")
		} else {
			grid[y] = append(grid[y], strconv.FormatUint(parts[y*(len(d.Cols)+1)-1][0], 10))
		}
		for x, head := range heads {
			switch {
			case graded && y == 0:
				grid[0] = append(grid[0], head+" 重要", head+" 一般")
			case graded:
				at := parts[(y-1)*(len(d.Cols)+1)+x]
				grid[y] = append(grid[y], strconv.FormatUint(at[1], 10), strconv.FormatUint(at[2], 10))
			}
		}
	}
	return grid
}

// samePage reads the table of the heatmap, and follows the link of one of its cells.
func (s *site) samePage(p step, d metrics.Distribution, r *rand.Rand) {
	s.t.Helper()
	if !p.onHeatmap() {
		return
	}
	path := p.address("/heatmap", "measure", p.measure, "rows", p.rows, "cols", p.cols)
	cells := walkCell.FindAllSubmatch(s.ok(path), -1)
	if len(cells) != len(d.Cells) {
		s.t.Errorf("GET %s shows %d cells; the API gives %d", path, len(cells), len(d.Cells))
		return
	}
	var linked []int
	for i, m := range cells {
		text := string(m[4])
		if _, all, ok := strings.Cut(text, " / "); ok {
			text = all
		}
		if got, err := strconv.ParseUint(strings.ReplaceAll(text, "\u202f", ""), 10, 64); err != nil || got != *d.Cells[i].Count {
			s.t.Errorf("GET %s: cell %s, %s reads %q; the API says %d", path, m[1], m[2], m[4], *d.Cells[i].Count)
		}
		if len(m[3]) > 0 && *d.Cells[i].Count > 0 {
			linked = append(linked, i)
		}
	}
	if len(linked) == 0 || r.IntN(3) > 0 {
		return
	}
	i := linked[r.IntN(len(linked))]
	href := html.UnescapeString(string(cells[i][3]))
	if got := shownRows(s.t.(*testing.T), string(s.ok(href)), href); uint64(got) != *d.Cells[i].Count {
		s.t.Errorf("GET %s: a cell reads %d and leads to %d rows at %s", path, *d.Cells[i].Count, got, href)
	}
}
