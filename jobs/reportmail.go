package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

// toReports are those who get each issued report as an attachment.
const toReports = "report"

// Issued knows the reports that were issued and has their files.
type Issued interface {
	// Since returns the issues that were recorded at or after a moment, oldest first.
	Since(ctx context.Context, at time.Time) ([]bulletin.Issue, error)
	File(ctx context.Context, who integrity.Principal, period string, c bulletin.Copy) ([]byte, error)
}

// reportsFor is how long after its issue a report is still sent to an address: whoever is
// added to the configuration later does not get the issues of years.
const reportsFor = 30 * 24 * time.Hour

// reportDigest names the mails of one version of a report.
func reportDigest(i bulletin.Issue) string {
	return fmt.Sprintf("report-%s-v%d", i.Period, i.Version)
}

// enqueueReports writes the mails of every version issued of late that has none yet.
func (m Mailing) enqueueReports(ctx context.Context, now time.Time) error {
	addresses := m.Recipients.addresses(toReports)
	if m.Reports == nil || len(addresses) == 0 {
		return nil
	}
	issues, err := m.Reports.Since(ctx, now.Add(-reportsFor))
	if err != nil || len(issues) == 0 {
		return err
	}
	var known []struct {
		Digest string `ch:"digest"`
	}
	if err := m.Database.Write().Select(ctx, &known, `SELECT DISTINCT digest FROM outbox WHERE recipient = 'report' ORDER BY digest`); err != nil {
		return fmt.Errorf("look for reports to send: %w", err)
	}
	sent := map[string]bool{}
	for _, k := range known {
		sent[k.Digest] = true
	}
	for _, i := range issues {
		var steps []mailStep
		digest, to := reportDigest(i), map[string]bool{}
		if sent[digest] {
			continue
		}
		for n, a := range addresses {
			if !to[a] {
				to[a] = true
				steps = append(steps, mailStep{Mail: Mail{ID: fmt.Sprintf("%s-%d", digest, n+1), State: MailQueued, SteppedAt: now, NextAt: now, Digest: digest, Recipient: toReports, Address: a}})
			}
		}
		if err := (Outbox{m.Database}).steps(ctx, steps); err != nil {
			return err
		}
	}
	return nil
}

// reportLetter is the mail with a report.
func (m Mailing) reportLetter(ctx context.Context, w Mail) (Letter, error) {
	issues, err := m.Reports.Since(ctx, time.Time{})
	if err != nil {
		return Letter{}, err
	}
	for _, i := range issues {
		if reportDigest(i) != w.Digest {
			continue
		}
		file, err := m.Reports.File(ctx, author, i.Period, bulletin.Copy{Version: i.Version})
		if err != nil {
			return Letter{}, err
		}
		name := "廉洁风险防控监督报告 " + bulletin.Name(i.Period, i.Number)
		fileName := i.Period + ".html"
		if i.Version > 1 {
			name += fmt.Sprintf("（更正，第%d版）", i.Version)
			fileName = fmt.Sprintf("%s-v%d.html", i.Period, i.Version)
		}
		var body strings.Builder
		fmt.Fprintf(&body, "%s\n\n%s签发，签发人：%s。全文见附件 %s，可直接打开、打印。\n", name, i.IssuedOn.Chinese(), i.Signer, fileName)
		if i.Reason != "" {
			fmt.Fprintf(&body, "更正原因：%s\n", i.Reason)
		}
		fmt.Fprintf(&body, "附件校验值（SHA-256）：%s\n\n内部资料，请勿外传。\n", i.SHA256)
		return Letter{From: m.From, Subject: name, Body: body.String(), Attached: []Attachment{{Name: fileName, Type: "text/html; charset=utf-8", Body: file}}}, nil
	}
	return Letter{}, fmt.Errorf("report of mail %s: %w", w.ID, integrity.ErrNotFound)
}
