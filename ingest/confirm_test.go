package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

// plainList is a flat list without the columns of layer and category, as the notice's form
// is. The third text speaks for nothing.
func plainList(unit, day string, texts ...string) []string {
	lines := []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员"}
	for i, text := range texts {
		lines = append(lines, fmt.Sprintf("%s|%s|%d|%s|双人复核|查阅资料|一般|张三", unit, day, i+1, text))
	}
	return lines
}

var (
	decided = "院长个人说了算，重大事项未经集体研究拍板"
	gifted  = "采购员接受供应商宴请和回扣"
	mute    = "其他方面"
)

// classes lists layer, category and who confirmed of every point, by year and number.
func (b *bench) classes() []string {
	b.t.Helper()
	var rows []struct {
		Text string `ch:"line"`
	}
	if err := b.store.Read().Select(b.t.Context(), &rows, `SELECT concat(toString(year), ' ', toString(no), ' ', layer, ' ', category, ' ', confirmed_by) AS line FROM risks
		WHERE batch_no NOT IN (SELECT batch_no FROM batches GROUP BY batch_no HAVING argMax(state, step) != 'committed')
		GROUP BY year, no, layer, category, confirmed_by, list_id HAVING sum(sign) > 0 AND list_id IN (SELECT list_id FROM lists GROUP BY list_id, replaced HAVING sum(sign) > 0 AND replaced = 0) ORDER BY line`); err != nil {
		b.t.Fatal(err)
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = strings.TrimSpace(r.Text)
	}
	return out
}

func (b *bench) pointID(description string) string {
	b.t.Helper()
	return b.text("SELECT lower(hex(any(risk_id))) FROM risks WHERE description = '" + description + "'")
}

func (b *bench) say(by string, said ...Word) Confirmed {
	b.t.Helper()
	out, err := b.load.Confirm(b.t.Context(), Confirmation{By: by, Words: said})
	if err != nil {
		b.t.Fatalf("Confirm(%+v): %v", said, err)
	}
	return out
}

func (b *bench) is(when string, want ...string) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.classes()); diff != "" {
		b.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

func TestAConfirmationIsABatchThatFollowsThePoint(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindRisks, plainList("13", "2025-03-05", decided, gifted, mute)...)
	open := []string{"2025 1 unclassified unclassified", "2025 2 unclassified unclassified", "2025 3 unclassified unclassified"}
	b.is("a list without the columns", open...)

	first := b.say("孙二", Word{ID: b.pointID(decided), Suggested: true}, Word{ID: b.pointID(gifted), Suggested: true}, Word{ID: b.pointID(mute), Suggested: true})
	if want := (Confirmed{Batch: first.Batch, Asked: 3, Changed: 2, Unchanged: 1}); first != want || first.Batch == "" {
		t.Errorf("Confirm = %+v, want %+v", first, want)
	}
	accepted := []string{"2025 1 leadership decision 孙二", "2025 2 other external 孙二", "2025 3 unclassified unclassified"}
	b.is("accepted as suggested; where nothing is suggested nothing holds", accepted...)
	if again := b.say("孙二", Word{ID: b.pointID(decided), Suggested: true}); again.Batch != "" || again.Unchanged != 1 {
		t.Errorf("confirming again = %+v; want no batch", again)
	}

	b.csv(KindRisks, plainList("13", "2025-04-01", mute, decided+"。", gifted)...)
	b.is("the same points in the next version", "2025 1 unclassified unclassified", "2025 2 leadership decision 孙二", "2025 3 other external 孙二")
	b.csv(KindRisks, plainList("13", "2026-03-01", decided)...)
	b.is("and in the next year", "2025 1 unclassified unclassified", "2025 2 leadership decision 孙二", "2025 3 other external 孙二", "2026 1 leadership decision 孙二")

	second := b.say("李三", Word{ID: b.pointID(decided), Category: "power"})
	b.is("another category is chosen", "2025 1 unclassified unclassified", "2025 2 leadership power 李三", "2025 3 other external 孙二", "2026 1 leadership power 李三")
	b.revert(second.Batch)
	b.is("and the choice taken back", "2025 1 unclassified unclassified", "2025 2 leadership decision 孙二", "2025 3 other external 孙二", "2026 1 leadership decision 孙二")
	b.say("李三", Word{ID: b.pointID(gifted), Layer: Withdraw, Category: Withdraw})
	b.is("one point of the first confirmation is taken back", "2025 1 unclassified unclassified", "2025 2 leadership decision 孙二", "2025 3 unclassified unclassified", "2026 1 leadership decision 孙二")
	b.revert(first.Batch)
	b.is("and all of it", "2025 1 unclassified unclassified", "2025 2 unclassified unclassified", "2025 3 unclassified unclassified", "2026 1 unclassified unclassified")
}

