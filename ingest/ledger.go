package ingest

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// allUnitsWords are what the ledger may say for all units at once.
var allUnitsWords = words(map[string]string{integrity.AllUnits: integrity.AllUnitsName + " 全部单位 所有单位 各单位 全体单位 各处室各单位"})

// parseLedger reads a row of the ledger of duties.
func (c *cells) parseLedger() ledgerRow {
	p := c.p
	var r ledgerRow
	r.Given = c.layout.given
	r.Item = c.need(fItem)
	if r.Item != "" && !slices.Contains(integrity.LedgerItems(), r.Item) {
		c.fail(fItem, "item_invalid", "“%[1]s”不是台账事项，只能填%[2]s", "%[1]q is no item of the ledger; write one of %[2]s", r.Item, quoteAll(integrity.LedgerItems()))
	}
	if v := c.get(fUnit); allUnitsWords[likeness.Fold(v)] != "" && p.req.Unit == "" {
		r.Unit = integrity.AllUnits
		if integrity.StageOfItem(r.Item) == integrity.StageNone && r.Item != "" && c.first == nil {
			c.fail(fUnit, "unit_invalid", "“全部”只能用于六个阶段和报市纪委备案", "全部 is for the six stages and 报市纪委备案 only")
		}
	} else {
		r.Unit = c.unit()
	}
	r.EntryOn = c.date(fDate, pastDay)
	if c.get(fDate) == "" {
		c.need(fDate)
	}
	switch v := c.get(fYear); {
	case v == "" && p.req.Year != 0:
		r.Year = uint16(p.req.Year)
	case v == "":
		c.need(fYear)
	default:
		y, ok := yearOf(v)
		if !ok {
			c.fail(fYear, "year_invalid", "“%s”不是年度，请写成 2026", "%q is no year; write 2026", v)
		}
		r.Year = uint16(y)
	}
	r.No = strings.Join(splitList(c.text(c.get(fNo))), "、")
	r.Persons = splitNames(c.text(c.get(fLedgerPersons)))
	r.Source = c.ledgerSource(r.Item)
	if heard(r.Item, r.Source) {
		for i, name := range r.Persons {
			r.Persons[i] = p.unnamed(name)
		}
	}
	r.Document = c.text(c.get(fDocument))
	r.Content = c.text(c.get(fContent))
	r.Reason = c.text(c.get(fReason))
	if v := c.get(fAdopted); v != "" {
		if c.yesNo(fAdopted) {
			r.Adopted = "yes"
		} else {
			r.Adopted = "no"
		}
	}
	switch r.Item {
	case integrity.ItemOpinion, integrity.ItemExpertOpinion, integrity.ItemCoCheck:
		c.opinion(&r)
	case integrity.ItemCommitteeApproval:
		if r.Document == "" {
			c.warn(fDocument, "document_missing", "审定没有写会议纪要等文号，请补正", "the approval names no meeting (文号); please complete it")
		}
	}
	if r.Item == integrity.ItemExemption {
		if r.Reason == "" {
			c.fail(fReason, "reason_missing", "豁免要写明理由", "an exemption needs a reason")
		}
		if len(r.Persons) == 0 {
			c.fail(fLedgerPersons, "person_missing", "豁免要写明批准人（人员）", "an exemption needs an approver (人员)")
		}
	}
	r.ID = identify("ledger", r.Unit, strconv.Itoa(int(r.Year)), r.Item, r.EntryOn.String(), r.No, strings.Join(r.Persons, "、"), r.Source, r.Document)
	return r
}

// opinion asks of an opinion what became of it: one that was not adopted needs a reason
// (requirements R25, R26); of one that nobody has decided on a warning says so.
func (c *cells) opinion(r *ledgerRow) {
	switch {
	case r.Adopted == "no" && r.Reason == "":
		c.fail(fReason, "reason_missing", "未采纳的意见要写明理由", "an opinion that is not adopted needs a reason (理由)")
	case r.Adopted == "" && r.Item != integrity.ItemCoCheck && c.first == nil:
		c.warn(fAdopted, "adopted_missing", "意见没有写是否采纳，列为未定", "it is not said whether the opinion was adopted; counted as undecided")
	}
}

// sourceAliases are other writings of the legal sources, the notice's own among them.
var sourceAliases = words(map[string]string{
	"党代表":                 "党代表 党员代表 党代会代表",
	"人大代表":                "人大代表 人民代表 人大",
	"政协委员":                "政协委员 政协",
	"行风监督员":               "行风监督员 行风监督员代表 行风监督 监督员",
	"服务对象":                "服务对象 服务对象代表 服务对象的代表",
	"党风廉政建设责任制考核":         "党风廉政建设责任制考核 党风廉政建设责任制考核情况 党风廉政责任制考核 党风廉政建设考核 责任制考核",
	"机关效能建设督查":            "机关效能建设督查 机关效能建设督查情况 机关效能督查 效能建设督查 效能督查",
	integrity.SourceCases: "查办案件 查办案件情况 案件查办 案件查办情况 查办的案件 查案 办案",
})

// ledgerSource reads 来源, which for some items is one of a few words: what others may read
// hangs on it (requirements R25, R27). None is legal.
func (c *cells) ledgerSource(item string) string {
	legal, v := integrity.SourcesOf(item), c.get(fSource)
	if legal == nil || v == "" {
		return c.text(v)
	}
	if word := sourceAliases[likeness.Fold(v)]; slices.Contains(legal, word) {
		return word
	}
	c.fail(fSource, "source_invalid", "“%[1]s”不是“%[2]s”的来源，只能填%[3]s中的一个", "%[1]q is no source of %[2]s; write one of %[3]s", v, item, quoteAll(legal))
	return ""
}

// loadLedger writes a chunk of ledger entries.
func (l *Loader) loadLedger(ctx context.Context, s *session, p *parser, rows []ledgerRow, out *Counts) error {
	rows, at, same, differing := lastOfEach(ledgerEntity, rows)
	p.repeated(same, differing, out)
	ids := make([]uint64, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		rows[i].EnteredOn = p.today
	}
	known, err := historyOf(ctx, s, ledgerEntity, "", ids)
	if err != nil {
		return err
	}
	standing := live(ledgerEntity, known)
	changes, err := upsert(ctx, s, ledgerEntity, standing, rows, func(r, old, _ *ledgerRow) {
		if old != nil {
			r.EnteredOn = old.EnteredOn
		}
	})
	if err != nil {
		return err
	}
	count(out, changes)
	if err := repeatedLater(p, s, ledgerEntity, standing, rows, changes, at); err != nil {
		return err
	}
	touched := map[string]bool{}
	for i, w := range rows {
		if changes[i] != unchanged && integrity.StageOfItem(w.Item) != integrity.StageNone {
			touched[w.Unit] = true
		}
		if !p.previewFull() {
			p.preview(integrity.LedgerEntry{Unit: w.Unit, Year: int(w.Year), Item: w.Item, On: w.EntryOn, No: w.No, Persons: w.Persons,
				Source: w.Source, Document: w.Document, Content: w.Content, Adopted: w.Adopted, Reason: w.Reason})
		}
	}
	s.touch(touched)
	return p.reviewOrder(ctx, s, rows, at)
}
