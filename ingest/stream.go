package ingest

import (
	"errors"
	"io"
	"sync"
)

// stream carries an insert from who writes it to the connection that sends it. It is an io.Pipe
// that hands on memory instead of copying it in pieces of 32 KB: half a gigabyte of rows is
// written to the connection from where it was gathered.
type stream struct {
	parts chan []byte
	rest  []byte // of the part that Read is at
	end   sync.Once
	left  chan struct{} // closed when nobody reads any more
	leave sync.Once
	why   error // nobody does
}

func newStream() *stream {
	return &stream{parts: make(chan []byte), left: make(chan struct{})}
}

// write hands parts on and returns when none of them is needed any more.
func (s *stream) write(parts [][]byte) error {
	for _, part := range parts {
		if len(part) == 0 {
			continue
		}
		if err := s.put(part); err != nil {
			return err
		}
	}
	return s.put(nil) // who takes it is done with the part before
}

func (s *stream) put(part []byte) error {
	select {
	case s.parts <- part:
		return nil
	case <-s.left:
		return s.why
	}
}

// close says that nothing more will be written.
func (s *stream) close() { s.end.Do(func() { close(s.parts) }) }

// abandon says that nobody will read any more, and why: whoever writes is told.
func (s *stream) abandon(why error) {
	s.leave.Do(func() {
		if s.why = why; why == nil {
			s.why = io.ErrClosedPipe
		}
		close(s.left)
	})
}

// next returns the part that comes next, io.EOF at the end.
func (s *stream) next() ([]byte, error) {
	select {
	case part, more := <-s.parts:
		if !more {
			return nil, io.EOF
		}
		return part, nil
	case <-s.left:
		return nil, s.why
	}
}

// Read is what a connection asks that cannot use WriteTo.
func (s *stream) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		var err error
		if s.rest, err = s.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// WriteTo implements io.WriterTo, which net/http asks for the body of a request.
func (s *stream) WriteTo(to io.Writer) (written int64, err error) {
	for {
		part, err := s.next()
		if errors.Is(err, io.EOF) {
			return written, nil
		}
		if err != nil {
			return written, err
		}
		if len(part) == 0 {
			continue
		}
		n, err := to.Write(part)
		if written += int64(n); err != nil {
			return written, err
		}
	}
}
