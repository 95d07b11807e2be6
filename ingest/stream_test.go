package ingest

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// blockOf is a block with one row of one text.
func blockOf(text string) *block {
	b := newBlock([]clickhouse.ColumnNameAndType{{Name: "text", Type: "String"}})
	b.columns[0].texts([]string{text})
	b.rows = 1
	return b
}

// TestAStreamCarriesBlocksInOrder has blocks read in both ways that a connection may choose, and
// spoiled as soon as they are given back.
func TestAStreamCarriesBlocksInOrder(t *testing.T) {
	texts := []string{"一个", "", "字节", "。", "五", "六", "七"}
	var want []byte
	for _, text := range texts {
		for _, part := range blockOf(text).parts() {
			want = append(want, part...)
		}
	}
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
		var back []*block
		s := newStream(func(b *block) {
			clear(b.columns[0].data)
			back = append(back, b)
		})
		put := make(chan error, 1)
		go func() {
			var err error
			for _, text := range texts {
				err = errors.Join(err, s.put(blockOf(text)))
			}
			s.close()
			s.close() // an insert may be ended by its patience and by its writer
			put <- err
		}()
		got, err := read(s)
		if !bytes.Equal(got, want) || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if err := <-put; err != nil || len(back) != len(texts) {
			t.Errorf("%s: put: %v, %d of %d blocks came back", name, err, len(back), len(texts))
		}
	}
}

// TestAStreamThatNobodyReadsSaysWhy gives the reader up before and while blocks are put.
func TestAStreamThatNobodyReadsSaysWhy(t *testing.T) {
	why := errors.New("table is read-only")
	for _, wait := range []time.Duration{0, time.Millisecond} {
		s := newStream(func(*block) {})
		go func() {
			time.Sleep(wait)
			s.abandon(why)
			s.abandon(nil)
		}()
		var err error
		for i := 0; err == nil && i <= streamAhead; i++ {
			err = s.put(blockOf("一个"))
		}
		if !errors.Is(err, why) {
			t.Errorf("after %v: %v", wait, err)
		}
	}
	s := newStream(func(*block) {})
	s.abandon(nil)
	if err := s.put(blockOf("一个")); err == nil {
		t.Error("a block is taken though nobody reads")
	}
	if n, err := s.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

// TestAStreamTellsThatTheConnectionBroke writes to one that takes nothing.
func TestAStreamTellsThatTheConnectionBroke(t *testing.T) {
	s := newStream(func(*block) {})
	if err := s.put(blockOf("一个")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.WriteTo(broken{}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
