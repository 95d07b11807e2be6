package table

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	fast "github.com/segmentio/asm/utf8"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// textWindow is how much text is looked at to find encoding and delimiter.
const textWindow = 128 << 10

// decoded returns the text of br as valid UTF-8 without a byte-order mark and
// without NUL characters.
func (o *opener) decoded(name string, br *bufio.Reader) (*bufio.Reader, error) {
	src, err := o.decoder(name, br)
	if err != nil {
		return nil, err
	}
	repaired := false
	clean := &cleaner{r: src, repaired: func() {
		if !repaired {
			repaired = true
			o.opt.Notice(Notice{Code: NoticeTextRepaired, File: name, Detail: Text{
				"文件中有不属于其编码的字节，已替换或去掉，请核对内容或指定编码",
				"the file has bytes that are no text in its encoding; they were replaced or dropped, check the text or name the encoding",
			}})
		}
	}}
	text := bufio.NewReaderSize(clean, textWindow)
	if mark, _ := text.Peek(3); string(mark) == "\uFEFF" {
		_, _ = text.Discard(3)
	}
	return text, nil
}

// decoder finds the encoding: what Options say, a byte-order mark, the pattern of
// zeros that UTF-16 leaves, or else the first characters that are not ASCII.
func (o *opener) decoder(name string, br *bufio.Reader) (io.Reader, error) {
	head, err := br.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if o.opt.Encoding != "" {
		enc, err := namedEncoding(o.opt.Encoding)
		if err != nil {
			return nil, err
		}
		if enc == nil {
			return br, nil
		}
		return enc.NewDecoder().Reader(br), nil
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return br, nil
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(br), nil
	}
	if endian, ok := bareUTF16(head); ok {
		return unicode.UTF16(endian, unicode.IgnoreBOM).NewDecoder().Reader(br), nil
	}
	return &lateDecoder{src: br, guessed: func(enc string) {
		o.opt.Notice(Notice{Code: NoticeEncodingGuessed, File: name, Detail: Text{
			"文件编码既非 UTF-8 也非 GB18030，按 " + enc + " 读取，请核对内容或指定编码",
			"the encoding is neither UTF-8 nor GB18030 and was taken for " + enc + "; check the text or name the encoding",
		}})
	}}, nil
}

// namedEncoding returns the encoding with the name, nil for UTF-8.
func namedEncoding(name string) (encoding.Encoding, error) {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "utf-8", "utf8":
		return nil, nil
	case "utf-16", "utf-16le", "utf16", "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	case "utf-16be", "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), nil
	case "gbk", "gb2312", "gb18030", "cp936":
		return simplifiedchinese.GB18030, nil // the others are part of it
	}
	enc, err := htmlindex.Get(strings.TrimSpace(name))
	if err != nil {
		return nil, &fault{code: CodeEncodingUnknown, err: err, text: Text{
			"不认识的编码名称；可用 utf-8、gb18030、utf-16le、utf-16be 等",
			"no encoding has this name; use utf-8, gb18030, utf-16le, utf-16be and the like",
		}}
	}
	return enc, nil
}

// bareUTF16 recognises UTF-16 without a mark: line ends, digits and separators
// put zeros at every second byte, and nearly all zeros lie on one side. A text
// that is sound UTF-8 is none, nor is ASCII with a stray zero.
func bareUTF16(head []byte) (unicode.Endianness, bool) {
	head = head[:len(head)&^1]
	var zeros [2]int
	high := 0
	for i, c := range head {
		switch {
		case c == 0:
			zeros[i&1]++
		case c >= utf8.RuneSelf:
			high++
		}
	}
	endian, many, few := unicode.LittleEndian, zeros[1], zeros[0]
	if few > many {
		endian, many, few = unicode.BigEndian, few, many
	}
	latin, chinese := many*4 >= len(head), many*40 >= len(head) && high*10 >= len(head)
	if many < 3 || many < 20*few || !latin && !chinese || high > 0 && utf8.Valid(head[:wholeRunes(head)]) {
		return endian, false
	}
	text, err := unicode.UTF16(endian, unicode.IgnoreBOM).NewDecoder().Bytes(head)
	return endian, err == nil && bytes.Count(text, []byte("\uFFFD")) <= 1 && bytes.IndexByte(text, 0) < 0
}

// lateDecoder passes ASCII on as it is and decides between encodings at the
// first other byte, which may come megabytes after the heading.
type lateDecoder struct {
	src     *bufio.Reader
	chosen  io.Reader
	guessed func(enc string)
}

