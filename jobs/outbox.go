package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// The states of a mail.
const (
	MailQueued  = "queued"
	MailSent    = "sent"
	MailFailed  = "failed"  // given up: refused for good, or a week of failed attempts
	MailDropped = "dropped" // everything it was about had been done before it could be sent
)

// Outbox keeps notices and mails. A digest exists once its notices stand in the table
// notices, which one INSERT writes whole; its mails, one per address, follow from it, also
// after a crash in between.
//
// What is promised: each notice is in one digest, each digest goes to each address once,
// whatever restarts and however often the server fails. One gap no program can close:
// when the server has accepted a mail and the process dies before that is recorded, the
// mail is sent again – with the same Message-ID, by which mail programs and people
// recognise the copy. Nothing is ever lost for it.
type Outbox struct{ DB Database }

// notice is a row of the table notices.
type notice struct {
	recipient, item, level, digest string
	rule                           integrity.Rule
	basis                          integrity.Basis
	unit                           string
	due                            integrity.Day
}

// id is what happens once.
func (n notice) id() string { return n.recipient + "\x00" + n.item + "\x00" + n.level }

// notices returns which notices are in a digest, which were recorded as having no address,
// and how many rows say so.
func (o Outbox) notices(ctx context.Context) (told, untold map[string]bool, written uint64, err error) {
	var rows []struct {
		Recipient string `ch:"recipient"`
		Item      string `ch:"item"`
		Level     string `ch:"level"`
		Digest    string `ch:"last_digest"`
		Rows      uint64 `ch:"rows_written"`
	}
	if err := o.DB.Write().Select(ctx, &rows, `SELECT recipient, item, level, max(digest) AS last_digest, count() AS rows_written FROM notices
		GROUP BY recipient, item, level ORDER BY recipient, item, level`); err != nil {
		return nil, nil, 0, fmt.Errorf("read the notices: %w", err)
	}
	told, untold = map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		id := notice{recipient: r.Recipient, item: r.Item, level: r.Level}.id()
		if r.Digest == "" {
			untold[id] = true
		} else {
			told[id] = true
		}
		written += r.Rows
	}
	return told, untold, written, nil
}

// write stores the notices of a run at once; written is how many stood when they were
// worked out.
func (o Outbox) write(ctx context.Context, rows []notice, written uint64, asOf integrity.Day, now time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	err := once(ctx, fmt.Sprintf("notices/%d", written), func(ctx context.Context) error {
		batch, err := o.DB.Write().PrepareBatch(ctx, `INSERT INTO notices (recipient, item, level, digest, as_of, recorded_at, rule, basis, unit, due_on)`)
		if err != nil {
			return err
		}
		defer batch.Close()
		for _, n := range rows {
			if err := batch.Append(n.recipient, n.item, n.level, n.digest, asOf.UTC(), now.UTC(), string(n.rule), string(n.basis), n.unit, n.due.UTC()); err != nil {
				return err
			}
		}
		return send(ctx, batch)
	}, func() (bool, error) {
		_, _, later, err := o.notices(ctx)
		return later > written, err
	})
	if err != nil {
		return fmt.Errorf("store notices: %w", err)
	}
	return nil
}

// Unaddressed is a recipient who could not be told for want of an address.
type Unaddressed struct {
	Recipient string    `ch:"recipient" json:"recipient"` // clerk/13, head/13, office, inspector, leader
	Unit      string    `ch:"-" json:"unit"`
	Label     string    `ch:"-" json:"label"`
	Notices   uint64    `ch:"notice_count" json:"notices"`
	Since     time.Time `ch:"first_at" json:"since"`
}

// Unaddressed lists the recipients with notices that were never sent because no address
// is configured, and how many.
func (o Outbox) Unaddressed(ctx context.Context, lang integrity.Lang) ([]Unaddressed, error) {
	var out []Unaddressed
	if err := o.DB.Write().Select(ctx, &out, `SELECT recipient, count() AS notice_count, min(noted_at) AS first_at FROM (
			SELECT recipient, item, level, min(recorded_at) AS noted_at, max(digest) AS last_digest FROM notices GROUP BY recipient, item, level)
		WHERE last_digest = '' GROUP BY recipient ORDER BY recipient`); err != nil {
		return nil, fmt.Errorf("list recipients without an address: %w", err)
	}
	for i := range out {
		_, out[i].Unit, _ = strings.Cut(out[i].Recipient, "/")
		out[i].Label = recipientLabel(out[i].Recipient, lang)
	}
	return out, nil
}

