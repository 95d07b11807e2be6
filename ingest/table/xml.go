package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// xmlReader is a pull parser for the XML inside office documents. It exists
// beside encoding/xml for three reasons: a sheet of a million rows is read
// several times faster because names, attributes and text stay slices of one
// buffer; text of any length comes in pieces, so memory is bounded; and a
// document type declaration, the door to entity bombs, is refused outright.
//
// After a start token name, attrs and space describe the element, after a text
// token text holds a piece of character data. They are valid until the next call.
// An empty element gives a start and an end token.
type xmlReader struct {
	src      io.Reader
	buf      []byte
	pos, end int
	eof      bool

	kind   xmlToken
	space  xmlSpace
	name   []byte // local name
	attrs  []xmlAttr
	text   []byte
	pend   bool   // an end token is owed for an empty element
	names  []byte // qualified names of the open elements, one after the other
	open   []xmlOpen
	bound  []xmlBinding
	decode []byte // holds text with its entities replaced
	rooted bool
	recent xmlBinding // the last prefix looked up; valid while known
	known  bool
	after  byte // 1 when the last text piece ended in CR
}

type xmlToken int

const (
	xmlEOF xmlToken = iota
	xmlStart
	xmlEnd
	xmlText
)

// xmlSpace is one of the namespaces that the readers tell apart.
type xmlSpace uint8

const (
	spaceOther  xmlSpace = iota
	spaceWord            // WordprocessingML
	spaceCompat          // markup compatibility: AlternateContent
	spaceMath            // Office math
)

// Transitional and strict documents differ in the names of their namespaces.
var xmlSpaces = map[string]xmlSpace{
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main": spaceWord,
	"http://purl.oclc.org/ooxml/wordprocessingml/main":             spaceWord,
	"http://schemas.openxmlformats.org/markup-compatibility/2006":  spaceCompat,
	"http://schemas.openxmlformats.org/officeDocument/2006/math":   spaceMath,
	"http://purl.oclc.org/ooxml/officeDocument/math":               spaceMath,
}

type xmlAttr struct{ name, value []byte } // name is local; value still has its entities

type xmlOpen struct {
	from  int // start of the qualified name in names
	bound int // bindings known before the element
	space xmlSpace
	local int // length of prefix and colon
}

type xmlBinding struct {
	prefix string
	space  xmlSpace
}

const (
	xmlBuffer   = 16 << 10
	xmlMaxTag   = 1 << 20 // longest tag, comment or instruction
	xmlMaxDepth = 1000    // Word nests tables some twenty levels deep at the most
)

var (
	errDoctype = unreadable(nil, "文件含有文档类型声明（DOCTYPE），为安全起见拒绝读取；请在 WPS 或 Office 中打开，另存为新文件后再导入", "the file holds a document type declaration (DOCTYPE), which is refused for safety; open it in WPS or Office, save it as a new file and load that")
	errXML     = errors.New("malformed xml")
)

// newXMLReader reads XML in UTF-8, or in UTF-16 where a mark or the first
// characters show it.
func newXMLReader(r io.Reader) (*xmlReader, error) {
	br := bufio.NewReaderSize(r, 512)
	head, err := br.Peek(4)
	if err != nil && len(head) == 0 {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	x := &xmlReader{src: br, buf: make([]byte, xmlBuffer)}
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		_, _ = br.Discard(3)
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{'<', 0}):
		x.src = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(br)
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}), bytes.HasPrefix(head, []byte{0, '<'}):
		x.src = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(br)
	}
	return x, nil
}

