package table

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingfeng/internal/form"
	"qingfeng/internal/integrity"
)

var update = flag.Bool("update", false, "write the golden files anew")

// libreOffice returns the program that make test installs.
func libreOffice(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("no LibreOffice; install it with: apt-get install -y --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui")
	}
	return path
}

// oldFile turns a document of today into its old format, as a unit that works with an old
// program would have written it.
func oldFile(t *testing.T, path, name string, data []byte, to string) []byte {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, name)
	if err := os.WriteFile(in, data, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, path, "--headless", "--norestore", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--convert-to", to, "--outdir", filepath.Join(dir, "out"), in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("convert %s: %v: %s", name, err, out)
	}
	body, err := os.ReadFile(filepath.Join(dir, "out", strings.TrimSuffix(name, filepath.Ext(name))+"."+to))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func golden(t *testing.T, name string, got any) {
	t.Helper()
	text, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	path := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, text) {
		t.Errorf("%s differs; run with -update and read the difference. Got:\n%s", path, text)
	}
}

func TestOldDocumentsAreReadThroughLibreOffice(t *testing.T) {
	path := libreOffice(t)
	list := form.Form{UnitName: "市第一医院", Date: integrity.Date(2026, 3, 5), Points: []integrity.RiskPoint{
		{No: 1, Description: "设备采购由一人决定\n缺少论证", Measures: []string{"集体研究", "公开招标"}, Path: []string{"查阅会议记录"}, Grade: integrity.GradeImportant, Head: "孙二", Persons: []string{"李四", "王五"}},
		{No: 2, Description: "退费审核与经办同为一人", Measures: []string{"定期轮岗"}, Path: []string{"实地走访"}},
	}}
	var word bytes.Buffer
	if err := form.WriteDocx(&word, list); err != nil {
		t.Fatal(err)
	}
	book := bookOf(t, func(f *excelize.File) error {
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			return err
		}
		for _, err := range []error{
			setRows(f, "Sheet1", []any{"编号", "日期", "内容", "金额"}, []any{"007", 46086, "第一行\n第二行", 0.5}, nil, []any{123456789012, 46087, "合并", 12}),
			f.SetCellStyle("Sheet1", "B2", "B4", style), f.MergeCell("Sheet1", "C4", "C6"), f.SetCellFormula("Sheet1", "D5", "D2+D4"),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	doc := oldFile(t, path, "form.docx", word.Bytes(), "doc")
	xls := oldFile(t, path, "book.xlsx", book, "xls")
	if !bytes.HasPrefix(doc, magicOLE) || !bytes.HasPrefix(xls, magicOLE) {
		t.Fatal("these are no old files")
	}
	fromDoc, fromXLS := read(t, "form.doc", doc, Options{}), read(t, "book.xls", xls, Options{})
	golden(t, "old-document", fromDoc)
	golden(t, "old-workbook", fromXLS)

	// WPS writes the same containers under names of its own, with its class and streams: content
	// decides, not the name.
	// Two at a time wait for each other and leave nothing behind.
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var all sync.WaitGroup
	for _, tc := range []struct {
		name string
		data []byte
		want got
	}{{"form.wps", asWPS(t, doc, "WpsCustomData"), fromDoc}, {"book.et", asWPS(t, xls, "ETExtData"), fromXLS}} {
		all.Go(func() {
			g := readContext(t.Context(), tc.name, tc.data, Options{})
			for i := range g.Tables {
				g.Tables[i].Name = tc.want.Tables[i].Name
			}
			if d := cmp.Diff(tc.want, g); d != "" {
				t.Errorf("%s (-want +got):\n%s", tc.name, d)
			}
		})
	}
	all.Wait()
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// The real old documents of the folder that breaks readers, each within ten seconds and,
// all processes of a conversion together, 512 MB.
func TestOldFilesThatBreakReadersGiveRowsOrAClearError(t *testing.T) {
	libreOffice(t)
	var files []string
	for _, folder := range []string{"doc", "xls"} {
		found, err := filepath.Glob(filepath.Join(messy, folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	type file struct {
		name string
		data []byte
	}
	all := []file{ // damaged in ways of our own, also where the folder is missing
		{"no more than a header.doc", []byte(compoundOf("WordDocument", 1<<12, nil))[:600]},
		{"a document without content.doc", []byte(compoundOf("WordDocument", 1<<12, nil))},
		{"a workbook without content.xls", []byte(compoundOf("Workbook", 1<<12, nil))},
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, file{filepath.Base(path), data})
	}
	for _, f := range all {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		began := time.Now()
		g := readContext(ctx, f.name, f.data, Options{})
		stop()
		if took := time.Since(began); took > 13*time.Second {
			t.Errorf("%s took %s", f.name, took)
		}
		n := len(g.Errors)
		for _, code := range g.Errors {
			if strings.Contains(code, " ") {
				t.Errorf("%s: %s", f.name, code)
			}
		}
		for _, table := range g.Tables {
			n += len(table.Rows) + len(table.Errors)
		}
		if n == 0 {
			t.Errorf("%s gave neither rows nor an error", f.name)
		}
		t.Logf("%s: %d tables, errors %v, %s", f.name, len(g.Tables), g.Errors, time.Since(began).Round(10*time.Millisecond))
	}
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &used); err != nil {
		t.Fatal(err)
	}
	t.Logf("the largest process took %d MB", used.Maxrss>>10)
	if used.Maxrss > 512<<10 {
		t.Errorf("a conversion took %d MB", used.Maxrss>>10)
	}
}
