package view

import (
	"regexp"
	"strings"
	"time"

	"qingfeng/dashboards/charts"
	"qingfeng/internal/integrity"
)

// Page is the frame around every page. The struct of a page embeds it, so that the layout
// finds its fields.
type Page struct {
	Lang  integrity.Lang
	Title string // of the browser's window; the page prints its own h1
	Nav   []NavItem
	User  User

	CSRF     string // token that forms and htmx send back; empty before login
	LangHref string // the same page in the other language

	AsOf    integrity.Day // the day the numbers speak of; NoDay on pages without one
	Around  *Around       // what the frame says of the data; nil where it says nothing
	Version string        // of the program

	TakeAway []Link // the tables of the page as files; none where there are none, or the page offers its own

	Cards *Cards // which sections come later; nil for none

	// Asks finds what is behind a card's word 口径; nil where a page has none.
	Asks func(code, path string, changes ...string) About
}

// Around is what stands around every page about the data and the system. It comes later
// where the database is slow (sections around and sources).
type Around struct {
	DataVersion   string    // of the numbers on the page
	Loaded        time.Time // last committed load; zero when nothing was loaded yet
	Alerts        []Alert   // at the top of the page, the most severe first
	Failed        string    // why the three above are not known
	Sources       []Source  // up to which day each source reaches
	SourcesFailed string    // why that is not known
}

// Source is a feed of data and the last day that its rows speak of, or NoDay.
type Source struct {
	Name string
	Last integrity.Day
}

// User is the account that is logged in. The zero User is nobody.
type User struct{ Name, Role string }

// NavItem is an entry of the main navigation.
type NavItem struct {
	Name    string // of the page; its word is the message nav.NAME
	Href    string
	Current bool
	More    bool // folded away behind the others: work of the office, not of every day
}

// NavMore are the entries that are folded away.
func (p Page) NavMore() []NavItem {
	var out []NavItem
	for _, item := range p.Nav {
		if item.More {
			out = append(out, item)
		}
	}
	return out
}

// NavHere is the name of the folded entry that is the page itself, or empty.
func (p Page) NavHere() string {
	for _, item := range p.Nav {
		if item.More && item.Current {
			return item.Name
		}
	}
	return ""
}

// pages are the entries of the navigation in their order.
var pages = []struct {
	name, href string
	more       bool
}{
	{"overview", "/", false}, {"heatmap", "/heatmap", false}, {"hotspots", "/hotspots", false}, {"blindspots", "/blindspots", false},
	{"supervision", "/supervision", false}, {"letters", "/letters", false}, {"leaders", "/leaders", false}, {"risks", "/risks", false},
	{"signals", "/signals", false}, {"reports", "/reports", false},
	{"lists", "/lists", true}, {"checkup", "/checkup", true}, {"ledger", "/ledger", true}, {"directory", "/directory", true}, {"imports", "/imports", true}, {"jobs", "/jobs", true}, {"admin", "/admin", true},
}

// Nav returns the navigation for a page. Entries for which show is false are left out; a
// nil show shows all.
func Nav(current string, show func(page string) bool) []NavItem {
	var out []NavItem
	for _, p := range pages {
		if show == nil || show(p.name) {
			out = append(out, NavItem{Name: p.name, Href: p.href, Current: p.name == current, More: p.more})
		}
	}
	return out
}

// Alert is a banner. Kind is "", good, warn or bad.
type Alert struct {
	Kind, Text string
	Link       Link
}

// Link is a word that leads somewhere; without Href there is no link.
type Link struct{ Text, Href string }

// Tile is one number at the top of a page.
type Tile struct {
	Label string
	Value string
	Unit  string
	Note  string // numerator and denominator, or a part of the number
	Href  string
	// Forecast is what becomes of the number if nothing is done.
	Forecast string
	// Also leads to further lists, below the number and what leads to its own.
	Also   []Link
	About  About
	Alarm  bool // red: something is late by a date of the notice
	Deltas []Delta
	// Twin is a number of the same points, which shares the place of this one.
	Twin *Tile
}

// Delta is a comparison with another time. Tone is better, worse, or empty where up is
// neither good nor bad.
type Delta struct{ Label, Value, Tone string }

// Direction says which way a number should move.
type Direction int

// Counts of risks are neither good nor bad news, so most numbers are Neutral.
const (
	Neutral Direction = iota
	UpIsGood
	DownIsGood
)

// NewDelta compares now with before, to the given number of decimals.
func NewDelta(label string, now, before float64, decimals int, good Direction) Delta {
	change := now - before
	text := decimal(change, decimals)
	switch {
	case zero(text):
		return Delta{Label: label, Value: "±0"}
	case good == Neutral && change > 0:
		return Delta{Label: label, Value: "+" + text}
	case good == Neutral:
		return Delta{Label: label, Value: text}
	}
	arrow, tone := "▲ ", "worse"
	if change < 0 {
		arrow = "▼ "
		text = decimal(-change, decimals)
	}
	if (change > 0) == (good == UpIsGood) {
		tone = "better"
	}
	return Delta{Label: label, Value: arrow + text, Tone: tone}
}

