package dashboards

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"qingfeng/internal/integrity"
)

// The files of a dry run are kept in memory for so long, and no more than so many bytes of
// all of them together; the oldest go first. They are never written anywhere.
const (
	stashTime  = 15 * time.Minute
	stashBytes = 2 * uploadLimit
)

// stash keeps the files of dry runs until they are loaded. The zero stash with a clock is
// ready to use.
type stash struct {
	now  integrity.Clock
	mu   sync.Mutex
	kept []keptUpload // oldest first
}

type keptUpload struct {
	token   string
	who     integrity.Principal
	until   time.Time
	request ImportRequest
	form    form
	files   []keptFile
}

type keptFile struct {
	name string
	body []byte
}

func (k keptUpload) uploads() []Upload {
	out := make([]Upload, len(k.files))
	for i, f := range k.files {
		out[i] = Upload{Name: f.name, Data: bytes.NewReader(f.body), Size: int64(len(f.body))}
	}
	return out
}

func (k keptUpload) size() (n int) {
	for _, f := range k.files {
		n += len(f.body)
	}
	return n
}

// keep copies the files of a request and returns the word under which take gives them
// back, once and to the same principal only.
func (s *stash) keep(who integrity.Principal, r ImportRequest, f form) (token string, err error) {
	k := keptUpload{who: who, until: s.now().Add(stashTime), request: r, form: f}
	for _, u := range r.Files {
		body, err := io.ReadAll(io.NewSectionReader(u.Data, 0, u.Size))
		if err != nil {
			return "", fmt.Errorf("keep an upload: %w", err)
		}
		k.files = append(k.files, keptFile{u.Name, body})
	}
	var raw [16]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return "", fmt.Errorf("name an upload: %w", err)
	}
	k.token, k.request.Files = hex.EncodeToString(raw[:]), nil
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop()
	s.kept = append(s.kept, k)
	for total := s.total(); total > stashBytes && len(s.kept) > 1; total = s.total() {
		s.kept = slices.Delete(s.kept, 0, 1)
	}
	return k.token, nil
}

func (s *stash) take(token string, who integrity.Principal) (keptUpload, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop()
	i := slices.IndexFunc(s.kept, func(k keptUpload) bool { return k.token == token && k.who == who })
	if i < 0 {
		return keptUpload{}, false
	}
	k := s.kept[i]
	s.kept = slices.Delete(s.kept, i, i+1)
	return k, true
}

// drop forgets what has been kept long enough. The caller holds the lock.
func (s *stash) drop() {
	now := s.now()
	s.kept = slices.DeleteFunc(s.kept, func(k keptUpload) bool { return !now.Before(k.until) })
}

func (s *stash) total() (n int) {
	for _, k := range s.kept {
		n += k.size()
	}
	return n
}
