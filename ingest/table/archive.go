package table

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func itoa(n int) string { return strconv.Itoa(n) }

// contextReader ends reading when its context ends. All loops of this package
// are driven by reads of at most 64 KiB, so this one check bounds their time.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p[:min(len(p), 64<<10)])
}

// meter counts the bytes really unpacked in one call of Open. What the headers of
// an archive say is not believed.
type meter struct {
	limits         Limits
	packed, actual int64
}

func newMeter(l Limits, packed int64) *meter { return &meter{limits: l, packed: packed} }

func (m *meter) add(n int) error {
	m.actual += int64(n)
	if m.actual > m.limits.Unpacked {
		return tooLarge("解压后超过 %d MB", "more than %d MB when unpacked", m.limits.Unpacked>>20)
	}
	if m.actual > m.limits.FreeRatio && m.actual > m.limits.Ratio*max(m.packed, 1) {
		return tooLarge("压缩比超过 %d 倍，疑似压缩炸弹", "unpacks to more than %d times its size, as a zip bomb does", m.limits.Ratio)
	}
	return nil
}

// meteredReader counts the bytes of an entry as they come out. Bytes that an
// earlier reading of the same entry has counted are free.
type meteredReader struct {
	io.Reader
	closer  io.Closer
	meter   *meter
	counted *int64 // of this entry, by earlier readings
	pos     int64
}

func (m *meteredReader) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.pos += int64(n)
	if fresh := m.pos - *m.counted; fresh > 0 {
		*m.counted = m.pos
		if err := m.meter.add(int(fresh)); err != nil {
			return 0, err
		}
	}
	return n, err
}

func (m *meteredReader) Close() error { return m.closer.Close() }

// pack is an open zip file.
type pack struct {
	files   map[string]*zip.File
	order   []*zip.File
	meter   *meter
	counted map[*zip.File]*int64
}

// maxDirectory bounds the directory of an archive: enough for 2,000 entries with
// the longest names in use, too little for a directory that is itself the bomb.
const maxDirectory = 4 << 20

// directoryReader lets only so much be read while the directory is parsed.
type directoryReader struct {
	r    io.ReaderAt
	left int64 // negative: no bound any more
	over bool
}

func (d *directoryReader) ReadAt(p []byte, off int64) (int, error) {
	if d.left >= 0 {
		if d.left -= int64(len(p)); d.left < 0 {
			d.left, d.over = 0, true
			return 0, errDirectory
		}
	}
	return d.r.ReadAt(p, off)
}

var errDirectory = errors.New("directory of the archive too large")

func openPack(r io.ReaderAt, size int64, m *meter) (*pack, error) {
	dir := &directoryReader{r: r, left: maxDirectory}
	zr, err := zip.NewReader(dir, size)
	// Names that leave the folder are harmless here: nothing is written anywhere.
	if errors.Is(err, zip.ErrInsecurePath) {
		err = nil
	}
	if dir.over || err == nil && len(zr.File) > m.limits.Entries {
		return nil, tooLarge("压缩包内文件超过 %d 个", "the archive has more than %d entries", m.limits.Entries)
	}
	if err != nil {
		return nil, err
	}
	dir.left = -1
	zr.RegisterDecompressor(zip.Deflate, flate.NewReader)
	p := &pack{files: make(map[string]*zip.File, len(zr.File)), order: zr.File, meter: m, counted: map[*zip.File]*int64{}}
	for _, f := range zr.File {
		key := partName(f.Name)
		if _, twice := p.files[key]; !twice {
			p.files[key] = f
		}
	}
	return p, nil
}

// partName is the form in which the parts of a document are looked up: some
// writers use backslashes, a leading slash or other letter case.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (p *pack) has(name string) bool { return p.files[partName(name)] != nil }

// openPart opens the part of a document with the name.
func (p *pack) openPart(ctx context.Context, name string) (io.ReadCloser, error) {
	f := p.files[partName(name)]
	if f == nil {
		return nil, unreadable(nil, "文件缺少部件 "+path.Base(printable(name)), "the file lacks its part "+path.Base(printable(name)))
	}
	return p.open(ctx, f)
}

func (p *pack) open(ctx context.Context, f *zip.File) (io.ReadCloser, error) {
	if f.Flags&1 != 0 {
		return nil, encryptedFault()
	}
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	if p.counted[f] == nil {
		p.counted[f] = new(int64)
	}
	return &meteredReader{Reader: &contextReader{ctx, rc}, closer: rc, meter: p.meter, counted: p.counted[f]}, nil
}