// Seg is one of two to four exclusive choices.
type Seg struct {
	Label, Href string
	Current     bool
}

// Filters is the row of conditions of a page: a form that is sent with GET, chips that
// take one condition off, and a link that takes off all.
type Filters struct {
	Action string  // path of the page
	Hidden []Param // conditions that the form keeps but does not show
	Fields []Field
	Chips  []Chip
	Clear  string // link that takes off all conditions; empty for none
	Segs   []Seg

	// Presets are ready-made periods, or days.
	Presets []Seg
}

// shownFields is how many fields of a row of conditions stand open.
const shownFields = 3

// Open are the fields that are always seen.
func (f Filters) Open() []Field { return f.Fields[:min(len(f.Fields), shownFields)] }

// Folded are the others, which fold out.
func (f Filters) Folded() []Field { return f.Fields[min(len(f.Fields), shownFields):] }

// Param is a name and a value of an address.
type Param struct{ Name, Value string }

// Field is a condition to choose: Kind is date, month, search, or a list of Choices.
type Field struct {
	Name, Label, Kind, Value string
	Choices                  []Choice
}

// Choice is an entry of a list.
type Choice struct {
	Value, Label string
	Selected     bool
}

// Chip is a condition in force; Href is the page without it.
type Chip struct{ Label, Value, Href string }

// Pager leads through the pages of a long table.
type Pager struct {
	Total, From, To int // rows in all, first and last on this page, counted from 1
	Prev, Next      string
	Pages           []PageLink
}

// PageLink is a page number. Href is empty for the current page, Number 0 for a gap.
type PageLink struct {
	Number int
	Href   string
}

// NewPager returns the links around a page, counted from 1; href makes the address of a
// page. A table that fits on one page has no links.
func NewPager(total, page, perPage int, href func(page int) string) Pager {
	perPage = max(perPage, 1)
	last := max(1, (total+perPage-1)/perPage)
	page = min(max(page, 1), last)
	p := Pager{Total: total, From: min((page-1)*perPage+1, total), To: min(page*perPage, total)}
	if last == 1 {
		return p
	}
	if page > 1 {
		p.Prev = href(page - 1)
	}
	if page < last {
		p.Next = href(page + 1)
	}
	before := 0
	for n := 1; n <= last; n++ {
		if n != 1 && n != last && (n < page-2 || n > page+2) {
			continue
		}
		if n > before+1 {
			p.Pages = append(p.Pages, PageLink{})
		}
		before = n
		link := PageLink{Number: n}
		if n != page {
			link.Href = href(n)
		}
		p.Pages = append(p.Pages, link)
	}
	return p
}

// Table is a plain table with a caption.
type Table struct {
	ID      string
	Caption string
	Hide    bool // the caption is for screen readers only: a heading above says the same
	Class   string
	Columns []Column
	Rows    [][]Cell
	Foot    []Cell
	Empty   string // said instead of rows
	Reset   Link   // offered with Empty
}

// Column is the head of a column. Href sorts by it; Sort is ascending, descending or empty.
type Column struct{ Label, Class, Href, Sort string }

// Cell is one cell of a table. Head makes it the head of its row.
type Cell struct {
	Text, Note, Href, Class string
	Links                   []Link // instead of Text and Href: numbers divided by strokes, each with its own rows
	Label                   string // what the cell is, where a narrow screen has no heads of columns
	Head                    bool
	Pill                    *Pill
	Grade                   integrity.Grade // shown as a badge
	Spark                   *Spark
	Bullet                  *Bullet
}

// day is a day, with or without its time.
var day = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:]+)?$`)

// Classes are those of the cell: a day is one, so that paper keeps it on one line.
func (c Cell) Classes() string {
	if day.MatchString(c.Text) {
		return strings.TrimSpace(c.Class + " day")
	}
	return c.Class
}

// NoteClasses are those of what stands below the text of the cell.
func (c Cell) NoteClasses() string {
	if day.MatchString(c.Note) {
		return "note day"
	}
	return "note"
}

// Labelled returns the table with the heads of its columns noted in its cells, for tables of numbers that a
// narrow screen shows as one block a row.
func (t Table) Labelled() Table {
	t.Class += " labelled"
	for _, row := range t.Rows {
		for i := range row {
			if !row[i].Head && i < len(t.Columns) {
				row[i].Label = t.Columns[i].Label
			}
		}
	}
	return t
}

// Chart is a drawing without a legend or table of its own.
type Chart struct {
	ID     string
	Option charts.Option
	Aria   string // the sentence for those who do not see it
	Height int    // px
	Save   Save
}

// Save is what can be taken away of a chart.
type Save struct {
	File      string // name without ending: what is shown, and as of when
	CSV, XLSX string // addresses of the same numbers
	JSON      string // address of the API's answer; empty for none
}
