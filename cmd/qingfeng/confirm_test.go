package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfirmFromTheCommandLine lists open points with their suggestions, takes some,
// chooses for others, says what a signal is, and takes all of it back.
func TestConfirmFromTheCommandLine(t *testing.T) {
	s := newShell(t)
	s.city()
	s.ingest(0, "risks", s.file("open.csv", "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级,责任人员",
		"14,2026-02-10,1,重大事项未经集体研究由院长个人说了算,集体决策,查阅会议记录,重要,张一",
		"14,2026-02-10,2,采购员收受供应商宴请和回扣,轮岗,查阅资料,一般,张二"))
	s.ingest(0, "complaints", s.file("c.csv", "编号,单位,日期,内容", "T1,14,2026-03-05,窗口排队太久"))
	type item struct {
		ID, Description, Layer, Category, Integrity string
		Confirmed                                   string `json:"confirmed_by"`
		SuggestedCategory                           string `json:"suggested_category"`
		Suggestion                                  struct{ Reasons []struct{ Phrase string } }
	}
	type items struct{ Items []item }
	read := func(args ...string) []item {
		t.Helper()
		out, _ := s.want(0, args...)
		var list items
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return list.Items
	}
	type done struct {
		Batch                     string
		Asked, Changed, Unchanged int
	}
	confirm := func(args ...string) done {
		t.Helper()
		out, _ := s.want(0, append([]string{"confirm"}, args...)...)
		var d done
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return d
	}
	classes := func() string {
		var words []string
		for _, p := range read("query", "risks", "--unit", "14", "--format", "json") {
			words = append(words, p.Category+" "+p.Confirmed)
		}
		return strings.Join(words, ", ")
	}

	open := read("confirm", "list", "--unit", "14", "--format", "json")
	if len(open) != 2 || open[0].SuggestedCategory != "decision" || open[1].SuggestedCategory != "external" || len(open[0].Suggestion.Reasons) == 0 {
		t.Fatalf("open points: %+v", open)
	}
	if text, _ := s.want(0, "confirm", "list", "--unit", "14"); !strings.Contains(text, open[0].ID) || !strings.Contains(text, "个人说了算") {
		t.Errorf("open points as text:\n%s", text)
	}
	if d := confirm("risks", "--unit", "14", "--accept", "--dry-run", "--format", "json"); d.Asked != 2 || d.Batch != "" {
		t.Errorf("a dry run: %+v", d)
	}
	if got := classes(); got != "unclassified , unclassified " {
		t.Errorf("after a dry run: %s", got)
	}
	accepted := confirm("risks", "--unit", "14", "--accept", "--by", "孙二", "--format", "json")
	if accepted.Changed != 2 || accepted.Batch == "" {
		t.Errorf("all suggestions accepted: %+v", accepted)
	}
	if got := classes(); got != "decision 孙二, external 孙二" {
		t.Errorf("after accepting: %s", got)
	}
	confirm("risks", open[1].ID, "--set-category", "conduct", "--by", "李三", "--format", "json")
	if got := classes(); got != "decision 孙二, conduct 李三" {
		t.Errorf("after choosing: %s", got)
	}
	confirm("risks", open[1].ID, "--withdraw", "--format", "json")
	s.want(0, "batches", "revert", accepted.Batch)
	if got := classes(); got != "unclassified , unclassified " {
		t.Errorf("after taking back: %s", got)
	}

	signal := read("query", "signals", "--integrity", "all", "--format", "json")[0]
	confirm("signals", signal.ID, "--set-integrity", "yes", "--set-category", "conduct", "--format", "json")
	if got := read("query", "signals", "--integrity", "all", "--format", "json")[0]; got.Integrity != "yes" || got.Category != "conduct" {
		t.Errorf("the signal is %s %s", got.Integrity, got.Category)
	}
	for _, wrong := range [][]string{{"confirm"}, {"confirm", "risks"}, {"confirm", "risks", "--accept", "--withdraw"}, {"confirm", "risks", "--set-category", "power"}, {"confirm", "signals", signal.ID}} {
		s.want(2, wrong...)
	}
	s.want(1, "confirm", "risks", "00000000000000aa", "--accept")
}

func TestRejectedRowsOfADryRunFromTheCommandLine(t *testing.T) {
	s := newShell(t)
	s.city()
	file := s.file("e.csv", "编号,单位,日期,内容", "T2,13,2026-03-05,排队", "T3,火星,2026-03-05,电话13812345678")
	for _, out := range []string{filepath.Join(s.dir, "dry.csv"), filepath.Join(s.dir, "dry.xlsx")} {
		s.ingest(3, "complaints", "--dry-run", "--rejects", out, file)
		text, err := os.ReadFile(out)
		if err != nil || len(text) == 0 || strings.HasSuffix(out, ".csv") && (!strings.Contains(string(text), "火星") || strings.Contains(string(text), "13812345678") || !strings.Contains(string(text), "拒收原因")) {
			t.Errorf("%s: %s, %v", out, text, err)
		}
	}
	out := filepath.Join(s.dir, "load.csv")
	s.ingest(3, "complaints", "--rejects", out, file)
	dry, err := os.ReadFile(filepath.Join(s.dir, "dry.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if loaded, err := os.ReadFile(out); err != nil || string(loaded) != string(dry) {
		t.Errorf("rejects of the load: %s, of the dry run: %s, %v", loaded, dry, err)
	}
}
