package metrics

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store/storetest"
)

// queryNames are the names of the files under queries.
func queryNames(t *testing.T) []string {
	t.Helper()
	entries, err := fs.ReadDir(queryFiles, "queries")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".sql"))
	}
	return out
}

// sourceWords are the string literals of the package outside its tests.
func sourceWords(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if word, err := strconv.Unquote(lit.Value); err == nil {
					out = append(out, word)
				}
			}
			return true
		})
	}
	return out
}

func TestEveryQueryIsUsed(t *testing.T) {
	words := map[string]bool{}
	for _, w := range sourceWords(t) {
		words[w] = true
	}
	for _, name := range queryNames(t) {
		used := words[name]
		for i := 1; i < len(name) && !used; i++ { // "distribution_" + table, name + "_total"
			used = words[name[:i]] && words[name[i:]]
		}
		if !used {
			t.Errorf("queries/%s.sql is not used", name)
		}
	}
}

var (
	queryParam = regexp.MustCompile(`\{(\w+):([^}]+)\}`)
	queryPlace = regexp.MustCompile(`<([a-z]+)>`)
	queryAlias = regexp.MustCompile(`\bAS (\w+)`)
	queryTable = regexp.MustCompile(`\b(?:FROM|JOIN) (\w+)`)
)

// placeWords stand in for the places of columns and orders.
var placeWords = map[string]string{"cell": "1", "row": "category", "col": "unit", "category": "category", "managed": "category"}

