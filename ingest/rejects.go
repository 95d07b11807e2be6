package ingest

import (
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
)

// Sheet is a table of texts for people: its headings, and rows of as many cells.
type Sheet struct {
	Headings []string
	Rows     [][]string
}

// EmptyTable returns the template of a kind without rows, a star at the headings of
// required columns. Loading passes over the star.
func EmptyTable(k Kind) Sheet {
	headings, required := Template(k)
	for i := range headings {
		if required[i] {
			headings[i] += "*"
		}
	}
	return Sheet{Headings: headings}
}

// reasonHeading is the column that says why a row was rejected. It is passed over when
// the corrected rows are loaded.
const reasonHeading = "拒收原因"

// reject is a row as it is kept for correction: headings of the template, masked cells.
type reject struct {
	problem  Problem
	headings []string
	cells    []string
}

// keep remembers a row by the headings of the template. What the file writes in columns
// that are dropped or unknown is not kept.
func (p *parser) keep(row table.Row, l *layout) *reject {
	r := &reject{}
	for _, col := range columns[p.req.Kind] {
		if at := l.at[col.field]; at >= 0 && at < len(row.Cells) {
			cell := p.masked(row.Cells[at])
			if col.field == fLedgerPersons && p.req.Kind == KindLedger {
				cell = p.unnamedIn(cell, l, row.Cells)
			}
			r.put(col.heading, cell)
		}
	}
	if p.req.Unit != "" && !l.has(fUnit) {
		r.put("单位", unitName(p.dir, p.req.unitCode))
	}
	if date := p.req.Date.String(); date != "" && !l.has(fDate) {
		r.put(p.heading(fDate), date)
	}
	return r
}

func (p *parser) masked(s string) string {
	m, _ := mask.Text(plain(s))
	return m
}

// reject keeps the row of c for correction, with what was wrong first.
func (p *parser) reject(c *cells) *reject {
	r := &reject{}
	if c.secret {
		r.put(p.heading(fNumber), p.masked(c.get(fNumber)))
	} else {
		r = p.keep(c.row, c.layout)
	}
	if c.first != nil {
		r.problem = *c.first
	}
	p.rejects = append(p.rejects, r)
	return r
}

// put sets a cell unless the file itself filled it.
func (r *reject) put(heading, value string) {
	if i := slices.Index(r.headings, heading); i >= 0 {
		if r.cells[i] == "" {
			r.cells[i] = value
		}
		return
	}
	r.headings, r.cells = append(r.headings, heading), append(r.cells, value)
}

// goOn adds the texts of a row that goes on with the one kept.
func (r *reject) goOn(p *parser, row table.Row, l *layout) {
	for _, col := range columns[p.req.Kind] {
		at := l.at[col.field]
		if at < 0 || at >= len(row.Cells) || at < len(row.Merged) && row.Merged[at] || strings.TrimSpace(row.Cells[at]) == "" {
			continue
		}
		if i := slices.Index(r.headings, col.heading); i >= 0 {
			r.cells[i] = strings.TrimLeft(r.cells[i]+"\n"+p.masked(row.Cells[at]), "\n")
		} else {
			r.put(col.heading, p.masked(row.Cells[at]))
		}
	}
}

// rejectsAtOnce is how many rejected rows of a file stay in memory: then they are stored, or,
// where nothing is (a dry run, a load of all rows or none), the others are only counted.
const rejectsAtOnce = 8 << 10

// keeper stores the rejected rows of one file so that they can be given back. Rows are read
// and written at the same time, so it is locked.
type keeper struct {
	mu     sync.Mutex
	s      *session
	file   *FileReport
	no     int // of the file in the load
	stored int // how often rows were stored
}

// heldToTheEnd is how many rejected rows wait for the end of the file where all of them do.
const heldToTheEnd = math.MaxInt

// spill stores the rejected rows that have come together, once they are many.
func (p *parser) spill(ctx context.Context) error {
	from, to := min(p.held, len(p.rejects)), len(p.rejects)
	if p.req.Kind == KindRisks {
		to-- // the row that comes next may go on with the newest
	}
	if to-from < rejectsAtOnce {
		return nil
	}
	if p.keeper == nil {
		p.rejects = slices.Delete(p.rejects, from+rejectsAtOnce, to)
		return nil
	}
	err := p.keeper.keep(ctx, p.rejects[from:to])
	p.rejects = slices.Delete(p.rejects, from, to)
	return err
}

