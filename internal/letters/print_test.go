package letters

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingfeng/internal/desktop"
	"qingfeng/internal/docx/docxtest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

var keep = flag.String("out", "", "write the printed letters into this directory, to be looked at")

// drafted is a letter as it is before anybody touched it.
func drafted(t *testing.T, m Matter) *Letter {
	t.Helper()
	l := full(t, m)
	first := &Letter{ID: l.ID}
	first.apply(l.Steps[0])
	return first
}

func TestPrintedLetters(t *testing.T) {
	for name, l := range map[string]*Letter{
		"supervision": drafted(t, point(3)), "supervision_closed": full(t, point(3)),
		"reminder": full(t, every()["two_checks_system"]), "duty": full(t, every()["duty_of_leader"]),
	} {
		t.Run(name, func(t *testing.T) {
			page, err := l.HTML()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".html", page)
			again, err := l.HTML()
			if err != nil || !bytes.Equal(page, again) {
				t.Errorf("the same letter gives other bytes (%v)", err)
			}
		})
	}
}

func squeezed(s string) string { return strings.ReplaceAll(s, " ", "") }

func TestNoLetterHoldsABannedWordOrANameAndWordSaysTheSame(t *testing.T) {
	for _, name := range sorted(every()) {
		for _, l := range []*Letter{drafted(t, every()[name]), full(t, every()[name])} {
			page, err := l.HTML()
			if err != nil {
				t.Fatal(err)
			}
			word, err := l.DOCX()
			if err != nil {
				t.Fatal(err)
			}
			text := docxtest.Plain(page)
			for _, w := range append([]string{"王敏", "孙二", "周乙"}, banned...) {
				if strings.Contains(text, w) {
					t.Errorf("%s holds %q", name, w)
				}
			}
			for _, field := range []string{"编号", "紧急程度", "签发日期", "承办单位", "责任领导", "依据（条款原文）", "基本情况", "办理时限", "反馈方式与联系人", "拟稿、审核、签发",
				"送达人", "签收人、签收时间", "办理情况反馈", "佐证材料目录", "负责人签字", "盖章", "审核意见", "同意销号", "退回重办", "销号人、日期", "回头看（日期、结果）", "抄送",
				verb(l.Kind) + "单位", verb(l.Kind) + "事项", verb(l.Kind) + "要求"} {
				if !strings.Contains(text, field) {
					t.Errorf("%s lacks the field %s", name, field)
				}
			}
			_, text, _ = strings.Cut(text, l.Kind.Label(integrity.Chinese)) // the title of the window
			if got := docxtest.Text(t, word); squeezed(got) != squeezed(text) {
				t.Errorf("%s: Word and page differ:\n%s\n%s", name, got, text)
			}
		}
	}
}

// The clause of a limit of this system names the sentence of the notice that it serves, and is
// nowhere printed as what the notice demands: not within bare quotation marks, not with the name
// of the document, not as missed.
func TestThePrintedBasisQuotesTheNoticeOnlyForWhatTheNoticeSets(t *testing.T) {
	const document = "《关于开展廉洁风险排查工作的通知》"
	kinds := map[integrity.LetterKind]int{}
	for name, m := range every() {
		l := full(t, m)
		kinds[l.Kind]++
		page, err := l.HTML()
		if err != nil {
			t.Fatal(err)
		}
		text := docxtest.Plain(page)
		_, basis, found := strings.Cut(text, "依据（条款原文）")
		basis, _, end := strings.Cut(basis, "基本情况")
		if basis = strings.TrimSpace(basis); !found || !end {
			t.Fatalf("%s prints no basis: %s", name, text)
		}
		want := "“" + obligation.Sentence(m.Rule) + "”" + document
		if m.Basis == integrity.BasisSystem {
			want = "本系统设定，非文件规定（义务源自“" + obligation.Sentence(m.Rule) + "”）"
		}
		if basis != want {
			t.Errorf("%s prints the basis %s; want %s", name, basis, want)
		}
		missed := "达到“" + obligation.Sentence(m.Rule) + "”的要求"
		if notice := m.Basis == integrity.BasisNotice; strings.Contains(text, document) != notice || strings.Contains(text, missed) != notice || strings.Contains(l.body(l.Deadline), "本系统设定，非文件规定") == notice {
			t.Errorf("%s, basis %s, reads %s", name, m.Basis, text)
		}
	}
	if kinds[integrity.LetterReminder] == 0 || kinds[integrity.LetterSupervision] == 0 || kinds[integrity.LetterDuty] == 0 {
		t.Errorf("letters of each kind are looked at: %v", kinds)
	}
}

func TestHostileTextsStayTexts(t *testing.T) {
	const hostile = `</td><script>alert(1)</script>`
	l := full(t, changed(point(1), func(m *Matter) { m.UnitName = hostile }))
	page, err := l.HTML()
	if err != nil || bytes.Contains(page, []byte("<script")) {
		t.Errorf("the page holds a script (%v)", err)
	}
	if _, err := l.DOCX(); err != nil {
		t.Error(err)
	}
}

func TestALetterWithoutItsNumberAndAVoidedOneSaySo(t *testing.T) {
	l := full(t, point(1))
	l.Number = 0
	l.apply(Step{Event: EventVoid, At: today, Role: integrity.RoleOffice, Details: Details{Text: "重复"}})
	page, err := l.HTML()
	if err != nil || !strings.Contains(docxtest.Plain(page), "补记中") || !strings.Contains(string(page), `<p class="mark">作废</p>`) {
		t.Errorf("the page does not say so (%v): %s", err, docxtest.Plain(page))
	}
}

func TestEveryLetterPrintsOnOnePage(t *testing.T) {
	for name, m := range map[string]Matter{
		"supervision": point(3), "duty": every()["duty_of_leader"],
		"long": changed(every()["two_checks_system"], func(m *Matter) {
			m.UnitName, m.Note = "市妇幼保健院（市儿童医院、市妇女儿童健康服务中心）", "2026年、2027年调休未载入"
		}),
	} {
		t.Run(name, func(t *testing.T) {
			page, err := full(t, m).HTML()
			if err != nil {
				t.Fatal(err)
			}
			pdf, err := desktop.Print(t.Context(), page)
			if err != nil {
				t.Fatal(err)
			}
			if *keep != "" {
				for ending, body := range map[string][]byte{"html": page, "pdf": pdf} {
					if err := os.WriteFile(filepath.Join(*keep, name+"."+ending), body, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			if n := desktop.Pages(pdf); n != 1 {
				t.Errorf("the letter takes %d pages; want 1", n)
			}
			if !bytes.Contains(pdf, []byte("/MediaBox [0 0 594.9")) && !bytes.Contains(pdf, []byte("/MediaBox [0 0 595")) {
				t.Error("the page is not A4")
			}
		})
	}
}