// xmlPart calls use with a parser of the part. A part that is missing is no
// error when optional.
func (p *pack) xmlPart(ctx context.Context, name string, optional bool, use func(*xmlReader) error) error {
	if optional && !p.has(name) {
		return nil
	}
	rc, err := p.openPart(ctx, name)
	if err != nil {
		return err
	}
	defer rc.Close()
	x, err := newXMLReader(rc)
	if err != nil {
		return err
	}
	return use(x)
}

func encryptedFault() error {
	return &fault{code: CodeEncrypted, text: Text{
		"文件已加密（设有密码），请去掉密码后重新导入",
		"the file is protected by a password; remove it and load the file again",
	}}
}

// archive reads a zip file: a document of its own, or a folder of files.
func (o *opener) archive(ctx context.Context, name string, r io.ReaderAt, size int64, depth int) error {
	p, err := openPack(r, size, o.meter)
	if err != nil {
		return err
	}
	switch {
	case p.has("[Content_Types].xml"), p.has("_rels/.rels"):
		return o.ooxml(ctx, name, p, r, size)
	case p.has("mimetype") && p.has("content.xml"):
		return o.openDocument(ctx, name, p, r, size)
	case p.has("OFD.xml"):
		return foreignFile("OFD", askOriginal)
	case depth > 0:
		return &fault{code: CodeFormatUnknown, text: Text{
			"压缩包内还有压缩包，请解开一层后再导入",
			"an archive inside an archive is not read; unpack it once and load that",
		}}
	}
	found := false
	for _, f := range p.order {
		inner, skip := entryName(f)
		if skip {
			continue
		}
		if !documentName(inner) {
			o.opt.Notice(Notice{Code: NoticeEntryIgnored, File: name + "/" + inner, Detail: Text{"压缩包中的该文件不是表格文档，未读取", "this entry of the archive is no document with tables and was left out"}})
			continue
		}
		found = true
		if !o.entry(ctx, name+"/"+inner, p, f, depth+1) {
			return errStopped
		}
	}
	if !found {
		return emptyFault(Text{"压缩包中没有可读取的文件", "the archive holds no file that can be read"})
	}
	return nil
}

// entry reads one file of an archive and reports whether the consumer wants more.
func (o *opener) entry(ctx context.Context, name string, p *pack, f *zip.File, depth int) bool {
	rc, err := p.open(ctx, f)
	if err != nil {
		return o.fail(name, err)
	}
	defer rc.Close()
	head := make([]byte, len(magicOLE))
	n, err := io.ReadFull(rc, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return o.fail(name, err)
	}
	head = head[:n]
	all := io.MultiReader(bytes.NewReader(head), rc)
	if bytes.HasPrefix(head, magicZip) || bytes.HasPrefix(head, magicEnd) || bytes.HasPrefix(head, magicOLE) {
		// Documents are read from several places at once, so they are held whole.
		data, err := io.ReadAll(io.LimitReader(all, o.opt.Limits.Document+1))
		if err == nil && int64(len(data)) > o.opt.Limits.Document {
			err = tooLarge("压缩包内的文档超过 %d MB", "a document in the archive is larger than %d MB", o.opt.Limits.Document>>20)
		}
		if err != nil {
			return o.fail(name, err)
		}
		return o.file(ctx, name, bytes.NewReader(data), int64(len(data)), depth)
	}
	err = o.text(name, all)
	if errors.Is(err, errStopped) {
		return false
	}
	return err == nil || o.fail(name, err)
}

// entryName returns the name of an entry as shown to people, and whether the
// entry is none that a person put there.
func entryName(f *zip.File) (string, bool) {
	name := f.Name
	// Without the flag of UTF-8 the name may be in any encoding. Chinese archivers
	// write that of the system.
	if f.NonUTF8 && !utf8.ValidString(name) {
		if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = s
		}
	}
	name = strings.ReplaceAll(printable(name), `\`, "/")
	if strings.HasSuffix(name, "/") {
		return "", true
	}
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	base := path.Base(name)
	skip := strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") ||
		strings.EqualFold(base, "thumbs.db") || strings.EqualFold(base, "desktop.ini")
	return name, skip
}

// documentName reports whether an entry of an archive is tried. Content decides
// how it is read; only what is plainly something else is left out by its name,
// so that the pictures beside the forms are no errors.
func documentName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".svg",
		".mp3", ".mp4", ".avi", ".mov", ".wav", ".ttf", ".otf", ".exe", ".dll", ".lnk", ".url":
		return false
	}
	return true
}
