package obligation

import (
	"slices"

	"qingfeng/internal/integrity"
)

// StageEntry is the first record of one stage of a list.
type StageEntry struct {
	Stage    integrity.Stage `json:"stage"`
	On       integrity.Day   `json:"on"`       // NoDay = no record
	ForAll   bool            `json:"for_all"`  // recorded once for all units
	Unsigned bool            `json:"unsigned"` // no record of the stage names a person
}

// StageRow is how far one unit's list of a year has come through the six stages and to
// filing, as of a day.
type StageRow struct {
	Unit     string `json:"unit"`
	UnitName string `json:"unit_name"`
	Leader   string `json:"leader"` // in charge on the day
	Year     int    `json:"year"`

	ListedOn   integrity.Day `json:"listed_on"`   // date of the latest version of the list; NoDay = no list
	ReportedOn integrity.Day `json:"reported_on"` // 报政治处

	Stages []StageEntry `json:"stages"` // the six, in order; 代表帮查 and 专家助查 run in parallel

	// Stage is the one in which the list stands: committee_approval once approved, filed
	// once every important point is filed, empty where nothing is on record. Since is the
	// day it was entered.
	Stage integrity.Stage `json:"stage"`
	Since integrity.Day   `json:"since"`
	// Due is by when the next stage has to be entered, or the important points filed (limits
	// of this system); NoDay where nothing is waited for. Stuck tells that it has passed, for DaysLeft calendar days
	// below 0; Owner who has to move.
	Due      integrity.Day    `json:"due"`
	DaysLeft int              `json:"days_left"`
	Status   integrity.Status `json:"status"` // on_track, due_soon or overdue; empty where nothing is waited for
	Stuck    bool             `json:"stuck"`
	Owner    integrity.Owner  `json:"owner"`

	// Missing and Unsigned are the earlier stages that an approval lacks: it stands, with
	// this warning.
	Missing  []integrity.Stage `json:"missing"`
	Unsigned []integrity.Stage `json:"unsigned"`

	Filed   int           `json:"filed"`    // important points of the approved list that are filed
	ToFile  int           `json:"to_file"`  // important points of the approved list
	FiledOn integrity.Day `json:"filed_on"` // the latest filing
}

// On returns the day on which a stage was entered, or NoDay.
func (r *StageRow) On(stage integrity.Stage) integrity.Day {
	for _, e := range r.Stages {
		if e.Stage == stage {
			return e.On
		}
	}
	return integrity.NoDay
}

// StageBoard returns the stages of the lists of a year as of a day, one row for each unit
// in operation, in official order, without the commission itself.
func (b *Book) StageBoard(year int, asOf integrity.Day) []StageRow {
	rounds := b.rounds(asOf)
	at := map[string]int{}
	var rows []StageRow
	for u := range b.units {
		d := &b.units[u]
		if d.whole || !d.listed || d.opened > asOf || b.closedBy(int32(u), asOf) {
			continue
		}
		row := StageRow{Unit: d.code, UnitName: d.name, Leader: b.leaderOn(int32(u), asOf), Year: year, Missing: []integrity.Stage{}, Unsigned: []integrity.Stage{}}
		r := rounds[roundKey{int32(u), year}]
		for i, stage := range integrity.Stages()[:posApproval+1] {
			e := StageEntry{Stage: stage}
			if r != nil {
				e.On, e.ForAll, e.Unsigned = r.entered[i], r.forAll[i], r.unsigned[i]
			}
			if e.On != integrity.NoDay && (row.Since == integrity.NoDay || e.On >= row.Since || i == posApproval) {
				row.Stage, row.Since = stage, e.On
			}
			row.Stages = append(row.Stages, e)
		}
		at[d.code] = len(rows)
		rows = append(rows, row)
	}
	for _, l := range b.facts.Lists {
		if i, ok := at[l.Unit]; ok && l.Year == year && l.On <= asOf {
			rows[i].ListedOn = max(rows[i].ListedOn, l.On)
		}
	}
	b.handedOver(year, asOf, at, rows)
	for _, it := range b.Stage(year, asOf) {
		i, ok := at[it.Unit]
		if !ok || it.Year != year || !it.Open() {
			continue
		}
		rows[i].Stage, rows[i].Since = integrity.Stage(it.Subject), it.Since
		rows[i].wait(&it)
	}
	for _, g := range b.Gaps(year, asOf) {
		if i, ok := at[g.Unit]; ok {
			rows[i].Missing, rows[i].Unsigned = slices.Concat(rows[i].Missing, g.Missing), slices.Concat(rows[i].Unsigned, g.Unsigned)
		}
	}
	b.filedIn(year, asOf, at, rows)
	for i := range rows {
		if r := &rows[i]; r.ToFile > 0 && r.Filed == r.ToFile {
			r.Stage, r.Since = integrity.StageFiled, r.FiledOn
		}
	}
	for _, it := range b.Filing(year, asOf) {
		i, ok := at[it.Unit]
		if !ok || it.Year != year || !it.Open() || rows[i].Due != integrity.NoDay && rows[i].Due <= it.Due {
			continue
		}
		rows[i].wait(&it)
	}
	return rows
}

// wait says what the list waits for: the end of its stage, or its filing.
func (r *StageRow) wait(it *Item) {
	r.Due, r.DaysLeft, r.Status, r.Owner = it.Due, it.DaysLeft, it.Status, it.Owner
	r.Stuck = it.Status == integrity.StatusOverdue
}

// handedOver fills in when the lists of a year were first reported to the political
// department.
func (b *Book) handedOver(year int, asOf integrity.Day, at map[string]int, rows []StageRow) {
	first := func(i int, on integrity.Day) {
		if was := rows[i].ReportedOn; was == integrity.NoDay || on < was {
			rows[i].ReportedOn = on
		}
	}
	for i := range b.facts.Ledger {
		e := &b.facts.Ledger[i]
		if e.Item != integrity.ItemHandOver || e.Year != year || e.On > asOf {
			continue
		}
		if e.Unit == integrity.AllUnits {
			for j := range rows {
				first(j, e.On)
			}
		} else if j, ok := at[e.Unit]; ok {
			first(j, e.On)
		}
	}
}

// filedIn counts the important points of the approved lists of a year, and those filed.
// A point that left the list before it was filed is owed no more.
func (b *Book) filedIn(year int, asOf integrity.Day, at map[string]int, rows []StageRow) {
	filings := b.filings(asOf)
	var stayBuf [8]stay
	var roundBuf [8]approvedRound
	for p := range b.facts.Points {
		for _, r := range b.approvedRounds(roundBuf[:0], p, asOf) {
			if r.approved == integrity.NoDay || int(r.version.year) != year {
				continue
			}
			i, ok := at[b.units[r.version.unit].code]
			if !ok {
				continue
			}
			on := filedOn(filings, r.version, r.approved)
			if on == integrity.NoDay && b.current(b.stays(stayBuf[:0], p, asOf), asOf) == nil {
				continue
			}
			rows[i].ToFile++
			if on != integrity.NoDay {
				rows[i].Filed++
				rows[i].FiledOn = max(rows[i].FiledOn, on)
			}
		}
	}
}