func (l *lateDecoder) Read(p []byte) (int, error) {
	if l.chosen != nil {
		return l.chosen.Read(p)
	}
	if _, err := l.src.Peek(1); err != nil {
		return 0, err
	}
	head, _ := l.src.Peek(l.src.Buffered())
	ascii := 0
	for ascii < len(head) && head[ascii] < utf8.RuneSelf {
		ascii++
	}
	if ascii > 0 {
		n := copy(p, head[:ascii])
		_, err := l.src.Discard(n)
		return n, err
	}
	sample, err := l.src.Peek(l.src.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	switch guessEncoding(sample) {
	case encodingUTF8:
		l.chosen = l.src
	case encodingGB:
		l.chosen = simplifiedchinese.GB18030.NewDecoder().Reader(l.src)
	default:
		l.guessed("windows-1252")
		l.chosen = charmap.Windows1252.NewDecoder().Reader(l.src)
	}
	return l.chosen.Read(p)
}

type guess int

const (
	encodingUTF8 guess = iota
	encodingGB
	encodingLatin
)

// guessEncoding decides from a sample with at least one byte that is not ASCII.
// Text in another encoding hardly ever forms valid UTF-8 – of the characters of
// a text in GB18030 not one in five – so a few broken characters do not make a UTF-8 file something else.
func guessEncoding(sample []byte) guess {
	good, bad := 0, 0
	for i := 0; i < len(sample); {
		if sample[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !utf8.FullRune(sample[i:]) {
			break
		}
		r, n := utf8.DecodeRune(sample[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	if good > 4*bad {
		return encodingUTF8
	}
	// In Chinese text nearly all characters are pairs of two high bytes; Latin
	// letters with accents stand alone between ASCII letters.
	pairs, odd := 0, 0
	for i := 0; i+1 < len(sample); {
		c, d := sample[i], sample[i+1]
		switch {
		case c < utf8.RuneSelf:
			i++
		case c == 0x80 || c == 0xFF:
			odd++
			i++
		case d >= 0x80 && d != 0xFF:
			pairs++
			i += 2
		case d >= '0' && d <= '9' && i+3 < len(sample) && sample[i+2] >= 0x81: // four bytes
			pairs++
			i += 4
		case d >= 0x40:
			odd++
			i += 2
		default:
			odd += 3 // no such pair exists
			i++
		}
	}
	if pairs > 2*odd {
		return encodingGB
	}
	return encodingLatin
}

// cleaner passes text on, replacing what is no UTF-8 and dropping control
// characters, which could hide a number from those who look for it or move the
// cursor of a terminal.
type cleaner struct {
	r        io.Reader
	buf      []byte
	carry    []byte // a character whose rest is still to come
	text     []byte // cleaned, waiting to be read
	err      error  // comes after text
	repaired func()
}

func (c *cleaner) Read(p []byte) (int, error) {
	for len(c.text) == 0 {
		if c.err != nil {
			return 0, c.err
		}
		c.fill()
	}
	n := copy(p, c.text)
	c.text = c.text[n:]
	return n, nil
}

func (c *cleaner) fill() {
	if c.buf == nil {
		c.buf = make([]byte, 64<<10)
	}
	kept := copy(c.buf, c.carry)
	n, err := c.r.Read(c.buf[kept:])
	n += kept
	whole := n
	if c.err = err; err == nil {
		whole = wholeRunes(c.buf[:n])
	}
	c.carry = append(c.carry[:0], c.buf[whole:n]...)
	c.text = c.buf[:whole]
	if !fast.Valid(c.text) || hasControl(c.text) {
		c.repaired()
		c.text = bytes.Map(func(r rune) rune {
			if r != '\r' && isControl(r) {
				return -1
			}
			return r
		}, bytes.ToValidUTF8(c.text, []byte("\uFFFD")))
	}
}

// hasControl reports whether b holds control characters other than white space.
func hasControl(b []byte) bool {
	const ones = 0x0101010101010101
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		// A byte below 0x20 borrows from its highest bit.
		if (w-0x20*ones)&^w&(0x80*ones) != 0 && anyControl(b[:8]) {
			return true
		}
	}
	return anyControl(b)
}

func anyControl(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			return true
		}
	}
	return false
}

// wholeRunes returns the length of b without a character cut at its end.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax+1; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return i
			}
			break
		}
	}
	return len(b)
}
