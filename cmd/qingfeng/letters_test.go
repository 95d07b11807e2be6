package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// listed is the JSON of a list.
func listed[T any](t *testing.T, out string) []T {
	t.Helper()
	var v struct {
		Items []T
		Total int
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil || v.Total != len(v.Items) {
		t.Fatalf("no list (%v): %s", err, out)
	}
	return v.Items
}

func TestLettersFromTheCommandLine(t *testing.T) {
	s := newShell(t)
	s.env["QINGFENG_NOW"] = "2027-01-04T09:00:00+08:00"
	s.env["QINGFENG_CONFIG"] = s.file("qingfeng.toml", "[letters]", `issuer = "委政治处"`, `contact = "报委政治处督查岗"`, `copy_to = ["驻委组", "分管委领导"]`, "term = 5")
	s.ingest(0, "units", s.file("units.csv", "单位编码,单位名称,上级编码,类型,主要负责人,责任领导,启用日期", "00,卫健委,,,周一,,", "13,市第一医院,00,直属单位,孙二,周乙,2010-01-01", "14,市第二医院,00,直属单位,吴四,,2027-01-03"))
	s.ingest(0, "risks", s.file("risks.csv", "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级,责任人员,层面,类别",
		"13,2026-02-10,1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策", "00,2026-02-10,1,人事议事不规范,集体决策,查阅会议记录,重要,周一,领导岗位,决策"))
	s.ingest(0, "inspections", s.file("checks.csv", "编号,单位,检查日期,风险点,检查人,监督方法,权力运行是否规范,文件制度是否执行,防控措施是否落实", "J1,13,2026-04-10,1,韩八,查阅资料,是,是,是"))
	s.ingest(0, "findings", s.file("findings.csv", "编号,单位,日期,发现问题,整改期限", "欧阳雪莲-2,13,2026-05-01,司徒金雀没有登记,2026-06-01"))
	s.ingest(0, "complaints", s.file("complaints.csv", "编号,单位,日期,内容,渠道,来源", "欧阳雪莲-1,13,2026-05-01,欧阳雪莲说司徒金雀多收费,欧阳雪莲,市长热线"))
	s.ingest(0, "petitions", s.file("petitions.csv", "编号,单位,日期,内容,性质,受理日期", "X1,13,2026-05-01,要求退费,申诉求决,2026-05-01"))

	out, _ := s.want(0, "letters", "matters", "--format", "json")
	byKind := map[integrity.LetterKind][]letters.Matter{}
	for _, m := range listed[letters.Matter](t, out) {
		kind, err := m.Kind()
		if err != nil || strings.HasPrefix(m.Key, "handling/petition") {
			t.Errorf("%+v gets no letter: %v", m, err)
		}
		byKind[kind] = append(byKind[kind], m)
	}
	if len(byKind[integrity.LetterSupervision]) != 1 || len(byKind[integrity.LetterDuty]) != 2 {
		t.Fatalf("matters: %s", out)
	}
	if strings.Contains(out, "周乙") || strings.Contains(out, "孙二") {
		t.Errorf("matters name people: %s", out)
	}
	if len(byKind[integrity.LetterReminder]) < 2 {
		t.Fatalf("no reminder of the finding and the complaint: %s", out)
	}
	red := byKind[integrity.LetterSupervision][0].Key
	s.want(0, "jobs", "run", "flag-overdue")
	out, _ = s.want(0, "letters", "draft", red, "--by", "王敏")
	draft := listed[letters.Line](t, out)[0]
	want := "市第一医院：经统计，截至2027年1月4日，你单位2026年度廉洁风险点第1项（重要）应接受监督检查2次，实际完成1次，未达到“对分管工作廉洁风险点的监督检查每年不少于2次”的要求。" +
		"请于2027年1月11日前完成整改，书面报送办理情况及佐证材料（加盖公章）。整改方式：补录当年查过而未登记的检查，确有理由的报批后登记豁免。逾期未办结又未说明原因的，将按规定予以通报。特此督办。"
	if draft.Text != want {
		t.Errorf("wording:\n%s\nwant\n%s", draft.Text, want)
	}
	if draft.Issuer != "委政治处" || draft.Contact != "报委政治处督查岗" || draft.CopyTo != "驻委组，分管委领导" {
		t.Errorf("the settings are not in the letter: %s, %s, %s", draft.Issuer, draft.Contact, draft.CopyTo)
	}
	s.want(1, "letters", "draft", byKind[integrity.LetterSupervision][0].Key)
	s.want(1, "letters", "issue", draft.ID, "--by", "李局")
	s.want(0, "letters", "submit", draft.ID)
	s.want(0, "letters", "approve", draft.ID)
	s.want(2, "letters", "issue", draft.ID)
	s.want(0, "letters", "issue", draft.ID, "--by", "李局")
	s.want(0, "letters", "deliver", "2027-1", "--person", "办公室文书")
	// Reports of later months tell what became of a letter that was in hand when they began.
	s.env["QINGFENG_NOW"] = "2027-03-02T09:00:00+08:00"
	for _, tc := range []struct{ month, unit, want string }{
		{"2027-01", "", "上月没有督办事项。"}, {"2027-02", "", "反馈逾期"}, {"2027-02", "13", "反馈逾期"}, {"2027-02", "14", "上月没有督办事项。"},
	} {
		month, want := tc.month, tc.want
		file := filepath.Join(s.dir, month+".html")
		s.want(0, "report", "--month", month, "--unit", tc.unit, "--out", file)
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, section, found := strings.Cut(string(body), "上月督办事项落实情况")
		if section, _, _ = strings.Cut(section, "</section>"); !found || !strings.Contains(section, want) || strings.Contains(section, "〔2027〕1号") != (want == "反馈逾期") {
			t.Errorf("the report of %s for %q (section found: %t): %s", month, tc.unit, found, section)
		}
	}
	s.env["QINGFENG_NOW"] = "2027-01-04T09:00:00+08:00"
	s.want(2, "letters", "answer", "2027-1", "--text", "已补查")
	s.want(2, "letters", "answer", "2027-1", "--text", "有人举报", "--evidence", "ZC-01")
	s.want(0, "letters", "answer", "〔2027〕1号", "--text", "孙二、张一、韩八已组织补查，并答复投诉人欧阳雪莲（13712345091）", "--evidence", "ZC-01 记录", "--evidence", "ZC-02 纪要")
	s.want(0, "letters", "accept", "2027-1")
	s.want(0, "letters", "close", "2027-1", "--on", "2027-01-04")
	s.want(1, "letters", "show", "2027-9")
	out, _ = s.want(0, "letters", "draft", "--all")
	for _, l := range listed[letters.Line](t, out) {
		if l.Kind == integrity.LetterSupervision {
			t.Errorf("a second supervision letter: %s", l.Text)
		}
	}
	for _, name := range []string{"周乙", "孙二", "张一", "韩八", "欧阳雪莲", "司徒金雀", "13712345091"} {
		if strings.Contains(out, name) {
			t.Errorf("the drafts name %s: %s", name, out)
		}
	}
	out, _ = s.want(0, "letters", "list", "--closed", "--format", "json")
	if got := listed[letters.Line](t, out); len(got) != 1 || !strings.HasPrefix(got[0].Answers[0].Text, "主要负责人、责任人员、检查人员已组织补查，并答复投诉人〔") || strings.Contains(out, "欧阳雪莲") || strings.Contains(out, "13712345091") || got[0].Code != "〔2027〕1号" {
		t.Errorf("closed: %s", out)
	}
	s.trail(red)
	s.want(0, "letters", "list", "--state", "drafted")
	s.want(2, "letters", "list", "--state", "lost")
	for _, name := range []string{"a.html", "a.docx"} {
		s.want(0, "letters", "print", "2027-1", "--out", filepath.Join(s.dir, name))
	}
	for _, args := range [][]string{{"--out", "b.csv", "--closed"}, {"--out", "b.xlsx"}} {
		args[1] = filepath.Join(s.dir, args[1])
		s.want(0, append([]string{"letters", "export"}, args...)...)
	}
	table, err := os.ReadFile(filepath.Join(s.dir, "b.csv"))
	if err != nil || !strings.Contains(string(table), "ZC-01、ZC-02") {
		t.Errorf("整改销号台账 (%v): %s", err, table)
	}
	// What a year left undone is a matter in all later years.
	s.env["QINGFENG_NOW"] = "2029-01-04T09:00:00+08:00"
	out, _ = s.want(0, "letters", "matters", "--format", "json")
	years := map[integrity.LetterKind]map[int]bool{integrity.LetterSupervision: {}, integrity.LetterDuty: {}}
	for _, m := range listed[letters.Matter](t, out) {
		kind, _ := m.Kind()
		if m.Rule == integrity.RuleTwoChecks && years[kind] != nil {
			years[kind][m.Year] = true
		}
	}
	if !years[integrity.LetterSupervision][2027] || !years[integrity.LetterSupervision][2028] || !years[integrity.LetterDuty][2027] || !years[integrity.LetterDuty][2028] {
		t.Errorf("on 4 January 2029 there are matters of %v", years)
	}
	// The leaders' own part of a year is one too where others met all points of it.
	s.ingest(0, "inspections", s.file("met.csv", "编号,单位,检查日期,风险点,检查人,监督方法,权力运行是否规范,文件制度是否执行,防控措施是否落实",
		"M1,13,2026-06-01,1,韩八,查阅资料,是,是,是", "M2,13,2027-03-01,1,韩八,查阅资料,是,是,是", "M3,13,2027-09-01,1,韩八,查阅资料,是,是,是",
		"M4,00,2026-03-01,1,韩八,查阅资料,是,是,是", "M5,00,2026-09-01,1,韩八,查阅资料,是,是,是", "M6,00,2027-03-01,1,韩八,查阅资料,是,是,是", "M7,00,2027-09-01,1,韩八,查阅资料,是,是,是"))
	s.ingest(0, "ledger", s.file("reviewed.csv", "单位,年度,事项,日期,人员,内容", "13,2027,动态排查,2027-03-01,孙二,无变化"))
	out, _ = s.want(0, "letters", "matters", "--format", "json")
	left, own := 0, map[int]bool{}
	for _, m := range listed[letters.Matter](t, out) {
		switch {
		case m.Owner == integrity.OwnerLeader:
			own[m.Year] = true
		case m.Year < 2028:
			left++
		}
	}
	if left != 0 || !own[2027] {
		t.Errorf("with all of 2027 done by others, %d matters of units are left, and of leaders those of %v", left, own)
	}
	s.want(2, "letters", "print", "2027-1", "--out", filepath.Join(s.dir, "a.pdf"))
	s.want(2, "letters")
}

// A reminder and a letter about a leader's own part leave the same trail as a supervision letter does
// (requirements R44): since when the item is flagged, who drafted and issued what, who was told and
// when, the answer, who closed it, and what people entered about a talk under its number.
func TestRemindersAndLettersToLeadersLeaveATrailToo(t *testing.T) {
	s := newShell(t)
	s.env["QINGFENG_NOW"] = "2026-07-06T09:00:00+08:00"
	s.ingest(0, "units", s.file("units.csv", "单位编码,单位名称,上级编码,类型,主要负责人,责任领导,启用日期", "00,卫健委,,,周一,,", "13,市第一医院,00,直属单位,孙二,周乙,2010-01-01"))
	s.ingest(0, "risks", s.file("risks.csv", "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级,责任人员,层面,类别", "13,2026-01-10,1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策"))
	s.ingest(0, "ledger", s.file("approved.csv", "单位,年度,事项,日期,人员", "13,2026,委党委审定,2026-02-10,党委会"))
	s.want(0, "jobs", "run", "flag-overdue")
	out, _ := s.want(0, "letters", "matters", "--format", "json")
	keys := map[integrity.LetterKind]string{}
	for _, m := range listed[letters.Matter](t, out) {
		if kind, _ := m.Kind(); m.Rule == integrity.RuleTwoChecks {
			keys[kind] = m.Key
		}
	}
	if len(keys) != 2 || keys[integrity.LetterReminder] == "" || keys[integrity.LetterDuty] == "" {
		t.Fatalf("matters %v: %s", keys, out)
	}
	out, _ = s.want(0, "query", "flags", "--format", "json")
	flags := listed[metrics.Flag](t, out)
	at := slices.IndexFunc(flags, func(f metrics.Flag) bool { return f.Key == keys[integrity.LetterReminder] })
	if at < 0 || !flags[at].Up || flags[at].Basis != integrity.BasisSystem || flags[at].FirstOn.String() != "2026-07-06" {
		t.Errorf("the item behind a limit of the system is not flagged: %s", out)
	}
	for i, kind := range []integrity.LetterKind{integrity.LetterReminder, integrity.LetterDuty} {
		code, no := fmt.Sprintf("〔2026〕%d号", i+1), fmt.Sprintf("2026-%d", i+1)
		out, _ := s.want(0, "letters", "draft", keys[kind], "--by", "王敏")
		id := listed[letters.Line](t, out)[0].ID
		s.want(0, "letters", "submit", id)
		s.want(0, "letters", "approve", id)
		s.want(0, "letters", "issue", id, "--by", "李局")
		s.want(0, "letters", "deliver", no, "--person", "联络员")
		s.want(0, "letters", "answer", no, "--text", "已排定检查日期", "--evidence", "ZC-01 安排")
		s.want(0, "letters", "accept", no)
		s.want(0, "letters", "close", no, "--on", "2026-07-06")
		s.ingest(0, "ledger", s.file(no+".csv", "单位,年度,事项,日期,序号,人员,文号,内容", "13,2026,约谈,2026-07-06,1,孙二,"+code+",提醒谈话"+no))
		out, _ = s.want(0, "letters", "show", no)
		var l letters.Line
		if err := json.Unmarshal([]byte(out), &l); err != nil {
			t.Fatal(err)
		}
		var steps []string
		for _, step := range l.Steps {
			steps = append(steps, string(step.Event)+" "+integrity.DayOf(step.At).String()+" "+step.By)
		}
		want := []string{"draft 2026-07-06 王敏", "submit 2026-07-06 ", "approve 2026-07-06 ", "issue 2026-07-06 李局", "deliver 2026-07-06 ", "answer 2026-07-06 ", "accept 2026-07-06 ", "close 2026-07-06 "}
		if !slices.EqualFunc(steps, want, strings.HasPrefix) || l.Kind != kind || l.Code != code || l.Receiver != "联络员" || l.DeliveredOn.String() != "2026-07-06" || len(l.Answers) != 1 || !l.Answers[0].Accepted {
			t.Errorf("the trail of %s: %s", kind, out)
		}
		if kind == integrity.LetterDuty && (strings.Contains(out, "周乙") || !strings.Contains(l.Addressee, "责任领导联络员")) {
			t.Errorf("a letter about a leader's part names the leader or misses the liaison: %s", out)
		}
		out, _ = s.want(0, "query", "ledger", "--format", "json")
		if !slices.ContainsFunc(listed[integrity.LedgerEntry](t, out), func(e integrity.LedgerEntry) bool {
			return e.Item == integrity.ItemTalk && e.Document == code && e.Content == "提醒谈话"+no
		}) {
			t.Errorf("the ledger has no talk under %s: %s", code, out)
		}
	}
}

// The next step of every light names the letter that the register would draft about it, on days on
// which the notice's dates and the system's have passed: of a unit, of the commission itself, of the
// political department, of leaders, and of a unit that is closed.
func TestTheNextStepNamesTheLetterThatTheRegisterDrafts(t *testing.T) {
	s := newShell(t)
	s.env["QINGFENG_NOW"] = "2026-07-06T09:00:00+08:00"
	s.ingest(0, "units", s.file("units.csv", "单位编码,单位名称,上级编码,类型,主要负责人,责任领导,启用日期,停用日期", "00,卫健委,,,周一,郑三,2010-01-01,", "11,办公室,00,委机关处室,钱六,周乙,2010-01-01,",
		"13,市第一医院,00,直属单位,孙二,周乙,2010-01-01,", "14,市第二医院,00,直属单位,吴四,赵甲,2010-01-01,2026-07-01"))
	const point = ",1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策"
	s.ingest(0, "risks", s.file("risks.csv", "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级,责任人员,层面,类别", "00,2026-01-10"+point, "13,2026-01-10"+point, "14,2026-01-10"+point))
	s.ingest(0, "findings", s.file("findings.csv", "编号,单位,日期,发现问题,整改期限", "F1,13,2026-05-01,没有登记,2026-06-01", "F2,14,2026-05-01,没有登记,2026-06-01", "F3,00,2026-05-01,没有登记,2026-06-01"))
	s.ingest(0, "complaints", s.file("complaints.csv", "编号,单位,日期,内容,来源", "C1,13,2026-05-01,多收费,市长热线"))
	s.ingest(0, "petitions", s.file("petitions.csv", "编号,单位,日期,内容,性质,受理日期", "X1,13,2026-04-01,要求退费,申诉求决,2026-04-01"))
	s.ingest(0, "ledger", s.file("ledger.csv", "单位,年度,事项,日期,人员", "13,2026,岗位自查,2026-02-10,张一", "全部,2026,代表帮查,2026-04-20,政治处", "13,2026,委党委审定,2026-03-01,党委会", "11,2026,岗位自查,2026-02-10,钱六"))
	named := map[string]int{}
	for _, now := range []string{"2026-07-06", "2027-01-04", "2027-04-05"} {
		s.env["QINGFENG_NOW"] = now + "T09:00:00+08:00"
		out, _ := s.want(0, "letters", "matters", "--format", "json")
		kinds := map[string]integrity.LetterKind{}
		for _, m := range listed[letters.Matter](t, out) {
			kinds[m.Key], _ = m.Kind()
		}
		var answer metrics.Overdue
		out, _ = s.want(0, "query", "overdue", "--format", "json")
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Fatal(err)
		}
		rows := answer.Rows()
		for i := range rows {
			it := &rows[i]
			want := kinds[it.Key()]
			for _, kind := range integrity.LetterKinds() {
				if strings.Contains(it.Next, kind.Label(integrity.Chinese)) != (kind == want) {
					t.Errorf("on %s the register drafts %q about %s; its light says %s", now, want, it.Key(), it.Next)
				}
			}
			named[string(it.Rule)+" "+string(want)]++
		}
		out, _ = s.want(0, "query", "leaders", "--format", "json")
		for _, row := range listed[obligation.LeaderRow](t, out) {
			if strings.Contains(row.Next, "本人参加监督检查") && strings.Contains(row.Next, "函") {
				t.Errorf("on %s the board tells %s of a letter to units: %s", now, row.Leader, row.Next)
			}
		}
	}
	for _, want := range []string{"two_checks supervision", "two_checks reminder", "two_checks duty", "two_checks ", "q1_review supervision", "rectification reminder", "rectification duty", "rectification ",
		"handling reminder", "handling ", "filing reminder", "stage reminder"} {
		if named[want] == 0 {
			t.Errorf("no item of the kind %q: %v", want, named)
		}
	}
}

