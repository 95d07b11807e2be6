package inbox

import (
	"context"
	"io/fs"
	"os"
	"path"
	"time"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// Lists come in parts: a form for each person (notice, note 2). Files of lists that lie in the
// folder together are therefore one load, as when they are named in one command: those that give
// the list of one unit for one day are one list.

// patience is how many times the pause in which a file has to stand still those that do wait for
// others of their folder: somebody may be copying the forms of a unit one after another.
const patience = 6

// most is how many files are loaded together; each is kept open meanwhile.
const most = 500

// worthWaiting reports whether files that stand still should wait for others that do not yet.
func (b *Inbox) worthWaiting(folder string, ready []fs.FileInfo, now time.Time) bool {
	for _, info := range ready {
		if s := b.seen[path.Join(folder, info.Name())]; s.tries > 0 || now.Sub(s.since) >= patience*b.cfg.Settle {
			return false
		}
	}
	return len(ready) > 0
}

// together loads several files of lists as one load, and returns those that have to be taken one
// by one: a single one, those that cannot be opened now, and all where the load itself fails, so
// that one of them does not keep the others out.
func (b *Inbox) together(ctx context.Context, dir *os.Root, ready []fs.FileInfo) (left []fs.FileInfo, err error) {
	if len(ready) < 2 {
		return ready, nil
	}
	const kind = ingest.KindRisks
	var files []fs.FileInfo
	var sources []ingest.Source
	for _, info := range ready {
		if b.seen[path.Join(string(kind), info.Name())].tries > 0 || len(files) == most {
			left = append(left, info)
			continue
		}
		f, err := b.open(dir, info.Name())
		if err != nil {
			left = append(left, info)
			continue
		}
		defer f.Close()
		if now, err := f.Stat(); err != nil || !now.Mode().IsRegular() || !os.SameFile(now, info) {
			left = append(left, info)
			continue
		}
		files, sources = append(files, info), append(sources, ingest.Source{Name: info.Name(), Data: f, Size: info.Size()})
	}
	if len(files) < 2 {
		return ready, nil
	}
	b.mu.Lock()
	b.status.Busy, b.status.BusySince = string(kind), b.cfg.Now()
	b.mu.Unlock()
	report, err := b.load(ctx, ingest.Request{Kind: kind, By: By, Lang: integrity.Chinese, Files: sources})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		b.cfg.Log.WarnContext(ctx, "lists in the inbox not loaded together", "files", len(files), "err", err)
		return ready, nil
	}
	var rejects []byte
	if report.Batch != "" && report.Totals.Rejected > 0 {
		if rejects, err = b.cfg.Rejects(ctx, report.Batch); err != nil {
			b.cfg.Log.ErrorContext(ctx, "rejected rows of files in the inbox not written", "batch", report.Batch, "err", err)
		}
	}
	for i, info := range files {
		s := b.seen[path.Join(string(kind), info.Name())]
		if !same(dir, info) { // written on meanwhile: as it is now, it comes next
			s.since = b.cfg.Now()
			continue
		}
		r := &result{kind: kind, name: info.Name(), size: info.Size(), at: b.cfg.Now(), keep: b.cfg.Keep, report: report}
		r.report.Files, r.report.Totals = report.Files[i:i+1:i+1], report.Files[i].Counts
		r.shown = report.Files[i].Name
		if report.Files[i].Status == ingest.FileUnreadable {
			r.report.Batch = ""
		}
		if r.report.Totals.Rejected > 0 {
			r.rejects = rejects
		}
		b.putAway(ctx, dir, s, r)
	}
	b.cfg.Log.InfoContext(ctx, "files taken from the inbox", "kind", kind, "batch", report.Batch, "files", len(files))
	return left, nil
}

// same reports whether a file is still the one that was looked at, and unchanged.
func same(dir *os.Root, info fs.FileInfo) bool {
	now, err := dir.Lstat(info.Name())
	return err == nil && os.SameFile(now, info) && now.Size() == info.Size() && now.ModTime().Equal(info.ModTime())
}
