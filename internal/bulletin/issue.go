package bulletin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

// Issue is one issued version of a report.
type Issue struct {
	Seq     int    `json:"seq"` // among all issues, from 1
	Period  string `json:"period"`
	Version int    `json:"version"` // of the period, from 1
	Number
	Signer      string         `json:"signer"`
	IssuedOn    integrity.Day  `json:"issued_on"`
	By          string         `json:"by"` // who issued it in the program
	Role        integrity.Role `json:"role"`
	At          time.Time      `json:"at"`
	Copies      int            `json:"copies"`
	CopyNo      string         `json:"copy_no"`
	Advice      string         `json:"advice"`
	Reason      string         `json:"reason"` // of a version after the first
	AsOf        integrity.Day  `json:"as_of"`
	KnownAt     time.Time      `json:"known_at"` // of the last load in it
	DataVersion string         `json:"data_version"`
	Changes     []Change       `json:"changes"` // against the version before
	Figures     []Figure       `json:"-"`
	SHA256      string         `json:"sha256"` // of the file
	Bytes       int            `json:"bytes"`
}

// Order is what a person gives when issuing.
type Order struct {
	KnownAt time.Time     // the cut that the person has seen; zero = everything
	Signer  string        // 签发人, required
	On      integrity.Day // 签发日期; NoDay = today
	Copies  int           // 0 to 9999
	CopyNo  string
	Reason  string // required from the second version on
	Seen    int    // versions of the period that the person had seen; a newer one gives ErrTaken
}

// Issue issues the report of a period: prints it with its number and keeps the bytes for
// ever. ErrForbidden is for who may not, ErrTaken if somebody else issued meanwhile, and
// an error that wraps integrity.ErrInvalid for what the order lacks and for a period that
// is not over.
func (r *Registry) Issue(ctx context.Context, who integrity.Principal, period string, o Order) (Issue, error) {
	if err := CheckPeriod(period); err != nil {
		return Issue{}, err
	}
	if !who.IssuesReports() {
		if !Reads(who) {
			return Issue{}, fmt.Errorf("report of %s: %w", period, integrity.ErrNotFound)
		}
		return Issue{}, ErrForbidden
	}
	all, err := r.issues(ctx, "")
	if err != nil {
		return Issue{}, err
	}
	earlier, version := latest(all, period)
	if version != o.Seen {
		return Issue{}, ErrTaken
	}
	if err := o.complete(integrity.DayOf(r.cfg.Now()), version > 0); err != nil {
		return Issue{}, err
	}
	notes, err := r.Notes(ctx, period)
	if err != nil {
		return Issue{}, err
	}
	if earlier != nil {
		if earlier.Figures, err = r.figures(ctx, earlier); err != nil {
			return Issue{}, err
		}
	}
	c := Choice{KnownAt: o.KnownAt, Issued: true, IssuedOn: o.On, Signer: o.Signer, Copies: o.Copies, CopyNo: o.CopyNo, Advice: Advice(notes),
		Number: Next(period, all, r.cfg.FirstMonth), Version: version + 1, Reason: o.Reason, Earlier: earlier}
	p, err := r.cfg.Printer.Print(ctx, who, period, c)
	if err != nil {
		return Issue{}, err
	}
	sum := sha256.Sum256(p.HTML)
	i := Issue{Seq: len(all) + 1, Period: period, Version: c.Version, Number: c.Number, Signer: o.Signer, IssuedOn: o.On, By: who.Name, Role: who.Role,
		At: r.cfg.Now().UTC().Truncate(time.Microsecond), Copies: o.Copies, CopyNo: o.CopyNo, Advice: c.Advice, Reason: o.Reason, AsOf: p.AsOf, KnownAt: p.KnownAt,
		DataVersion: p.DataVersion, Changes: p.Changes, Figures: p.Figures, SHA256: hex.EncodeToString(sum[:]), Bytes: len(p.HTML)}
	if err := r.keep(ctx, i, p.HTML); err != nil {
		return Issue{}, fmt.Errorf("issue the report of %s: %w", period, err)
	}
	return i, nil
}

