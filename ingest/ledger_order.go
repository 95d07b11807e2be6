package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
)

// reviewOrder warns where a list goes on before an earlier step is recorded or signed: to
// approval with a stage missing or unsigned (requirements R16), through the unit's stage without
// the mutual check (R19), to the political department without the signature of the leader in
// charge (notice, note 3; R36). What is entered once for all units is asked of every unit with a
// list of that year. The entries count all the same.
func (p *parser) reviewOrder(ctx context.Context, s *session, rows []ledgerRow, at []int) error {
	asks := func(r ledgerRow) bool {
		return r.Item == integrity.ItemHandOver || r.Item == integrity.ItemCommitteeApproval || r.Item == integrity.ItemUnitReview
	}
	if !slices.ContainsFunc(rows, asks) {
		return nil
	}
	o, err := p.readOrder(ctx, s, rows)
	if err != nil {
		return err
	}
	for i, r := range rows {
		if !asks(r) {
			continue
		}
		for _, n := range needed[r.Item] {
			units := []string{r.Unit}
			if r.Unit == integrity.AllUnits {
				units = o.listed[r.Year]
			}
			var lacking []string
			for _, u := range units {
				if !n.met(o, u, r) {
					lacking = append(lacking, unitName(p.dir, u))
				}
			}
			if len(lacking) > 0 {
				problem := say(n.code, "事项", r.Item, n.zh, n.en, someOf(lacking), r.Year, r.Item, n.of)
				p.file.warn(p.req.Lang, problem.at(p.file, p.table, p.places[at[i]]))
			}
		}
	}
	return nil
}

// someOf names the first of many units and says how many there are.
func someOf(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s等%d个单位", strings.Join(names[:most], "、"), len(names))
}

// need is what has to be on record before an entry of the ledger.
type need struct {
	code, of, zh, en string
	met              func(o *order, unit string, r ledgerRow) bool
}

const (
	zhMissing = "%[1]s %[2]d 年“%[3]s”之前没有“%[4]s”的记录"
	enMissing = "%[1]s %[2]d: %[3]s is recorded, but not %[4]s before it"
)

func stageNeeded(item string) need {
	return need{"stage_missing", item, zhMissing, enMissing, func(o *order, unit string, r ledgerRow) bool { return o.done(unit, r.Year, item) }}
}

// signedStage asks for the signature of a stage where the stage itself is recorded; without it
// the stage is what is missing.
func signedStage(item, who string) need {
	return need{"signature_missing", item, "%[1]s %[2]d 年“%[3]s”之前“%[4]s”没有" + who + "签字", "%[1]s %[2]d: %[3]s is recorded, but %[4]s before it is not signed by " + who,
		func(o *order, unit string, r ledgerRow) bool {
			return !o.done(unit, r.Year, item) || o.signed(unit, r.Year, item, who)
		}}
}

// The words by which a signature on the list as a whole is told in the ledger.
const (
	signsHead   = "主要负责人"
	signsLeader = "责任领导"
)

var needed = map[string][]need{
	integrity.ItemUnitReview: {stageNeeded(integrity.ItemMutualCheck)},
	integrity.ItemHandOver: {{"signature_missing", signsLeader, "%[1]s %[2]d 年“%[3]s”，没有%[4]s（分管委领导）审核签字的记录", "%[1]s %[2]d: %[3]s without the signature of the leader in charge (%[4]s) on record",
		func(o *order, unit string, r ledgerRow) bool {
			return o.signed(unit, r.Year, integrity.ItemLeaderReview, signsLeader)
		}}},
	integrity.ItemCommitteeApproval: {stageNeeded(integrity.ItemSelfCheck), stageNeeded(integrity.ItemUnitReview), stageNeeded(integrity.ItemLeaderReview),
		stageNeeded(integrity.ItemPublicHelp), stageNeeded(integrity.ItemExpertHelp), signedStage(integrity.ItemUnitReview, signsHead), signedStage(integrity.ItemLeaderReview, signsLeader)},
}

// order is what the ledger and the lists hold of the steps of a list.
type order struct {
	dir      *directory
	recorded map[step]bool
	named    map[step]bool // a stage whose entry says by whom
	signs    map[unitYear][]ledgerRow
	lists    map[unitYear]*listRow // the latest version
	listed   map[uint16][]string   // units with a list, by year
}

type step struct {
	unitYear
	item string
}

func (p *parser) readOrder(ctx context.Context, s *session, rows []ledgerRow) (*order, error) {
	known, err := history(ctx, s, ledgerEntity, "")
	if err != nil {
		return nil, err
	}
	lists, err := history(ctx, s, listEntity, "")
	if err != nil {
		return nil, err
	}
	o := &order{dir: p.dir, recorded: map[step]bool{}, named: map[step]bool{}, signs: map[unitYear][]ledgerRow{}, lists: map[unitYear]*listRow{}, listed: map[uint16][]string{}}
	for _, l := range live(listEntity, lists) {
		of := unitYear{l.Unit, l.Year}
		if cur := o.lists[of]; cur == nil {
			o.listed[l.Year] = append(o.listed[l.Year], l.Unit)
			o.lists[of] = l
		} else if cur.Version < l.Version {
			o.lists[of] = l
		}
	}
	for _, units := range o.listed {
		slices.Sort(units)
	}
	for _, r := range live(ledgerEntity, known) {
		o.note(*r)
	}
	for _, r := range rows { // a dry run wrote nothing
		o.note(r)
	}
	return o, nil
}

func (o *order) note(r ledgerRow) {
	of := unitYear{r.Unit, r.Year}
	o.recorded[step{of, r.Item}] = true
	if len(r.Persons) > 0 {
		o.named[step{of, r.Item}] = true
	}
	if r.Item == integrity.ItemSignature && r.No == "" { // with a number it is that of a row
		o.signs[of] = append(o.signs[of], r)
	}
}

func (o *order) done(unit string, year uint16, item string) bool {
	return o.recorded[step{unitYear{unit, year}, item}] || o.recorded[step{unitYear{integrity.AllUnits, year}, item}]
}

// signed reports whether the head of the unit or the leader in charge has signed the list as a
// whole: by name in the form, by an entry 签字, or as the person of the stage's own entry.
func (o *order) signed(unit string, year uint16, stage, who string) bool {
	of := unitYear{unit, year}
	if o.named[step{of, stage}] || o.named[step{unitYear{integrity.AllUnits, year}, stage}] {
		return true
	}
	var names []string
	if u := o.dir.byCode[unit]; u != nil && who == signsHead {
		names = u.Heads
	} else if u != nil {
		names = []string{u.Leader}
	}
	for _, r := range o.signs[of] {
		if strings.Contains(r.Content, who) || slices.ContainsFunc(r.Persons, func(n string) bool { return n != "" && slices.Contains(names, n) }) {
			return true
		}
	}
	l := o.lists[of]
	return l != nil && (who == signsHead && l.HeadSigned != "" || who == signsLeader && l.LeaderSigned != "")
}
