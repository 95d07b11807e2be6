package ingest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// messy is the folder of real files that break readers; it lies beside the repository where there
// is one.
const messy = "../../shared/data/messy"

// ownMess are files of our own with what real ones have, for where there are none.
func ownMess(t *testing.T) []Source {
	t.Helper()
	form := formDocx(t, "填表处室（单位）：办公室  日期：2026年3月5日", docxRows(point("1", "采购未经集体讨论", "一般", "张三")))
	return []Source{
		source("empty.csv", nil), source("nul.csv", []byte("编号,单位\x00,日期,内容\n1,13,2026-03-05,甲\n")), source("quote.csv", []byte("编号,单位,日期,内容\n\"1,13,2026-03-05,甲\n")),
		source("ragged.csv", []byte("编号,单位,日期,内容\n1,13\n2,13,2026-03-05,甲,乙,丙\n")), source("invalid.csv", []byte("编号,单位,日期,内容\n1,13,2026-03-05,\xff\xfe\xfa\n")),
		source("long.csv", []byte("编号,单位,日期,内容\n1,13,2026-03-05,"+strings.Repeat("甲", 40_000)+"\n")), source("wide.csv", []byte(strings.Repeat("甲,", 20_000)+"\n"+strings.Repeat("1,", 20_000)+"\n")),
		source("cut.docx", form[:len(form)/2]), source("swapped.xlsx", form), source("deep.json", []byte(strings.Repeat("[", 20_000))), source("nested.jsonl", []byte(`{"编号":{"a":[1]},"内容":"甲"}`+"\n")),
		source("bomb.csv", []byte("编号,单位,日期,内容\n=cmd|' /C calc'!A0,13,2026-03-05,甲\n")), source("twice.zip", packed(t, map[string]string{"a.csv": "编号,单位,日期,内容\n1,13,2026-03-05,甲\n", "b.docx": string(form[:200])})),
	}
}

// TestMessyFilesComeThroughTheWholeLoader loads what breaks readers, each file as every kind that
// it might be taken for in turn: within ten seconds there are rows, or an error that says what to
// do, in a database that goes on working; and once loaded it is known.
func TestMessyFilesComeThroughTheWholeLoader(t *testing.T) {
	b := newBench(t)
	b.city()
	files := ownMess(t)
	paths, err := filepath.Glob(filepath.Join(messy, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, source(filepath.Base(path), data))
	}
	t.Setenv("PATH", t.TempDir()) // old formats end with their message: converting them is tested with the readers
	kinds := Kinds()
	statuses := map[string]int{}
	for i, f := range files {
		kind := kinds[i%len(kinds)]
		began := time.Now()
		// One in four is written, the others are rehearsed: all that differs is the batch.
		rep := b.request(Request{Kind: kind, DryRun: i%4 != 0, Files: []Source{f}})
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s as %s took %s", f.Name, kind, took)
		}
		got := rep.Files[0]
		statuses[got.Status]++
		if got.Read != got.Added+got.Changed+got.Unchanged+got.Rejected {
			t.Errorf("%s as %s: rows are lost: %+v", f.Name, kind, got.Counts)
		}
		if got.Read == 0 && len(got.Errors) == 0 && len(got.Warnings) == 0 {
			t.Errorf("%s as %s: neither rows nor a word", f.Name, kind)
		}
		for _, p := range slices.Concat(got.Errors, got.Warnings) {
			if p.Code == "" || strings.Contains(p.Code, " ") || p.Message == "" || strings.Contains(p.Message, "goroutine") {
				t.Errorf("%s as %s: %+v", f.Name, kind, p)
			}
		}
	}
	t.Logf("%d files, %d real ones: %v", len(files), len(paths), statuses)
	if last := b.csv(KindComplaints, "编号|单位|日期|内容", "Z1|13|2026-03-05|甲"); last.Totals.Added != 1 {
		t.Errorf("after all of them: %+v", last.Totals)
	}
}
