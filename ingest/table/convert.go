package table

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What one conversion may take: healthy documents need two to five seconds and 220 MB.
const (
	convertTime   = 30 * time.Second
	convertMemory = 512 << 20 // bytes, all processes together
)

// converting holds conversions apart: two at a time would only make each other slow.
var converting = make(chan struct{}, 1)

// LibreOffice returns a Converter that runs the program at path without a
// window. Every run has a folder and a profile of its own, readable by nobody
// else and removed afterwards, so runs do not meet and nothing of the file stays.
// Macros, links to other documents and the network are switched off.
// The output is bounded by maxOutput bytes; a run ends with its context, after 30
// seconds or beyond 512 MB, and all its processes with it. Runs wait for one another.
func LibreOffice(path string, maxOutput int64) Converter {
	return func(ctx context.Context, src io.Reader, from, to string) (out []byte, err error) {
		select {
		case converting <- struct{}{}:
			defer func() { <-converting }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		dir, err := os.MkdirTemp("", "qingfeng-convert-")
		if err != nil {
			return nil, fmt.Errorf("make folder for conversion: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		in := filepath.Join(dir, "in."+from)
		if err := writeFile(in, src); err != nil {
			return nil, fmt.Errorf("write file for conversion: %w", err)
		}
		if err := writeProfile(filepath.Join(dir, "profile")); err != nil {
			return nil, fmt.Errorf("write settings for conversion: %w", err)
		}
		limited, stop := context.WithTimeoutCause(ctx, convertTime, tooLarge("转换超过 %d 秒，请在 WPS 或 Office 中另存后再导入",
			"the conversion took more than %d seconds; save the file in WPS or Office and load that", convertTime/time.Second))
		defer stop()
		if err := office(limited, path, dir, in, to); err != nil {
			return nil, errors.Join(ctx.Err(), fmt.Errorf("convert %s to %s: %w", from, to, err))
		}
		f, err := os.Open(filepath.Join(dir, "out", "in."+to))
		if err != nil {
			return nil, fmt.Errorf("convert %s to %s: no output", from, to)
		}
		defer f.Close()
		out, err = io.ReadAll(io.LimitReader(f, maxOutput+1))
		if err != nil {
			return nil, fmt.Errorf("read converted file: %w", err)
		}
		if int64(len(out)) > maxOutput {
			return nil, tooLarge("转换后的文件超过 %d MB", "the converted file is larger than %d MB", maxOutput>>20)
		}
		return out, nil
	}
}

// office runs the program in dir until it ends, ctx ends, or it takes too much memory.
func office(ctx context.Context, path, dir, in, to string) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	cmd := exec.CommandContext(ctx, path, "--headless", "--norestore", "--nolockcheck", "--nodefault",
		"-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")),
		"--convert-to", to, "--outdir", filepath.Join(dir, "out"), in)
	// A document may ask for something from elsewhere: there is nobody at that address.
	cmd.Env = append(os.Environ(), "HOME="+dir, "TMPDIR="+dir, "http_proxy=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9", "SAL_USE_VCLPLUGIN=svp")
	// The program starts children of its own; the whole group must end with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return err
		case <-look.C:
			if groupMemory(cmd.Process.Pid) > convertMemory {
				end(tooLarge("转换需要的内存超过 %d MB，请拆分文件后再导入", "the conversion needs more than %d MB of memory; split the file", convertMemory>>20))
			}
		}
	}
}

// groupMemory adds up the resident memory of a group of processes, in bytes; 0 where the
// system does not tell.
func groupMemory(group int) (total int64) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent group …, where the name may hold anything; the 24th
		// field is the resident set in pages.
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		if len(fields) < 22 {
			continue
		}
		if g, err := strconv.Atoi(string(fields[2])); err != nil || g != group {
			continue
		}
		if pages, err := strconv.ParseInt(string(fields[21]), 10, 64); err == nil {
			total += pages * int64(os.Getpagesize())
		}
	}
	return total
}

// writeProfile writes the settings with which documents from outside are opened.
func writeProfile(dir string) error {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">`)
	for _, name := range []string{"BlockUntrustedRefererLinks", "DisableActiveContent", "DisableMacrosExecution", "CheckDocumentEvents"} {
		fmt.Fprintf(&b, `<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="%s" oor:op="fuse"><value>true</value></prop></item>`, name)
	}
	b.WriteString(`<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item></oor:items>`)
	if err := os.MkdirAll(filepath.Join(dir, "user"), 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "user", "registrymodifications.xcu"), []byte(b.String()), 0o600)
}

func writeFile(path string, src io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, src)
	return errors.Join(err, f.Close())
}

// converter returns the way to convert old formats, or nil if there is none.
func (o *opener) converter() Converter {
	if o.opt.Convert != nil {
		return o.opt.Convert
	}
	for _, name := range []string{"soffice", "libreoffice"} {
		if path, err := exec.LookPath(name); err == nil {
			return LibreOffice(path, o.opt.Limits.Document)
		}
	}
	return nil
}

