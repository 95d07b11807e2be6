package ingest

import (
	"context"
	"fmt"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// PlainTable is a table of texts: a heading row and the rows below it.
type PlainTable struct {
	Headings []string
	Rows     [][]string
}

// EmptyTable is the template of a kind: its headings, required ones marked with a star.
func EmptyTable(k Kind) PlainTable {
	names, required := Template(k)
	t := PlainTable{Headings: make([]string, len(names))}
	for i, n := range names {
		t.Headings[i] = n
		if required[i] {
			t.Headings[i] += "*"
		}
	}
	return t
}

// The columns that the file of rejected rows has beside those of the template.
const (
	reasonHeading = "拒收原因"
	batchHeading  = "补正批次"
)

// Rejects returns the rejected rows of a batch in the columns of their files, with the
// reason beside each, ready to be corrected and loaded again. For lists the batch stands
// beside each row as well: loading the corrected rows completes the list instead of
// replacing it. Identities are masked.
func (l *Loader) Rejects(ctx context.Context, id string) (PlainTable, error) {
	info, err := l.cfg.Store.BatchByID(ctx, id)
	if err != nil {
		return PlainTable{}, err
	}
	var rows []struct {
		Message  string   `ch:"message"`
		Headings []string `ch:"headings"`
		Cells    []string `ch:"cells"`
	}
	if err := l.cfg.Store.Write().Select(ctx, &rows, `SELECT message, headings, cells FROM rejects WHERE batch_no = @no ORDER BY file, table_no, row_no`, clickhouse.Named("no", info.No)); err != nil {
		return PlainTable{}, fmt.Errorf("read the rejected rows of %s: %w", id, err)
	}
	t := PlainTable{}
	for _, r := range rows {
		for _, h := range r.Headings {
			t.Headings = appendNew(t.Headings, h)
		}
	}
	list := Kind(info.Kind) == KindRisks
	for _, r := range rows {
		row := make([]string, len(t.Headings), len(t.Headings)+2)
		for i, h := range r.Headings {
			row[slices.Index(t.Headings, h)] = r.Cells[i]
		}
		row = append(row, r.Message)
		if list {
			row = append(row, info.ID)
		}
		t.Rows = append(t.Rows, row)
	}
	t.Headings = append(t.Headings, reasonHeading)
	if list {
		t.Headings = append(t.Headings, batchHeading)
	}
	return t, nil
}
