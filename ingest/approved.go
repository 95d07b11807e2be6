package ingest

import (
	"context"
	"fmt"

	"qingfeng/internal/integrity"
)

// replacesApproved warns where a list replaces a version that the committee has approved (notice,
// three, (五); requirements R28). The approved version stays readable as it is; the new one has
// not been before the committee.
func (l *Loader) replacesApproved(ctx context.Context, s *session, p *parser, d *draft, before *listRow) error {
	if before == nil || before.Origin == s.batch.No { // another part of the same list
		return nil
	}
	if s.approvals == nil {
		entries, err := history(ctx, s, ledgerEntity, "item = '"+integrity.ItemCommitteeApproval+"'")
		if err != nil {
			return fmt.Errorf("read approvals: %w", err)
		}
		s.approvals = []*ledgerRow{}
		for _, e := range live(ledgerEntity, entries) {
			s.approvals = append(s.approvals, e)
		}
	}
	var of []*ledgerRow
	for _, e := range s.approvals {
		if e.Unit == d.unit || e.Unit == integrity.AllUnits {
			of = append(of, e)
		}
	}
	on := approval(of, before, integrity.Forever)
	if on == integrity.NoDay {
		return nil
	}
	problem := say("approved_replaced", "日期", on.String(), "%[1]s %[2]d 年第 %[3]d 版清单已于 %[4]s 经委党委审定，这一版将代替它，须重新提交审定；审定的版本仍可查阅",
		"version %[3]d of the list of %[2]d of %[1]s was approved on %[4]s; this version replaces it and has to be approved anew. The approved version stays readable", unitName(p.dir, d.unit), d.year, before.Version, on)
	p.file.warn(p.req.Lang, problem.at(p.file, d.table, 0))
	return nil
}