// Mail is one mail as the outbox knows it.
type Mail struct {
	ID        string    `ch:"mail" json:"id"`
	Seq       uint32    `ch:"last_seq" json:"-"`
	State     string    `ch:"last_state" json:"state"`
	QueuedAt  time.Time `ch:"queued_at" json:"queued_at"`
	SteppedAt time.Time `ch:"last_at" json:"at"`         // of the latest step
	NextAt    time.Time `ch:"last_next" json:"next_at"`  // of the next attempt, while queued
	Attempts  uint32    `ch:"tried" json:"attempts"`     // so far
	Digest    string    `ch:"of_digest" json:"digest"`   // mails of one digest differ by address only
	Recipient string    `ch:"to_whom" json:"recipient"`  // clerk/13, head/13, office, inspector, leader
	Address   string    `ch:"to_address" json:"address"` // e-mail
	Error     string    `ch:"last_error" json:"error"`   // of the latest attempt
	Subject   string    `ch:"last_subject" json:"subject"`
}

// List returns the mails, newest first, at most limit.
func (o Outbox) List(ctx context.Context, limit int) ([]Mail, error) {
	return o.mails(ctx, `ORDER BY queued_at DESC, mail LIMIT `+fmt.Sprint(limit))
}

func (o Outbox) mails(ctx context.Context, tail string, args ...any) ([]Mail, error) {
	var out []Mail
	if err := o.DB.Write().Select(ctx, &out, `SELECT mail, max(seq) AS last_seq, argMax(state, seq) AS last_state, min(stepped_at) AS queued_at, argMax(stepped_at, seq) AS last_at,
		argMax(next_at, seq) AS last_next, max(attempts) AS tried, any(digest) AS of_digest, any(recipient) AS to_whom, any(address) AS to_address,
		argMax(error, seq) AS last_error, argMax(subject, seq) AS last_subject FROM outbox GROUP BY mail `+tail, args...); err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return out, nil
}

// Body returns the text of a mail that was sent; integrity.ErrNotFound if it was not, or
// its text has been erased.
func (o Outbox) Body(ctx context.Context, mail string) (string, error) {
	var rows []struct {
		Body string `ch:"body"`
	}
	if err := o.DB.Write().Select(ctx, &rows, `SELECT body FROM outbox WHERE mail = @mail AND state = 'sent' AND body != '' ORDER BY seq LIMIT 1`, clickhouse.Named("mail", mail)); err != nil {
		return "", fmt.Errorf("read a mail: %w", err)
	}
	if len(rows) == 0 {
		return "", fmt.Errorf("mail %q: %w", mail, integrity.ErrNotFound)
	}
	return rows[0].Body, nil
}

// mailStep is a row of the table outbox.
type mailStep struct {
	Mail
	body string
}

// steps writes steps that belong together, those of one digest or one mail; whoever comes
// second with the first of them writes nothing.
func (o Outbox) steps(ctx context.Context, steps []mailStep) error {
	if len(steps) == 0 {
		return nil
	}
	// What has happened is written down even when the task is being stopped.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	first := steps[0]
	err := once(ctx, fmt.Sprintf("outbox/%s/%d", first.ID, first.Seq), func(ctx context.Context) error {
		batch, err := o.DB.Write().PrepareBatch(ctx, `INSERT INTO outbox (mail, seq, state, stepped_at, next_at, attempts, digest, recipient, address, error, subject, body)`)
		if err != nil {
			return err
		}
		defer batch.Close()
		for _, s := range steps {
			if err := batch.Append(s.ID, s.Seq, s.State, s.SteppedAt.UTC(), s.NextAt.UTC(), s.Attempts, s.Digest, s.Recipient, s.Address, s.Error, s.Subject, s.body); err != nil {
				return err
			}
		}
		return send(ctx, batch)
	}, func() (bool, error) {
		var n uint64
		err := o.DB.Write().QueryRow(ctx, `SELECT count() FROM outbox WHERE mail = @mail AND seq = @seq`, clickhouse.Named("mail", first.ID), clickhouse.Named("seq", first.Seq)).Scan(&n)
		return n > 0, err
	})
	if err != nil {
		return fmt.Errorf("record mails: %w", err)
	}
	return nil
}

