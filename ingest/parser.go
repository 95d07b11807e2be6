package ingest

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// parser turns rows of one file into records. It is pure but for the file report that
// it fills.
type parser struct {
	req   *Request
	dir   *directory
	today integrity.Day
	file  *FileReport
	pace  *pace
	table *table.Table
	alone bool // one known heading is enough: a file of descriptions only

	key      []byte            // of what must not be read back; outside the database
	gradeMap map[string]string // normalised word of another scale → 重要 or 一般
	drafts   []*draft          // lists of the tables read so far
	places   []int             // row numbers of the records of the current chunk
	rows     []table.Row       // those rows themselves, where a record may still be refused
	layout   *layout           // of the current table
	rejects  []*reject         // rows to be given back for correction
	lost     int               // the last row of the table that could not be read
	held     int               // how many of them, from the first, wait for the end of the file
	keeper   *keeper           // where many of them go; nil where none are stored
	passed   []item            // the first rows of a table without known headings
	lines    []string          // lines around a form that stood in such a table
	form     *header           // of the last table of risk points that had headings, and
	formOf   *table.Table      // that table
}

// cells is one row as its parser sees it.
type cells struct {
	p      *parser
	row    table.Row
	layout *layout
	first  *Problem // what rejects the row, if anything
	secret bool     // the row must not be kept, not even for correction
	mark   mark     // what is known of the row before it is parsed
	warned bool
	above  int // the row that this one may go on with, 0 for none
}

func (p *parser) cells(row table.Row, l *layout) cells { return cells{p: p, row: row, layout: l} }

func (c *cells) get(f field) string {
	i := c.layout.at[f]
	if i < 0 || i >= len(c.row.Cells) {
		return ""
	}
	return plain(c.row.Cells[i])
}

// plain takes off the white space around a text and the apostrophe with which exports
// keep spreadsheets from reading it as a formula, or as a number.
func plain(s string) string {
	if !inked(s) {
		s = strings.TrimSpace(s)
	}
	if strings.HasPrefix(s, "'") && len(s) > 1 {
		switch r, _ := utf8.DecodeRuneInString(s[1:]); {
		case strings.ContainsRune("=+-@＝＋－＠", r), r >= '0' && r <= '9':
			return s[1:]
		}
	}
	return s
}

// inked reports whether a text surely begins and ends with what is no white space: a visible
// character of one byte, or of three from U+4000 on, where no blanks are. Nearly all cells do,
// and strings.TrimSpace takes a text with Chinese at its end apart rune by rune.
func inked(s string) bool {
	n := len(s)
	if n == 0 || s[0] <= ' ' || s[0] > '~' && s[0] < 0xE4 {
		return n == 0
	}
	last := s[n-1]
	return last > ' ' && last <= '~' || n >= 3 && last >= 0x80 && s[n-2] >= 0x80 && s[n-2] < 0xC0 && s[n-3] >= 0xE4 && s[n-3] < 0xF0
}

