package dashboards

import (
	"context"
	"strconv"
	"strings"
	"time"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

// MailInfo is one mail of the outbox; State is queued, sent, failed or dropped.
type MailInfo struct {
	Recipient, Address, Subject, State, Error string
	Attempts                                  int
	At                                        time.Time // of the latest step
}

// UnaddressedInfo is a recipient who could not be told for want of an address.
type UnaddressedInfo struct {
	Label   string
	Notices int
	Since   time.Time
}

// Mails tells what the outbox holds, newest first.
type Mails interface {
	Mails(ctx context.Context, lang integrity.Lang, limit int) ([]MailInfo, []UnaddressedInfo, error)
}

// mailsShown is how many mails the page of tasks lists and counts.
const mailsShown = 50

type mailsCard struct {
	Shown                         bool
	Queued, Sent, Failed, Dropped int
	Mails, Unaddressed            view.Table
}

func (r *request) mailsCard(ctx context.Context) (mailsCard, error) {
	mails, without, err := r.s.Mails.Mails(ctx, r.lang, mailsShown)
	if err != nil {
		return mailsCard{}, err
	}
	column := func(key, class string) view.Column { return view.Column{Label: r.t("mails." + key), Class: class} }
	out := mailsCard{Shown: true, Mails: view.Table{
		ID: "mails", Caption: r.t("mails.title"), Hide: true, Class: "tight cards", Empty: r.t("mails.none"),
		Columns: []view.Column{column("to", ""), column("state", ""), column("attempts", "num"), column("when", ""), column("error", "")},
	}}
	classes := map[string]string{"queued": "on_track", "sent": "met", "failed": "overdue", "dropped": "met_late"}
	for _, m := range mails {
		switch m.State {
		case "queued":
			out.Queued++
		case "sent":
			out.Sent++
		case "failed":
			out.Failed++
		case "dropped":
			out.Dropped++
		}
		out.Mails.Rows = append(out.Mails.Rows, []view.Cell{
			{Text: m.Recipient, Note: m.Address, Head: true}, {Pill: &view.Pill{Class: classes[m.State], Text: r.t("mails." + m.State)}},
			{Text: strconv.Itoa(m.Attempts), Class: "num"}, {Text: instant(m.At), Class: "nowrap"}, {Text: m.Subject, Note: m.Error},
		})
	}
	out.Unaddressed = view.Table{
		ID: "unaddressed", Caption: r.t("mails.unaddressed"), Hide: true, Class: "tight",
		Columns: []view.Column{column("to", ""), column("notices", "num"), column("since", "")},
	}
	for _, u := range without {
		out.Unaddressed.Rows = append(out.Unaddressed.Rows, []view.Cell{{Text: u.Label, Head: true}, {Text: strconv.Itoa(u.Notices), Class: "num"}, {Text: instant(u.Since), Class: "nowrap"}})
	}
	return out, nil
}

// quietSource is the alert about a source that brings nothing any more: a kind of files, and
// after a stroke the source that its rows name. Whether petitions
// come in is only for those who see their counts.
func (r *request) quietSource(part string) []view.Alert {
	kind, source, named := strings.Cut(part, "/")
	if kind == "petitions" && !r.who.SeesPetitionCounts() {
		return nil
	}
	name := r.t("source." + kind)
	if named {
		name += "·" + source
	}
	return []view.Alert{{Kind: "warn", Text: r.t("alert.quiet", name), Link: r.lead("nav.imports", "/imports")}}
}