// What a leader owed on 31 December is not wiped out by a unit that closes afterwards (requirements,
// section 3); a unit that closed before asks for nothing.
func TestALeaderWhoseOnlyUnitClosesLaterIsStillAskedForTheYearBefore(t *testing.T) {
	s := newShell(t)
	s.env["QINGFENG_NOW"] = "2027-03-02T09:00:00+08:00"
	s.ingest(0, "units", s.file("units.csv", "单位编码,单位名称,上级编码,类型,主要负责人,责任领导,启用日期,停用日期", "00,卫健委,,,周一,,,",
		"13,市第一医院,00,直属单位,孙二,周乙,2010-01-01,2027-01-15", "14,市第二医院,00,直属单位,吴四,赵甲,2010-01-01,2026-12-15"))
	const point, check = ",2026-02-10,1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策", ",1,韩八,查阅资料,是,是,是"
	s.ingest(0, "risks", s.file("risks.csv", "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级,责任人员,层面,类别", "13"+point, "14"+point))
	s.ingest(0, "inspections", s.file("checks.csv", "编号,单位,检查日期,风险点,检查人,监督方法,权力运行是否规范,文件制度是否执行,防控措施是否落实",
		"J1,13,2026-04-10"+check, "J2,13,2026-09-10"+check))
	out, _ := s.want(0, "letters", "matters", "--format", "json")
	var keys []string
	for _, m := range listed[letters.Matter](t, out) {
		if m.Owner == integrity.OwnerLeader {
			keys = append(keys, m.Key)
			if m.Year != 2026 || !m.Former || !slices.Equal(m.Led, []string{"市第一医院"}) || m.Done != 0 || m.Required != 2 {
				t.Errorf("the matter %+v", m)
			}
		}
	}
	if len(keys) != 1 || strings.Contains(out, "周乙") {
		t.Fatalf("own parts asked for: %q, of %s", keys, out)
	}
	out, _ = s.want(0, "letters", "draft", keys[0], "--by", "王敏")
	want := "时任分管市第一医院的责任领导联络员：经统计，截至2027年3月2日，责任领导2026年度应参与分管工作廉洁风险点监督检查2次（按不同日期计），实际参与0次，未达到“对分管工作廉洁风险点的监督检查每年不少于2次”的要求。" +
		"请提示责任领导于2027年3月22日前补录当年参加而未登记的监督检查，没有的说明原因，并将办理情况告知政治处。特此提示。"
	if l := listed[letters.Line](t, out)[0]; l.Text != want {
		t.Errorf("wording:\n%s\nwant\n%s", l.Text, want)
	}
}

