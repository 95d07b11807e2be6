package letters

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"qingfeng/internal/docx/docxtest"
	"qingfeng/internal/integrity"
)

// people stand in texts that may reach a letter: a head, a leader and a responsible person,
// who give way to their office, and somebody who complains, who leaves a mark.
var people = []string{"孙二明", "周乙", "赵小小", "欧阳雪莲", "13712345091", "330602198807153217"}

const crowded = "孙二明、周乙、赵小小已与投诉人欧阳雪莲（电话13712345091，身份证330602198807153217）沟通"

// everyText fills each text of a step's input.
func everyText(d *Details, text string) {
	v := reflect.ValueOf(d).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Interface().(type) {
		case string:
			f.SetString(text)
		case []string:
			f.Set(reflect.ValueOf([]string{text}))
		}
	}
}

func TestNobodyIsNamedByALetterWhateverIsTyped(t *testing.T) {
	number := func(no string) Matter {
		return mid(integrity.RuleHandling, func(m *Matter) {
			m.Key, m.Number, m.Subject, m.AsOf, m.DaysLeft = "handling/"+no, no, "complaint", integrity.DayOf(today), -187
		})
	}
	matters := []Matter{number("欧阳雪莲-1"), number("13712345091"), number("赵小小投诉"), number("市长热线2026-3")}
	d := newDesk(t, append(matters, point(1))...)
	for i, m := range matters {
		l := d.draft(m.Key)
		if want := []string{inSystem, inSystem, inSystem, "市长热线2026-3"}[i]; !strings.Contains(l.Facts, "（编号"+want+"）") {
			t.Errorf("the number %s: %s", m.Number, l.Facts)
		}
	}
	l := d.draft(point(1).Key)
	seen := map[Event]bool{}
	for _, e := range []Event{
		EventEdit, EventSubmit, EventSendBack, EventSubmit, EventApprove, EventIssue, EventDeliver, EventAskExtension, EventRefuseExtension, EventAskExtension, EventGrantExtension,
		EventAnswer, EventRedo, EventDeliver, EventAnswer, EventAccept, EventClose, EventRevisit, EventVoid,
	} {
		if l.legal(e) != nil {
			continue
		}
		in := usual(e)
		everyText(&in, crowded)
		got, err := d.Act(t.Context(), office, l.ID, e, in)
		if err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		l, seen[e] = got, true
		for where, text := range written(t, l) {
			for _, name := range people {
				if strings.Contains(text, name) {
					t.Errorf("after %s %s names %s", e, where, name)
				}
			}
		}
	}
	if answer := l.Answers[len(l.Answers)-1].Text; !strings.HasPrefix(answer, "主要负责人、责任领导、责任人员已与投诉人") {
		t.Errorf("the answer reads %s", answer)
	}
	for _, e := range Events() {
		if e != EventDraft && e != EventVoid && len(Fields(e)) > 0 && !seen[e] {
			t.Errorf("%s was not tried", e)
		}
	}
}

// written is all that is made of a letter: both prints, the register, the ledger, the log and
// the answer of the API.
func written(t *testing.T, l *Letter) map[string]string {
	t.Helper()
	page, err := l.HTML()
	if err != nil {
		t.Fatal(err)
	}
	word, err := l.DOCX()
	if err != nil {
		t.Fatal(err)
	}
	log, err := json.Marshal(l.Steps)
	if err != nil {
		t.Fatal(err)
	}
	line, err := json.Marshal(NewLine(l, integrity.DayOf(today)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"the page": string(page), "the Word file": docxtest.Text(t, word), "the log": string(log), "the API": string(line)}
	for name, columns := range map[string][]Column{"the register": RegisterColumns(integrity.DayOf(today)), "the ledger": ClosedColumns()} {
		for _, c := range columns {
			out[name] += fmt.Sprintln(c.Value(l))
		}
	}
	return out
}