func (o *Order) complete(today integrity.Day, again bool) error {
	o.Signer, o.CopyNo, o.Reason = strings.Join(strings.Fields(o.Signer), " "), strings.Join(strings.Fields(o.CopyNo), " "), strings.Join(strings.Fields(o.Reason), " ")
	if o.On == integrity.NoDay {
		o.On = today
	}
	switch {
	case o.Signer == "" || utf8.RuneCountInString(o.Signer) > 40:
		return fmt.Errorf("%w: 签发人要填写，不超过40字 (the signer is missing or too long)", integrity.ErrInvalid)
	case o.On > today:
		return fmt.Errorf("%w: 签发日期%s晚于今天 (the day of issue lies ahead)", integrity.ErrInvalid, o.On)
	case o.Copies < 0 || o.Copies > 9999:
		return fmt.Errorf("%w: 印数%d；填0到9999 (copies: 0 to 9999)", integrity.ErrInvalid, o.Copies)
	case utf8.RuneCountInString(o.CopyNo) > 20 || utf8.RuneCountInString(o.Reason) > 200:
		return fmt.Errorf("%w: 份号不超过20字，更正原因不超过200字 (the copy number or the reason is too long)", integrity.ErrInvalid)
	case again && o.Reason == "":
		return fmt.Errorf("%w: 重新印发要写明更正原因 (a further version needs a reason)", integrity.ErrInvalid)
	}
	return nil
}

// latest returns the newest issue of a period among all, and how many there are.
func latest(all []Issue, period string) (newest *Issue, versions int) {
	for i := range all {
		if all[i].Period == period {
			newest = &all[i]
			versions++
		}
	}
	return newest, versions
}

const issueColumns = `seq, period, version, number, total, signer, issued_on, by_name, by_role, recorded_at, copies, copy_no, advice, reason, as_of, known_at, data_version, changes, sha256, length(html) AS bytes`

// issueRow is a row of the table report_issues without figures and file.
type issueRow struct {
	Seq         uint32    `ch:"seq"`
	Period      string    `ch:"period"`
	Version     uint32    `ch:"version"`
	Number      uint32    `ch:"number"`
	Total       uint32    `ch:"total"`
	Signer      string    `ch:"signer"`
	IssuedOn    time.Time `ch:"issued_on"`
	By          string    `ch:"by_name"`
	Role        string    `ch:"by_role"`
	At          time.Time `ch:"recorded_at"`
	Copies      uint32    `ch:"copies"`
	CopyNo      string    `ch:"copy_no"`
	Advice      string    `ch:"advice"`
	Reason      string    `ch:"reason"`
	AsOf        time.Time `ch:"as_of"`
	KnownAt     time.Time `ch:"known_at"`
	DataVersion string    `ch:"data_version"`
	Changes     string    `ch:"changes"`
	SHA256      string    `ch:"sha256"`
	Bytes       uint64    `ch:"bytes"`
}

func (x issueRow) issue() (Issue, error) {
	i := Issue{Seq: int(x.Seq), Period: x.Period, Version: int(x.Version), Number: Number{int(x.Number), int(x.Total)}, Signer: x.Signer, IssuedOn: integrity.DayOf(x.IssuedOn),
		By: x.By, Role: integrity.Role(x.Role), At: x.At, Copies: int(x.Copies), CopyNo: x.CopyNo, Advice: x.Advice, Reason: x.Reason, AsOf: integrity.DayOf(x.AsOf),
		KnownAt: x.KnownAt, DataVersion: x.DataVersion, SHA256: x.SHA256, Bytes: int(x.Bytes)}
	if x.KnownAt.Unix() == 0 { // nothing had been loaded
		i.KnownAt = time.Time{}
	}
	if err := json.Unmarshal([]byte(x.Changes), &i.Changes); err != nil {
		return i, fmt.Errorf("read issue %d: %w", x.Seq, err)
	}
	return i, nil
}