// more reads on, keeping what is unread. It reports io.ErrUnexpectedEOF at the
// end of the source and tooLarge when the unread part has no room to grow.
func (x *xmlReader) more() error {
	if x.eof {
		return io.ErrUnexpectedEOF
	}
	if x.pos > 0 {
		copy(x.buf, x.buf[x.pos:x.end])
		x.end -= x.pos
		x.pos = 0
	}
	if x.end == len(x.buf) {
		if len(x.buf) >= xmlMaxTag {
			return tooLarge("文件中的一个标记超过 %d 字节", "one tag of the file is longer than %d bytes", xmlMaxTag)
		}
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	for range 100 {
		n, err := x.src.Read(x.buf[x.end:])
		x.end += n
		if errors.Is(err, io.EOF) {
			x.eof = true
			if n == 0 {
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		if err != nil {
			return err
		}
		if n > 0 {
			return nil
		}
	}
	return io.ErrNoProgress
}

// need makes n unread bytes available.
func (x *xmlReader) need(n int) error {
	for x.end-x.pos < n {
		if err := x.more(); err != nil {
			return err
		}
	}
	return nil
}

// find returns the distance from pos to the first sep at or after from.
func (x *xmlReader) find(from int, sep string) (int, error) {
	for {
		if x.end-x.pos > from {
			if i := indexBytes(x.buf[x.pos+from:x.end], sep); i >= 0 {
				return from + i, nil
			}
			from = max(from, x.end-x.pos-len(sep)+1)
		}
		if err := x.more(); err != nil {
			return 0, err
		}
	}
}

func indexBytes(b []byte, sep string) int {
	if len(sep) == 1 {
		return bytes.IndexByte(b, sep[0])
	}
	return bytes.Index(b, []byte(sep))
}

// next reads the next token. It returns xmlEOF after the root element; anything
// behind that is ignored.
func (x *xmlReader) next() (xmlToken, error) {
	kind, err := x.token()
	if err != nil {
		kind = xmlEOF
	}
	x.kind = kind
	return kind, err
}

func (x *xmlReader) token() (xmlToken, error) {
	if x.pend {
		x.pend = false
		return xmlEnd, x.closeElement()
	}
	for {
		if x.rooted && len(x.open) == 0 {
			return xmlEOF, nil
		}
		if x.pos == x.end {
			if err := x.more(); err != nil {
				return xmlEOF, err
			}
			continue
		}
		if x.buf[x.pos] != '<' {
			if ok, err := x.characters(); ok || err != nil {
				return xmlText, err
			}
			continue
		}
		if err := x.need(2); err != nil {
			return xmlEOF, err
		}
		switch x.buf[x.pos+1] {
		case '/':
			return xmlEnd, x.endTag()
		case '?':
			if err := x.instruction(); err != nil {
				return xmlEOF, err
			}
		case '!':
			ok, err := x.declaration()
			if ok || err != nil {
				return xmlText, err
			}
		default:
			return xmlStart, x.startTag()
		}
	}
}

// characters takes the text up to the next tag, or as much of it as is there.
// It reports false for text outside the root element.
func (x *xmlReader) characters() (bool, error) {
	raw := x.buf[x.pos:x.end]
	if i := bytes.IndexByte(raw, '<'); i >= 0 {
		raw = raw[:i]
	} else if !x.eof {
		// A piece must not end inside an entity.
		if i := bytes.LastIndexByte(raw, '&'); i >= 0 && len(raw)-i < 16 && bytes.IndexByte(raw[i:], ';') < 0 {
			if i == 0 {
				if err := x.more(); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
					return false, err
				}
				return false, nil
			}
			raw = raw[:i]
		}
	}
	x.pos += len(raw)
	if len(x.open) == 0 {
		if len(bytes.TrimSpace(raw)) > 0 {
			return false, fmt.Errorf("%w: text outside the root element", errXML)
		}
		return false, nil
	}
	return true, x.setText(raw)
}

func (x *xmlReader) setText(raw []byte) error {
	if x.after == 1 && len(raw) > 0 && raw[0] == '\n' {
		raw = raw[1:]
	}
	x.after = 0
	if len(raw) > 0 && raw[len(raw)-1] == '\r' {
		x.after = 1
	}
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '\r') < 0 {
		x.text = raw
		return nil
	}
	var err error
	x.decode, err = unescapeXML(x.decode[:0], raw)
	x.text = x.decode
	return err
}

// unescapeXML appends raw to dst with entities replaced and line ends as \n.
func unescapeXML(dst, raw []byte) ([]byte, error) {
	for i := 0; i < len(raw); {
		switch c := raw[i]; c {
		case '&':
			n := bytes.IndexByte(raw[i:], ';')
			if n < 2 || n > 15 {
				return dst, fmt.Errorf("%w: bad entity", errXML)
			}
			var ok bool
			if dst, ok = appendEntity(dst, string(raw[i+1:i+n])); !ok {
				return dst, fmt.Errorf("%w: unknown entity", errXML)
			}
			i += n + 1
		case '\r':
			dst = append(dst, '\n')
			i++
			if i < len(raw) && raw[i] == '\n' {
				i++
			}
		default:
			dst = append(dst, c)
			i++
		}
	}
	return dst, nil
}

func appendEntity(dst []byte, name string) ([]byte, bool) {
	switch name {
	case "amp":
		return append(dst, '&'), true
	case "lt":
		return append(dst, '<'), true
	case "gt":
		return append(dst, '>'), true
	case "quot":
		return append(dst, '"'), true
	case "apos":
		return append(dst, '\''), true
	}
	if name[0] != '#' || len(name) < 2 {
		return dst, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return dst, false
	}
	return utf8.AppendRune(dst, rune(n)), true
}

func (x *xmlReader) instruction() error {
	n, err := x.find(2, "?>")
	if err != nil {
		return err
	}
	pi := x.buf[x.pos : x.pos+n]
	if !x.rooted && bytes.HasPrefix(pi, []byte("<?xml")) {
		if name, ok := declaredEncoding(pi); ok {
			switch string(bytes.ToLower(name)) {
			case "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be":
			default:
				return fmt.Errorf("%w: unsupported encoding", errXML)
			}
		}
	}
	x.pos += n + 2
	return nil
}

func declaredEncoding(pi []byte) ([]byte, bool) {
	i := bytes.Index(pi, []byte("encoding"))
	if i < 0 {
		return nil, false
	}
	rest := bytes.TrimLeft(pi[i+len("encoding"):], " \t\r\n=")
	if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
		return nil, false
	}
	end := bytes.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return nil, false
	}
	return rest[1 : 1+end], true
}

