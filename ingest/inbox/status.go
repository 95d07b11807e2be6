package inbox

import (
	"slices"
	"time"
)

// Status is how the inbox does.
type Status struct {
	Dir       string
	LastLook  time.Time // when it was last looked through to the end; at first, when the watch began
	Waiting   int       // files that lie there: not yet still, or to be tried again
	Busy      string    // kind/name of the file that is being loaded; empty for none
	BusySince time.Time
	Aside     []string // kind/name of links, folders and the like, which are left alone
	Troubles  []Trouble
	Stalled   bool // nobody looks any more, or a file can be neither loaded nor moved
}

// Trouble is what keeps a file, or with an empty name the whole inbox, from being loaded.
type Trouble struct {
	File   string // kind/name
	ZH, EN string
	Since  time.Time
}

// Silence after which a watch counts as stalled: without a look or with a trouble, and within
// one load, which has a limit of its own of half an hour.
const (
	silentLook = 2 * time.Minute
	silentLoad = 45 * time.Minute
)

// Status returns how the inbox does. It never waits for the folder.
func (b *Inbox) Status() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.status
	s.Aside, s.Troubles = slices.Clone(s.Aside), slices.Clone(s.Troubles)
	now := b.cfg.Now()
	switch {
	case s.Busy != "":
		s.Stalled = now.Sub(s.BusySince) > silentLoad
	default:
		limit := max(silentLook, 5*b.cfg.Interval)
		s.Stalled = now.Sub(s.LastLook) > limit || slices.ContainsFunc(s.Troubles, func(t Trouble) bool { return now.Sub(t.Since) > limit })
	}
	return s
}