func (c *cells) at(p Problem) Problem {
	p = p.at(c.p.file, c.p.table, c.row.Number)
	p.Value, _ = mask.Text(clip(p.Value, 120))
	return p
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

func (c *cells) problem(p Problem) {
	p = c.at(p)
	p.zh, _ = mask.Text(p.zh)
	p.en, _ = mask.Text(p.en)
	c.p.file.fail(c.p.req.Lang, p)
	if c.first == nil {
		p = p.in(c.p.req.Lang)
		c.first = &p
	}
}

func (c *cells) warning(p Problem) {
	c.warned = true
	p = c.at(p)
	p.zh, _ = mask.Text(p.zh)
	p.en, _ = mask.Text(p.en)
	c.p.file.warn(c.p.req.Lang, p)
}

func (c *cells) fail(f field, code, zh, en string, args ...any) {
	c.problem(say(code, c.name(f), c.get(f), zh, en, args...))
}

func (c *cells) warn(f field, code, zh, en string, args ...any) {
	c.warning(say(code, c.name(f), c.get(f), zh, en, args...))
}

// name is the heading of a field as the file writes it, else as the template does.
func (c *cells) name(f field) string {
	if n := c.layout.names[f]; n != "" {
		return n
	}
	return c.p.heading(f)
}

func (c *cells) column(f field) column { return columnOf(c.p.req.Kind, f) }

// heading is that of the template.
func (p *parser) heading(f field) string { return columnOf(p.req.Kind, f).heading }

// closes is how the rows below the data of a table begin: totals, and who filled it in.
var closes = regexp.MustCompile(`^(?:[（(]?续\s*表?[)）]?|(?:本\s*[月季年]\s*)?[合总共小累]\s*计(?:\s*[:：（(\d].*)?|共\s*\d+\s*\p{Han}{1,3}|以下空白|(?:填\s*[表报]|制\s*[表单]|审\s*核|复\s*核|联\s*系)\s*人?\s*[:：].*|(?:备\s*注|说\s*明|注)\s*[:：].*)$`)

// passes reports whether a row is no data, and says that it was passed over: what closes a table
// or stands between its rows as a title, where two or more of the cells that it would have to
// fill in are empty, or merged with its first; and what fills in none of the columns that are known.
func (c *cells) passes() bool {
	first := ""
	for _, cell := range c.row.Cells {
		if first = strings.TrimSpace(cell); first != "" {
			break
		}
	}
	if len(c.layout.needed) == 0 || first == "" {
		return false
	}
	if at := c.layout.needed[0]; (at >= len(c.row.Cells) || c.row.Cells[at] == "") && c.beside() {
		c.warning(Problem{Code: "row_passed", zh: "这一行只在未识别的列中有内容，不是数据，未导入", en: "this row fills in none of the columns that are known; it is no data and was not loaded"})
		return true
	}
	r, _ := utf8.DecodeRuneInString(first)
	if r < utf8.RuneSelf {
		return false
	}
	lacks := 0
	for _, at := range c.layout.needed {
		if at >= len(c.row.Cells) || c.row.Cells[at] == "" || at < len(c.row.Merged) && c.row.Merged[at] && strings.TrimSpace(c.row.Cells[at]) == first {
			lacks++
		}
	}
	if lacks < 2 {
		return false
	}
	begins := likeness.Width(first)
	// A title is alone in its row and says no number: 三月份.
	if !closes.MatchString(begins) && (strings.ContainsAny(begins, "0123456789") || c.p.req.Kind == KindRisks || len(rowText(c.row)) > 1) {
		return false
	}
	begins, _, _ = strings.Cut(begins, ":") // what follows may be a name
	c.warning(Problem{Code: "row_passed", Value: begins, zh: "这一行是合计、小标题或填表说明，不是数据，未导入", en: "this row is a total, a title or a remark, no data; it was not loaded"})
	return true
}

// beside reports whether a row fills in none of the columns that are known.
func (c *cells) beside() bool {
	for _, at := range c.layout.at {
		if at >= 0 && at < len(c.row.Cells) && c.row.Cells[at] != "" {
			return false
		}
	}
	return true
}

// need is get for a required cell.
func (c *cells) need(f field) string {
	if v := c.get(f); v != "" {
		return v
	}
	code := c.column(f).code + "_missing"
	if c.above > 0 {
		c.fail(f, code, "“%[1]s”没有填写；这一行没有序号，如果是第 %[2]d 行的续行，请把文字并入第 %[2]d 行，否则请补填序号和“%[1]s”",
			"%[1]q is not filled in; this row has no number: if it goes on with row %[2]d, move its texts there, else fill in its number and %[1]q", c.name(f), c.above)
	} else {
		c.fail(f, code, "“%s”没有填写", "%q is not filled in", c.name(f))
	}
	return ""
}

// shortened is what a spreadsheet program shows of a number of many digits.
var shortened = regexp.MustCompile(`^\d(?:\.\d+)?[Ee]\+\d{2}$`)

// numberOfEntry reads 编号, which tells entries apart: one that a spreadsheet program has shortened
// to 2.02603E+11 no longer does.
func (c *cells) numberOfEntry() string {
	v := c.need(fNumber)
	if len(v) > 3 && v[len(v)-3] == '+' && shortened.MatchString(v) {
		c.fail(fNumber, "number_shortened", "编号“%s”是科学计数法，原来的数字已经丢失；请在表格中把这一列设为“文本”，从原系统重新导出后再导入",
			"the number %q is in scientific notation and its digits are lost; make the column text in the spreadsheet, export it anew and load that", v)
	}
	return v
}

// dayRange says which days a date may have.
type dayRange int

const (
	pastDay dayRange = iota // events: from 1990 to today
	anyDay                  // deadlines and plans: from 1990 on
)

// date reads an optional date.
func (c *cells) date(f field, allowed dayRange) integrity.Day {
	v := c.get(f)
	if v == "" {
		return integrity.NoDay
	}
	return c.dateOf(f, v, allowed)
}

func (c *cells) dateOf(f field, v string, allowed dayRange) integrity.Day {
	d, ok := parseDate(v)
	if ok && d >= earliest && (allowed == anyDay || d <= c.p.today) {
		return d
	}
	code := c.column(f).code + "_invalid"
	if f == fDate {
		code = "date_invalid"
	}
	switch {
	case !ok:
		zh, en := nearlyDate(v, c.p.today)
		c.problem(Problem{Code: code, Column: c.name(f), Value: v, zh: zh, en: en})
	case d < earliest:
		c.fail(f, code, "日期 %s 早于 1990-01-01", "the date %s is before 1990-01-01", d)
	default:
		c.fail(f, code, "日期 %s 晚于今天（%s），已发生的事不能在将来", "the date %s is after today (%s); what happened cannot lie ahead", d, c.p.today)
	}
	return integrity.NoDay
}

// number reads an optional whole number within limits.
func (c *cells) number(f field, low, high int) int {
	v := likeness.Width(c.get(f))
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSuffix(v, ".0"))
	if err != nil || n < low || n > high {
		code := c.column(f).code
		c.fail(f, code+"_invalid", "“%s”不是 %d 到 %d 之间的整数", "%q is not a whole number from %d to %d", v, low, high)
		return 0
	}
	return n
}

