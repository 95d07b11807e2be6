package bulletin

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

// NoteKind is what a note is.
type NoteKind string

// The kinds of notes.
const (
	NoteAdvice      NoteKind = "advice"      // 工作建议; the latest one stands
	NoteInstruction NoteKind = "instruction" // a leader's instruction on the report
	NoteLetter      NoteKind = "letter"      // the letter that an instruction became
)

// Note is what somebody wrote for or on a report.
type Note struct {
	Seq    int            `json:"seq"` // among the notes of the period, from 1
	Kind   NoteKind       `json:"kind"`
	Text   string         `json:"text"`
	Leader string         `json:"leader,omitempty"` // instruction: by whom
	About  int            `json:"about,omitempty"`  // letter: Seq of the instruction
	Letter string         `json:"letter,omitempty"` // letter: its id
	By     string         `json:"by"`
	Role   integrity.Role `json:"role"`
	At     time.Time      `json:"at"`
}

// The longest texts, in characters: beyond them 工作建议 would not fit on the four pages.
const (
	maxAdvice      = 1200
	maxInstruction = 500
)

// Add writes a note to a period. after is the Seq of the last note that the writer had
// seen: if somebody added one since, Add returns ErrTaken and nothing is lost. ErrForbidden
// is for who may not write, and an error that wraps integrity.ErrInvalid for the text.
func (r *Registry) Add(ctx context.Context, who integrity.Principal, period string, n Note, after int) (Note, error) {
	if err := CheckPeriod(period); err != nil {
		return Note{}, err
	}
	if !Reads(who) {
		return Note{}, fmt.Errorf("report of %s: %w", period, integrity.ErrNotFound)
	}
	leaders := n.Kind == NoteInstruction && who.Role == integrity.RoleLeader
	if !who.IssuesReports() && !leaders {
		return Note{}, ErrForbidden
	}
	if err := n.complete(); err != nil {
		return Note{}, err
	}
	notes, err := r.Notes(ctx, period)
	if err != nil {
		return Note{}, err
	}
	if n.Kind != NoteAdvice { // these do not take each other's place
		after = len(notes)
	}
	if after != len(notes) {
		return Note{}, ErrTaken
	}
	if n.Kind == NoteLetter && !hasInstruction(notes, n.About) {
		return Note{}, fmt.Errorf("%w: no instruction %d", integrity.ErrInvalid, n.About)
	}
	n.Seq, n.By, n.Role, n.At = len(notes)+1, who.Name, who.Role, r.cfg.Now().UTC().Truncate(time.Microsecond)
	if err := r.write(ctx, period, n); err != nil {
		return Note{}, fmt.Errorf("note on the report of %s: %w", period, err)
	}
	return n, nil
}

func hasInstruction(notes []Note, seq int) bool {
	for _, n := range notes {
		if n.Seq == seq && n.Kind == NoteInstruction {
			return true
		}
	}
	return false
}

func (n *Note) complete() error {
	n.Text = strings.TrimSpace(strings.ReplaceAll(n.Text, "\r\n", "\n"))
	n.Leader = strings.Join(strings.Fields(n.Leader), " ")
	long := maxAdvice
	switch n.Kind {
	case NoteAdvice: // empty takes it away
	case NoteInstruction:
		long = maxInstruction
		if n.Text == "" || n.Leader == "" {
			return fmt.Errorf("%w: 批示要写明内容和批示领导 (an instruction needs its text and the leader)", integrity.ErrInvalid)
		}
	case NoteLetter:
		if n.Letter == "" {
			return fmt.Errorf("%w: the letter is missing", integrity.ErrInvalid)
		}
	default:
		return fmt.Errorf("%w: note %q", integrity.ErrInvalid, n.Kind)
	}
	if l := utf8.RuneCountInString(n.Text); l > long {
		return fmt.Errorf("%w: %d字，最多%d字 (%d characters, at most %d)", integrity.ErrInvalid, l, long, l, long)
	}
	return nil
}

func (r *Registry) write(ctx context.Context, period string, n Note) error {
	entry := rand.Text()
	insert := func(ctx context.Context) error {
		batch, err := r.cfg.Database.Write().PrepareBatch(ctx, `INSERT INTO report_notes (period, seq, entry, kind, text, leader, about, letter, by_name, by_role, recorded_at)`)
		if err != nil {
			return err
		}
		defer batch.Close()
		if err := batch.Append(period, uint32(n.Seq), entry, string(n.Kind), n.Text, n.Leader, uint32(n.About), n.Letter, n.By, string(n.Role), n.At); err != nil {
			return err
		}
		return batch.Send()
	}
	return claim(ctx, fmt.Sprintf("report-note/%s/%d", period, n.Seq), entry, insert, func() (string, error) {
		var rows []struct {
			Entry string `ch:"entry"`
		}
		err := r.cfg.Database.Write().Select(ctx, &rows, `SELECT entry FROM report_notes WHERE period = @period AND seq = @seq ORDER BY recorded_at, entry LIMIT 1`,
			clickhouse.Named("period", period), clickhouse.Named("seq", uint32(n.Seq)))
		if err != nil || len(rows) == 0 {
			return "", err
		}
		return rows[0].Entry, nil
	})
}

// Notes returns the notes of a period in their order.
func (r *Registry) Notes(ctx context.Context, period string) ([]Note, error) {
	var rows []struct {
		Seq    uint32    `ch:"seq"`
		Kind   string    `ch:"kind"`
		Text   string    `ch:"text"`
		Leader string    `ch:"leader"`
		About  uint32    `ch:"about"`
		Letter string    `ch:"letter"`
		By     string    `ch:"by_name"`
		Role   string    `ch:"by_role"`
		At     time.Time `ch:"recorded_at"`
	}
	if err := r.cfg.Database.Write().Select(ctx, &rows, `SELECT seq, kind, text, leader, about, letter, by_name, by_role, recorded_at FROM report_notes WHERE period = @period ORDER BY seq, recorded_at, entry LIMIT 1 BY seq`,
		clickhouse.Named("period", period)); err != nil {
		return nil, fmt.Errorf("read the notes on the report of %s: %w", period, err)
	}
	out := make([]Note, len(rows))
	for i, n := range rows {
		out[i] = Note{Seq: int(n.Seq), Kind: NoteKind(n.Kind), Text: n.Text, Leader: n.Leader, About: int(n.About), Letter: n.Letter, By: n.By, Role: integrity.Role(n.Role), At: n.At}
	}
	return out, nil
}

// Advice returns the advice that stands among notes.
func Advice(notes []Note) string {
	for i := len(notes) - 1; i >= 0; i-- {
		if notes[i].Kind == NoteAdvice {
			return notes[i].Text
		}
	}
	return ""
}
