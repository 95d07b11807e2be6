package metrics

import (
	"strings"
	"testing"
)

func TestConditionsLeftOpenAreNotSent(t *testing.T) {
	const head, tail = "SELECT a\nFROM t\nWHERE b = 1", "\nORDER BY a"
	for _, tc := range []struct {
		name, condition, sent string
		args                  []any
	}{
		{"an empty text", "\n  AND ({status:String} = '' OR status = {status:String})", "", []any{param("status", "")}},
		{"a text", "\n  AND ({status:String} = '' OR status = {status:String})", "\n  AND ({status:String} = '' OR status = {status:String})", []any{param("status", "open")}},
		{"no number", "\n  AND ({risk:UInt64} = 0 OR has(risk_ids, {risk:UInt64}))", "", []any{param("risk", uint64(0))}},
		{"a number", "\n  AND ({risk:UInt64} = 0 OR c)", "\n  AND ({risk:UInt64} = 0 OR c)", []any{param("risk", uint64(10))}},
		{"an empty list", "\n  AND (empty({units:Array(String)}) OR has({units:Array(String)}, unit))", "", []any{param("units", []string{})}},
		{"a list of nothing but an empty text", "\n  AND (empty({units:Array(String)}) OR d)", "\n  AND (empty({units:Array(String)}) OR d)", []any{param("units", []string{""})}},
		{"a text that people type", "\n  AND ({q:String} = '' OR position(unhex({q:String})) > 0)", "", []any{hexParam("q", "")}},
		{"a text that reads 0", "\n  AND ({number:String} = '' OR n)", "\n  AND ({number:String} = '' OR n)", []any{hexParam("number", "0")}},
		{"over several lines, brackets in texts", "\n  AND (\n    {linked:String} = ''\n    OR {linked:String} = ')' AND f(')((', x)\n  )", "", []any{param("linked", "")}},
		{"two beside each other", "\n  AND ({a:String} = '' OR a)\n  AND ({b:UInt8} = 0 OR b)\n  AND c", "\n  AND ({b:UInt8} = 0 OR b)\n  AND c", []any{param("a", ""), param("b", 1)}},
		{"one within another that stands", "\n  AND ({a:UInt8} = 0 OR x AND ({b:UInt8} = 0 OR y))", "\n  AND ({a:UInt8} = 0 OR x)", []any{param("a", 1), param("b", 0)}},
		{"what is open only when it is given", "\n  AND ({batch:UInt64} > 0 OR in_force)", "\n  AND ({batch:UInt64} > 0 OR in_force)", []any{param("batch", 0)}},
		{"a name given twice, once with a value", "\n  AND (empty({kinds:Array(String)}) OR k)", "\n  AND (empty({kinds:Array(String)}) OR k)", []any{param("kinds", []string{"complaint"}), param("kinds", []string{})}},
		{"a name that is not given", "\n  AND ({a:String} = '' OR a)", "\n  AND ({a:String} = '' OR a)", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := withoutOpen(head+tc.condition+tail, tc.args); got != head+tc.sent+tail {
				t.Errorf("sent is\n%s", got)
			}
		})
	}
}

// Every condition of a query that may be left open is one that withoutOpen knows: none is sent for
// nothing because it is written in another way.
func TestEveryQueryWritesItsOpenConditionsAlike(t *testing.T) {
	found := 0
	for _, name := range queryNames(t) {
		text := mustQuery(name)
		var args []any
		for _, m := range queryParam.FindAllStringSubmatch(text, -1) {
			value := "''"
			switch {
			case strings.HasPrefix(m[2], "Array"):
				args = append(args, param(m[1], []string{}))
				value = "empty({" + m[1] + ":" + m[2] + "})"
			case strings.HasPrefix(m[2], "UInt"):
				args = append(args, param(m[1], 0))
				value = "{" + m[1] + ":" + m[2] + "} = 0 OR"
			case m[2] == "String":
				args = append(args, param(m[1], ""))
				value = "{" + m[1] + ":" + m[2] + "} = ''"
			default:
				continue
			}
			if !strings.Contains(text, value) {
				continue
			}
			found++
			if sent := withoutOpen(text, args); strings.Contains(sent, value) {
				t.Errorf("%s: a condition on %s is sent though it is open:\n%s", name, m[1], sent)
			}
		}
	}
	if found < 40 {
		t.Errorf("%d parameters may be left open; there are more", found)
	}
}