// yesNo reads an optional 是/否.
func (c *cells) yesNo(f field) bool {
	v := c.get(f)
	if v == "" {
		return false
	}
	yes, ok := parseYesNo(v)
	if !ok {
		c.fail(f, c.column(f).code+"_invalid", "“%s”只能填“是”或“否”", "%q: write 是 or 否", v)
	}
	return yes
}

// unit reads the unit of a row: its cell, or the one given with the load.
func (c *cells) unit() string {
	if c.p.req.Unit != "" {
		return c.p.req.unitCode
	}
	v := c.need(fUnit)
	if v == "" {
		return ""
	}
	code, ok := c.p.dir.find(v)
	if !ok {
		c.problem(c.p.dir.unknown(c.name(fUnit), v))
	}
	return code
}

// layer reads an optional layer; a word outside the alias table is an error that names
// the three legal ones (requirements R03).
func (c *cells) layer() integrity.Layer {
	v := c.get(fLayer)
	if v == "" {
		return integrity.LayerUnclassified
	}
	word := likeness.Fold(v)
	l, ok := layerWords[word]
	if !ok && word != "未分类" {
		c.fail(fLayer, "layer_invalid", "“%s”不是层面，只能填“领导岗位”“中层岗位”或“其他岗位”", "%q is no layer; write 领导岗位, 中层岗位 or 其他岗位", v)
	}
	if l == "" {
		l = integrity.LayerUnclassified
	}
	return l
}

// categoryWord reads a word of the seven categories.
func categoryWord(v string) (integrity.Category, bool) { return categoryOf(likeness.Fold(v)) }

// categoryOf is categoryWord for a word that is normal already.
func categoryOf(word string) (integrity.Category, bool) {
	if word == "未分类" {
		return integrity.CategoryUnclassified, true
	}
	c, ok := categoryWords[word]
	return c, ok
}

