package ingest

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"time"
)

// TestAStreamCarriesPartsInOrder has parts read in both ways that a connection may choose, and
// overwritten as soon as write has returned.
func TestAStreamCarriesPartsInOrder(t *testing.T) {
	for name, read := range map[string]func(*stream) ([]byte, error){
		"copied": func(s *stream) ([]byte, error) {
			var b bytes.Buffer
			_, err := io.Copy(&b, s) // asks for WriteTo
			return b.Bytes(), err
		},
		"read":        func(s *stream) ([]byte, error) { return io.ReadAll(struct{ io.Reader }{s}) },
		"bit by bit":  func(s *stream) ([]byte, error) { return io.ReadAll(iotest.OneByteReader(s)) },
		"with errors": func(s *stream) ([]byte, error) { return io.ReadAll(iotest.DataErrReader(s)) },
	} {
		s := newStream()
		wrote := make(chan error, 1)
		go func() {
			one, two := []byte("一个"), []byte("字节")
			err := s.write([][]byte{nil, one, {}, two})
			clear(one)
			clear(two)
			err = errors.Join(err, s.write([][]byte{[]byte("。")}))
			s.close()
			s.close() // an insert may be ended by its patience and by its writer
			wrote <- err
		}()
		got, err := read(s)
		if string(got) != "一个字节。" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if err := <-wrote; err != nil {
			t.Errorf("%s: written: %v", name, err)
		}
	}
}

// TestAStreamThatNobodyReadsSaysWhy gives the reader up before, while and after parts are written.
func TestAStreamThatNobodyReadsSaysWhy(t *testing.T) {
	why := errors.New("table is read-only")
	for _, wait := range []time.Duration{0, time.Millisecond} {
		s := newStream()
		go func() {
			time.Sleep(wait)
			s.abandon(why)
			s.abandon(nil)
		}()
		if err := s.write([][]byte{{1}}); !errors.Is(err, why) {
			t.Errorf("after %v: %v", wait, err)
		}
		if n, err := s.Read(make([]byte, 1)); n != 0 || !errors.Is(err, why) {
			t.Errorf("after %v: read %d bytes, %v", wait, n, err)
		}
	}
	s := newStream()
	s.abandon(nil)
	if err := s.write([][]byte{{1}}); err == nil {
		t.Error("written though nobody reads")
	}
	s = newStream()
	defer s.abandon(why)
	go func() { _ = s.write([][]byte{{1, 2, 3}}) }()
	if _, err := s.WriteTo(broken{}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a connection that breaks: %v", err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