// convert reads a file of the format from after conversion.
func (o *opener) convert(ctx context.Context, name string, src io.Reader, from, to string) error {
	conv := o.converter()
	if conv == nil {
		return &fault{code: CodeConverterMissing, text: Text{
			"." + from + " 是旧格式，本机未安装 LibreOffice，无法转换；请用 WPS 或 Office 打开后另存为 ." + to + " 再导入",
			"." + from + " is an old format and LibreOffice is not installed here; open the file in WPS or Office, save it as ." + to + " and load that",
		}}
	}
	out, err := conv(ctx, &contextReader{ctx, src}, from, to)
	if err != nil {
		var f *fault
		if ctx.Err() != nil || errors.As(err, &f) {
			return err
		}
		return unreadable(err, "."+from+" 文件无法转换，可能已损坏或设有密码；请另存为 ."+to+" 再导入",
			"the ."+from+" file could not be converted, it may be damaged or protected by a password; save it as ."+to+" and load that")
	}
	p, err := openPack(bytes.NewReader(out), int64(len(out)), o.meter)
	if err != nil {
		return err
	}
	if to == "docx" {
		return o.docx(ctx, name, p, "word/document.xml")
	}
	return o.xlsx(ctx, name, p, "xl/workbook.xml")
}

// compound reads a file in the container of the older office programs. Only the
// names of its streams are looked at, to tell encrypted documents, texts and
// workbooks apart.
func (o *opener) compound(ctx context.Context, name string, r io.ReaderAt, size int64) error {
	streams, err := compoundStreams(ctx, r, size)
	if err != nil {
		return err
	}
	src := io.NewSectionReader(r, 0, size)
	if _, ok := streams["EncryptedPackage"]; ok {
		return encryptedFault()
	}
	if at, ok := streams["WordDocument"]; ok {
		if docEncrypted(r, at) {
			return encryptedFault()
		}
		return o.convert(ctx, name, src, "doc", "docx")
	}
	for _, stream := range []string{"Workbook", "Book"} {
		if at, ok := streams[stream]; ok {
			if xlsEncrypted(r, at) {
				return encryptedFault()
			}
			return o.convert(ctx, name, src, "xls", "xlsx")
		}
	}
	return &fault{code: CodeFormatUnknown, text: Text{
		"不是 Word、Excel 或 WPS 的文档", "no document of Word, Excel or WPS",
	}}
}

// compoundStreams returns the known streams of a compound file and where each
// begins. Directory entries are 128 bytes long and aligned; looking for their
// names needs no chain of sectors, so no loop in a damaged file can hold it.
func compoundStreams(ctx context.Context, r io.ReaderAt, size int64) (map[string]int64, error) {
	header := make([]byte, 512)
	if _, err := r.ReadAt(header, 0); err != nil {
		return nil, err
	}
	sector := int64(512)
	if binary.LittleEndian.Uint16(header[30:]) == 12 {
		sector = 4096
	}
	found := map[string]int64{}
	wanted := map[string][]byte{}
	for _, name := range []string{"EncryptedPackage", "WordDocument", "Workbook", "Book"} {
		field := make([]byte, 2*len(name)+2)
		for i := range name {
			field[2*i] = name[i]
		}
		wanted[name] = field
	}
	src := &contextReader{ctx, io.NewSectionReader(r, 512, size-512)}
	for block := make([]byte, 64<<10); ; {
		n, err := io.ReadFull(src, block)
		for at := 0; at+128 <= n; at += 128 {
			entry := block[at : at+128]
			for name, field := range wanted {
				// Type 2 is a stream; the length of the name counts its final zero.
				if bytes.HasPrefix(entry, field) && entry[66] == 2 && int(binary.LittleEndian.Uint16(entry[64:])) == len(field) {
					found[name] = (int64(binary.LittleEndian.Uint32(entry[116:])) + 1) * sector
				}
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// docEncrypted looks at the flag in the head of a Word document ([MS-DOC] 2.5.2).
func docEncrypted(r io.ReaderAt, at int64) bool {
	head := make([]byte, 12)
	if _, err := r.ReadAt(head, at); err != nil || binary.LittleEndian.Uint16(head) != 0xA5EC {
		return false
	}
	return binary.LittleEndian.Uint16(head[10:])&0x0100 != 0
}

// xlsEncrypted looks for the record FilePass behind the first record of a
// workbook ([MS-XLS] 2.4.117); a workbook that is only protected against
// changes has it as well and is read by nobody without its password.
func xlsEncrypted(r io.ReaderAt, at int64) bool {
	const begin, filePass = 0x0809, 0x002F
	head := make([]byte, 4)
	for i := range 4 {
		if _, err := r.ReadAt(head, at); err != nil {
			return false
		}
		kind := binary.LittleEndian.Uint16(head)
		if i == 0 && kind != begin {
			return false
		}
		if kind == filePass {
			return true
		}
		at += 4 + int64(binary.LittleEndian.Uint16(head[2:]))
	}
	return false
}
