package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"qingfeng/ingest"
)

// forget deletes originals of complaints and petitions that no batch holds in full once they have
// lain in failed/ for as long as they may: they may name those who wrote, and nobody mended them.
// Their reports stay, and with them name, size and hash. A file without a report is not the
// program's to delete. It looks once an hour.
func (b *Inbox) forget(ctx context.Context, dir *os.Root, kind ingest.Kind) error {
	now := b.cfg.Now()
	if !kind.Named() || now.Before(b.forgotten[kind]) {
		return nil
	}
	b.forgotten[kind] = now.Add(forgetPause)
	reports, err := fs.ReadDir(dir.FS(), Failed)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look for originals to delete: %w", reason(err))
	}
	for _, e := range reports {
		original, ok := strings.CutSuffix(e.Name(), jsonSuffix)
		if !ok || !e.Type().IsRegular() {
			continue
		}
		original = path.Join(Failed, original)
		if info, err := dir.Lstat(original); err != nil || !info.Mode().IsRegular() {
			continue // deleted before
		}
		text, err := dir.ReadFile(path.Join(Failed, e.Name()))
		var r kept
		if err != nil || json.Unmarshal(text, &r) != nil || r.TakenAt.IsZero() || now.Before(r.TakenAt.Add(b.cfg.Keep)) {
			continue
		}
		if err := dir.Remove(original); err != nil {
			b.cfg.Log.ErrorContext(ctx, "original in the inbox not deleted", "kind", kind, "err", reason(err))
			continue
		}
		b.cfg.Log.InfoContext(ctx, "original deleted from the inbox, nobody mended it", "kind", kind, "taken_at", r.TakenAt)
	}
	return nil
}