func TestTheLaterWordOfAPersonHolds(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别"
	row := func(day, layer, category string) string {
		return "13|" + day + "|1|" + gifted + "|双人复核|查阅资料|一般|张三|" + layer + "|" + category
	}
	b.csv(KindRisks, head, row("2026-03-01", "", "制度"))
	b.say("孙二", Word{ID: b.pointID(gifted), Suggested: true})
	b.is("the list's own word is a person's: only what it leaves open is taken from the suggestion", "2026 1 other institution 孙二")
	b.say("孙二", Word{ID: b.pointID(gifted), Category: "external"})
	b.is("a choice after the list", "2026 1 other external 孙二")
	if rep := b.csv(KindRisks, head, row("2026-03-02", "其他岗位", "其他")); rep.Totals.Unchanged != 1 {
		t.Errorf("a list that says what was confirmed: %+v; want unchanged", rep.Totals)
	}
	b.csv(KindRisks, head, row("2026-03-03", "", ""))
	b.is("empty cells say nothing against a person", "2026 1 other external 孙二")
	b.csv(KindRisks, head, row("2026-03-04", "", "岗位"))
	b.is("a list after the choice", "2026 1 other post 孙二")
	b.csv(KindRisks, plainList("13", "2026-03-05", gifted)...)
	b.is("a list without the columns takes over what the one before said", "2026 1 other post 孙二")
	b.say("李三", Word{ID: b.pointID(gifted), Category: "external"})
	b.is("and a choice after that", "2026 1 other external 李三")
}

func TestConfirmRefusesWhatCannotBe(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindRisks, plainList("13", "2026-03-05", decided)...)
	b.csv(KindComplaints, "编号|单位|日期|内容", "T1|13|2026-04-01|窗口排队太久")
	point, signal := b.pointID(decided), integrity.FormatID(identify("complaint", "", "T1"))
	before := b.number("SELECT toInt64(count()) FROM batches")
	for name, tc := range map[string]struct {
		word Word
		want error
	}{
		"a point that does not exist":               {Word{ID: "00000000000000aa", Suggested: true}, integrity.ErrNotFound},
		"a signal that does not exist":              {Word{ID: point, Signal: true, Integrity: "no"}, integrity.ErrNotFound},
		"no id":                                     {Word{ID: "1", Suggested: true}, integrity.ErrInvalid},
		"a category outside the seven":              {Word{ID: point, Category: "money"}, integrity.ErrInvalid},
		"unclassified, which is no word":            {Word{ID: point, Category: "unclassified"}, integrity.ErrInvalid},
		"a layer outside the three":                 {Word{ID: point, Layer: "top"}, integrity.ErrInvalid},
		"integrity of a point":                      {Word{ID: point, Integrity: "yes"}, integrity.ErrInvalid},
		"integrity that is not decided":             {Word{ID: signal, Signal: true, Integrity: "unknown"}, integrity.ErrInvalid},
		"a suggestion taken for a signal":           {Word{ID: signal, Signal: true, Suggested: true}, integrity.ErrInvalid},
		"a link to a point of nobody":               {Word{ID: signal, Signal: true, Points: "00000000000000aa"}, integrity.ErrInvalid},
		"a good word in the company of a wrong one": {Word{ID: "00000000000000aa", Layer: "middle"}, integrity.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.load.Confirm(t.Context(), Confirmation{By: "孙二", Words: []Word{{ID: point, Suggested: true}, tc.word}})
			if tc.word.ID == point && !tc.word.Signal {
				_, err = b.load.Confirm(t.Context(), Confirmation{By: "孙二", Words: []Word{tc.word}})
			}
			if !errors.Is(err, tc.want) {
				t.Errorf("Confirm = %v, want %v", err, tc.want)
			}
		})
	}
	others := func(unit string, _ integrity.SignalKind) bool { return unit != "13" }
	for _, w := range []Word{{ID: point, Suggested: true}, {ID: signal, Signal: true, Integrity: "no"}} {
		if _, err := b.load.Confirm(t.Context(), Confirmation{Words: []Word{w}, May: others}); !errors.Is(err, integrity.ErrNotFound) {
			t.Errorf("Confirm of another unit's %+v = %v, want not found", w, err)
		}
	}
	if after := b.number("SELECT toInt64(count()) FROM batches"); after != before {
		t.Errorf("refused confirmations left %d rows of batches", after-before)
	}
	b.is("nothing was confirmed", "2026 1 unclassified unclassified")
}

