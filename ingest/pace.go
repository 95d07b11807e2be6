package ingest

import (
	"io"
	"sync/atomic"
)

// pace is a file that tells how much of it has been read.
type pace struct {
	from io.ReaderAt
	size int64 // in bytes
	read atomic.Int64
}

func (p *pace) ReadAt(b []byte, at int64) (int, error) {
	n, err := p.from.ReadAt(b, at)
	p.read.Add(int64(n))
	return n, err
}

// coming guesses how many rows come after so many: as many for each byte as so far. A workbook
// is compressed and read in several places, which makes the guess a poor one.
func (p *pace) coming(rows int) int {
	read := p.read.Load()
	if read == 0 {
		return int(p.size) // hardly a row is shorter than a byte
	}
	return int(float64(rows) * float64(max(p.size-read, 0)) / float64(read))
}
