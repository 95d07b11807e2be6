package arch

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// keywords are written in capitals. Those that are functions as well, such as if and not,
// are left out where a bracket follows.
var keywords = strings.Fields(`SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET UNION ALL JOIN INNER LEFT RIGHT FULL CROSS USING ON AS
	WITH DISTINCT AND OR NOT IN BETWEEN IS NULL LIKE CASE WHEN THEN ELSE END DESC ASC FINAL PREWHERE SETTINGS
	CREATE TABLE IF EXISTS ENGINE ALTER ADD DROP COLUMN INSERT INTO VALUES OVER PARTITION`)

var (
	sqlComment = regexp.MustCompile(`(?m)--.*$`)
	sqlString  = regexp.MustCompile(`'(?:[^'\\]|\\.|'')*'`)
	sqlPlace   = regexp.MustCompile(`\{[^}]*\}|<[a-z]+>`)
	sqlWord    = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*\s*\(?`)
	sqlAll     = regexp.MustCompile(`(?i)\bSELECT\s+(?:DISTINCT\s+)?\*|[a-z_]\.\*|,\s*\*\s*(?:,|\bFROM\b)`)
	sqlClock   = regexp.MustCompile(`(?i)\b(?:now|now64|today|yesterday|curdate|current_date|current_timestamp|nowInBlock|utc_timestamp)\s*\(`)
	sqlOrder   = regexp.MustCompile(`\bORDER\s+BY\b`)
	sqlStored  = regexp.MustCompile(`(?i)^\s*(?:CREATE|ALTER)\b`)
)

// bareSQL is a statement without its comments, texts and parameters.
func bareSQL(text string) string {
	for _, cut := range []*regexp.Regexp{sqlComment, sqlString, sqlPlace} {
		text = cut.ReplaceAllString(text, " ")
	}
	return text
}

// outermost is a bare statement without what stands in brackets.
func outermost(sql string) string {
	var b strings.Builder
	depth := 0
	for _, r := range sql {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
			r = ' '
		}
		if depth == 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// badSQL says what is wrong with one file of SQL.
func badSQL(name, text string) []string {
	var wrong []string
	sql := bareSQL(text)
	if !strings.HasPrefix(text, "-- ") {
		wrong = append(wrong, "does not begin with a comment that says what one row is")
	}
	for _, word := range sqlWord.FindAllString(sql, -1) {
		bare := strings.TrimRight(word, "( \t\n")
		upper := strings.ToUpper(bare)
		if bare != upper && slices.Contains(keywords, upper) && !strings.HasSuffix(word, "(") {
			wrong = append(wrong, fmt.Sprintf("writes %s; keywords are in capitals", bare))
		}
	}
	if sqlAll.MatchString(sql) {
		wrong = append(wrong, "selects *; columns are named")
	}
	if m := sqlClock.FindString(sql); m != "" {
		wrong = append(wrong, "calls "+m+"); the clock is a parameter")
	}
	if strings.Contains(strings.TrimRight(sql, " \n;"), ";") {
		wrong = append(wrong, "holds several statements; one file, one statement")
	}
	if !sqlStored.MatchString(sql) {
		if !sqlOrder.MatchString(outermost(sql)) {
			wrong = append(wrong, "has no ORDER BY; answers come in one order")
		}
		if want := "-- " + strings.TrimSuffix(path.Base(name), ".sql") + " "; !strings.HasPrefix(text, want) {
			wrong = append(wrong, fmt.Sprintf("does not begin with %q", want))
		}
	}
	return wrong
}

func TestSQL(t *testing.T) {
	found := 0
	for _, name := range committed(t) {
		if path.Ext(name) != ".sql" {
			continue
		}
		found++
		for _, wrong := range badSQL(name, read(t, name)) {
			t.Errorf("%s %s", name, wrong)
		}
	}
	if found == 0 {
		t.Error("no file of SQL was found")
	}
}

func TestSQLRulesCatchViolations(t *testing.T) {
	for name, tc := range map[string]struct {
		sql  string
		want bool
	}{
		"a good query":                             {"-- x counts. One row per unit.\nSELECT unit, count() AS n\nFROM t\nGROUP BY unit\nORDER BY unit", false},
		"a query without a comment":                {"SELECT a FROM t ORDER BY a", true},
		"a comment that does not name the query":   {"-- One row.\nSELECT a FROM t ORDER BY a", true},
		"a small keyword":                          {"-- x lists.\nselect a FROM t ORDER BY a", true},
		"a small word after all":                   {"-- x lists.\nSELECT a FROM t ORDER BY a desc", true},
		"a function that is a keyword elsewhere":   {"-- x lists.\nSELECT if(a = 0, 0, b / a) AS r, not(a) AS n FROM t ORDER BY r, n", false},
		"a small word in a text":                   {"-- x lists.\nSELECT a FROM t WHERE b = 'select from' ORDER BY a", false},
		"a small word in a comment":                {"-- x lists from all.\nSELECT a FROM t ORDER BY a", false},
		"a star":                                   {"-- x lists.\nSELECT * FROM t ORDER BY a", true},
		"a star of one table":                      {"-- x lists.\nSELECT t.* FROM t ORDER BY a", true},
		"a product":                                {"-- x lists.\nSELECT a * b AS c FROM t ORDER BY c", false},
		"no order":                                 {"-- x lists.\nSELECT a FROM t", true},
		"an order in the inner query only":         {"-- x lists.\nSELECT a FROM (SELECT a FROM t ORDER BY a)", true},
		"the clock of the server":                  {"-- x lists.\nSELECT a FROM t WHERE d < now() ORDER BY a", true},
		"the day of the server":                    {"-- x lists.\nSELECT a FROM t WHERE d < today() ORDER BY a", true},
		"a day that is given":                      {"-- x lists.\nSELECT a FROM t WHERE d < {today:Date32} ORDER BY a", false},
		"two statements":                           {"-- x lists.\nSELECT a FROM t ORDER BY a; SELECT b FROM t ORDER BY b", true},
		"a table":                                  {"-- One row per unit.\nCREATE TABLE IF NOT EXISTS t (a String) ENGINE = MergeTree\nORDER BY a", false},
		"a table with a small keyword":             {"-- One row per unit.\ncreate TABLE t (a String) ENGINE = MergeTree ORDER BY a", true},
		"a table that nothing is said about":       {"CREATE TABLE t (a String) ENGINE = MergeTree ORDER BY a", true},
		"a column whose name begins as a keyword":  {"-- x lists.\nSELECT order_no, from_day FROM t ORDER BY order_no", false},
		"a union whose order is that of one part ": {"-- x lists.\nSELECT a FROM (SELECT a FROM t UNION ALL SELECT b FROM u) ORDER BY a", false},
	} {
		t.Run(name, func(t *testing.T) { caught(t, badSQL("metrics/queries/x.sql", tc.sql), tc.want) })
	}
}
