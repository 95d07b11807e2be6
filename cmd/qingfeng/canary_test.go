package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// canaries are identities that the files below are full of. None of them is anybody's.
var canaries = []string{"欧阳雪莲", "司徒金雀", "13712345091", "330602198807153217", "6222021234567890123", "canary.reporter@163.com", "金丝雀路88号", "浙D9K7Q3"}

// kept stands in the same texts and is no identity: where it is found, canaries would be.
const kept = "金盏花窗口"

// told is a text with an identity of every sort.
const told = kept + "退费要跑三次。我叫欧阳雪莲，电话13712345091，身份证330602198807153217，卡号6222021234567890123，邮箱canary.reporter@163.com，家住临澄市金丝雀路88号5栋2单元701室，车牌浙D9K7Q3"

// writings are how a file may hold a text.
var writings = []encoding.Encoding{encoding.Nop, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), simplifiedchinese.GB18030}

// holds returns which of the texts the bytes hold, in whatever writing.
func holds(t *testing.T, data []byte, texts ...string) (found []string) {
	t.Helper()
	for _, text := range texts {
		for _, w := range writings {
			written, err := w.NewEncoder().Bytes([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, written) {
				found = append(found, text)
				break
			}
		}
	}
	return found
}

// everyFile calls f with the contents of all files below a folder, and of what archives among
// them hold.
func everyFile(t *testing.T, root string, f func(name string, data []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && !d.Type().IsRegular() {
			return nil // gone since, or a socket
		}
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f(path, append([]byte(path+"\n"), data...)) // its name is written as well
		if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
			for _, e := range z.File {
				r, err := e.Open()
				if err != nil {
					return err
				}
				inside, err := io.ReadAll(r)
				if err != nil {
					return err
				}
				f(path+"!"+e.Name, inside)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// archive is a zip of some files.
func archive(t *testing.T, files map[string]string) string {
	t.Helper()
	var b strings.Builder
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// workbook is one with a sheet of the given name, and a hidden one of that name twice.
func workbook(t *testing.T, sheet, lines string) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	_, err := f.NewSheet(sheet + sheet)
	err = errors.Join(err, f.SetSheetVisible(sheet+sheet, false), f.SetSheetName("Sheet1", sheet))
	for i, line := range strings.Split(lines, "\n") {
		cells := strings.Split(line, ",")
		err = errors.Join(err, f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &cells))
	}
	var b bytes.Buffer
	if err := errors.Join(err, f.SetCellValue(sheet+sheet, "A1", "x"), f.Write(&b)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestNoIdentityIsLeftAnywhere loads files full of identities by every way into the product, with
// the log at its fullest, with errors, an engine that is killed and searches for them, and then
// looks for them in all that was written: the data directory with the tables and logs of the
// engine, the inbox, temporary folders, both streams (reliability H11).
func TestNoIdentityIsLeftAnywhere(t *testing.T) {
	s := newShell(t)
	temp, box := filepath.Join(s.dir, "temp"), filepath.Join(s.dir, "inbox")
	if err := os.Mkdir(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temp)
	settings := s.file("q.toml", "inbox = '"+box+"'", "inbox_settle = 1", "log_level = 'debug'")
	s.env["QINGFENG_CONFIG"] = settings
	s.city()
	given := filepath.Join(s.dir, "given") // what people sent is theirs to keep
	if err := os.Mkdir(given, 0o700); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	command := func(args ...string) {
		code, out, err := s.run(args...)
		fmt.Fprintf(&said, "%v: %d\n%s%s\n", args[:1], code, out, err)
	}
	write := func(name string, lines ...string) string { return s.file(filepath.Join("given", name), lines...) }
	const complaints = "编号,单位,日期,内容,举报人,联系电话"
	const petitions = "编号,单位,日期,内容,性质,被反映人"
	reporter := "欧阳雪莲,13712345091"

	// By command: rows that load, that are rejected, that are rehearsed, a file that is none.
	command("ingest", "complaints", write("a.csv", complaints, "A1,13,2026-03-05,"+told+","+reporter, "A2,火星的13712345091,2026-03-05,"+told+","+reporter, "A3,13,昨天13712345091,"+told+","+reporter))
	command("ingest", "complaints", "--dry-run", "--rejects", filepath.Join(s.dir, "rejected.xlsx"), "--format", "json", write("b.csv", complaints, "B1,13,2026-03-06,"+told+","+reporter, "B2,13,,"+told+","+reporter))
	command("ingest", "petitions", write("c.csv", petitions, "C1,13,2026-03-05,"+told+",检举控告,司徒金雀", "C2,13,2026-03-05,"+told+",检举人13712345091,司徒金雀"))
	command("ingest", "ledger", write("d.csv", "单位,年度,事项,日期,人员,内容", "13,2026,征求意见,2026-03-05,代表,"+told, "13,2026,电话13712345091,2026-03-05,代表,"+told,
		"13,2026,征求意见,2026-03-06,欧阳雪莲,"+told, "13,2026,专家意见,2026-03-06,司徒金雀、欧阳雪莲,"+told, "13,2026,协查,2026-03-06,司徒金雀,"+told,
		"火星,2026,征求意见,2026-03-07,欧阳雪莲,"+told, "13,2026,听取意见,2026-03-07,欧阳雪莲,"+told))
	command("ingest", "inspections", write("e.csv", "编号,单位,检查日期,风险点,检查人,监督方法,权力运行是否规范,文件制度是否执行,防控措施是否落实,发现问题", "E1,13,2026-03-05,电话13712345091,韩八,查阅资料,是,是,否,"+told))
	// Files, entries of archives and sheets that are named after somebody.
	command("ingest", "complaints", write("欧阳雪莲投诉.csv", complaints, "F1,13,2026-03-05,"+told+","+reporter, "F2,火星,2026-03-05,"+told+","+reporter))
	command("ingest", "petitions", "--dry-run", "--format", "json", write("关于司徒金雀的信访.csv", petitions, "F3,13,,"+told+",检举控告,司徒金雀"))
	command("ingest", "complaints", "--sheet", "欧阳雪莲", write("来信-司徒金雀.xlsx", "PK\x03\x04"+told))
	command("ingest", "complaints", "--format", "json", write("欧阳雪莲.zip", archive(t, map[string]string{
		"司徒金雀举报.csv":    complaints + "\nF4,13,2026-03-05," + told + "," + reporter + "\nF5,火星,2026-03-05," + told + "," + reporter + "\n",
		"欧阳雪莲/照片.jpg":   "\xff\xd8",
		"欧阳雪莲/附件.docx":  "PK\x03\x04" + told,
		"欧阳雪莲来访登记.csv":  "甲,乙\n1,2\n",
		"说明（司徒金雀）.xlsx": workbook(t, "欧阳雪莲", complaints+"\nF6,火星,2026-03-05,"+told+","+reporter),
	})))
	command("ingest", "complaints", write("f.xlsx", "PK\x03\x04"+told))
	command("ingest", "complaints", write("g.json", `[{"编号":"G1","内容":"`+told))
	command("batches", "list")

	// By upload, API and inbox, while the engine is killed once.
	base := s.serving()
	sent := "sent.csv"
	send := func(path, kind string, lines ...string) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.WriteField("kind", kind)
		part, err := form.CreateFormFile("file", sent)
		if err == nil {
			_, err = io.WriteString(part, strings.Join(lines, "\n"))
		}
		if err = errors.Join(err, form.Close()); err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+path, &body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", form.FormDataContentType())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("POST %s: %d, %v: %s", path, resp.StatusCode, err, answer)
		}
		fmt.Fprintf(&said, "POST %s\n%s\n", path, answer)
	}
	ask := func(path string) {
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(path, "q=") { // the page repeats what was searched for to who asks
			fmt.Fprintf(&said, "GET %s\n%s\n", path, body)
		}
	}
	send("/imports?dry_run=1", "complaints", complaints, "H1,13,2026-03-07,"+told+","+reporter, "H2,火星,2026-03-07,"+told+","+reporter)
	send("/imports", "petitions", petitions, "H3,13,2026-03-08,"+told+",申诉求决,司徒金雀")
	send("/api/v1/imports?kind=complaints", "complaints", complaints, "H4,13,2026-03-09,"+told+","+reporter, "H5,13,2026-13-09,"+told+","+reporter)
	sent = "欧阳雪莲来信.csv"
	send("/imports?dry_run=1", "complaints", complaints, "H6,13,2026-03-07,"+told+","+reporter, "H7,火星,2026-03-07,"+told+","+reporter)
	send("/imports", "petitions", petitions, "H8,13,2026-03-08,"+told+",申诉求决,司徒金雀")
	if err := os.WriteFile(filepath.Join(box, "complaints", "司徒金雀投诉.csv"), []byte(strings.Join([]string{complaints, "K1,13,2026-03-10," + told + "," + reporter, "K2,火星,2026-03-10," + told + "," + reporter}, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if left, err := filepath.Glob(filepath.Join(box, "complaints", "*.csv")); err == nil && len(left) == 0 {
			break
		}
		if time.Since(began) > time.Minute {
			t.Fatal("the inbox did not take the file")
		}
	}
	for _, path := range []string{"/signals", "/imports", "/api/v1/signals?integrity=all", "/ledger", "/checks", "/signals?q=" + url.QueryEscape("欧阳雪莲"), "/api/v1/risks?q=13712345091"} {
		ask(path)
	}
	for _, pid := range children(t) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	ask("/api/v1/signals?q=" + url.QueryEscape("330602198807153217"))
	command("export", "complaints", "--out", filepath.Join(s.dir, "out.csv"))
	command("jobs", "run", "backup")

	command("batches", "list", "--format", "json")

	seen := map[string]int{}
	everyFile(t, s.dir, func(name string, data []byte) {
		if strings.HasPrefix(name, given) {
			return
		}
		if found := holds(t, data, canaries...); len(found) > 0 {
			t.Errorf("%s holds %q", strings.TrimPrefix(name, s.dir), found)
		}
		if len(holds(t, data, kept)) > 0 {
			first, _, _ := strings.Cut(strings.TrimPrefix(name, s.dir+string(filepath.Separator)), string(filepath.Separator))
			seen[first]++
		}
	})
	if seen["data"] == 0 || seen["out.csv"] == 0 || seen["rejected.xlsx!xl"]+seen["rejected.xlsx"] == 0 {
		t.Errorf("the texts themselves are found in %v only: the search is blind", seen)
	}
	for name, text := range map[string]string{"commands and answers": said.String(), "the server's streams": s.said.String()} {
		if found := holds(t, []byte(text), canaries...); len(found) > 0 {
			at := strings.Index(text, found[0])
			t.Errorf("%s hold %q: …%s…", name, found, text[max(at-200, 0):min(at+100, len(text))])
		}
	}
	if !strings.Contains(said.String(), kept) || !strings.Contains(s.said.String(), "listening") {
		t.Error("the streams hold nothing at all")
	}
}

// A panic and an error of the system may quote what somebody wrote: the log masks it.
func TestTheLogMasksWhatErrorsQuote(t *testing.T) {
	var out bytes.Buffer
	log := newLog(&out, slog.LevelDebug)
	log.ErrorContext(context.Background(), "panic: "+told, "err", fmt.Errorf("read %q: %w", told, errors.New("身份证330602198807153217")), "text", told, "count", 3, "took", time.Second)
	log.With("who", "电话13712345091").DebugContext(context.Background(), "done", slog.Group("row", "text", told))
	if found := holds(t, out.Bytes(), canaries...); len(found) > 0 {
		t.Errorf("the log holds %q:\n%s", found, out.String())
	}
	for _, want := range []string{"level=ERROR", "level=DEBUG", "count=3", "took=1s", kept} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, out.String())
		}
	}
}
