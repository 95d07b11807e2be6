package dashboards

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"qingfeng/internal/integrity"
)

// Every number that a page shows is to be had from the API. A test opens the page, takes the
// numbers that stand on it, and looks for each in the answers of the addresses that are named for
// the page in apiOf: those of a row of a table or a list among the numbers of what the row is about, the
// others among all numbers of the answers.
//
// A number of an answer is one that stands in it, the length of a list, the sum of a field over a list
// or a map, how many of a list have a mark, or what derived says. A percentage is found from two numbers that
// stand on the page; a change from the same number of two days.
//
// Not numbers of a page: days, months and years; texts that stand in the answers word for word
// (descriptions, names, reasons, numbers of papers); what is quoted of the notice; the fixed words of the
// program (notes, legends, wordings); conditions, the pager, and places in a list.

// pageNumbers are a page, the addresses of the API that have its numbers, and fields of their answers.
type pageNumbers struct {
	page   string
	api    []string
	fields string
}

// apiOf names, for each page, the addresses of the API that have its numbers. fields are those of the answers
// of which another number is tried and has to be missed; the numbers of other fields of this small city stand in
// its answers more than once.
var apiOf = []pageNumbers{
	{"/", []string{
		"/distribution?measure=risks&rows=layer&cols=category", "/distribution?measure=risks&rows=layer&cols=grade",
		"/distribution?measure=risks&rows=layer&cols=grade&as_of=2026-10-22", "/distribution?measure=risks&rows=layer&cols=grade&as_of=2025-11-22",
		"/unit-board", "/unit-board?as_of=2026-10-22", "/unit-board?as_of=2025-11-22",
		"/overdue", "/overdue?as_of=2026-10-22", "/overdue?as_of=2025-11-22", "/overdue?rule=two_checks&year=2026&as_of=2027-01-01",
		"/trend?measure=signals&from=2025-10-01&to=2026-10-31", "/outlook", "/hotspots", "/kept?month=2026-10",
	}, "missing overdue values"},
	{"/heatmap", []string{"/distribution?measure=risks&rows=unit&cols=category"}, "count important"},
	{"/heatmap?measure=signals&rows=layer&cols=month&integrity=all", []string{"/distribution?measure=signals&rows=layer&cols=month&integrity=all"}, "count"},
	{"/heatmap?measure=overdue&rows=unit&cols=grade", []string{"/distribution?measure=overdue&rows=unit&cols=grade"}, "count"},
	{"/heatmap?rows=layer&cols=category&row=leadership&col=decision", []string{
		"/distribution?measure=risks&rows=layer&cols=category", "/risks?layer=leadership&category=decision&per_page=20", "/overdue?rule=two_checks&status=all",
	}, "count done"},
	{"/heatmap?view=share&rows=layer&cols=category", []string{"/distribution?measure=risks&rows=layer&cols=category"}, "share"},
	{"/heatmap?view=units", []string{"/distribution?measure=risks&rows=unit&cols=grade"}, "count"},
	{"/heatmap?view=calendar&measure=signals", []string{"/days?measure=signals"}, ""},
	{"/supervision", []string{"/overdue?status=all", "/outlook", "/letters"}, "done required risk_no days_left points missing per_week"},
	{"/supervision?unit=13&rule=two_checks", []string{"/overdue?status=all&unit=13&rule=two_checks", "/outlook?unit=13"}, "done required"},
	{"/units", []string{"/unit-board", "/outlook"}, "behind per_week pressing_items"},
	{"/leaders", []string{"/leaders", "/outlook"}, "behind per_week pressing_items"},
	{"/hotspots", []string{"/hotspots", "/grade-review", "/kept?month=2026-10", "/repeats"}, "cells threshold"},
	{"/stages", []string{"/stages", "/opinions"}, ""},
	{"/risks", []string{"/risks", "/overdue?rule=two_checks&status=all"}, "done"},
	{"/risks?unit=13&grade=important", []string{"/risks?unit=13&grade=important", "/overdue?rule=two_checks&status=all"}, ""},
	{"/signals", []string{"/signals", "/signals?kind=complaint&per_page=1", "/signals?kind=petition&per_page=1", "/signals?kind=finding&per_page=1", "/signals?kind=comparison&per_page=1"}, "total"},
	{"/checks", []string{"/checks"}, ""},
	{"/blindspots", []string{"/blindspots"}, ""},
	{"/checkup", []string{"/checkup"}, ""},
	{"/lists", []string{"/missing-lists", "/risks", "/units"}, ""},
	{"/lists/13/diff?from=2025&to=2026", []string{"/lists/13/diff?from=2025&to=2026"}, ""},
	{"/ledger", []string{"/ledger"}, ""},
	{"/directory", []string{"/directory"}, ""},
	{"/imports", []string{"/imports"}, ""},
	{"/letters", []string{"/letters", "/letters/matters"}, ""},
}

