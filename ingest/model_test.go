package ingest

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
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

// word is what a person said: of a complaint whether it concerns integrity, of a point
// which category it has.
type word struct {
	batch, subject, said string
}

type model struct {
	events   []event
	checks   []event
	others   others
	versions []version
	words    []word
	files    map[string]string // content → batch that stands
	batches  []string          // that stand, oldest first
}

// clone is a model to try a dry run on.
func (m *model) clone() *model {
	return &model{events: slices.Clone(m.events), checks: slices.Clone(m.checks), others: m.others.clone(), versions: slices.Clone(m.versions)}
}

func newComplaint() complaint {
	return complaint{"日期": "", "内容": "", "单位": "", "类别": "", "状态": "在办", "渠道": "", "作废理由": ""}
}

// foldEvents returns what the events leave of every number.
func foldEvents(events []event) map[string]complaint {
	out := map[string]complaint{}
	for _, e := range events {
		if out[e.number] == nil {
			out[e.number] = newComplaint()
		}
		maps.Copy(out[e.number], e.gave)
	}
	return out
}

// said returns the last word about a subject, empty without one.
func (m *model) said(subject string) string {
	for _, w := range slices.Backward(m.words) {
		if w.subject == subject {
			return w.said
		}
	}
	return ""
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

// loadNumbered does what loading rows with a number and the given columns should do to the
// events of their kind.
func loadNumbered(events *[]event, batch string, columns []string, rows [][]string) (c Counts) {
	c.Read = uint64(len(rows))
	last := map[string]int{}
	for i, r := range rows {
		last[r[0]] = i
	}
	for i, r := range rows {
		state := foldEvents(*events)
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
		*events = append(*events, event{batch, r[0], gave})
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
	m.checks = slices.DeleteFunc(m.checks, func(e event) bool { return e.batch == batch })
	m.others.revert(batch)
	m.words = slices.DeleteFunc(m.words, func(w word) bool { return w.batch == batch })
	m.versions = slices.DeleteFunc(m.versions, func(v version) bool { return v.batch == batch })
	m.batches = slices.DeleteFunc(m.batches, func(b string) bool { return b == batch })
	maps.DeleteFunc(m.files, func(_, b string) bool { return b == batch })
}

// state lists what the model holds.
func (m *model) state() []string {
	out := []string{}
	for number, c := range foldEvents(m.events) {
		out = append(out, strings.Join([]string{number, c["单位"], c["日期"], c["内容"], c["渠道"], c["状态"], c["类别"], m.said(number)}, "|"))
	}
	for number, c := range foldEvents(m.checks) {
		out = append(out, strings.Join([]string{"check", number, c["单位"], c["检查日期"], c["风险点"], c["发现问题"], c["作废理由"]}, "|"))
		if c["发现问题"] != "" && c["作废理由"] == "" {
			out = append(out, strings.Join([]string{"finding", number, c["单位"], c["检查日期"], c["发现问题"]}, "|"))
		}
	}
	out = append(out, m.others.state()...)
	seen := map[string]bool{}
	for _, v := range m.versions {
		if !seen[v.key] {
			seen[v.key] = true
			unit, _, _ := strings.Cut(v.key, "/")
			for _, p := range m.list(v.key).points {
				out = append(out, v.key+"|"+m.list(v.key).date+"|"+p+"|"+m.said(unit+"/"+strings.Split(p, "|")[1]))
			}
		}
	}
	slices.Sort(out)
	return out
}

// stored lists the same of the database as it was known at a moment (zero: now), for the
// units of one run.
func (b *bench) stored(prefix string, knownAt time.Time) []string {
	b.t.Helper()
	out := []string{}
	var snap store.Snapshot
	if err := b.again(func() (err error) {
		snap, err = b.store.Snapshot(b.t.Context(), knownAt)
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	query := strings.Join(append(plainQueries(prefix),
		`SELECT concat(number, '|', unit, '|', toString(occurred_on), '|', text, '|', channel, '|', if(status = 'closed', '办结', '在办'), '|', if(bitAnd(machine, 1) = 1, '', if(category = 'post', '岗位', '决策')), '|', if(confirmed_by = '', '', integrity)) AS text
		FROM signals WHERE startsWith(unit, '`+prefix+`') AND kind = 'complaint' AND `+visible+` GROUP BY number, unit, occurred_on, signals.text, channel, status, machine, category, integrity, confirmed_by, id, ver HAVING sum(sign) > 0`,
		`SELECT concat('finding|', number, '|', unit, '|', toString(occurred_on), '|', text) AS text
		FROM signals WHERE startsWith(unit, '`+prefix+`') AND kind = 'finding' AND source = '监督检查' AND `+visible+` GROUP BY number, unit, occurred_on, signals.text, id, ver HAVING sum(sign) > 0`,
		`SELECT concat('check|', number, '|', unit, '|', toString(checked_on), '|', risk_ref, '|', finding, '|', void_reason) AS text
		FROM checks WHERE startsWith(unit, '`+prefix+`') AND `+visible+` GROUP BY number, unit, checked_on, risk_ref, finding, void_reason, id, ver HAVING sum(sign) > 0`,
		`SELECT concat(r.unit, '/', toString(r.year), '|', toString(l.listed_on), '|', toString(no), '|', description, '|', if(grade = 'important', '重要', '一般'), '|', if(confirmed_by = '', '', category)) AS text
		FROM (SELECT unit, year, list_id, no, description, grade, category, confirmed_by FROM risks WHERE startsWith(unit, '`+prefix+`') AND `+visible+` GROUP BY unit, year, list_id, no, description, grade, category, confirmed_by, row_id, ver HAVING sum(sign) > 0) AS r
		INNER JOIN (SELECT list_id, listed_on FROM lists WHERE `+visible+` GROUP BY list_id, listed_on, replaced, ver HAVING sum(sign) > 0 AND replaced = 0) AS l ON l.list_id = r.list_id`,
	), " UNION ALL ")
	var rows []struct {
		Text string `ch:"text"`
	}
	if err := b.again(func() error { return b.store.Read().Select(b.t.Context(), &rows, query, snap.Args()...) }); err != nil {
		b.t.Fatalf("%s: %v", query, err)
	}
	for _, r := range rows {
		out = append(out, r.Text)
	}
	slices.Sort(out)
	return out
}

// again does something until it succeeds, for as long as an engine that was killed may
// need to come back.
func (b *bench) again(do func() error) error {
	var err error
	for range 200 {
		if err = do(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// mixFile is a file that a run made, and what the model knows of it.
type mixFile struct {
	kind    Kind
	lines   []string
	columns []string
	rows    [][]string
}

var mixTexts = []string{"药品采购未经集体讨论", "公章使用没有登记备查", "公务接待超出规定标准", "设备验收人员收受礼品", "职称评审过程打招呼"}

// newMixFile draws a small file of one of the kinds.
func newMixFile(t *rapid.T, prefix string, units []string) mixFile {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "value") }
	switch what := pick("list", "list", "complaints", "complaints", "checks", "petitions", "findings", "comparisons", "ledger", "units"); what {
	case "petitions", "findings", "comparisons", "ledger", "units":
		return plainKindOf(Kind(what)).draw(t, prefix, units)
	case "list":
		f := mixFile{kind: KindRisks, lines: []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员"}}
		unit, year := pick(units...), pick("2025", "2026")
		date := year + pick("-01-10", "-03-05")
		for i, text := range rapid.Permutation(mixTexts).Draw(t, "points")[:rapid.IntRange(1, 4).Draw(t, "n")] {
			grade := pick("重要", "一般")
			f.lines = append(f.lines, strings.Join([]string{unit, date, fmt.Sprint(i + 1), text, "集体决策", "查阅资料", grade, "张三"}, "|"))
			f.rows = append(f.rows, []string{unit + "/" + year, date, fmt.Sprintf("%d|%s|%s", i+1, text, grade)})
		}
		return f
	case "checks":
		head := checkHead
		voids := rapid.IntRange(0, 2).Draw(t, "voids") == 0
		if voids {
			head += "|作废理由"
		}
		f := mixFile{kind: KindInspections, columns: strings.Split(head, "|"), lines: []string{head}}
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			line := check(prefix+"J"+pick("1", "2", "3"), pick(units...), pick("2026-03-05", "2026-04-06"), pick("1", "全部", "2、3"), pick("", "会议没有记录", "台账缺页"))
			if voids {
				line += "|" + pick("", "重复登记")
			}
			f.lines = append(f.lines, line)
			f.rows = append(f.rows, strings.Split(line, "|"))
		}
		return f
	}
	f := mixFile{kind: KindComplaints, columns: []string{"编号", "单位", "日期", "内容"}}
	choices := map[string][]string{"类别": {"", "岗位", "决策"}, "状态": {"", "在办", "办结"}, "渠道": {"", "热线"}}
	for _, optional := range []string{"类别", "状态", "渠道"} {
		if rapid.Bool().Draw(t, optional) {
			f.columns = append(f.columns, optional)
		}
	}
	f.lines = []string{strings.Join(f.columns, "|")}
	for range rapid.IntRange(1, 4).Draw(t, "rows") {
		row := []string{prefix + pick("1", "2", "3"), pick(units...), pick("2026-03-05", "2026-04-06"), pick("排队太久", "窗口多收费")}
		for _, c := range f.columns[4:] {
			row = append(row, pick(choices[c]...))
		}
		f.rows = append(f.rows, row)
		f.lines = append(f.lines, strings.Join(row, "|"))
	}
	return f
}

// load does to the model what loading the file should do.
func (m *model) load(batch string, f mixFile) Counts {
	switch f.kind {
	case KindRisks:
		var points []string
		for _, r := range f.rows {
			points = append(points, r[2])
		}
		return m.loadList(batch, f.rows[0][0], f.rows[0][1], points)
	case KindInspections:
		return loadNumbered(&m.checks, batch, f.columns, f.rows)
	}
	if events := m.others[f.kind]; events != nil {
		return loadNumbered(events, batch, f.columns, f.rows)
	}
	return loadNumbered(&m.events, batch, f.columns, f.rows)
}

// mix is one run: steps drawn at random, done on the database and on the model.
type mix struct {
	*bench
	t      *rapid.T
	model  *model
	prefix string
	files  []mixFile
	kill   func() // kills the engine soon, nil where nobody does
}

// mayKill lets the engine be killed at any moment of the step that follows.
func (x *mix) mayKill() {
	if x.kill != nil && rapid.IntRange(0, 2).Draw(x.t, "kill") == 0 {
		x.kill()
	}
}

// request loads a file in so many loaders at once and repeats what fails because the engine is gone.
func (x *mix) requests(f mixFile, dry bool, loaders int) (reports []Report, failed bool) {
	reports = make([]Report, loaders)
	tries := make([]int, loaders)
	var wg sync.WaitGroup
	errs := make([]error, loaders)
	data := csvOf(f.lines...)
	for i := range loaders {
		wg.Go(func() {
			errs[i] = x.again(func() (err error) {
				tries[i]++
				reports[i], err = x.bench.load.Load(x.bench.t.Context(), Request{Kind: f.kind, MayMove: true, DryRun: dry, Files: []Source{source("test.csv", data)}})
				if err != nil && x.kill == nil {
					x.t.Fatalf("Load: %v", err)
				}
				return err
			})
		})
	}
	wg.Wait()
	for i := range loaders {
		if errs[i] != nil {
			x.t.Fatalf("Load: %v", errs[i])
		}
		failed = failed || tries[i] > 1
	}
	return reports, failed
}

func (x *mix) load(f mixFile, loaders int) {
	m := x.model
	content := strings.Join(f.lines, "\n")
	x.mayKill()
	reports, failed := x.requests(f, false, loaders)
	rep := reports[0]
	for _, r := range reports {
		if r.Batch != rep.Batch {
			x.t.Fatalf("loaded at once: batches %s and %s", rep.Batch, r.Batch)
		}
		if r.Files[0].Status == FileCommitted {
			rep = r
		}
	}
	if batch, known := m.files[content]; known {
		if rep.Batch != batch || rep.Totals != (Counts{Read: uint64(len(f.rows)), Unchanged: uint64(len(f.rows))}) {
			x.t.Fatalf("a known file: %+v, batch %s, want %s", rep.Totals, rep.Batch, batch)
		}
		return
	}
	want := m.load(rep.Batch, f)
	m.files[content] = rep.Batch
	m.batches = append(m.batches, rep.Batch)
	// A load that failed may have been committed: its repetition finds the file known.
	if rep.Totals != want && !(failed && rep.Totals == (Counts{Read: want.Read, Unchanged: want.Read})) {
		x.t.Fatalf("%q: %+v, the model %+v", f.lines, rep.Totals, want)
	}
}

// rehearse checks that a dry run says what the load would and does nothing.
func (x *mix) rehearse(f mixFile) {
	reports, _ := x.requests(f, true, 1)
	if _, known := x.model.files[strings.Join(f.lines, "\n")]; known {
		return
	}
	if want := x.model.clone().load("", f); reports[0].Totals != want {
		x.t.Fatalf("a dry run of %q: %+v, the model %+v", f.lines, reports[0].Totals, want)
	}
}

// revert takes a batch back. Where the engine was killed meanwhile, it may have been taken
// back already.
func (x *mix) revert(batch string) {
	x.mayKill()
	tries := 0
	if err := x.again(func() error {
		_, err := x.bench.load.Revert(x.bench.t.Context(), batch, "政治处")
		if tries++; tries > 1 && errors.Is(err, store.ErrReverted) {
			return nil
		}
		return err
	}); err != nil {
		x.t.Fatalf("Revert: %v", err)
	}
	x.model.revert(batch)
}

// confirm lets a person say something about a complaint or a point that stands.
func (x *mix) confirm() {
	m := x.model
	var w Word
	var subject string
	complaints := slices.Sorted(maps.Keys(foldEvents(m.events)))
	var points []string
	for _, v := range m.versions {
		unit, _, _ := strings.Cut(v.key, "/")
		for _, p := range m.list(v.key).points {
			points = append(points, unit+"/"+strings.Split(p, "|")[1])
		}
	}
	switch {
	case len(complaints) > 0 && (len(points) == 0 || rapid.Bool().Draw(x.t, "about a complaint")):
		subject = rapid.SampledFrom(complaints).Draw(x.t, "complaint")
		w = Word{ID: integrity.FormatID(identify("complaint", "", subject)), Signal: true, Integrity: rapid.SampledFrom([]string{"yes", "no"}).Draw(x.t, "said")}
	case len(points) > 0:
		subject = rapid.SampledFrom(points).Draw(x.t, "point")
		unit, description, _ := strings.Cut(subject, "/")
		id := x.text("SELECT lower(hex(risk_id)) FROM risks WHERE unit = '" + unit + "' AND description = '" + description + "' GROUP BY risk_id HAVING sum(sign) > 0 ORDER BY risk_id LIMIT 1")
		w = Word{ID: id, Category: rapid.SampledFrom([]string{"power", "external"}).Draw(x.t, "said")}
	default:
		return
	}
	said := w.Integrity + w.Category
	before := m.said(subject)
	var out Confirmed
	if err := x.again(func() (err error) {
		out, err = x.bench.load.Confirm(x.bench.t.Context(), Confirmation{By: "孙二", Words: []Word{w}})
		return err
	}); err != nil {
		x.t.Fatalf("Confirm(%+v): %v", w, err)
	}
	if changed := out.Batch != ""; changed != (before != said) {
		x.t.Fatalf("%s was %q, now %q: %+v", subject, before, said, out)
	}
	if out.Batch != "" {
		m.words = append(m.words, word{out.Batch, subject, said})
		m.batches = append(m.batches, out.Batch)
	}
}

func (x *mix) is(when string, want []string, knownAt time.Time) {
	if diff := cmp.Diff(want, x.stored(x.prefix, knownAt)); diff != "" {
		x.t.Fatalf("%s (-model +stored):\n%s", when, diff)
	}
}

// anyMix loads, corrects, moves between units, reloads, rehearses, confirms and takes back
// in any order, compares counts and state with the model after every step, and at the end
// asks again what was known earlier.
func anyMix(b *bench, kill func()) func(*rapid.T) {
	runs := 0
	return func(t *rapid.T) {
		runs++
		prefix := fmt.Sprintf("R%d-", runs)
		units := []string{prefix + "a", prefix + "b"}
		x := &mix{bench: b, t: t, prefix: prefix, kill: kill, model: &model{others: newOthers(), files: map[string]string{}}}
		x.requests(mixFile{kind: KindUnits, lines: []string{"单位编码|单位名称", units[0] + "|单位甲" + prefix, units[1] + "|单位乙" + prefix}}, false, 1)
		type moment struct {
			at    time.Time
			state []string
		}
		var moments []moment
		for range rapid.IntRange(2, 9).Draw(t, "steps") {
			b.now = b.now.Add(time.Minute)
			switch step := rapid.IntRange(0, 8).Draw(t, "step"); {
			case step == 0 && len(x.model.batches) > 0:
				x.revert(rapid.SampledFrom(x.model.batches).Draw(t, "batch"))
			case step == 1 && len(x.files) > 0:
				x.load(rapid.SampledFrom(x.files).Draw(t, "file"), 1)
			case step == 2:
				x.confirm()
			case step == 3:
				x.rehearse(newMixFile(t, prefix, units))
			default:
				f := newMixFile(t, prefix, units)
				x.files = append(x.files, f)
				x.load(f, 1+step/8)
			}
			x.is("the state after the step", x.model.state(), time.Time{})
			moments = append(moments, moment{b.now, x.model.state()})
		}
		for _, m := range moments[:len(moments)-1] {
			if rapid.IntRange(0, 2).Draw(t, "look back") == 0 {
				x.is("what was known earlier", m.state, m.at)
			}
		}
	}
}

// More and longer runs: go test ./ingest -run AnyMix -rapid.checks 500.
func TestAnyMixOfLoadsEndsAsInThePlainModel(t *testing.T) {
	b := newBench(t)
	b.city()
	rapid.Check(t, anyMix(b, nil))
}

// The same with an engine that is killed again and again, at moments nobody chose.
func TestAnyMixEndsAsInThePlainModelThoughTheEngineIsKilled(t *testing.T) {
	b, e := killable(t)
	b.city()
	var killers sync.WaitGroup
	kills := 0
	checks := flag.Lookup("rapid.checks")
	asked := checks.Value.String()
	if asked == usualChecks { // a kill costs half a second
		if err := checks.Value.Set("3"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = checks.Value.Set(asked) }()
	}
	rapid.Check(t, anyMix(b, func() {
		after := time.Duration(kills*17%90) * time.Millisecond
		kills++
		killers.Go(func() {
			time.Sleep(after)
			if pid := e.Status().PID; pid != 0 {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		})
	}))
	killers.Wait()
	t.Logf("%d kills, %d restarts", kills, e.Status().Restarts)
	if kills > 0 && e.Status().Restarts == 0 {
		t.Error("the engine was never killed")
	}
}
