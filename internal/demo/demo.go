package demo

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"qingfeng/internal/docx"
	"qingfeng/internal/integrity"
)

// File is one file of the demo and how it is to be loaded.
type File struct {
	Path string // below the directory, with slashes
	Kind string // units, risks, complaints, petitions, inspections, findings, comparisons, ledger
	// SentOn is the day on which the sender would have handed the file in. Nothing in it
	// happened later, so it may be loaded with that day as the clock.
	SentOn  integrity.Day
	Options Options
	Rows    int // records in the file, deliberate errors included
}

// Options are what the command line would have to say for a file. Zero = not needed.
type Options struct {
	Date     integrity.Day     // the form lacks it
	GradeMap map[string]string // word of the file → 重要 or 一般
}

// Flaw is a row that is meant to be refused, or to raise the named warning.
type Flaw struct {
	Path    string
	Row     int // row of the sheet or line of the text where it begins, the headings being 1
	Code    string
	Warning bool // loaded, with the warning Code
	Why     string
}

// Manifest lists the files in loading order and what is planted in them.
type Manifest struct {
	Files []File
	// CategoryWords maps the words that the hotline uses in 类别 to categories.
	CategoryWords map[string]integrity.Category
	Flaws         []Flaw
	Planted       []Fact
}

// generator holds what the parts of one run share.
type generator struct {
	today   integrity.Day
	first   int // first year
	focus   int // the year of the facts about lists and filing: the newest one past mid-July
	texts   texts
	people  *people
	spelled map[string]bool
	units   []unit
	lists   []riskList // by unit, then year
	outputs []output
	flaws   []Flaw
	facts   []Fact
	entries []entry

	complaints []signal
	repeats    int // complaints that say the same as one before
	petitions  []signal
	checks     []check
}

// output is a file before it is written: a sheet or a Word document.
type output struct {
	File
	sender string
	shape  shape
	sheet  sheet
	doc    docx.Document
}

// shape is the form of a file.
type shape int

const (
	shapeXlsx shape = iota
	shapeGB         // comma-separated, GB18030
	shapeBOM        // comma-separated, UTF-8 with a byte-order mark
	shapeDocx
)

// encode returns the bytes of the file.
func (o output) encode() ([]byte, error) {
	switch o.shape {
	case shapeGB, shapeBOM:
		return o.sheet.csv(o.shape)
	case shapeDocx:
		var b bytes.Buffer
		err := docx.Write(&b, o.doc)
		return b.Bytes(), err
	}
	return o.sheet.xlsx(o.sender, o.SentOn)
}

// Write writes the files of the demo below dir, which is created if missing, as they
// would stand at now: two complete calendar years and the current one up to the day of
// now in Asia/Shanghai. The same day gives the same bytes.
func Write(dir string, now time.Time) (Manifest, error) {
	g := generate(now)
	m := Manifest{CategoryWords: hotlineWords(), Flaws: g.flaws, Planted: g.facts}
	for _, o := range g.outputs {
		path := filepath.Join(dir, filepath.FromSlash(o.Path))
		content, err := o.encode()
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.WriteFile(path, content, 0o644)
		}
		if err != nil {
			return Manifest{}, fmt.Errorf("write demo file %s: %w", o.Path, err)
		}
		m.Files = append(m.Files, o.File)
	}
	return m, nil
}

// kindOrder is the order in which the kinds of one day build on one another.
var kindOrder = []string{"units", "risks", "complaints", "petitions", "inspections", "findings", "comparisons", "ledger"}

// generate makes everything that Write writes.
func generate(now time.Time) *generator {
	today := integrity.DayOf(now)
	g := &generator{
		today: today, first: today.Year() - 2, focus: today.Year(), texts: loadTexts(),
		people: newPeople(leaders()...), spelled: map[string]bool{},
	}
	if today < integrity.Date(today.Year(), time.July, 15) {
		g.focus--
	}
	g.people.byRole[rootCode+"/正职"] = leaderA
	g.units = newCity(g.first)
	for i := range g.units {
		g.lists = append(g.lists, g.listsOf(&g.units[i])...)
	}
	g.spoilLists()
	g.addUnits()
	g.addLists()
	g.addComplaints()
	g.addPetitions()
	g.addChecks()
	g.addFindings()
	g.addComparisons()
	g.addLedger()
	g.countFacts()
	slices.SortStableFunc(g.outputs, func(a, b output) int {
		return cmp.Or(cmp.Compare(a.SentOn, b.SentOn),
			cmp.Compare(slices.Index(kindOrder, a.Kind), slices.Index(kindOrder, b.Kind)),
			cmp.Compare(a.Path, b.Path))
	})
	return g
}

// add keeps a sheet for writing.
func (g *generator) add(f File, sender string, form shape, sh sheet) {
	f.Rows = max(f.Rows, len(sh.rows)-1)
	g.outputs = append(g.outputs, output{File: f, sender: sender, shape: form, sheet: sh})
}

// unit returns the unit with a code.
func (g *generator) unit(code string) *unit {
	return &g.units[slices.IndexFunc(g.units, func(u unit) bool { return u.code == code })]
}

// list returns the list of a unit and year, or nil.
func (g *generator) list(code string, year int) *riskList {
	for i := range g.lists {
		if l := &g.lists[i]; l.unit.code == code && l.year == year {
			return l
		}
	}
	return nil
}

// period is a stretch of time that one file reports.
type period struct {
	name     string
	from, to integrity.Day // both included
	sent     integrity.Day
}

// periods cuts the demo's years into pieces of the given number of months, each sent
// five days after its end; the running one is sent today.
func (g *generator) periods(months int) []period {
	var out []period
	for year := g.first; year <= g.today.Year(); year++ {
		for m := 1; m <= 12; m += months {
			from := integrity.Date(year, time.Month(m), 1)
			end := integrity.Date(year, time.Month(m+months), 1)
			if from > g.today {
				break
			}
			name := fmt.Sprintf("%d-%02d", year, m)
			switch months {
			case 3:
				name = fmt.Sprintf("%d年第%d季度", year, (m+2)/3)
			case 6:
				name = fmt.Sprintf("%d年%s半年", year, []string{"上", "下"}[m/7])
			}
			out = append(out, period{name, from, min(end-1, g.today), min(end+4, g.today)})
		}
	}
	return out
}

func (g *generator) addUnits() {
	rows := [][]string{{"单位编码", "单位名称", "上级编码", "类型", "主要负责人", "责任领导", "责任领导起始日期", "排序号", "启用日期", "停用日期"}}
	for i, u := range g.units {
		heads := g.people.of(u.code, "正职")
		if u.heads == 2 {
			heads += "、" + g.people.of(u.code, "书记")
		}
		for _, t := range u.leaders {
			rows = append(rows, []string{u.code, u.name, u.parent, u.typ, heads, t.leader, t.from.String(), fmt.Sprint(i + 1), u.opened.String(), u.closed.String()})
		}
	}
	start := integrity.Date(g.first, time.January, 2)
	g.add(File{Path: "units.xlsx", Kind: "units", SentOn: start}, "政治处", shapeXlsx,
		sheet{name: "单位", rows: rows, widths: []float64{10, 30, 10, 12, 18, 12, 16, 8, 12, 12}})
}
