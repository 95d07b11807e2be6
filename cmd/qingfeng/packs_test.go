package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExportPackWritesThePaperAndItsForm(t *testing.T) {
	s := newShell(t)
	s.city()
	paper, form := filepath.Join(s.dir, "pack.html"), filepath.Join(s.dir, "form.csv")
	s.want(0, "export", "pack", "--unit", "市第一医院", "--out", paper)
	s.want(0, "export", "pack", "--unit", "13", "--out", form)
	body, err := os.ReadFile(paper)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"市第一医院检查前资料包", "采购未经集体研究", "权力运行是否规范"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the pack lacks %q", want)
		}
	}
	rows, err := os.ReadFile(form)
	if err != nil || !strings.Contains(string(rows), "13-20261122-2,市第一医院,,2,") {
		t.Errorf("the form: %v\n%s", err, rows)
	}
	for _, args := range [][]string{
		{"export", "pack", "--out", paper},
		{"export", "pack", "--unit", "13", "--out", filepath.Join(s.dir, "pack.docx")},
	} {
		s.want(2, args...)
	}
	s.want(1, "export", "pack", "--unit", "火星", "--out", paper)
	out, _ := s.want(0, "query", "overdue", "--status", "all", "--unit", "13", "--lang", "en")
	if !strings.Contains(out, "checks required in 2026") || !strings.Contains(out, "checkpoint of 2026-06-30") && !strings.Contains(out, "checkpoint of 30 June") {
		t.Errorf("--lang en: %s", out)
	}
}
