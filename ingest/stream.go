package ingest

import (
	"errors"
	"io"
	"sync"
)

// stream carries blocks from who fills them to the connection that sends them as one insert. It
// hands on their memory, where an io.Pipe copies it in pieces of 32 KB, and gives a block back
// to be filled again once it is sent.
type stream struct {
	blocks chan *block
	back   func(*block)
	end    sync.Once

	sending *block   // the one that Read is at, and
	rest    [][]byte // what is left of it

	left  chan struct{} // closed when nobody reads any more
	leave sync.Once
	why   error // nobody does
}

// streamAhead is how many blocks may wait for the connection.
const streamAhead = 1

func newStream(back func(*block)) *stream {
	return &stream{blocks: make(chan *block, streamAhead), back: back, left: make(chan struct{})}
}

// put hands a block on, which must not be touched any more.
func (s *stream) put(b *block) error {
	select {
	case <-s.left: // the queue may have room all the same
		return s.why
	default:
	}
	select {
	case s.blocks <- b:
		return nil
	case <-s.left:
		return s.why
	}
}

// close says that nothing more will be put.
func (s *stream) close() { s.end.Do(func() { close(s.blocks) }) }

// abandon says that nobody will read any more, and why: whoever puts is told.
func (s *stream) abandon(why error) {
	s.leave.Do(func() {
		if s.why = why; why == nil {
			s.why = io.ErrClosedPipe
		}
		close(s.left)
	})
}

// part returns what is to be sent next, io.EOF at the end. The part before it is done with.
func (s *stream) part() ([]byte, error) {
	for {
		for len(s.rest) > 0 {
			part := s.rest[0]
			if s.rest = s.rest[1:]; len(part) > 0 {
				return part, nil
			}
		}
		if s.sending != nil {
			s.back(s.sending)
			s.sending = nil
		}
		select {
		case b, more := <-s.blocks:
			if !more {
				return nil, io.EOF
			}
			s.sending, s.rest = b, b.parts()
		case <-s.left:
			return nil, s.why
		}
	}
}

// Read is for a connection that cannot use WriteTo.
func (s *stream) Read(p []byte) (int, error) {
	part, err := s.part()
	if err != nil {
		return 0, err
	}
	n := copy(p, part)
	if n < len(part) {
		s.rest = append([][]byte{part[n:]}, s.rest...)
	}
	return n, nil
}

// WriteTo implements io.WriterTo, which net/http asks for the body of a request.
func (s *stream) WriteTo(to io.Writer) (written int64, err error) {
	for {
		part, err := s.part()
		if errors.Is(err, io.EOF) {
			return written, nil
		}
		if err != nil {
			return written, err
		}
		n, err := to.Write(part)
		if written += int64(n); err != nil {
			return written, err
		}
	}
}