// enqueue writes the mails of every digest that has none yet: those of this run, and those
// that a crash left without.
func (m Mailing) enqueue(ctx context.Context, now time.Time) error {
	var digests []struct {
		Digest    string `ch:"digest"`
		Recipient string `ch:"to_whom"`
	}
	if err := m.Database.Write().Select(ctx, &digests, `SELECT digest, any(recipient) AS to_whom FROM notices
		WHERE digest != '' AND digest NOT IN (SELECT digest FROM outbox) GROUP BY digest ORDER BY to_whom, digest`); err != nil {
		return fmt.Errorf("look for digests to send: %w", err)
	}
	for _, d := range digests {
		var steps []mailStep
		addresses := m.Recipients.addresses(d.Recipient)
		for i, a := range addresses {
			if slices.Index(addresses, a) == i {
				steps = append(steps, mailStep{Mail: Mail{ID: fmt.Sprintf("%s-%d", d.Digest, i+1), State: MailQueued, SteppedAt: now, NextAt: now, Digest: d.Digest, Recipient: d.Recipient, Address: a}})
			}
		}
		if len(addresses) == 0 { // taken out of the configuration since
			steps = append(steps, mailStep{Mail: Mail{ID: d.Digest + "-0", State: MailFailed, SteppedAt: now, NextAt: now, Digest: d.Digest, Recipient: d.Recipient,
				Error: "没有登记邮箱 (no address)"}})
		}
		if err := (Outbox{m.Database}).steps(ctx, steps); err != nil {
			return err
		}
	}
	return nil
}

// A mail is tried again after 5 minutes, then after twice as long each time, up to 6
// hours. It is given up after a week, but not before the tenth attempt: the server may
// have been away together with us.
const (
	firstPause   = 5 * time.Minute
	longestPause = 6 * time.Hour
	giveUpAfter  = 7 * 24 * time.Hour
	giveUpTries  = 10
)

func pause(attempts uint32) time.Duration {
	p := firstPause
	for ; attempts > 1 && p < longestPause; attempts-- {
		p *= 2
	}
	return min(p, longestPause)
}

// deliver sends what is waiting and due. A mail says what is still to be done at that
// time: what was done meanwhile is left out, and where nothing is left nothing is sent.
// When the server cannot be reached the rest waits untried.
func (m Mailing) deliver(ctx context.Context, now time.Time) (Result, error) {
	if err := m.enqueue(ctx, now); err != nil {
		return Result{}, err
	}
	if err := m.enqueueReports(ctx, now); err != nil {
		return Result{}, err
	}
	box := Outbox{m.Database}
	waiting, err := box.mails(ctx, `HAVING last_state = 'queued' ORDER BY queued_at, mail`)
	if err != nil {
		return Result{}, err
	}
	due := slices.DeleteFunc(slices.Clone(waiting), func(w Mail) bool { return w.NextAt.After(now) })
	counts := map[string]uint64{"sent": 0, "dropped": 0, "failed": 0, "waiting": uint64(len(waiting))}
	var last error
	if len(due) > 0 {
		items, err := pressing(ctx, m.Obligations, integrity.DayOf(now))
		if err != nil {
			return Result{}, err
		}
		for _, w := range due {
			if err := Guard(ctx); err != nil {
				return Result{}, err
			}
			step, err := m.attempt(ctx, w, items, now)
			if step.State == "" { // nothing happened to the mail
				return Result{}, err
			}
			if err != nil {
				last = err
				m.Log.WarnContext(ctx, "mail not sent", "mail", w.ID, "attempts", step.Attempts, "state", step.State, "err", err)
			}
			if werr := box.steps(ctx, []mailStep{step}); werr != nil {
				return Result{}, werr
			}
			if step.State != MailQueued {
				counts[step.State]++
				counts["waiting"]--
			}
			if errors.Is(err, errUnreachable) {
				break
			}
		}
	}
	text := obligation.Text{ZH: fmt.Sprintf("发出%d封", counts["sent"]), EN: fmt.Sprintf("mails sent: %d", counts["sent"])}
	for _, c := range []struct{ key, zh, en string }{{"dropped", "，已办结不再发%d封", ", done and not sent: %d"}, {"failed", "，放弃%d封", ", given up: %d"}, {"waiting", "，待发%d封", ", waiting: %d"}} {
		if counts[c.key] > 0 {
			text.ZH += fmt.Sprintf(c.zh, counts[c.key])
			text.EN += fmt.Sprintf(c.en, counts[c.key])
		}
	}
	if last != nil {
		text.ZH += "（" + brief(last) + "）"
		text.EN += " (" + brief(last) + ")"
	}
	return Result{Text: text, Counts: counts}, nil
}