// wordings are fixed words of the program with digits in them.
var wordings = regexp.MustCompile(`1?0 天内到期|20 天内到期|剩 [12]0 天内|近 18 个月|不足 6 个月|最多列出 10 条|每年监督检查不少于2次|10 个工作日`)

// days are days, months, years and times of a day.
var daysOnPage = regexp.MustCompile(`\d{4}-\d{2}(-\d{2})?( \d{2}:\d{2})?|\d{4} ?年|\d{1,2} ?月( ?\d{1,2} ?日)?|\d{1,2}:\d{2}|\d{1,2}(、\d{1,2})* 日|\d{1,2}–\d{1,2} 月|每 \d+ 分钟`)

// identifiers are checksums and the beginnings of the names of batches.
var identifiers = regexp.MustCompile(`\b[0-9a-f]{8,}\b`)

// numberOnPage is a number as it is written; one after < is a limit, not a number.
var numberOnPage = regexp.MustCompile(`<? ?[+−▲▼-]? ?\d[\d\x{202f}]*(\.\d+)?%?`)

// spot is a stretch of a page that is read as one: a row of a table or a list, a tile, a paragraph.
type spot struct {
	text    string
	names   []string // what it is about
	changes bool     // it compares with another time
}

// placesOf reads the main part of a page.
func placesOf(t *testing.T, page []byte) []spot {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var main *html.Node
	for n := range root.Descendants() {
		if n.Data == "main" {
			main = n
		}
	}
	if main == nil {
		t.Fatalf("no main part in %.200s", page)
	}
	out := []spot{{}}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		at := &out[len(out)-1]
		class := " " + attribute(n, "class") + " "
		switch {
		case n.Type == html.TextNode:
			at.text += n.Data
			return
		case slices.Contains([]string{"script", "style", "form", "select", "button", "nav", "blockquote", "summary", "caption", "thead"}, n.Data),
			strings.Contains(class, " legend "), strings.Contains(class, " takeaway "), strings.Contains(class, " filters "), strings.Contains(class, " menu "),
			n.Data == "p" && strings.Contains(class, " note "), n.Data == "td" && strings.Contains(class, " quiet ") && firstCell(n):
			return
		case n.Data == "svg":
			at.text += " " + attribute(n, "aria-label") + " "
			return
		}
		own := slices.Contains([]string{"tr", "li", "p", "div", "section", "h1", "h2", "h3", "dl", "table"}, n.Data)
		own = own && !inside(n, "tr") && !inside(n, "li")
		if own {
			out = append(out, spot{changes: strings.Contains(class, " d ")})
			at = &out[len(out)-1]
		}
		switch n.Data {
		case "th", "td", "br", "span", "dt", "dd", "div":
			at.text += " "
		case "a":
			at.names = append(at.names, namesIn(attribute(n, "href"))...)
		}
		begin := len(at.text)
		index := len(out) - 1
		for c := range n.ChildNodes() {
			walk(c)
		}
		if n.Data == "th" && attribute(n, "scope") == "row" && index == len(out)-1 {
			name := attribute(n, "title")
			if name == "" {
				name, _, _ = strings.Cut(firstText(n), "\n")
			}
			out[index].names = append(out[index].names, squeezed(name))
			out[index].text = out[index].text[:begin] + strings.Replace(out[index].text[begin:], firstText(n), " ", 1)
		}
		switch n.Data {
		case "th", "td", "br", "span", "dt", "dd", "div":
			out[len(out)-1].text += " "
		}
		if own {
			out = append(out, spot{})
		}
	}
	walk(main)
	return out
}

