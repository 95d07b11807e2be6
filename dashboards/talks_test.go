package dashboards

import (
	"fmt"
	"strings"
	"testing"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
)

// Every kind of letter leads to the 约谈 and 问责 that people enter under its number, and the ledger
// back to the letter (requirements R44); another office's number and another matter do not.
func TestALetterAndWhatPeopleEnteredUnderItsNumberLeadToEachOther(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	issued := map[integrity.LetterKind]letters.Line{}
	for _, m := range read[list[letters.Matter]](s, "/api/v1/letters/matters").Items {
		kind, err := m.Kind()
		if _, done := issued[kind]; err != nil || done {
			continue
		}
		id := s.issued(m.Key)
		for _, line := range read[list[letters.Line]](s, "/api/v1/letters").Items {
			if line.ID == id {
				issued[kind] = line
			}
		}
	}
	if len(issued) < 2 || issued[integrity.LetterReminder].Code == "" || issued[integrity.LetterDuty].Code == "" {
		t.Fatalf("letters of the kinds %v only", issued)
	}
	const none = "台账中没有以本函文号登记的约谈、问责"
	rows := []string{"单位|年度|事项|日期|人员|文号|内容"}
	for kind, line := range issued {
		if page := string(s.ok("/letters/" + line.ID)); !strings.Contains(page, none) {
			t.Errorf("the page of a new %s does not say that nobody entered a talk", kind)
		}
		typed := strings.NewReplacer("〔", "[", "〕", "] ").Replace(line.Code) // as people type it
		rows = append(rows,
			"13|2026|约谈|2026-11-20|孙二|"+typed+"|为"+string(kind)+"约谈",
			"13|2026|问责|2026-11-21|孙二|"+line.KindLabel+line.Code+"|为"+string(kind)+"问责",
			"13|2026|约谈|2026-11-19|孙二|卫廉"+line.Code+"|别的文件",
			"13|2026|部署|2026-11-18|周乙|"+line.Code+"|不是约谈")
	}
	s.load(ingest.KindLedger, rows...)
	ledger := string(s.ok("/ledger?full=1&per_page=200"))
	for kind, line := range issued {
		page := string(s.ok("/letters/" + line.ID))
		for _, word := range []string{"为" + string(kind) + "约谈", "为" + string(kind) + "问责"} {
			if strings.Count(page, word) != 1 {
				t.Errorf("the page of the %s names %q %d times", kind, word, strings.Count(page, word))
			}
		}
		led := 0
		for _, link := range linksOf(t, []byte(page))[""] {
			if strings.HasPrefix(link, "/ledger?q=") {
				led++
				if row := string(s.ok(link)); !strings.Contains(row, "为"+string(kind)) {
					t.Errorf("%s does not lead to the entry of the %s", link, kind)
				}
			}
		}
		if led != 2 {
			t.Errorf("the page of the %s leads to %d entries; want 2", kind, led)
		}
		if strings.Contains(page, "别的文件") || strings.Contains(page, "不是约谈") || strings.Contains(page, none) {
			t.Errorf("the page of the %s names what is not its own", kind)
		}
		if got := strings.Count(ledger, fmt.Sprintf(`href="/letters/%s"`, line.ID)); got != 2 {
			t.Errorf("the ledger leads to the %s %d times; want 2", kind, got)
		}
	}
	// Whoever does not see the letter is not led to it.
	clerk := s.viewedBy(integrity.Principal{Role: integrity.RoleUnit, Unit: "13", Name: "经办"})
	page, duty := string(clerk.ok("/ledger?full=1&per_page=200")), issued[integrity.LetterDuty]
	if !strings.Contains(page, "为duty约谈") || strings.Contains(page, duty.ID) {
		t.Error("a unit is led to a letter to a leader, or does not see the entry of its ledger")
	}
}