// declaration passes over a comment or takes a CDATA section as text.
func (x *xmlReader) declaration() (bool, error) {
	if err := x.need(4); err != nil {
		return false, err
	}
	if bytes.HasPrefix(x.buf[x.pos:x.end], []byte("<!--")) {
		// A long comment is dropped piece by piece, not gathered.
		x.pos += 4
		for {
			if i := bytes.Index(x.buf[x.pos:x.end], []byte("-->")); i >= 0 {
				x.pos += i + 3
				return false, nil
			}
			x.pos = max(x.pos, x.end-2)
			if err := x.more(); err != nil {
				return false, err
			}
		}
	}
	const cdata = "<![CDATA["
	if err := x.need(len(cdata)); err != nil {
		return false, err
	}
	if !bytes.HasPrefix(x.buf[x.pos:x.end], []byte(cdata)) {
		return false, errDoctype
	}
	if len(x.open) == 0 {
		return false, fmt.Errorf("%w: text outside the root element", errXML)
	}
	n, err := x.find(len(cdata), "]]>")
	if err != nil {
		return false, err
	}
	raw := x.buf[x.pos+len(cdata) : x.pos+n]
	x.pos += n + 3
	x.after = 0
	if bytes.IndexByte(raw, '\r') >= 0 {
		x.decode = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
		x.decode = bytes.ReplaceAll(x.decode, []byte("\r"), []byte("\n"))
		raw = x.decode
	}
	x.text = raw
	return true, nil
}

func isXMLSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// tagEnd returns the distance from pos to the '>' that ends the tag.
func (x *xmlReader) tagEnd() (int, error) {
	i := 1
	var quote byte
	for {
		for b := x.buf[x.pos:x.end]; i < len(b); i++ {
			switch c := b[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				return i, nil
			case c == '<':
				return 0, fmt.Errorf("%w: tag inside a tag", errXML)
			}
		}
		if err := x.more(); err != nil {
			return 0, err
		}
	}
}

func (x *xmlReader) startTag() error {
	n, err := x.tagEnd()
	if err != nil {
		return err
	}
	tag := x.buf[x.pos+1 : x.pos+n]
	x.pos += n + 1
	x.after = 0
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		x.pend = true
		tag = tag[:len(tag)-1]
	}
	i := 0
	for i < len(tag) && !isXMLSpace(tag[i]) {
		i++
	}
	qname := tag[:i]
	if len(qname) == 0 || qname[0] == '=' || qname[0] == ':' || qname[len(qname)-1] == ':' {
		return fmt.Errorf("%w: tag without a name", errXML)
	}
	if len(x.open) >= xmlMaxDepth {
		return unreadable(nil, "文件的标记嵌套过深", "the tags of the file are nested too deep")
	}
	bound := len(x.bound)
	if err := x.attributes(tag[i:]); err != nil {
		return err
	}
	colon := bytes.IndexByte(qname, ':') + 1
	space := x.lookup(qname[:max(colon-1, 0)])
	x.open = append(x.open, xmlOpen{from: len(x.names), bound: bound, space: space, local: colon})
	x.names = append(x.names, qname...)
	x.name, x.space, x.rooted = qname[colon:], space, true
	return nil
}

