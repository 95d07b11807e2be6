package letters

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qingfeng/internal/desktop"
)

// A letter is opened by LibreOffice, as a person's word processor would, and written by it
// as text: nothing of the wording and of the form is lost, from the page and from the Word
// document, and as a document of its own the form is still a table.
func TestLettersOpenInAWordProcessor(t *testing.T) {
	l := full(t, point(3))
	page, err := l.HTML()
	if err != nil {
		t.Fatal(err)
	}
	word, err := l.DOCX()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, body := range map[string][]byte{"page.html": page, "word.docx": word} {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	for _, to := range []string{"txt:Text (encoded):UTF8", "fodt"} {
		if err := desktop.Resave(ctx, dir, to, filepath.Join(dir, "page.html"), filepath.Join(dir, "word.docx")); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{l.Wording(), l.Code(), "依据（条款原文）", "“对分管工作廉洁风险点的监督检查每年不少于2次”", "佐证材料目录：ZC-01", "☑同意销号", "回头看（日期、结果）", "抄送"}
	for _, name := range []string{"page", "word"} {
		text, err := os.ReadFile(filepath.Join(dir, name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(strings.Fields(string(text)), "")
		for _, w := range want {
			if !strings.Contains(got, strings.Join(strings.Fields(w), "")) {
				t.Errorf("%s opened in a word processor lacks %q:\n%s", name, w, got)
			}
		}
		document, err := os.ReadFile(filepath.Join(dir, name+".fodt"))
		if err != nil {
			t.Fatal(err)
		}
		if tables, rows := strings.Count(string(document), "<table:table "), strings.Count(string(document), "<table:table-row"); tables != 1 || rows < len(l.sheet().Rows) {
			t.Errorf("%s: %d tables with %d rows; want one with %d", name, tables, rows, len(l.sheet().Rows))
		}
	}
}
