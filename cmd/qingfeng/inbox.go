package main

import (
	"context"
	"time"

	"qingfeng/dashboards"
	"qingfeng/ingest"
	"qingfeng/ingest/inbox"
	"qingfeng/internal/store"
)

// inbox returns the watch over the folder of the settings, or nil where none is set.
func (a *app) inbox(loader *ingest.Loader) (*inbox.Inbox, error) {
	if a.t.cfg.Inbox == "" {
		return nil, nil
	}
	settle := time.Duration(a.t.cfg.InboxSettle) * time.Second
	return inbox.New(inbox.Config{Dir: a.t.cfg.Inbox, Load: loader.Load, Away: store.Unavailable, Log: a.t.log, Settle: settle, Keep: time.Duration(a.t.cfg.InboxKeep) * 24 * time.Hour, Interval: min(settle, 5*time.Second),
		Rejects: func(ctx context.Context, batch string) ([]byte, error) { return rejectsWorkbook(ctx, loader, batch) }})
}

// inboxStatus hands the state of a watch to the pages; nil for none.
func inboxStatus(box *inbox.Inbox) func() dashboards.InboxStatus {
	if box == nil {
		return nil
	}
	return func() dashboards.InboxStatus {
		s := box.Status()
		out := dashboards.InboxStatus{Dir: s.Dir, LastLook: s.LastLook, Waiting: s.Waiting, Busy: s.Busy, Aside: s.Aside, Stalled: s.Stalled}
		for _, t := range s.Troubles {
			out.Troubles = append(out.Troubles, dashboards.InboxTrouble{File: t.File, ZH: t.ZH, EN: t.EN})
		}
		return out
	}
}
