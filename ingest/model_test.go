package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The model: what a plain program in memory would hold after the same steps.

// complaint is a complaint as files give it, column by column; an empty category is one
// that the program may fill in.
type complaint map[string]string

// event is what one row of a file wrote: the columns it had.
type event struct {
	batch  string
	number string
	gave   complaint
}

// version is one version of a list.
type version struct {
	batch, key, date string
	points           []string // no|description|grade
}

type model struct {
	events   []event
	versions []version
	files    map[string]string // content → batch that stands
	batches  []string          // that stand, oldest first
}

func newComplaint() complaint {
	return complaint{"日期": "", "内容": "", "单位": "", "类别": "", "状态": "在办", "渠道": ""}
}

func (m *model) complaints() map[string]complaint {
	out := map[string]complaint{}
	for _, e := range m.events {
		if out[e.number] == nil {
			out[e.number] = newComplaint()
		}
		maps.Copy(out[e.number], e.gave)
	}
	return out
}

func (m *model) list(key string) *version {
	var last *version
	for i := range m.versions {
		if m.versions[i].key == key {
			last = &m.versions[i]
		}
	}
	return last
}

// loadComplaints does what loading rows with the given columns should do.
func (m *model) loadComplaints(batch string, columns []string, rows [][]string) (c Counts) {
	c.Read = uint64(len(rows))
	last := map[string]int{}
	for i, r := range rows {
		last[r[0]] = i
	}
	for i, r := range rows {
		state := m.complaints()
		gave := complaint{}
		for j, col := range columns[1:] {
			gave[col] = r[j+1]
		}
		if gave["状态"] == "" {
			if _, has := gave["状态"]; has {
				gave["状态"] = "在办"
			}
		}
		was, known := state[r[0]]
		becomes := newComplaint()
		if known {
			becomes = maps.Clone(was)
		}
		maps.Copy(becomes, gave)
		switch {
		case last[r[0]] != i, known && maps.Equal(was, becomes):
			c.Unchanged++
			continue
		case known:
			c.Changed++
		default:
			c.Added++
		}
		m.events = append(m.events, event{batch, r[0], gave})
	}
	return c
}

// loadList does what loading a list should do. Equal descriptions are one point.
func (m *model) loadList(batch, key, date string, points []string) (c Counts) {
	c.Read = uint64(len(points))
	before := map[string]string{}
	same := false
	if v := m.list(key); v != nil {
		same = v.date == date && len(v.points) == len(points)
		for _, p := range v.points {
			before[strings.Split(p, "|")[1]] = p
		}
	}
	for _, p := range points {
		switch old, known := before[strings.Split(p, "|")[1]]; {
		case !known:
			c.Added++
		case old == p:
			c.Unchanged++
		default:
			c.Changed++
		}
	}
	if same && c.Unchanged == c.Read {
		return c
	}
	m.versions = append(m.versions, version{batch, key, date, points})
	return c
}

func (m *model) revert(batch string) {
	m.events = slices.DeleteFunc(m.events, func(e event) bool { return e.batch == batch })
	m.versions = slices.DeleteFunc(m.versions, func(v version) bool { return v.batch == batch })
	m.batches = slices.DeleteFunc(m.batches, func(b string) bool { return b == batch })
	maps.DeleteFunc(m.files, func(_, b string) bool { return b == batch })
}

// state lists what the model holds.
func (m *model) state() []string {
	out := []string{}
	for number, c := range m.complaints() {
		out = append(out, strings.Join([]string{number, c["单位"], c["日期"], c["内容"], c["渠道"], c["状态"], c["类别"]}, "|"))
	}
	seen := map[string]bool{}
	for _, v := range m.versions {
		if !seen[v.key] {
			seen[v.key] = true
			for _, p := range m.list(v.key).points {
				out = append(out, v.key+"|"+m.list(v.key).date+"|"+p)
			}
		}
	}
	slices.Sort(out)
	return out
}

// stored lists the same of the database, for the units of one run.
func (b *bench) stored(prefix string) []string {
	b.t.Helper()
	out := []string{}
	for _, query := range []string{
		`SELECT concat(number, '|', unit, '|', toString(occurred_on), '|', text, '|', channel, '|', if(status = 'closed', '办结', '在办'), '|', if(bitAnd(machine, 1) = 1, '', if(category = 'post', '岗位', '决策'))) AS text
		FROM signals WHERE startsWith(unit, '` + prefix + `') GROUP BY number, unit, occurred_on, signals.text, channel, status, machine, category, id, ver HAVING sum(sign) > 0`,
		`SELECT concat(r.unit, '/', toString(r.year), '|', toString(l.listed_on), '|', toString(no), '|', description, '|', if(grade = 'important', '重要', '一般')) AS text
		FROM (SELECT unit, year, list_id, no, description, grade FROM risks WHERE startsWith(unit, '` + prefix + `') GROUP BY unit, year, list_id, no, description, grade, row_id, ver HAVING sum(sign) > 0) AS r
		INNER JOIN (SELECT list_id, listed_on FROM lists GROUP BY list_id, listed_on, replaced, ver HAVING sum(sign) > 0 AND replaced = 0) AS l ON l.list_id = r.list_id`,
	} {
		var rows []struct {
			Text string `ch:"text"`
		}
		if err := b.store.Read().Select(b.t.Context(), &rows, query); err != nil {
			b.t.Fatalf("%s: %v", query, err)
		}
		for _, r := range rows {
			out = append(out, r.Text)
		}
	}
	slices.Sort(out)
	return out
}