// trail follows an item past a date of the notice, under the letter 〔2027〕1号, through all that
// is recorded of it (requirements R44): since when it is flagged, who drafted and issued what,
// who was told and when, the answer and who closed it, and what people entered about a talk.
// Nothing but a file that people load ever says 约谈 or 问责.
func (s *shell) trail(key string) {
	s.t.Helper()
	out, _ := s.want(0, "query", "flags", "--format", "json")
	flags := listed[metrics.Flag](s.t, out)
	at := slices.IndexFunc(flags, func(f metrics.Flag) bool { return f.Key == key })
	if at < 0 || !flags[at].Up || flags[at].Basis != integrity.BasisNotice || len(flags[at].Events) != 1 || flags[at].Events[0].On.String() != "2027-01-04" {
		s.t.Errorf("flags of %s: %s", key, out)
	}
	out, _ = s.want(0, "letters", "show", "2027-1")
	var l letters.Line
	if err := json.Unmarshal([]byte(out), &l); err != nil {
		s.t.Fatal(err)
	}
	var steps []string
	for _, step := range l.Steps {
		steps = append(steps, string(step.Event)+" "+integrity.DayOf(step.At).String()+" "+step.By)
	}
	want := []string{"draft 2027-01-04 王敏", "submit 2027-01-04 ", "approve 2027-01-04 ", "issue 2027-01-04 李局", "deliver 2027-01-04 ", "answer 2027-01-04 ", "accept 2027-01-04 ", "close 2027-01-04 "}
	if !slices.EqualFunc(steps, want, strings.HasPrefix) {
		s.t.Errorf("steps %q; want %q", steps, want)
	}
	if l.Key != key || l.Addressee != "市第一医院" || l.Receiver != "办公室文书" || l.DeliveredOn.String() != "2027-01-04" || len(l.Answers) != 1 || len(l.Answers[0].Evidence) != 2 || !l.Answers[0].Accepted {
		s.t.Errorf("the letter %s", out)
	}
	decided := func() (found []string) {
		s.t.Helper()
		out, _ := s.want(0, "query", "ledger", "--format", "json")
		for _, e := range listed[integrity.LedgerEntry](s.t, out) {
			if e.Item == integrity.ItemTalk || e.Item == integrity.ItemAccountability {
				found = append(found, e.Item+" "+e.On.String()+" "+e.UnitName+" "+e.Document+" "+e.Content)
			}
		}
		return found
	}
	if found := decided(); len(found) != 0 {
		s.t.Errorf("before anybody entered it the ledger has %q", found)
	}
	s.ingest(0, "ledger", s.file("talk.csv", "单位,年度,事项,日期,序号,人员,文号,内容", "13,2026,约谈,2027-01-04,1,孙二,〔2027〕1号,就第1项检查次数不足约谈"))
	if found := decided(); len(found) != 1 || found[0] != "约谈 2027-01-04 市第一医院 〔2027〕1号 就第1项检查次数不足约谈" {
		s.t.Errorf("the ledger has %q", found)
	}
}