// attributes takes the attributes of a start tag and its namespace bindings.
func (x *xmlReader) attributes(s []byte) error {
	x.attrs = x.attrs[:0]
	for i := 0; ; {
		for i < len(s) && isXMLSpace(s[i]) {
			i++
		}
		if i == len(s) {
			return nil
		}
		from, local := i, i
		for i < len(s) && s[i] != '=' && !isXMLSpace(s[i]) {
			if s[i] == ':' {
				local = i + 1
			}
			i++
		}
		qname, name := s[from:i], s[local:i]
		for i < len(s) && isXMLSpace(s[i]) {
			i++
		}
		if i == len(s) || s[i] != '=' || len(name) == 0 {
			return fmt.Errorf("%w: attribute without a value", errXML)
		}
		i++
		for i < len(s) && isXMLSpace(s[i]) {
			i++
		}
		if i == len(s) || (s[i] != '"' && s[i] != '\'') {
			return fmt.Errorf("%w: attribute without quotation marks", errXML)
		}
		n := bytes.IndexByte(s[i+1:], s[i])
		if n < 0 {
			return fmt.Errorf("%w: attribute not closed", errXML)
		}
		value := s[i+1 : i+1+n]
		i += n + 2
		if bytes.HasPrefix(qname, []byte("xmlns")) && (len(qname) == 5 || qname[5] == ':') {
			if len(x.bound) > 4*xmlMaxDepth {
				return unreadable(nil, "文件的命名空间声明过多", "the file declares too many namespaces")
			}
			prefix := ""
			if len(qname) > 5 {
				prefix = string(name)
			}
			x.bound = append(x.bound, xmlBinding{prefix, xmlSpaces[string(value)]})
			x.known = false
			continue
		}
		x.attrs = append(x.attrs, xmlAttr{name, value})
	}
}

// lookup returns the namespace bound to a prefix.
func (x *xmlReader) lookup(prefix []byte) xmlSpace {
	if x.known && x.recent.prefix == string(prefix) {
		return x.recent.space
	}
	x.recent, x.known = xmlBinding{prefix: string(prefix)}, true
	for i := len(x.bound) - 1; i >= 0; i-- {
		if x.bound[i].prefix == string(prefix) {
			x.recent = x.bound[i]
			break
		}
	}
	return x.recent.space
}

func (x *xmlReader) endTag() error {
	n, err := x.find(2, ">")
	if err != nil {
		return err
	}
	qname := x.buf[x.pos+2 : x.pos+n]
	for len(qname) > 0 && isXMLSpace(qname[len(qname)-1]) {
		qname = qname[:len(qname)-1]
	}
	x.pos += n + 1
	x.after = 0
	if len(x.open) == 0 || string(qname) != string(x.names[x.open[len(x.open)-1].from:]) {
		return fmt.Errorf("%w: end tag does not match", errXML)
	}
	return x.closeElement()
}

func (x *xmlReader) closeElement() error {
	top := x.open[len(x.open)-1]
	x.open = x.open[:len(x.open)-1]
	x.name, x.space = x.names[top.from+top.local:], top.space
	x.names = x.names[:top.from]
	if len(x.bound) > top.bound {
		x.bound = x.bound[:top.bound]
		x.known = false
	}
	x.attrs = x.attrs[:0]
	return nil
}

// attr returns the value of the attribute with the local name, entities
// replaced, and whether it is there.
func (x *xmlReader) attr(name string) (string, bool) {
	v, ok := x.rawAttr(name)
	if !ok {
		return "", false
	}
	if bytes.IndexByte(v, '&') < 0 {
		return string(v), true
	}
	out, err := unescapeXML(nil, v)
	if err != nil {
		return string(v), true
	}
	return string(out), true
}

// rawAttr is attr without a copy, for values that hold no entities.
func (x *xmlReader) rawAttr(name string) ([]byte, bool) {
	for i := range x.attrs {
		if string(x.attrs[i].name) == name {
			return x.attrs[i].value, true
		}
	}
	return nil, false
}

// is reports whether the current element is the WordprocessingML element name.
func (x *xmlReader) is(name string) bool { return x.space == spaceWord && string(x.name) == name }

// skip passes over the element whose start was just read.
func (x *xmlReader) skip() error {
	for depth := 1; depth > 0; {
		kind, err := x.next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlStart:
			depth++
		case xmlEnd:
			depth--
		case xmlEOF:
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

// children calls start for each child element of the element whose start was
// just read; start must read its element to the end. Text is passed over.
func (x *xmlReader) children(start func() error) error {
	for {
		kind, err := x.next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlStart:
			if err := start(); err != nil {
				return err
			}
		case xmlEnd:
			return nil
		case xmlEOF:
			return io.ErrUnexpectedEOF
		}
	}
}

// textOf appends the text directly inside the element whose start was just read
// to dst, up to limit bytes.
func (x *xmlReader) textOf(dst []byte, limit int) ([]byte, error) {
	for {
		kind, err := x.next()
		if err != nil {
			return dst, err
		}
		switch kind {
		case xmlText:
			dst = appendLimited(dst, x.text, limit)
		case xmlStart:
			if err := x.skip(); err != nil {
				return dst, err
			}
		case xmlEnd:
			return dst, nil
		case xmlEOF:
			return dst, io.ErrUnexpectedEOF
		}
	}
}

// appendLimited appends text to dst but lets dst grow hardly past limit, which is
// enough to see that the limit is passed.
func appendLimited(dst, text []byte, limit int) []byte {
	if room := limit - len(dst); len(text) > room {
		text = text[:max(room, 0)]
	}
	return append(dst, text...)
}
