package metrics

import (
	"regexp"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// openCondition begins a condition that a question may leave open: AND (, an empty list, an empty
// text or 0 for a parameter, OR. With that value it holds for every row.
var openCondition = regexp.MustCompile(`\s+AND \(\s*(?:empty\(\{(\w+):Array\(\w+\)\}\)|\{(\w+):\w+\} = (?:''|0))\s+OR `)

// withoutOpen leaves out of a query the conditions that the arguments leave open. The files of
// queries/ stay whole and can be run by hand; the engine plans what is sent, and planning is most
// of what a question costs on the data of a city.
func withoutOpen(query string, args []any) string {
	open := map[string]bool{}
	for _, a := range args {
		if v, ok := a.(driver.NamedValue); ok {
			before, twice := open[v.Name]
			open[v.Name] = (v.Value == "" || v.Value == "0" || v.Value == "[]") && (before || !twice)
		}
	}
	var kept strings.Builder
	for rest := query; ; {
		at := openCondition.FindStringSubmatchIndex(rest)
		if at == nil {
			kept.WriteString(rest)
			return kept.String()
		}
		name := ""
		for i := 2; i < len(at); i += 2 {
			if at[i] >= 0 {
				name = rest[at[i]:at[i+1]]
			}
		}
		end := closing(rest, at[0]+strings.IndexByte(rest[at[0]:], '('))
		if !open[name] || end < 0 {
			kept.WriteString(rest[:at[1]])
			rest = rest[at[1]:]
			continue
		}
		kept.WriteString(rest[:at[0]])
		rest = rest[end+1:]
	}
}

// closing is the place of the bracket that closes the one at open, or -1. Texts in quotes are
// passed over; a quote in a text is written twice or escaped in no query of this package.
func closing(s string, open int) int {
	depth, quoted := 0, false
	for i := open; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