// issues returns the issues of one period, or of all if it is empty, in their order.
func (r *Registry) issues(ctx context.Context, period string) ([]Issue, error) {
	where, args := "", []any{}
	if period != "" {
		where, args = " WHERE period = @period", append(args, clickhouse.Named("period", period))
	}
	var rows []issueRow
	if err := r.cfg.Database.Write().Select(ctx, &rows, `SELECT `+issueColumns+` FROM report_issues`+where+` ORDER BY seq, recorded_at, entry LIMIT 1 BY seq`, args...); err != nil {
		return nil, fmt.Errorf("read the issued reports: %w", err)
	}
	out := make([]Issue, len(rows))
	for i, x := range rows {
		var err error
		if out[i], err = x.issue(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *Registry) figures(ctx context.Context, i *Issue) ([]Figure, error) {
	var rows []struct {
		Figures string `ch:"figures"`
	}
	if err := r.cfg.Database.Write().Select(ctx, &rows, `SELECT figures FROM report_issues WHERE seq = @seq ORDER BY recorded_at, entry LIMIT 1`, clickhouse.Named("seq", uint32(i.Seq))); err != nil {
		return nil, fmt.Errorf("read the numbers of issue %d: %w", i.Seq, err)
	}
	var out []Figure
	for _, x := range rows {
		if err := json.Unmarshal([]byte(x.Figures), &out); err != nil {
			return nil, fmt.Errorf("read the numbers of issue %d: %w", i.Seq, err)
		}
	}
	return out, nil
}

// file returns the bytes of an issue, or an error if they are no longer what was issued.
func (r *Registry) file(ctx context.Context, i *Issue) ([]byte, error) {
	var rows []struct {
		HTML string `ch:"html"`
	}
	if err := r.cfg.Database.Write().Select(ctx, &rows, `SELECT html FROM report_issues WHERE seq = @seq ORDER BY recorded_at, entry LIMIT 1`, clickhouse.Named("seq", uint32(i.Seq))); err != nil {
		return nil, fmt.Errorf("read issue %d: %w", i.Seq, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("issue %d: %w", i.Seq, integrity.ErrNotFound)
	}
	sum := sha256.Sum256([]byte(rows[0].HTML))
	if got := hex.EncodeToString(sum[:]); got != i.SHA256 {
		return nil, fmt.Errorf("issue %d, %s version %d: the stored file has the checksum %s, it was issued with %s", i.Seq, i.Period, i.Version, got, i.SHA256)
	}
	return []byte(rows[0].HTML), nil
}

func (r *Registry) keep(ctx context.Context, i Issue, html []byte) error {
	changes, err := json.Marshal(i.Changes)
	if err != nil {
		return err
	}
	figures, err := json.Marshal(i.Figures)
	if err != nil {
		return err
	}
	known := i.KnownAt
	if known.IsZero() {
		known = time.Unix(0, 0)
	}
	entry := rand.Text()
	insert := func(ctx context.Context) error {
		batch, err := r.cfg.Database.Write().PrepareBatch(ctx, `INSERT INTO report_issues (seq, entry, period, version, number, total, signer, issued_on, by_name, by_role, recorded_at,
			copies, copy_no, advice, reason, as_of, known_at, data_version, changes, figures, sha256, html)`)
		if err != nil {
			return err
		}
		defer batch.Close()
		if err := batch.Append(uint32(i.Seq), entry, i.Period, uint32(i.Version), uint32(i.No), uint32(i.Total), i.Signer, i.IssuedOn.UTC(), i.By, string(i.Role), i.At,
			uint32(i.Copies), i.CopyNo, i.Advice, i.Reason, i.AsOf.UTC(), known.UTC(), i.DataVersion, string(changes), string(figures), i.SHA256, string(html)); err != nil {
			return err
		}
		return batch.Send()
	}
	return claim(ctx, fmt.Sprintf("report-issue/%d", i.Seq), entry, insert, func() (string, error) {
		var rows []struct {
			Entry string `ch:"entry"`
		}
		err := r.cfg.Database.Write().Select(ctx, &rows, `SELECT entry FROM report_issues WHERE seq = @seq ORDER BY recorded_at, entry LIMIT 1`, clickhouse.Named("seq", uint32(i.Seq)))
		if err != nil || len(rows) == 0 {
			return "", err
		}
		return rows[0].Entry, nil
	})
}
