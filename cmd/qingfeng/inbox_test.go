package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheServerLoadsWhatIsPutIntoItsInbox(t *testing.T) {
	s := newShell(t)
	s.city()
	box := filepath.Join(t.TempDir(), "收件箱")
	settings := filepath.Join(t.TempDir(), "q.toml")
	if err := os.WriteFile(settings, []byte("inbox = "+`"`+box+`"`+"\ninbox_settle = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	base := s.serving("--config", settings)
	file := filepath.Join(box, "comparisons", "a.csv")
	if err := os.WriteFile(file, []byte("编号,单位,日期,比对模型,异常描述\nB1,13,2026-03-05,药占比,药占比高于同级医院均值\nB2,99,2026-03-05,药占比,药占比高\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	done := filepath.Join(box, "comparisons", "done", "a.csv")
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if _, err := os.Stat(done); err == nil {
			break
		}
		if time.Since(began) > time.Minute {
			t.Fatal("the file was not taken")
		}
	}
	get := func(path string) string {
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
		}
		return string(body)
	}
	page := get("/imports")
	for _, want := range []string{"收件箱", box, "正常，没有待装载的文件"} {
		if !strings.Contains(page, want) {
			t.Errorf("/imports does not say %q", want)
		}
	}
	if batches := get("/api/v1/imports"); !strings.Contains(batches, `"by":"收件箱"`) {
		t.Errorf("no batch is by the inbox: %s", batches)
	}
	if ready := get("/readyz"); strings.Contains(ready, "inbox") {
		t.Errorf("readyz: %s", ready)
	}
	// The workbook of the rejected rows is a file that loads, once the unit is right.
	book := done + ".rejects.xlsx"
	if out, _ := s.want(4, "ingest", "comparisons", book, "--format", "json"); !strings.Contains(out, `"unit_unknown"`) {
		t.Errorf("the rejected rows loaded again: %s", out)
	}
	if err := os.RemoveAll(box); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(box, nil, 0o600); err != nil { // no folder any more
		t.Fatal(err)
	}
	for began := time.Now(); !strings.Contains(get("/imports"), "打不开收件箱文件夹"); time.Sleep(200 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("the page does not tell that the inbox cannot be read")
		}
	}
}
