package table

import (
	"slices"
	"strings"

	"github.com/klauspost/compress/s2"
)

// textStore holds the shared texts of a workbook. A sheet may refer to any of
// them at any time, so all must be at hand; beyond textPlain bytes they are kept
// compressed, since a temporary file would leave what people wrote on the disk.
type textStore struct {
	ends   []uint32 // where each text ends, counted over all texts
	blocks []textBlock
	block  []byte // the block that is being filled
	recent [textRecent]struct {
		block int
		text  string
	}
}

// textBlock is a run of whole texts.
type textBlock struct {
	from   uint32 // where its first text begins
	plain  string
	packed []byte // instead of plain
}

const (
	textBlockSize = 64 << 10
	textPlain     = 64 << 20
	textRecent    = 64 // unpacked blocks at hand: writers store texts in the order of use
	textMost      = 16 << 20
)

// read takes the texts of the part sharedStrings.xml.
func (s *textStore) read(x *xmlReader, limit int) error {
	var text []byte
	err := eachElement(x, func() error {
		if string(x.name) != "si" {
			return nil
		}
		if len(s.ends) >= textMost {
			return tooLarge("工作簿的文字超过 %d 条", "the workbook has more than %d shared texts", textMost)
		}
		var err error
		if text, err = richText(x, text[:0], limit); err != nil {
			return err
		}
		s.add(tidy(unescapeCell(text)))
		return nil
	})
	s.flush()
	return err
}

func (s *textStore) size() uint32 {
	if len(s.ends) == 0 {
		return 0
	}
	return s.ends[len(s.ends)-1]
}

func (s *textStore) add(text string) {
	if len(s.block)+len(text) > textBlockSize {
		s.flush()
	}
	s.ends = append(s.ends, s.size()+uint32(len(text)))
	s.block = append(s.block, text...)
}

func (s *textStore) flush() {
	if len(s.block) == 0 {
		return
	}
	b := textBlock{from: s.size() - uint32(len(s.block))}
	if b.from < textPlain {
		b.plain = string(s.block)
	} else {
		b.packed = s2.EncodeBetter(nil, s.block)
	}
	s.blocks = append(s.blocks, b)
	s.block = s.block[:0]
}

// get returns the text with the number i, and false when there is none.
func (s *textStore) get(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	var from uint32
	if i > 0 {
		from = s.ends[i-1]
	}
	to := s.ends[i]
	if from == to {
		return "", true
	}
	n, found := slices.BinarySearchFunc(s.blocks, from, func(b textBlock, at uint32) int { return int(int64(b.from) - int64(at)) })
	if !found {
		n--
	}
	b := &s.blocks[n]
	if b.packed == nil {
		return b.plain[from-b.from : to-b.from], true
	}
	slot := &s.recent[n%textRecent]
	if slot.text == "" || slot.block != n {
		text, err := s2.Decode(nil, b.packed)
		if err != nil {
			return "", false
		}
		slot.block, slot.text = n, string(text)
	}
	// A copy, so that one cell does not hold its whole block.
	return strings.Clone(slot.text[from-b.from : to-b.from]), true
}
