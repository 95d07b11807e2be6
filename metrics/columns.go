package metrics

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

// readBuffer holds a good part of a block of the engine's answer.
const readBuffer = 1 << 20

// columnar reads answers of millions of rows. The driver takes a row apart by reflection, at
// more than a microsecond each; columns come as they lie in the engine's blocks.
type columnar[T any] interface {
	// results are the columns of the query, in its order.
	results() proto.Results
	// row is the i-th row of the block read last.
	row(i int) T
}

// selColumns is selAll by columns. Where the server hands out no blocks, as over the native
// protocol or to a reader who may not ask for them, the driver reads the rows.
func selColumns[T any](ctx context.Context, f *frame, dest *[]T, into columnar[T], query string) error {
	answer, err := f.db.Read().QueryFormat(wholeTables(ctx), "Native", query, f.snap.Args()...)
	if err != nil {
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		return f.selAll(ctx, dest, query)
	}
	defer answer.Close()
	buffered := bufio.NewReaderSize(answer, readBuffer)
	in, columns := proto.NewReader(buffered), into.results()
	for {
		// Blocks follow one another up to the end, which nothing announces.
		if _, err := buffered.Peek(1); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read columns: %w", err)
		}
		var block proto.Block
		if err := block.DecodeBlock(in, clickhouse.ClientTCPProtocolVersion, columns); err != nil {
			return fmt.Errorf("read columns: %w", err)
		}
		for _, c := range columns {
			// The decoder passes silently over a column in a way of writing that it does not know.
			if c.Data.Rows() != block.Rows {
				return fmt.Errorf("read columns: %s has %d values in a block of %d rows", c.Name, c.Data.Rows(), block.Rows)
			}
		}
		if n := len(*dest); cap(*dest)-n < block.Rows {
			*dest = slices.Grow(*dest, n+block.Rows) // twice as many, where append would copy every few blocks
		}
		for i := range block.Rows {
			*dest = append(*dest, into.row(i))
		}
	}
}

// words gives the same text for the same bytes, for columns of few different texts.
type words map[string]string

func (w words) of(raw []byte) string {
	s, known := w[string(raw)]
	if !known {
		s = string(raw)
		w[s] = s
	}
	return s
}

// part is where the values of the i-th row of a list begin and end.
func part(ends proto.ColUInt64, i int) (first, end int) {
	if i > 0 {
		first = int(ends[i-1])
	}
	return first, int(ends[i])
}

// spanColumns are the columns of spans.sql.
type spanColumns struct {
	id       proto.ColUInt64
	unit     proto.ColStr
	no       proto.ColUInt32
	year     proto.ColUInt16
	grade    proto.ColStr
	from, to proto.ColDate32
	words    words
}

func (c *spanColumns) results() proto.Results {
	return proto.Results{{Name: "risk_id", Data: &c.id}, {Name: "unit_code", Data: &c.unit}, {Name: "no", Data: &c.no}, {Name: "year", Data: &c.year},
		{Name: "grade_code", Data: &c.grade}, {Name: "listed_from", Data: &c.from}, {Name: "listed_to", Data: &c.to}}
}

func (c *spanColumns) row(i int) spanAnswer {
	return spanAnswer{ID: c.id[i], Unit: c.words.of(c.unit.RowBytes(i)), No: c.no[i], Year: c.year[i], Grade: c.words.of(c.grade.RowBytes(i)),
		ListedFrom: integrity.Day(c.from[i]), ListedTo: integrity.Day(c.to[i])}
}

// checkColumns are the columns of check_days.sql.
type checkColumns struct {
	unit        proto.ColStr
	risks       *proto.ColArr[uint64]
	on, entered proto.ColDate32
	leader      proto.ColStr
	tookPart    proto.ColUInt8
	methods     *proto.ColArr[string]
	words       words
}

func newCheckColumns() *checkColumns {
	return &checkColumns{risks: proto.NewArray[uint64](new(proto.ColUInt64)), methods: proto.NewArray[string](new(proto.ColStr)), words: words{}}
}

func (c *checkColumns) results() proto.Results {
	return proto.Results{{Name: "unit_code", Data: &c.unit}, {Name: "risk_ids", Data: c.risks}, {Name: "checked_on", Data: &c.on}, {Name: "entered_on", Data: &c.entered},
		{Name: "leader", Data: &c.leader}, {Name: "leader_took_part", Data: &c.tookPart}, {Name: "method_codes", Data: c.methods}}
}

func (c *checkColumns) row(i int) checkAnswer {
	out := checkAnswer{Unit: c.words.of(c.unit.RowBytes(i)), On: integrity.Day(c.on[i]), EnteredOn: integrity.Day(c.entered[i]),
		Leader: c.words.of(c.leader.RowBytes(i)), TookPart: c.tookPart[i] != 0}
	if first, end := part(c.risks.Offsets, i); first < end {
		out.RiskIDs = append(out.RiskIDs, (*c.risks.Data.(*proto.ColUInt64))[first:end]...)
	}
	for k, end := part(c.methods.Offsets, i); k < end; k++ {
		out.Methods = append(out.Methods, c.words.of(c.methods.Data.(*proto.ColStr).RowBytes(k)))
	}
	return out
}