// TestAnyMixOfLoadsEndsAsInThePlainModel loads, corrects, reloads and takes back small
// files in any order and compares counts and state with the model after every step.
func TestAnyMixOfLoadsEndsAsInThePlainModel(t *testing.T) {
	b := newBench(t)
	b.city()
	texts := []string{"药品采购未经集体讨论", "公章使用没有登记备查", "公务接待超出规定标准", "设备验收人员收受礼品", "职称评审过程打招呼"}
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		prefix := fmt.Sprintf("R%d-", runs)
		units := []string{prefix + "a", prefix + "b"}
		b.csv(KindUnits, "单位编码|单位名称", units[0]+"|单位甲"+prefix, units[1]+"|单位乙"+prefix)
		m := &model{files: map[string]string{}}
		type file struct {
			kind    Kind
			lines   []string
			columns []string
			rows    [][]string
		}
		var files []file
		pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "value") }
		newFile := func() file {
			if rapid.Bool().Draw(t, "list") {
				f := file{kind: KindRisks, lines: []string{riskHead}}
				unit, year := pick(units...), pick("2025", "2026")
				date := year + pick("-01-10", "-03-05")
				for i, text := range rapid.Permutation(texts).Draw(t, "points")[:rapid.IntRange(1, 4).Draw(t, "n")] {
					grade := pick("重要", "一般")
					f.lines = append(f.lines, risk(unit, date, fmt.Sprint(i+1), text, grade))
					f.rows = append(f.rows, []string{unit + "/" + year, date, fmt.Sprintf("%d|%s|%s", i+1, text, grade)})
				}
				return f
			}
			f := file{kind: KindComplaints, columns: []string{"编号", "单位", "日期", "内容"}}
			for _, optional := range []string{"类别", "状态", "渠道"} {
				if rapid.Bool().Draw(t, optional) {
					f.columns = append(f.columns, optional)
				}
			}
			f.lines = []string{strings.Join(f.columns, "|")}
			for range rapid.IntRange(1, 4).Draw(t, "rows") {
				row := []string{prefix + pick("1", "2", "3"), pick(units...), pick("2026-03-05", "2026-04-06"), pick("排队太久", "窗口多收费")}
				for _, c := range f.columns[4:] {
					row = append(row, map[string][]string{"类别": {"", "岗位", "决策"}, "状态": {"", "在办", "办结"}, "渠道": {"", "热线"}}[c][rapid.IntRange(0, map[string]int{"类别": 2, "状态": 2, "渠道": 1}[c]).Draw(t, c)])
				}
				f.rows = append(f.rows, row)
				f.lines = append(f.lines, strings.Join(row, "|"))
			}
			return f
		}
		load := func(f file) {
			rep := b.csv(f.kind, f.lines...)
			content := strings.Join(f.lines, "\n")
			if batch, known := m.files[content]; known {
				if rep.Batch != batch || rep.Totals != (Counts{Read: uint64(len(f.rows)), Unchanged: uint64(len(f.rows))}) {
					t.Fatalf("a known file: %+v, batch %s, want %s", rep.Totals, rep.Batch, batch)
				}
				return
			}
			var want Counts
			if f.kind == KindRisks {
				var points []string
				for _, r := range f.rows {
					points = append(points, r[2])
				}
				want = m.loadList(rep.Batch, f.rows[0][0], f.rows[0][1], points)
			} else {
				want = m.loadComplaints(rep.Batch, f.columns, f.rows)
			}
			m.files[content] = rep.Batch
			m.batches = append(m.batches, rep.Batch)
			if rep.Totals != want {
				t.Fatalf("%q: %+v, the model %+v", f.lines, rep.Totals, want)
			}
		}
		for range rapid.IntRange(2, 8).Draw(t, "steps") {
			switch step := rapid.IntRange(0, 5).Draw(t, "step"); {
			case step == 0 && len(m.batches) > 0:
				batch := rapid.SampledFrom(m.batches).Draw(t, "batch")
				b.revert(batch)
				m.revert(batch)
			case step == 1 && len(files) > 0:
				load(rapid.SampledFrom(files).Draw(t, "file"))
			default:
				f := newFile()
				files = append(files, f)
				load(f)
			}
			if diff := cmp.Diff(m.state(), b.stored(prefix)); diff != "" {
				t.Fatalf("state (-model +stored):\n%s", diff)
			}
		}
	})
}