// text reads free text with the identities in it masked.
func (c *cells) text(v string) string {
	m, n := mask.Text(v)
	c.p.file.Masked += n
	return m
}

func yearOf(v string) (int, bool) {
	v = strings.TrimSuffix(strings.TrimSpace(likeness.Width(v)), "年")
	v = strings.TrimSuffix(v, "年度")
	y, err := strconv.Atoi(v)
	if utf8.RuneCountInString(v) == 4 && strings.Trim(v, chineseDigits) == "" { // 二〇二六
		y, err = numeral(v), nil
	}
	return y, err == nil && y >= 1990 && y <= 2200
}

func quoteAll(words []string) string {
	return "“" + strings.Join(words, "”“") + "”"
}

// repeated reports numbers that stand twice in one chunk: identical rows count as
// unchanged, of different ones the last wins and the earlier ones change nothing.
func (p *parser) repeated(same int, differing []int, out *Counts) {
	out.Unchanged += uint64(same + len(differing))
	for _, i := range differing {
		p.warnRepeated(p.places[i])
	}
}

// repeatedLater reports the rows of a chunk that change what an earlier chunk of the same file
// has brought, or has found to stand so: that number stands twice in the file. standing are the
// rows that stood before the chunk, at the places of its rows in it.
func repeatedLater[T any](p *parser, s *session, e entity[T], standing map[uint64]*T, rows []T, changes []change, at []int) error {
	for i, c := range changes {
		key := e.key(&rows[i])
		switch c {
		case unchanged:
			if err := s.met.add(key); err != nil {
				return err
			}
		case changed:
			h := e.head(standing[key])
			again := h.BatchNo == s.batch.No && h.Ver > s.fileStart
			if !again {
				var err error
				if again, err = s.met.has(key); err != nil {
					return err
				}
			}
			if again {
				p.warnRepeated(p.places[at[i]])
			}
		}
	}
	return nil
}

func (p *parser) warnRepeated(row int) {
	column := "编号"
	switch p.req.Kind {
	case KindUnits:
		column = "单位编码"
	case KindLedger:
		p.file.warn(p.req.Lang, Problem{Column: "事项", Code: "number_repeated",
			zh: "同一条台账记录在文件中出现多次且内容不同，以最后一行为准", en: "the entry stands more than once with different content; the last row counts"}.at(p.file, p.table, row))
		return
	}
	p.file.warn(p.req.Lang, Problem{Column: column, Code: "number_repeated",
		zh: "同一编号在文件中出现多次且内容不同，以最后一行为准", en: "the number stands more than once with different content; the last row counts"}.at(p.file, p.table, row))
}

// previewLimit is how many records of a file a dry run shows as understood.
const previewLimit = 100

func (p *parser) previewFull() bool {
	return !p.req.DryRun || len(p.file.Preview) >= previewLimit
}

func (p *parser) preview(v any) {
	if !p.previewFull() {
		p.file.Preview = append(p.file.Preview, v)
	}
}

// mayBeRefused reports whether rows of the kind can turn out inadmissible only when they
// meet what is stored.
func (p *parser) mayBeRefused() bool { return !p.req.MayMove || p.req.Kind == KindPetitions }

// moves keeps the records that may be written: one that would move a known number to
// another unit needs somebody who writes for all units. at tells the place of each record
// in the chunk.
func moves[T any](p *parser, e entity[T], rows []T, at []int, standing map[uint64]*T, unit func(*T) string, number func(*T) string) (kept []T, places []int, refused uint64) {
	if p.req.MayMove {
		return rows, at, 0
	}
	for i := range rows {
		old := standing[e.key(&rows[i])]
		if old == nil || unit(old) == unit(&rows[i]) {
			kept, places = append(kept, rows[i]), append(places, at[i])
			continue
		}
		refused++
		c := p.cells(p.rows[at[i]], p.layout)
		c.fail(fNumber, "duplicate_number", "编号 %[1]s 已属于其他单位，不能改到本单位", "number %[1]s belongs to another unit", number(&rows[i]))
		p.reject(&c)
	}
	return kept, places, refused
}
