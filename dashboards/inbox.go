package dashboards

import (
	"time"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

// InboxStatus is how the watched folder does.
type InboxStatus struct {
	Dir      string
	LastLook time.Time // when it was last looked through
	Waiting  int       // files that lie there
	Busy     string    // kind/name of the file that is being loaded; empty for none
	Aside    []string  // links, folders and the like, which are left alone
	Troubles []InboxTrouble
	Stalled  bool
}

// InboxTrouble is what keeps a file, or with an empty name the whole folder, from being
// loaded.
type InboxTrouble struct{ File, ZH, EN string }

// inboxCard is what the page of imports shows of the inbox.
type inboxCard struct {
	Dir, State, Kind, Look string
	Notes                  []string
}

// inbox is nil where no folder is watched.
func (r *request) inbox() *inboxCard {
	if r.s.Inbox == nil {
		return nil
	}
	s := r.s.Inbox()
	c := &inboxCard{Dir: s.Dir, State: r.t("inbox.idle"), Kind: "met", Look: r.t("inbox.look", s.LastLook.In(integrity.Shanghai).Format("2006-01-02 15:04:05"))}
	switch {
	case s.Stalled:
		c.State, c.Kind = r.t("inbox.stalled"), "overdue"
	case s.Busy != "":
		c.State, c.Kind = r.t("inbox.busy", s.Busy), ""
	case s.Waiting > 0:
		c.State, c.Kind = r.t("inbox.waiting", view.Number(uint64(s.Waiting))), ""
	}
	for _, t := range s.Troubles {
		text := t.ZH
		if r.lang == integrity.English {
			text = t.EN
		}
		if t.File != "" {
			text = t.File + r.t("list.colon") + text
		}
		c.Notes = append(c.Notes, text)
	}
	if len(s.Aside) > 0 {
		c.Notes = append(c.Notes, r.t("inbox.aside", r.listed(s.Aside)))
	}
	return c
}
