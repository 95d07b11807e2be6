package dashboards

import (
	"bytes"
	"encoding/csv"
	"html"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// TestAWalkAsEachRole asks as the random walk does, on behalf of those who do not see all: API,
// command, page and file show the same number or hide the same one, and rows are listed of no
// kind that the role gets counted only, and of no other unit.
func TestAWalkAsEachRole(t *testing.T) {
	s := newSite(t)
	s.correct()
	for n, who := range []integrity.Principal{{Role: integrity.RoleOffice, Name: "政治处"}, {Role: integrity.RoleLeader, Name: "委领导"}, {Role: integrity.RoleUnit, Unit: "13", Name: "经办"}} {
		t.Run(string(who.Role), func(t *testing.T) {
			inner := *s
			inner.t = t
			inner.viewedBy(who).walkAsRole(rand.New(rand.NewPCG(*walkSeed, uint64(100+n))), *walkSteps/16)
		})
	}
}

func (s *site) walkAsRole(r *rand.Rand, steps int) {
	s.t.Helper()
	hidden, shown, foreign := 0, 0, 0
	for range steps {
		p := draw(r)
		conditions := []string{"measure", p.measure, "rows", p.rows, "cols", p.cols}
		api := p.address("/api/v1/distribution", conditions...)
		if unit := p.conditions.Get("unit"); s.who.Role == integrity.RoleUnit && (unit == "14" || unit == "01") {
			foreign++
			for _, path := range []string{api, p.address("/api/v1/distribution.csv", conditions...), p.address("/api/v1/" + p.list), p.address("/" + p.list + ".xlsx")} {
				if a := s.get(path); a.status != http.StatusNotFound {
					s.t.Errorf("GET %s of another unit = %d", path, a.status)
				}
			}
			continue
		}
		d := read[metrics.Distribution](s, api)
		s.sameForTheRole(p, d)
		lines, err := csv.NewReader(bytes.NewReader(s.ok(p.address("/api/v1/distribution.csv", conditions...)))).ReadAll()
		if err != nil || len(lines) != len(d.Rows)+2 { // a head and a line of totals
			s.t.Fatalf("the file of %s has %d lines, %v", api, len(lines), err)
		}
		var cells [][][]byte
		if p.conditions.Get("status") == "" && p.conditions.Get("kind") == "" { // conditions that the page does not have
			cells = walkCell.FindAllSubmatch(s.ok(p.address("/heatmap", conditions...)), -1)
			if len(cells) != len(d.Cells) {
				s.t.Errorf("the page of %s shows %d cells; the API gives %d", api, len(cells), len(d.Cells))
				continue
			}
		}
		var sum uint64
		for i, c := range d.Cells {
			want := "<3"
			if c.Count == nil {
				hidden++
			} else {
				want = strconv.FormatUint(*c.Count, 10)
				sum += *c.Count
				shown++
			}
			if got := lines[1+i/len(d.Cols)][1+i%len(d.Cols)]; got != want {
				s.t.Errorf("%s: %s, %s is %s; its file says %s", api, c.Row, c.Col, want, got)
			}
			if cells != nil {
				text := html.UnescapeString(string(cells[i][4]))
				if _, all, ok := strings.Cut(text, " / "); ok {
					text = all
				}
				if text != want {
					s.t.Errorf("%s: %s, %s is %s; the page says %s", api, c.Row, c.Col, want, text)
				}
			}
		}
		s.totalsOfTheRole(api, lines, d)
		s.rowsOfTheRole(p, sum)
	}
	if shown == 0 || s.who.Role == integrity.RoleUnit && foreign == 0 {
		s.t.Errorf("%d cells shown, %d hidden, %d questions about other units", shown, hidden, foreign)
	}
	s.t.Logf("%d cells shown, %d hidden, %d questions about other units", shown, hidden, foreign)
}

// totalsOfTheRole wants a file to add up what it shows, and no sum of what it hides.
func (s *site) totalsOfTheRole(api string, lines [][]string, d metrics.Distribution) {
	s.t.Helper()
	foot := lines[len(lines)-1]
	for x := range d.Cols {
		want, sum := "", uint64(0)
		for y := range d.Rows {
			if n := d.At(y, x).Count; n == nil {
				want = "—"
			} else {
				sum += *n
			}
		}
		if want == "" {
			want = strconv.FormatUint(sum, 10)
		}
		if foot[x+1] != want {
			s.t.Errorf("%s: the total of %s is %s; its file says %s", api, d.Cols[x].Code, want, foot[x+1])
		}
	}
	if all := foot[len(d.Cols)+1]; d.Total == nil && all != "—" || d.Total != nil && all != strconv.FormatUint(*d.Total, 10) {
		s.t.Errorf("%s: the total is %v; its file says %s", api, d.Total, all)
	}
}

// sameForTheRole wants the command to answer the role as the API does.
func (s *site) sameForTheRole(p step, d metrics.Distribution) {
	s.t.Helper()
	scope, err := metrics.ParseScope(func(name string) string { return p.conditions.Get(name) }, today)
	if err != nil {
		s.t.Fatal(err)
	}
	again, err := s.metrics.Distribution(s.t.Context(), s.who, scope, p.measure, p.rows, p.cols)
	if err != nil {
		s.t.Fatal(err)
	}
	if same := slices.EqualFunc(d.Cells, again.Cells, func(a, b metrics.Cell) bool {
		return a.Row == b.Row && a.Col == b.Col && count(a.Count) == count(b.Count) && a.Suppressed == b.Suppressed
	}); !same {
		s.t.Errorf("%v: the API and the metric answer %s differently", p, s.who.Role)
	}
}

// rowsOfTheRole wants the rows behind a number: as many where the role reads them, else none.
func (s *site) rowsOfTheRole(p step, sum uint64) {
	s.t.Helper()
	more := []string{"per_page", "1000"}
	if p.kind != "" {
		more = append(more, "kind", p.kind)
	}
	path := p.address("/api/v1/"+p.list, more...)
	switch found := read[metrics.Page[struct {
		Unit string
		Kind integrity.SignalKind
	}]](s, path); {
	case p.list == "signals" && p.kind != "" && !s.who.SeesRows(integrity.SignalKind(p.kind)):
		if found.Total != 0 {
			s.t.Errorf("%s lists %d rows, which %s gets counted only", path, found.Total, s.who.Role)
		}
	case p.measure == metrics.MeasureSignals && s.who.Role != integrity.RoleUnit:
		for _, it := range found.Items {
			if !s.who.SeesRows(it.Kind) {
				s.t.Errorf("%s lists a %s for %s", path, it.Kind, s.who.Role)
			}
		}
	default:
		if found.Total != sum {
			s.t.Errorf("%s has %d rows for %s; the cells add up to %d", path, found.Total, s.who.Role, sum)
		}
		for _, it := range found.Items {
			if s.who.Role == integrity.RoleUnit && it.Unit != s.who.Unit {
				s.t.Errorf("%s lists a row of unit %s", path, it.Unit)
			}
		}
	}
}
