package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// content is what a file is known by: the SHA-256 of its bytes, in hexadecimal digits. For a very
// long file it is worked out while the file is loaded, which takes a core a tenth of that time,
// unless a file as long was loaded before or comes with it: only then can it be a known one.
type content struct {
	late bool
	done chan struct{} // closed when the rest is there
	sum  string
	err  error
}

func (c *content) get() (string, error) {
	<-c.done
	return c.sum, c.err
}

// contents begins to work out the contents of the files of a load. Those that are not late are
// there when it returns. Wait returns when nothing reads from the files any more.
func (l *Loader) contents(ctx context.Context, req *Request, options string, shown func(Source) string) (of []*content, wait func(), err error) {
	ctx, stop := context.WithCancel(ctx)
	wait = func() {
		stop()
		for _, c := range of {
			<-c.done
		}
	}
	defer func() {
		if err != nil {
			wait()
			of, wait = nil, func() {}
		}
	}()
	alone, err := l.lengthsOfTheirOwn(ctx, req, options)
	if err != nil {
		return nil, wait, err
	}
	for _, src := range req.Files {
		c := &content{late: alone[src.Size], done: make(chan struct{})}
		of = append(of, c)
		work := func() {
			defer close(c.done)
			if c.sum, c.err = digest(ctx, src); c.err != nil {
				c.err = fmt.Errorf("read %s: %w", shown(src), c.err)
			}
		}
		if c.late {
			go work()
			continue
		}
		if work(); c.err != nil {
			return of, wait, c.err
		}
	}
	return of, wait, nil
}

// lengthsOfTheirOwn returns the lengths of very long files that no other file has, neither of the load nor
// of those loaded before.
func (l *Loader) lengthsOfTheirOwn(ctx context.Context, req *Request, options string) (alone map[int64]bool, err error) {
	files := map[int64]int{}
	var long []uint64
	for _, src := range req.Files {
		if files[src.Size]++; src.Size >= veryLongFile {
			long = append(long, uint64(src.Size))
		}
	}
	if len(long) == 0 {
		return nil, nil
	}
	known, err := l.cfg.Store.KnownLengths(ctx, long, string(req.Kind), options)
	if err != nil {
		return nil, err
	}
	alone = map[int64]bool{}
	for _, n := range long {
		alone[int64(n)] = files[int64(n)] == 1 && !known[n]
	}
	return alone, nil
}

func digest(ctx context.Context, src Source) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(untilGivenUp{ctx, src.Data}, 0, src.Size)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// untilGivenUp is a file that is read no further once the work is given up.
type untilGivenUp struct {
	ctx context.Context
	io.ReaderAt
}

func (g untilGivenUp) ReadAt(p []byte, at int64) (int, error) {
	if err := context.Cause(g.ctx); err != nil {
		return 0, err
	}
	n, err := g.ReaderAt.ReadAt(p, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, fmt.Errorf("at byte %d: %w", at, err)
	}
	return n, err
}