func (k *keeper) keep(ctx context.Context, rejects []*reject) error {
	if len(rejects) == 0 {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stored++
	s, f := k.s, k.file
	ctx = s.store.Token(ctx, s.batch.No, fmt.Sprintf("rejects/%d/%d", k.no, k.stored))
	batch, err := s.store.Write().PrepareBatch(ctx, `INSERT INTO rejects (batch_no, file, sheet, table_no, row_no, heading, value, code, message, headings, cells)`)
	if err != nil {
		return fmt.Errorf("keep rejected rows: %w", err)
	}
	defer batch.Close()
	for _, r := range rejects {
		if err := batch.Append(s.batch.No, path.Join(f.Name, r.problem.File), r.problem.Sheet, uint32(r.problem.Table), uint32(r.problem.Row), r.problem.Column, r.problem.Value,
			r.problem.Code, r.problem.Message, r.headings, r.cells); err != nil {
			return fmt.Errorf("keep rejected rows: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("keep rejected rows: %w", err)
	}
	return nil
}

// Rejects returns the rejected rows of a batch, given by id or number, in the template
// of its kind with the column 拒收原因, ready to be corrected and loaded again. Rows of risk
// lists carry 补正批次 as well: loaded again they complete the list of that batch instead
// of replacing it. It returns integrity.ErrNotFound for an unknown batch.
func (l *Loader) Rejects(ctx context.Context, batchID string) (Sheet, error) {
	info, err := l.cfg.Store.BatchByID(ctx, batchID)
	if err != nil {
		return Sheet{}, err
	}
	kind, err := ParseKind(info.Kind)
	if err != nil { // taking a batch back rejects nothing
		return Sheet{Headings: []string{reasonHeading}}, nil
	}
	var stored []rejectedRow
	if err := l.cfg.Store.Write().Select(ctx, &stored, `SELECT file, sheet, row_no, heading, message, headings, cells FROM rejects
		WHERE batch_no = {no:UInt64} ORDER BY file, table_no, row_no`, clickhouse.Named("no", fmt.Sprint(info.No))); err != nil {
		return Sheet{}, fmt.Errorf("read the rejected rows of batch %s: %w", info.ID, err)
	}
	return rejectSheet(kind, stored, info.ID), nil
}

// rejectedRow is a rejected row as it is stored and given back.
type rejectedRow struct {
	File     string   `ch:"file"`
	Sheet    string   `ch:"sheet"`
	Row      uint32   `ch:"row_no"`
	Heading  string   `ch:"heading"`
	Message  string   `ch:"message"`
	Headings []string `ch:"headings"`
	Cells    []string `ch:"cells"`
}

func rejectedRows(file string, rejects []*reject) []rejectedRow {
	out := make([]rejectedRow, len(rejects))
	for i, r := range rejects {
		out[i] = rejectedRow{File: path.Join(file, r.problem.File), Sheet: r.problem.Sheet, Row: uint32(r.problem.Row), Heading: r.problem.Column, Message: r.problem.Message, Headings: r.headings, Cells: r.cells}
	}
	return out
}

// loadFirst stands in 补正批次 of the rows of a risk list that a dry run rejected: no batch
// can be completed yet, and loaded alone they would replace the list.
const loadFirst = "先装载原清单"

// Rejects returns the rows that a dry run, or a load of all rows or none, rejected, in the
// template of the kind with the column 拒收原因. What else a load rejected is kept with its
// batch: see Loader.Rejects.
func (r Report) Rejects() Sheet { return rejectSheet(r.Kind, r.rejected, loadFirst) }

// rejectSheet sets rejected rows in the template of their kind. batch is what the rows of
// risk lists complete.
func rejectSheet(kind Kind, rows []rejectedRow, batch string) Sheet {
	out := EmptyTable(kind)
	plainHeadings, _ := Template(kind)
	if kind == KindRisks {
		batchHeading := columnOf(kind, fBatch).heading
		plainHeadings, out.Headings = append(plainHeadings, batchHeading), append(out.Headings, batchHeading)
	}
	for _, r := range rows {
		row := make([]string, len(plainHeadings), len(plainHeadings)+1)
		for i, h := range r.Headings {
			if at := slices.Index(plainHeadings, h); at >= 0 && i < len(r.Cells) {
				row[at] = r.Cells[i]
			}
		}
		if last := len(row) - 1; kind == KindRisks && row[last] == "" {
			row[last] = batch
		}
		out.Rows = append(out.Rows, append(row, reason(r.File, r.Sheet, r.Row, r.Heading, r.Message)))
	}
	out.Headings = append(out.Headings, reasonHeading)
	return out
}

// reason is a message with its place.
func reason(file, sheet string, row uint32, heading, message string) string {
	at := file
	if sheet != "" {
		at += " " + sheet
	}
	if row > 0 {
		at += fmt.Sprintf(" #%d", row)
	}
	if heading != "" {
		at += " " + heading
	}
	return strings.TrimSpace(at + "：" + message)
}
