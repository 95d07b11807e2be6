package ingest

import (
	"slices"
	"strconv"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// A list may come in parts: sheets of a workbook, documents of an archive, a form for each
// person (notice, note 2), or several files of one load. Parts of the list of one unit and
// year in one file are one list of the latest day. So are files of one load that give the
// list for the same day; a file that gives it for another day is a later version of the list
// and replaces the earlier, which the report says.

// partOf returns the draft among the settled ones whose list d is a part of, or nil.
func (d *draft) partOf(settled []*draft) *draft {
	if d.unit == "" {
		return nil
	}
	for _, e := range settled {
		if e.unit == d.unit && e.year == d.year && e.supplement == d.supplement {
			return e
		}
	}
	return nil
}

// unite adds a later part of the same list.
func (d *draft) unite(p *parser, part *draft) {
	if part.form {
		if d.form {
			d.frame.goOn(&part.frame)
		} else {
			d.form, d.frame = true, part.frame
		}
	}
	for _, on := range []integrity.Day{part.earliest, part.listedOn} {
		d.dated(on)
	}
	gone, _ := p.weigh(d.points, part)
	d.repeats += part.repeats + uint64(len(gone))
	for i := len(gone) - 1; i >= 0; i-- {
		d.points = slices.Delete(d.points, gone[i], gone[i]+1)
		d.places = slices.Delete(d.places, gone[i], gone[i]+1)
	}
	d.join(part)
}

// dated notes a day that the file gives for the list; the latest is the list's.
func (d *draft) dated(on integrity.Day) {
	if on == integrity.NoDay {
		return
	}
	if d.earliest == integrity.NoDay || on < d.earliest {
		d.earliest = on
	}
	d.listedOn = max(d.listedOn, on)
}

// weigh returns the places of the earlier points, in order, that stand in a later part too
// and give way to it: a point with the same number and description is the same point, of
// which the last row counts, with a warning if it says something else. A form repeats it
// only if it is the same in all it says, as each person has a form of their own; points that
// share nothing but their number are different points, and both are kept. It also tells
// what the points of the part that take their places do to them.
func (p *parser) weigh(earlier []riskRow, part *draft) (gone []int, echo map[int]change) {
	echo = map[int]change{}
	byNo := map[uint32][]int{}
	for i := range earlier {
		byNo[earlier[i].No] = append(byNo[earlier[i].No], i)
	}
	for i := range part.points {
		point := &part.points[i]
		for _, at := range byNo[point.No] {
			old := earlier[at]
			if likeness.Fold(old.Description) != likeness.Fold(point.Description) || slices.Contains(gone, at) {
				continue
			}
			old.Unit, old.Year = point.Unit, point.Year
			same := contentSame(*point, old)
			if !same && part.form {
				continue
			}
			echo[i] = unchanged
			if !same {
				echo[i] = changed
				p.at(part.places[i], say("number_repeated", "序号", strconv.Itoa(int(point.No)), "序号 %d 的风险点在另一部分中内容不同，以后面的一行为准",
					"point %d says something else in another part of the list; the last row counts", point.No))
			}
			gone = append(gone, at)
			break
		}
	}
	slices.Sort(gone)
	return gone, echo
}

// at warns about a row of the file.
func (p *parser) at(where place, problem Problem) {
	p.file.warn(p.req.Lang, problem.at(p.file, where.table, where.row))
}

// datesDiffer warns of a list whose rows or parts bear different dates.
func (d *draft) datesDiffer(p *parser) {
	if d.earliest == integrity.NoDay || d.earliest == d.listedOn || len(d.points) == 0 {
		return
	}
	problem := say("date_differs", "日期", d.earliest.String(), "%[1]s %[2]d 年度清单的日期不一致，最早 %[3]s，最晚 %[4]s；按最晚的一天 %[4]s 作为一份清单装载",
		"the list %[2]d of %[1]s bears different dates, from %[3]s to %[4]s; loaded as one list of the latest, %[4]s", unitName(p.dir, d.unit), d.year, d.earliest, d.listedOn)
	p.at(place{table: d.table}, problem)
}

// givenList is what a file of a load gave for the list of a unit and year.
type givenList struct {
	file string
	on   integrity.Day
}

// unitYear names the list of a unit and year.
type unitYear struct {
	unit string
	year uint16
}

// uniteFiles makes a draft go on with the list that an earlier file of the load gave for
// the same day: it takes the points of that file behind its own, and takes the version away
// that the load had begun. A file of the load that stands already gives what it brought. It returns the name of the files of the list. A list of another
// day is replaced, with a warning that names both files. The points of the draft that the
// earlier file held already are returned with what they change there.
func (s *session) uniteFiles(p *parser, shelf *unitShelf, d *draft) (file string, echo map[int]change) {
	key := unitYear{d.unit, d.year}
	before, given := s.given[key]
	file = p.file.Name
	current := shelf.current(d.year)
	if !given {
		var files string
		if current, files = shelf.broughtBy(s.known, d.year); current != nil {
			before, given = givenList{files, current.ListedOn}, true
		}
	}
	if d.unit == "" || !given {
		return file, nil
	}
	if before.on != d.listedOn {
		p.at(place{table: d.table}, say("list_replaced_in_load", "日期", d.listedOn.String(),
			"%[1]s %[2]d 年度清单在这次装载中由 %[3]s（%[4]s）和 %[5]s（%[6]s）先后给出，日期不同，后一份替换了前一份；如是同一份清单的几部分，请统一日期后一起重新装载",
			"the list %[2]d of %[1]s came twice in this load, from %[3]s (%[4]s) and %[5]s (%[6]s), with different dates: the latter replaces the former; if they are parts of one list, give them one date and load them together again",
			unitName(p.dir, d.unit), d.year, before.file, before.on, file, d.listedOn))
		return file, nil
	}
	earlier := make([]riskRow, 0, len(shelf.points[current.ListID]))
	for _, old := range shelf.points[current.ListID] {
		earlier = append(earlier, *old)
	}
	for i := range d.points {
		d.points[i].Unit, d.points[i].Year = d.unit, d.year
	}
	gone, echo := p.weigh(earlier, d)
	for i := len(gone) - 1; i >= 0; i-- {
		earlier = slices.Delete(earlier, gone[i], gone[i]+1)
	}
	for i := range earlier {
		earlier[i].RiskID = 0
	}
	if d.headSigned == "" {
		d.headSigned = current.HeadSigned
	}
	if d.leaderSigned == "" {
		d.leaderSigned = current.LeaderSigned
	}
	d.points = append(d.points, earlier...)
	s.takeBack(shelf, current)
	return clip(before.file+"、"+file, 400), echo
}

// broughtBy is the latest version of a year's list that one of the batches brought, with the
// rejected rows that were corrected since: what files of the load gave which stand already and are
// not read again. It returns nil where there is none, and the name of the files.
func (u *unitShelf) broughtBy(batches map[uint64]string, year uint16) (found *listRow, files string) {
	for _, l := range u.lists {
		if l.Year != year {
			continue
		}
		if name, ok := batches[l.Origin]; ok {
			found, files = l, name
		} else if found != nil && u.completes(found, l) {
			found = l
		}
	}
	return found, files
}

// completes reports whether a later version is an earlier one with corrected rows added.
func (u *unitShelf) completes(earlier, later *listRow) bool {
	kept := 0
	for _, p := range u.points[later.ListID] {
		switch {
		case has(u.points[earlier.ListID], p.RiskID):
			kept++
		case !gave(p.Given, fBatch):
			return false
		}
	}
	return kept == len(u.points[earlier.ListID])
}

// takeBack removes a version that this load has begun; one that stood before it stays.
func (s *session) takeBack(shelf *unitShelf, list *listRow) {
	if list.Origin != s.batch.No {
		return
	}
	of := func(l *listRow) bool { return l.ListID == list.ListID }
	shelf.lists = slices.DeleteFunc(shelf.lists, of)
	delete(shelf.points, list.ListID)
	s.lists = slices.DeleteFunc(s.lists, of)
	s.points = slices.DeleteFunc(s.points, func(r *riskRow) bool { return r.ListID == list.ListID })
}