// attempt tries one mail and returns the step to record, with the zero State if there is
// none.
func (m Mailing) attempt(ctx context.Context, w Mail, items []*obligation.Item, now time.Time) (mailStep, error) {
	step := mailStep{Mail: w}
	step.Seq, step.SteppedAt, step.NextAt, step.Error = w.Seq+1, now, now, ""
	letter, something, err := m.letter(ctx, w, items, now)
	if err != nil {
		return mailStep{}, err
	}
	if !something {
		step.State = MailDropped
		return step, nil
	}
	letter.ID, letter.To, letter.Date = w.ID, w.Address, now
	err = m.Sender.Send(ctx, letter)
	if err == nil && m.afterSend != nil {
		if err := m.afterSend(); err != nil {
			return mailStep{}, err
		}
	}
	if err == nil {
		step.State, step.Subject, step.body = MailSent, letter.Subject, letter.Body
		step.Attempts++
		return step, nil
	}
	if ctx.Err() != nil {
		return mailStep{}, fmt.Errorf("send mails: %w", ctx.Err())
	}
	step.Attempts++
	step.State, step.Error, step.NextAt = MailQueued, brief(err), now.Add(pause(step.Attempts))
	if errors.Is(err, errRefused) || step.Attempts >= giveUpTries && now.Sub(w.QueuedAt) >= giveUpAfter {
		step.State = MailFailed
	}
	return step, err
}

// letter returns what a mail says now; something is false where all it was about is done.
func (m Mailing) letter(ctx context.Context, w Mail, items []*obligation.Item, now time.Time) (l Letter, something bool, err error) {
	if w.Recipient == toReports {
		l, err = m.reportLetter(ctx, w)
		return l, err == nil, err
	}
	about, err := m.about(ctx, w, items)
	if err != nil || w.Recipient != toLeader && len(about) == 0 {
		return Letter{}, false, err
	}
	return m.compose(w.Recipient, about, integrity.DayOf(now)), true, nil
}

// about returns the items of a digest that are still to be done; for leaders all of them
// but the petitions.
func (m Mailing) about(ctx context.Context, w Mail, items []*obligation.Item) ([]*obligation.Item, error) {
	if w.Recipient == toLeader {
		return slices.DeleteFunc(slices.Clone(items), func(it *obligation.Item) bool { return it.Owner == integrity.OwnerInspector || it.UnitClosed }), nil
	}
	var rows []struct {
		Item string `ch:"item"`
	}
	if err := m.Database.Write().Select(ctx, &rows, `SELECT DISTINCT item FROM notices WHERE digest = @digest ORDER BY item`, clickhouse.Named("digest", w.Digest)); err != nil {
		return nil, fmt.Errorf("read the notices of a digest: %w", err)
	}
	mine := map[string]bool{}
	for _, r := range rows {
		mine[r.Item] = true
	}
	return slices.DeleteFunc(slices.Clone(items), func(it *obligation.Item) bool { return !mine[it.Key()] }), nil
}

// brief is an error as one line that fits into a table.
func brief(err error) string {
	text := []rune(strings.Join(strings.Fields(err.Error()), " "))
	if len(text) > 300 {
		text = append(text[:300], '…')
	}
	return string(text)
}