// firstCell reports whether a cell is the first of its row.
func firstCell(td *html.Node) bool {
	for c := td.PrevSibling; c != nil; c = c.PrevSibling {
		if c.Type == html.ElementNode {
			return false
		}
	}
	return true
}

func inside(n *html.Node, element string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == element {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// firstText is the first text within an element.
func firstText(n *html.Node) string {
	for d := range n.Descendants() {
		if d.Type == html.TextNode && strings.TrimSpace(d.Data) != "" {
			return d.Data
		}
	}
	return ""
}

// namesIn is what an address is about: a point, a signal, or a cell of unit and category.
func namesIn(href string) []string {
	u, err := url.Parse(href)
	if err != nil {
		return nil
	}
	for _, list := range []string{"/risks/", "/signals/"} {
		if id, ok := strings.CutPrefix(u.Path, list); ok {
			return []string{id}
		}
	}
	if q := u.Query(); u.Path == "/hotspots" && q.Get("row") != "" {
		return []string{q.Get("row") + "/" + q.Get("col")}
	}
	return nil
}

// holdings are the numbers of the answers of a page.
type holdings struct {
	of      map[string][]float64          // what rows are about
	all     map[float64]bool              // whatever they are about
	decimal []float64                     // those of all that are no whole numbers
	by      map[string]map[string]float64 // address without its day → numbers that are no items, by day and path
	texts   map[string]bool
}

// answersOf asks the addresses of a page.
func (s *site) answersOf(api []string) map[string]any {
	s.t.Helper()
	out := map[string]any{}
	for _, a := range api {
		out[a] = read[any](s, "/api/v1"+a)
	}
	return out
}

// labelsOfCodes are the words of codes that rows are named by.
var labelsOfCodes = func() map[string]string {
	out := map[string]string{}
	for _, r := range integrity.Rules() {
		out[string(r)] = r.Label(integrity.Chinese)
	}
	for _, s := range integrity.Stages() {
		out[string(s)] = s.Label(integrity.Chinese)
	}
	return out
}()

// knownFrom reads answers by their addresses. What is asked for another day is there to be compared
// with; alone it is a number about the whole.
func knownFrom(answers map[string]any) holdings {
	k := holdings{of: map[string][]float64{}, all: map[float64]bool{}, by: map[string]map[string]float64{}, texts: map[string]bool{}}
	for address, answer := range answers {
		u, _ := url.Parse(address)
		q := u.Query()
		day := q.Get("as_of")
		q.Del("as_of")
		base := u.Path + "?" + q.Encode()
		one := holdings{of: map[string][]float64{}, all: map[float64]bool{}, texts: k.texts}
		sums := map[string]float64{}
		one.read(answer, nil, sums)
		one.derived(address, answer, sums)
		k.by[base+" "+day] = sums
		if day != "" && slices.ContainsFunc(slices.Collect(maps.Keys(answers)), func(a string) bool { return sameQuestion(a, base) }) {
			continue
		}
		for v := range one.all {
			k.add("", v)
		}
		for _, v := range sums {
			k.add("", v)
		}
		if day == "" {
			for name, numbers := range one.of {
				k.of[name] = append(k.of[name], numbers...)
			}
		}
	}
	return k
}

// sameQuestion reports whether an address asks what base asks, of the present day.
func sameQuestion(address, base string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Path+"?"+u.Query().Encode() == base
}

// add notes a number; name is empty for what is about the whole.
func (k *holdings) add(name string, v float64) {
	v = math.Abs(v)
	if !k.all[v] && v != math.Trunc(v) {
		k.decimal = append(k.decimal, v)
	}
	k.all[v] = true
	if name != "" {
		k.of[name] = append(k.of[name], v)
	}
}

// numericTexts are fields of the answers whose text may be a number.
var numericTexts = []string{"risk_ref", "value", "data_version"}

// read notes the numbers of a part of an answer, and adds them up under their path without the places
// in lists, and without the rule for the summary of obligations.
func (k *holdings) read(v any, path []string, sums map[string]float64) {
	switch v := v.(type) {
	case float64:
		k.add("", v)
		if len(path) > 0 && path[len(path)-1] == "bytes" {
			sums[strings.Join(path, ".")+" in MB"] += v / (1 << 20)
			k.add("", v/(1<<20))
		}
		if len(path) == 4 && path[0] == "summary" {
			path = []string{"summary", path[2], path[3]}
		}
		sums[strings.Join(path, ".")] += v
	case bool:
		if v {
			sums[strings.Join(path, ".")]++
		}
	case string:
		k.texts[v] = true
		if n, err := strconv.ParseFloat(v, 64); err == nil && len(path) > 0 && slices.Contains(numericTexts, path[len(path)-1]) {
			k.add("", n)
		}
	case []any:
		k.add("", float64(len(v)))
		for _, part := range v {
			k.read(part, path, sums)
		}
	case object:
		inner := path
		if closed, _ := v["closed"].(bool); closed { // counted in no sum
			inner = append(slices.Clone(path), "closed")
		}
		if unit, ok := v["unit"].(string); ok && unit == "" {
			inner = append(slices.Clone(path), "leader")
		}
		for field, part := range v {
			k.read(part, append(slices.Clone(inner), field), sums)
		}
		for _, name := range aboutOf(v) {
			for _, n := range numbersOf(v) {
				k.add(name, n)
			}
		}
	}
}

// aboutOf is what a part of an answer is about.
func aboutOf(v object) []string {
	text := func(field string) string { s, _ := v[field].(string); return s }
	switch {
	case text("risk_id") != "":
		return []string{text("risk_id")}
	case text("rule") != "" || text("due") != "":
		return nil
	case text("id") != "":
		return []string{text("id")}
	case text("unit") != "" && text("category") != "":
		return []string{text("unit") + "/" + text("category")}
	case text("unit_name") != "":
		return []string{squeezed(text("unit_name"))}
	case text("leader") != "":
		return []string{squeezed(text("leader"))}
	case text("month") != "":
		return []string{text("month")}
	}
	return nil
}

// summed are fields whose sum a page shows.
var summed = [][]string{{"undone", "behind"}, {"on_time", "late"}, {"q1_met", "q1_late"}}

// numbersOf are the numbers in a part of an answer, and the sums of its fields that pages show.
func numbersOf(v any) (out []float64) {
	switch v := v.(type) {
	case float64:
		out = append(out, v)
	case []any:
		out = append(out, float64(len(v)))
		for _, part := range v {
			out = append(out, numbersOf(part)...)
		}
	case object:
		for _, part := range v {
			out = append(out, numbersOf(part)...)
		}
		for _, fields := range summed {
			sum, there := 0.0, true
			for _, f := range fields {
				n, ok := v[f].(float64)
				sum, there = sum+n, there && ok
			}
			if there {
				out = append(out, sum)
			}
		}
	}
	return out
}

func items(answer any) []object {
	m, _ := answer.(object)
	list, _ := m["items"].([]any)
	out := make([]object, len(list))
	for i, it := range list {
		out[i] = it.(object)
	}
	return out
}

// derived notes what pages count of an answer.
func (k *holdings) derived(address string, answer any, sums map[string]float64) {
	path, _, _ := strings.Cut(address, "?")
	m := answer.(object)
	number := func(v object, field string) float64 { n, _ := v[field].(float64); return n }
	text := func(v object, field string) string { s, _ := v[field].(string); return s }
	counts := map[string]float64{}
	switch path {
	case "/distribution":
		rows, cols := m["rows"].([]any), m["cols"].([]any)
		for y, r := range rows {
			name := squeezed(text(r.(object), "label"))
			all, important, general := 0.0, 0.0, 0.0
			for x := range cols {
				cell := m["cells"].([]any)[y*len(cols)+x].(object)
				k.add(name, number(cell, "count"))
				k.add(name, number(cell, "important"))
				if part, ok := cell["share"].(float64); ok {
					k.of[name+" %"] = append(k.of[name+" %"], part)
				}
				all, important, general = all+number(cell, "count"), important+number(cell, "important"), general+number(cell, "general")
				col := text(cols[x].(object), "code")
				counts["col."+col] += number(cell, "count")
				counts["colimportant."+col] += number(cell, "important")
			}
			k.add(name, all)
			k.add(name, important)
		}
	case "/trend":
		for _, series := range m["series"].([]any) {
			for i, v := range series.(object)["values"].([]any) {
				if n, shown := v.(float64); shown {
					month := m["months"].([]any)[i].(string)
					k.add(month, n)
					counts["month."+month] += n
					sums["month."+month] += n
				}
			}
		}
		months := m["months"].([]any)
		if n := len(months); n >= 13 { // the last, the one before, and that of a year before
			last := sums["month."+months[n-1].(string)]
			k.add("change", last-sums["month."+months[n-2].(string)])
			k.add("change", last-sums["month."+months[n-13].(string)])
		}
	case "/days":
		for _, d := range m["days"].([]any) {
			month := text(d.(object), "day")[:7]
			counts["month."+month] += number(d.(object), "count")
		}
	case "/overdue":
		for rule, bases := range m["summary"].(object) {
			row := map[string]float64{}
			for _, basis := range bases.(object) {
				for status, n := range basis.(object) {
					row[status] += n.(float64)
				}
			}
			row["open"] = row["on_track"] + row["due_soon"]
			for _, n := range append(slices.Collect(maps.Values(row)), numbersOf(bases)...) {
				k.add(labelsOfCodes[rule], n)
			}
			k.add(labelsOfCodes[rule], 0)
		}
		for _, it := range items(answer) {
			class := text(it, "status") + "." + text(it, "basis")
			switch text(it, "status") {
			case "due_soon":
				class = fmt.Sprint("due_soon.", number(it, "days_left") <= 10)
			case "met", "met_late", "on_track":
				class = text(it, "status")
			}
			counts[class]++
			if due := text(it, "due"); due != "" {
				counts["row."+text(it, "unit_name")+"\x00"+due[:7]+class]++
			}
		}
		unmet, _ := m["unmet"].([]any) // by unit, rule, year and limit
		for _, part := range unmet {
			it := part.(object)
			for _, field := range []string{"year", "days_left", "risk_no"} {
				k.add(squeezed(text(it, "unit_name")), number(it, field))
			}
			counts["row."+text(it, "unit_name")+"\x00"+fmt.Sprint(it["rule"], it["year"], it["due"], it["basis"], it["removed"])]++
			counts["unmet "+fmt.Sprint(it["year"], it["basis"])]++
		}
		for class, n := range counts {
			if name, _, ok := strings.Cut(strings.TrimPrefix(class, "row."), "\x00"); ok {
				k.add(squeezed(name), n)
			}
		}
	case "/outlook":
		missing, workdays := 0.0, 0.0
		for _, row := range items(answer) {
			if text(row, "unit") != "" {
				missing += number(row, "missing")
				workdays = number(row, "workdays")
			}
		}
		k.add("", math.Ceil(missing/max(workdays/5, 1)*10)/10) // less than two months are left
	case "/leaders":
		for _, row := range items(answer) {
			if number(row, "required") > 0 {
				counts["owe"]++
				if number(row, "dates") >= number(row, "required") {
					counts["met"]++
				}
			}
			if tally, ok := row["tally"].(object); ok {
				k.add(squeezed(text(row, "leader")), number(tally, "on_time")+number(tally, "late"))
			}
		}
	case "/stages":
		rows := items(answer)
		for _, row := range rows {
			for i, e := range row["stages"].([]any) {
				if text(e.(object), "on") != "" {
					counts[fmt.Sprint("entered ", i)]++
				}
			}
			if number(row, "to_file") > 0 && number(row, "to_file") == number(row, "filed") {
				counts["filed"]++
			}
			missing, _ := row["missing"].([]any)
			unsigned, _ := row["unsigned"].([]any)
			if len(missing)+len(unsigned) > 0 {
				counts["gaps"]++
			}
		}
		for i, stage := range integrity.Stages() {
			k.add(stage.Label(integrity.Chinese), counts[fmt.Sprint("entered ", i)])
			k.add(stage.Label(integrity.Chinese), counts["filed"])
			k.add(stage.Label(integrity.Chinese), float64(len(rows)))
		}
	case "/hotspots":
		for _, h := range items(answer) {
			counts["hot "+fmt.Sprint(h["hot"])]++
		}
	case "/risks":
		for _, r := range items(answer) {
			counts["grade "+text(r, "grade")]++
		}
	}
	for _, n := range counts {
		k.add("", n)
	}
	k.add("", 0) // none of a list
}

// number is a number on a page, with the place where it stands.
type number struct {
	text  string // as written
	value float64
	place spot
}

// numbersOn takes the numbers of the places of a page. texts are those of the answers.
func numbersOn(places []spot, texts map[string]bool) (out []number) {
	var words []string
	for w := range texts {
		if strings.IndexFunc(w, func(r rune) bool { return r > '9' || r == '*' }) >= 0 { // a word, or the hours of a task
			words = append(words, w)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for _, p := range places {
		text := p.text
		for _, w := range words {
			if len(w) <= len(text) {
				text = strings.ReplaceAll(text, w, " ")
			}
		}
		text = identifiers.ReplaceAllString(text, " ")
		text = wordings.ReplaceAllString(daysOnPage.ReplaceAllString(text, " "), " ")
		for _, token := range numberOnPage.FindAllString(text, -1) {
			if strings.HasPrefix(token, "<") {
				continue
			}
			written := strings.TrimLeft(token, " +−▲▼-")
			v, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(written, "\u202f", ""), "%"), 64)
			if err != nil {
				continue
			}
			out = append(out, number{text: written, value: v, place: p})
		}
	}
	return out
}

// decimals is how many a number is written with.
func decimals(written string) int {
	if _, after, ok := strings.Cut(strings.TrimSuffix(written, "%"), "."); ok {
		return len(after)
	}
	return 0
}

func same(v float64, n number) bool {
	d := decimals(n.text)
	if d == 0 {
		return v == n.value
	}
	return strconv.FormatFloat(v, 'f', d, 64) == strings.TrimSuffix(n.text, "%") || strconv.FormatFloat(v, 'g', 2, 64) == n.text
}

// missing are the numbers of a page that the answers do not have.
func (k *holdings) missing(on []number) (out []string) {
	shown := map[float64]bool{}
	for _, n := range on {
		if !strings.HasSuffix(n.text, "%") {
			shown[n.value] = true
		}
	}
	for _, n := range on {
		var about, parts []float64
		for _, name := range n.place.names {
			about, parts = append(about, k.of[name]...), append(parts, k.of[name+" %"]...)
		}
		found := false
		switch {
		case n.place.changes:
			found = k.changed(n)
		case strings.HasSuffix(n.text, "%"):
			found = share(shown, n) || slices.ContainsFunc(parts, func(v float64) bool { return same(math.Round(v*100), n) })
		case len(about) > 0:
			found = slices.ContainsFunc(about, func(v float64) bool { return same(v, n) })
		default:
			found = k.all[n.value] || slices.ContainsFunc(k.decimal, func(v float64) bool { return same(v, n) })
		}
		if !found {
			out = append(out, fmt.Sprintf("%s in %.120q (about %q)", n.text, strings.Join(strings.Fields(n.place.text), " "), n.place.names))
		}
	}
	return out
}

// share finds a percentage from two numbers.
func share(shown map[float64]bool, n number) bool {
	for part := range shown {
		for whole := range shown {
			if whole > 0 && part <= whole && same(part*100/whole, n) {
				return true
			}
		}
	}
	return false
}

// changed finds a change, of a number or of a share, between two days.
func (k *holdings) changed(n number) bool {
	if n.value == 0 || slices.ContainsFunc(k.of["change"], func(v float64) bool { return same(v, n) }) {
		return true
	}
	for address, now := range k.by {
		today, isNow := strings.CutSuffix(address, " ")
		if !isNow {
			continue
		}
		for other, then := range k.by {
			if !strings.HasPrefix(other, today+" ") || other == address {
				continue
			}
			for path, v := range now {
				if same(math.Abs(v-then[path]), n) {
					return true
				}
				if decimals(n.text) == 0 {
					continue
				}
				for whole, w := range now {
					if w > 0 && same(math.Abs(v*100/w-then[path]*100/max(then[whole], 1)), n) {
						return true
					}
				}
			}
		}
	}
	return false
}

// leaves calls visit with the field of each number of an answer and a way to set it.
func leaves(v any, field string, visit func(field string, n float64, set func(any))) {
	each := func(part any, field string, set func(any)) {
		if n, ok := part.(float64); ok {
			visit(field, n, set)
			return
		}
		leaves(part, field, visit)
	}
	switch v := v.(type) {
	case []any:
		for i := range v {
			each(v[i], field, func(n any) { v[i] = n })
		}
	case object:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			each(v[name], name, func(n any) { v[name] = n })
		}
	}
}

func TestEveryNumberOfAPageIsInTheAPI(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	s.keepReport()
	for _, p := range slices.Concat(apiOf, s.apiOfOne()) {
		t.Run(strings.ReplaceAll(strings.Trim(p.page, "/"), "/", " ")+" ", func(t *testing.T) { s.numbersOf(t, p) })
	}
}

// numbersOf looks for the numbers of a page in the answers that are named for it, and holds the looking
// to miss others.
func (s *site) numbersOf(t *testing.T, p pageNumbers) {
	places := placesOf(t, s.ok(p.page))
	answers := s.answersOf(p.api)
	all := knownFrom(answers)
	on := numbersOn(places, all.texts)
	fewest, few := fewNumbers[p.page]
	if !few {
		fewest = 3
	}
	if len(on) < fewest {
		t.Errorf("only %d numbers were read on the page", len(on))
	}
	for _, m := range all.missing(on) {
		t.Errorf("%v do not have the number %s", p.api, m)
	}
	if t.Failed() {
		return
	}
	// Another number on the page is missed in the answers.
	for i := range on {
		if on[i].place.changes || strings.HasSuffix(on[i].text, "%") || decimals(on[i].text) > 0 {
			continue
		}
		wrong := on[i]
		wrong.value += 9173
		if len(all.missing([]number{wrong})) != 1 {
			t.Errorf("%v are said to have %v", p.api, wrong.value)
		}
	}
	// Another number in an answer is noticed: at least one of each field that the page shows.
	noticed, tried := map[string]bool{}, map[string]int{}
	for _, a := range slices.Sorted(maps.Keys(answers)) {
		leaves(answers[a], "", func(field string, n float64, set func(any)) {
			if noticed[field] || tried[field] >= 40 || !slices.Contains(strings.Fields(p.fields), field) {
				return
			}
			tried[field]++
			set(n + 9173)
			changed := knownFrom(answers)
			noticed[field] = len(changed.missing(on)) > 0
			set(n)
		})
	}
	for field := range strings.FieldsSeq(p.fields) {
		if !noticed[field] {
			t.Errorf("another number as %s in the answers is not noticed (of %d)", field, tried[field])
		}
	}
}

// The table of addresses names none that does not exist, and each once.
func TestThePagesWithNumbersExist(t *testing.T) {
	s := newEmptySite(t)
	withLetters(t, s)
	routes := allRoutes(s)
	for _, p := range apiOf {
		for _, a := range append([]string{p.page}, prefixed("/api/v1", p.api)...) {
			path, _, _ := strings.Cut(a, "?")
			if !slices.ContainsFunc(routes, func(r route) bool { return fiber.RoutePatternMatch(path, r.path) }) {
				t.Errorf("%s does not exist", a)
			}
		}
	}
}

func prefixed(prefix string, all []string) []string {
	out := make([]string, len(all))
	for i, a := range all {
		out[i] = prefix + a
	}
	return out
}