// signalsAre lists what holds of every signal.
func (b *bench) signalsAre(when string, want ...string) {
	b.t.Helper()
	var rows []struct {
		Text string `ch:"line"`
	}
	if err := b.store.Read().Select(b.t.Context(), &rows, `SELECT concat(number, ' ', category, ' ', integrity, ' ', toString(machine), ' ', link, ' ', toString(length(risk_ids)), ' ', confirmed_by) AS line FROM signals
		WHERE batch_no NOT IN (SELECT batch_no FROM batches GROUP BY batch_no HAVING argMax(state, step) != 'committed')
		GROUP BY number, category, integrity, machine, link, risk_ids, confirmed_by HAVING sum(sign) > 0 ORDER BY line`); err != nil {
		b.t.Fatal(err)
	}
	got := make([]string, len(rows))
	for i, r := range rows {
		got[i] = strings.TrimSpace(r.Text)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

func TestAPersonSaysWhatASignalIs(t *testing.T) {
	b := newBench(t)
	b.city()
	file := []string{"编号|单位|日期|内容|类别|涉廉", "T1|13|2026-04-01|窗口排队太久||", "T2|13|2026-04-02|医生收受红包||是"}
	load := func() Report { return b.csv(KindComplaints, file...) }
	loaded := load()
	b.signalsAre("as the machine sees them", "T1 unclassified no 3  0", "T2 external yes 1  0")
	id := integrity.FormatID(identify("complaint", "", "T1"))
	b.say("孙二", Word{ID: id, Signal: true, Category: "conduct"})
	b.signalsAre("a category makes it one that concerns integrity", "T1 conduct yes 2  0 孙二", "T2 external yes 1  0")
	no := b.say("李三", Word{ID: id, Signal: true, Integrity: "no"})
	b.signalsAre("but for a word against", "T1 conduct no 0  0 李三", "T2 external yes 1  0")

	file[1] += " "
	if rep := load(); rep.Totals.Unchanged != 2 {
		t.Errorf("the same rows with the empty cells: %+v; want unchanged", rep.Totals)
	}
	b.csv(KindComplaints, "编号|单位|日期|内容|类别", "T1|13|2026-04-01|窗口排队实在太久|")
	b.signalsAre("a correction of the text leaves the word of a person alone", "T1 conduct no 0  0 李三", "T2 external yes 1  0")
	b.revert(no.Batch)
	b.signalsAre("one word is taken back", "T1 conduct yes 2  0 孙二", "T2 external yes 1  0")
	corrected := b.csv(KindComplaints, "编号|单位|日期|内容|类别", "T1|13|2026-04-01|窗口排队实在太久|岗位")
	b.signalsAre("the source speaks later", "T1 post yes 2  0", "T2 external yes 1  0")
	b.revert(corrected.Batch)
	b.signalsAre("and takes it back", "T1 conduct yes 2  0 孙二", "T2 external yes 1  0")
	b.revert(loaded.Batch)
	b.signalsAre("what is left of T1 is its correction", "T1 conduct yes 2  0 孙二")
}

func TestSignalsAreLinkedToPoints(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindRisks, plainList("13", "2026-03-05", decided, gifted, mute)...)
	head := "编号|单位|日期|内容|类别|涉廉|风险点"
	rep := b.csv(KindComplaints, head, "T1|13|2026-04-01|红包||是|2", "T2|13|2026-04-02|红包||是|1、3", "T3|13|2026-04-03|红包||是|9", "T4|13|2026-04-04|红包||是|")
	if got := codes(rep.Files[0].Warnings); !slices.Equal(got, []string{"risk_unknown"}) || rep.Files[0].Warnings[0].Row != 4 {
		t.Errorf("warnings %+v; want risk_unknown in row 4", rep.Files[0].Warnings)
	}
	b.signalsAre("by number", "T1 external yes 1 number 1", "T2 external yes 1 number 2", "T3 external yes 1  0", "T4 external yes 1  0")
	ofT4 := integrity.FormatID(identify("complaint", "", "T4"))
	linked := b.say("孙二", Word{ID: ofT4, Signal: true, Points: b.pointID(gifted)})
	b.signalsAre("by a person", "T1 external yes 1 number 1", "T2 external yes 1 number 2", "T3 external yes 1  0", "T4 external yes 1 person 1 孙二")
	b.say("孙二", Word{ID: integrity.FormatID(identify("complaint", "", "T1")), Signal: true, Points: NoPoint})
	b.signalsAre("a person says that it is none of them", "T1 external yes 1 none 0 孙二", "T2 external yes 1 number 2", "T3 external yes 1  0", "T4 external yes 1 person 1 孙二")

	b.csv(KindRisks, plainList("13", "2026-05-05", mute)...)
	b.signalsAre("the list changes: numbers are looked up anew, what a person said stays", "T1 external yes 1 none 0 孙二", "T2 external yes 1 number 1", "T3 external yes 1  0", "T4 external yes 1 person 1 孙二")
	b.revert(linked.Batch)
	b.signalsAre("a link is taken back", "T1 external yes 1 none 0 孙二", "T2 external yes 1 number 1", "T3 external yes 1  0", "T4 external yes 1  0")
	correction := b.csv(KindComplaints, "编号|单位|日期|内容|风险点", "T2|13|2026-04-02|红包|")
	b.signalsAre("an empty cell takes the number off", "T1 external yes 1 none 0 孙二", "T2 external yes 1  0", "T3 external yes 1  0", "T4 external yes 1  0")
	b.revert(correction.Batch)
	b.signalsAre("and the batch taken back brings it back", "T1 external yes 1 none 0 孙二", "T2 external yes 1 number 1", "T3 external yes 1  0", "T4 external yes 1  0")
}

func TestAFindingOfACheckHasItsPointsAndAPersonMaySayOtherwise(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindRisks, plainList("13", "2026-03-05", decided, gifted, mute)...)
	head := "编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|类别"
	b.csv(KindInspections, head, "J1|13|2026-04-10|1、2|韩八|查阅资料|是|否|是|登记不全|")
	b.signalsAre("the points of the check", "J1 unclassified yes 1 check 2")
	id := integrity.FormatID(identify("finding of check", "J1"))
	said := b.say("韩八", Word{ID: id, Signal: true, Category: "institution", Points: b.pointID(gifted)})
	b.signalsAre("what the inspector says", "J1 institution yes 0 person 1 韩八")
	b.csv(KindInspections, head, "J1|13|2026-04-10|1、2、3|韩八|查阅资料|是|否|是|登记很不全|")
	b.signalsAre("holds when the check is corrected", "J1 institution yes 0 person 1 韩八")
	b.revert(said.Batch)
	b.signalsAre("until it is taken back", "J1 unclassified yes 1 check 3")
}

// The optional column is read, but the template stays that of the contract.
func TestTheColumnOfPointsIsNotInTheTemplates(t *testing.T) {
	for _, k := range []Kind{KindComplaints, KindPetitions, KindFindings, KindComparisons} {
		if headings, _ := Template(k); slices.Contains(headings, "风险点") {
			t.Errorf("template of %s = %v", k, headings)
		}
	}
	if headings, _ := Template(KindInspections); !slices.Contains(headings, "风险点") {
		t.Errorf("template of inspections = %v", headings)
	}
}
