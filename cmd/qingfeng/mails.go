package main

import (
	"context"

	"qingfeng/dashboards"
	"qingfeng/internal/integrity"
	"qingfeng/jobs"
)

// outbox shows the mails on the page of tasks.
type outbox struct{ app *app }

func (o outbox) Mails(ctx context.Context, lang integrity.Lang, limit int) ([]dashboards.MailInfo, []dashboards.UnaddressedInfo, error) {
	box := jobs.Outbox{DB: o.app.store}
	mails, err := box.List(ctx, limit)
	if err != nil {
		return nil, nil, err
	}
	without, err := box.Unaddressed(ctx, lang)
	if err != nil {
		return nil, nil, err
	}
	var out []dashboards.MailInfo
	for _, m := range mails {
		out = append(out, dashboards.MailInfo{Recipient: m.Recipient, Address: m.Address, Subject: m.Subject, State: m.State, Error: m.Error, Attempts: int(m.Attempts), At: m.SteppedAt})
	}
	var untold []dashboards.UnaddressedInfo
	for _, u := range without {
		untold = append(untold, dashboards.UnaddressedInfo{Label: u.Label, Notices: int(u.Notices), Since: u.Since})
	}
	return out, untold, nil
}

// quietSources names the sources that bring nothing any more, as readyz tells them. Where
// that cannot be told the database is what is wrong, and readyz says so itself.
func (a *app) quietSources(ctx context.Context) []string {
	quiet, err := jobs.Quiet(ctx, a.metrics, integrity.DayOf(a.now()))
	if err != nil {
		a.t.log.WarnContext(ctx, "sources not watched", "err", err)
		return nil
	}
	var out []string
	for _, q := range quiet {
		part := "source:" + q.Kind
		if q.Source != "" {
			part += "/" + q.Source
		}
		out = append(out, part)
	}
	return out
}