// Every query of the package must run on the migrated empty database: a column renamed by
// a migration is found here and not by a reader of the page.
func TestEveryQueryRunsOnTheEmptyDatabase(t *testing.T) {
	s := storetest.New(t)
	snap, err := s.Snapshot(t.Context(), integrity.Day(0).Start())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range queryNames(t) {
		text := mustQuery(name)
		text = queryPlace.ReplaceAllStringFunc(text, func(place string) string {
			word, ok := placeWords[strings.Trim(place, "<>")]
			if !ok {
				word = "unit" // <order>
			}
			return word
		})
		args := snap.Args()
		for _, m := range queryParam.FindAllStringSubmatch(text, -1) {
			var value string
			switch kind := m[2]; {
			case m[1] == "visible_max" || m[1] == "hidden":
				continue
			case strings.HasPrefix(kind, "Array"):
				value = "[]"
			case strings.HasPrefix(kind, "Date"):
				value = "2026-01-01"
			case strings.HasPrefix(kind, "UInt"), strings.HasPrefix(kind, "Int"), strings.HasPrefix(kind, "Float"):
				value = "1"
			case kind != "String":
				t.Errorf("%s: parameter %s has type %s", name, m[1], kind)
			}
			args = append(args, clickhouse.Named(m[1], value))
		}
		rows, err := s.Read().Query(t.Context(), text, args...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for rows.Next() {
		}
		if err := rows.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_ = rows.Close()
	}
}

// loaded are the tables whose rows are visible by batch.
var loaded = []string{"units", "lists", "risks", "signals", "checks", "ledger", "confirmations"}

func TestQueriesKeepTheHouseRules(t *testing.T) {
	s := storetest.New(t)
	var columns []struct {
		Table string `ch:"table_name"`
		Name  string `ch:"column_name"`
	}
	if err := s.Read().Select(t.Context(), &columns, "SELECT table AS table_name, name AS column_name FROM system.columns WHERE database = currentDatabase() ORDER BY table, name"); err != nil {
		t.Fatal(err)
	}
	stored := map[string]map[string]bool{}
	for _, c := range columns {
		if stored[c.Table] == nil {
			stored[c.Table] = map[string]bool{}
		}
		stored[c.Table][c.Name] = true
	}
	for _, name := range queryNames(t) {
		text := mustQuery(name)
		if !strings.HasPrefix(text, "-- "+name+" ") {
			t.Errorf("%s: the first comment does not begin with the name", name)
		}
		comment, body := splitComment(text)
		if !strings.Contains(comment, "One row") {
			t.Errorf("%s: the comment does not say what one row is", name)
		}
		if !regexp.MustCompile(`(?m)^ORDER BY `).MatchString(body) {
			t.Errorf("%s: no ORDER BY at the end", name)
		}
		if regexp.MustCompile(`(?i)SELECT\s+\*|\bnow\(|\btoday\(|\byesterday\(`).MatchString(body) {
			t.Errorf("%s: SELECT * or a clock", name)
		}
		for _, line := range strings.Split(body, "\n") {
			first, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if slices.Contains([]string{"select", "from", "where", "and", "or", "group", "order", "having", "inner", "limit", "union"}, first) {
				t.Errorf("%s: a keyword in lower case: %s", name, line)
			}
		}
		// Each reading of a loaded table is held to what may be seen.
		tables := queryTable.FindAllStringSubmatch(body, -1)
		reads := 0
		for _, m := range tables {
			if slices.Contains(loaded, m[1]) {
				reads++
			}
		}
		ofBatches := !slices.ContainsFunc(tables, func(m []string) bool { return m[1] != "batches" }) // about the loads themselves
		if max, hidden := strings.Count(body, "batch_no <= {visible_max:UInt64}"), strings.Count(body, "NOT has({hidden:Array(UInt64)}, batch_no)"); !ofBatches && (max != reads || hidden != reads) {
			t.Errorf("%s: %d readings of loaded tables, %d held to visible_max, %d to hidden", name, reads, max, hidden)
		}
		for _, m := range queryAlias.FindAllStringSubmatch(body, -1) {
			for _, table := range tables {
				if stored[table[1]][m[1]] {
					t.Errorf("%s: the alias %s is also a column of %s", name, m[1], table[1])
				}
			}
		}
	}
}

// splitComment parts the comment at the head of a query from the query.
func splitComment(text string) (comment, body string) {
	lines := strings.SplitAfter(text, "\n")
	n := 0
	for n < len(lines) && strings.HasPrefix(lines[n], "--") {
		n++
	}
	return strings.Join(lines[:n], ""), strings.Join(lines[n:], "")
}

// askAll asks every metric by name for a principal.
func (c *city) askAll(who integrity.Principal, s Scope) {
	c.t.Helper()
	for _, name := range Names() {
		answer, err := c.metrics.Answer(c.t.Context(), who, Question{Metric: name, Scope: s})
		if err != nil {
			c.t.Errorf("role %q: %s: %v", who.Role, name, err)
			continue
		}
		text, err := json.Marshal(answer)
		if err != nil || !strings.HasPrefix(string(text), "{") || strings.Contains(string(text), `"items":null`) {
			c.t.Errorf("role %q: %s: %v: %.200s", who.Role, name, err, text)
		}
	}
}

func TestEveryMetricAnswersByName(t *testing.T) {
	empty := newCity(t)
	// A diff needs a unit; on the empty database there is none.
	for _, name := range Names() {
		if name == "diff" {
			continue
		}
		if _, err := empty.metrics.Answer(t.Context(), inspector, Question{Metric: name, Scope: Scope{Page: 1, PerPage: 50}}); err != nil {
			t.Errorf("%s on an empty database: %v", name, err)
		}
	}
	small := newCity(t).units()
	small.csv(ingest.KindRisks, riskHead, risk("13", "2026-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"))
	small.csv(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉", "T1|13|2026-05-05|多收费|岗位|是")
	small.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别", "X1|13|2026-09-01|多收费|检举控告|岗位")
	for _, who := range []integrity.Principal{inspector, office, leader, unitStaff("13")} {
		small.askAll(who, Scope{Unit: "13", Page: 1, PerPage: 50})
	}
}

// canary begins the numbers of petitions and stands nowhere else.
const canary = "绝密信访777"

// TestPetitionsNeverLeak asks everything of everybody who may not read petitions, with
// and without them: the answers are the same.
func TestPetitionsNeverLeak(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"),
		risk("14", "2026-03-01", "1", "招聘评审打分随意照顾熟人优亲厚友", "一般", "中层岗位", "权力运行"))
	mine := []string{"blindspots", "grade-review", "checkup", "diff", "missing-lists"}
	tell := func(who integrity.Principal) map[string]string {
		out := map[string]string{}
		for _, name := range mine {
			answer, err := c.metrics.Answer(t.Context(), who, Question{Metric: name, Scope: Scope{Unit: "13"}})
			if err != nil {
				t.Fatalf("role %q: %s: %v", who.Role, name, err)
			}
			text, err := json.Marshal(answer)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = string(text)
		}
		return out
	}
	others := []integrity.Principal{office, leader, unitStaff("13")}
	var before []map[string]string
	for _, who := range others {
		before = append(before, tell(who))
	}
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别",
		canary+"1|13|2026-09-01|甲|检举控告|岗位", canary+"2|13|2026-09-02|乙|检举控告|岗位", canary+"3|13|2026-09-03|丙|检举控告|岗位", canary+"4|13|2026-09-03|丁|检举控告|决策")
	if text := tell(inspector)["grade-review"]; !strings.Contains(text, canary) {
		t.Errorf("inspectors do not see the evidence: %s", text)
	}
	for i, who := range others {
		for name, text := range tell(who) {
			if text != before[i][name] || strings.Contains(text, canary) {
				t.Errorf("role %q: %s changed with the petitions:\n%s\n%s", who.Role, name, before[i][name], text)
			}
		}
	}
}
