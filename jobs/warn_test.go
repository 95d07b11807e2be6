package jobs

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

var update = flag.Bool("update", false, "write the golden files")

func TestWarningsRiseFromClerkToHeadToPoliticalDepartmentAndEachIsGivenOnce(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile...)
	s.load(ingest.KindRisks, append(risksFile, "13|2026-01-04|1|采购未经集体研究|集体决策|查阅会议记录|重要")...) // 14 hands in no list
	who := everyone
	who.Leaders = nil
	box := newPostbox(t)
	checks := map[string][]string{
		"2026-07-10": inspection("J1", "13", "2026-07-09"), // makes up for June
		"2026-12-24": inspection("J2", "13", "2026-12-23"), // before the notice's date
	}
	got := map[string]string{}
	job := Warn(s.mailing(box.smtp(), who))
	for day := integrity.Date(2026, time.March, 9); day <= integrity.Date(2027, time.January, 3); day++ {
		if code := day.String()[5:]; code > "04-02" && code < "06-08" || code > "07-11" && code < "12-09" {
			continue // nothing is near
		}
		s.now = day.Start().Add(8 * time.Hour)
		if lines := checks[day.String()]; lines != nil {
			s.load(ingest.KindInspections, lines...)
		}
		s.run(job, s.now.Format("2006-01-02 15:04"))
		if l := box.letters(); len(l) > 0 {
			got[day.String()] = to(l)
			s.run(Warn(s.mailing(box.smtp(), who)), s.now.Format("2006-01-02 15:04")) // after a restart
			if again := box.letters(); len(again) > 0 {
				t.Errorf("%s: told again: %q", day, to(again))
			}
		}
	}
	want := map[string]string{
		"2026-03-11": "clerk14", // the review: 20 days left, 10, past due
		"2026-03-21": "clerk14 head14",
		"2026-04-01": "clerk14 head14 office",
		"2026-06-10": "clerk13", // the half-year checkpoint
		"2026-06-20": "clerk13 head13",
		"2026-07-01": "clerk13 head13 office",
		"2026-12-11": "clerk13", // 31 December, until the second check
		"2026-12-21": "clerk13 head13",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAPointThatMissedJuneIsStillWarnedBeforeTheYearEnds(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile[:3]...)
	s.load(ingest.KindRisks, append(risksFile, "13|2026-01-04|1|采购未经集体研究|集体决策|查阅会议记录|重要")...)
	who := everyone
	who.Leaders = nil
	box := newPostbox(t)
	for _, step := range []struct{ now, want string }{
		{"2026-07-01 08:00", "clerk13 head13 office"},
		{"2026-12-10 08:00", ""},
		{"2026-12-11 08:00", "clerk13"},
		{"2026-12-21 08:00", "clerk13 head13"},
		{"2026-12-31 08:00", ""},
		{"2027-01-01 08:00", "clerk13 head13 office"}, // now overdue by the notice, no longer only behind
	} {
		s.run(Warn(s.mailing(box.smtp(), who)), step.now)
		if got := to(box.letters()); got != step.want {
			t.Errorf("at %s: letters to %q, want %q", step.now, got, step.want)
		}
	}
}

// The item of 2026 lies two New Years back and was never told of: it is still told of.
func TestWhatAnyEarlierYearLeftUndoneIsStillPressing(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile[0], unitsFile[1], unitsFile[2])
	s.load(ingest.KindRisks, append(risksFile, "13|2026-01-04|1|采购未经集体研究|集体决策|查阅会议记录|一般")...)
	s.now = at("2029-01-05 08:00")
	m := s.mailing(nil, everyone)
	items, err := pressing(t.Context(), m.Obligations, integrity.DayOf(s.now))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, it := range items {
		got[string(it.Rule)+" "+strconv.Itoa(it.Year)]++
	}
	want := map[string]int{"two_checks 2026": 1, "two_checks 2027": 1, "two_checks 2028": 1, "q1_review 2027": 1, "q1_review 2028": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pressing on 5 January 2029 (-want +got):\n%s", diff)
	}
}

// matters loads a complaint, an approved important point and a petition.
func (s *stand) matters() {
	s.load(ingest.KindUnits, unitsFile...)
	s.load(ingest.KindRisks, append(risksFile, "13|2026-01-04|1|采购未经集体研究|集体决策|查阅会议记录|重要", "14|2026-01-04|1|药品回扣|集中采购|查阅合同|一般")...)
	s.load(ingest.KindLedger, "单位|年度|事项|日期|人员", "13|2026|委党委审定|2026-01-06|赵主任")
	s.load(ingest.KindComplaints, "编号|单位|日期|内容|状态", "T1|13|2026-01-05|收费不清|在办")
	s.load(ingest.KindPetitions, "编号|单位|日期|内容|性质|受理日期|状态", "X-CANARY-9|13|2026-01-05|金丝雀反映药房收受礼品|申诉求决|2026-01-05|在办")
}

func TestShortLimitsWarnOnceAndOtherOfficesMattersStayWithThem(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-07 07:00")
	s.matters()
	who := everyone
	who.Leaders = nil
	box := newPostbox(t)
	got := map[string]string{}
	job := Warn(s.mailing(box.smtp(), who))
	for day := integrity.Date(2026, time.January, 7); day <= integrity.Date(2026, time.March, 12); day++ {
		s.run(job, day.String()+" 08:00")
		for _, l := range box.letters() {
			got[day.String()] = strings.TrimSpace(got[day.String()] + " " + to([]received{l}))
			if unit := strings.HasPrefix(l.To, "clerk") || strings.HasPrefix(l.To, "head"); unit || strings.HasPrefix(l.To, "office") {
				for _, canary := range []string{"X-CANARY", "金丝雀", "药房", "信访", "举报", "petition"} {
					if strings.Contains(l.Subject+l.Body, canary) {
						t.Errorf("%s on %s reads %q:\n%s", l.To, day, canary, l.Subject+l.Body)
					}
				}
			} else if strings.Contains(l.Body, "CANARY") || strings.Contains(l.Body, "市第一医院") {
				t.Errorf("a mail about petitions names one:\n%s", l.Body)
			}
		}
	}
	want := map[string]string{
		"2026-01-14": "clerk13",               // complaint: ten working days end on 19 January, near from the 14th
		"2026-01-15": "office",                // filing: due on the 20th
		"2026-01-20": "clerk13 head13 office", // the complaint is late
		"2026-01-21": "office",                // the filing is late
		"2026-02-14": "inspector",             // petition: sixty days end on 6 March
		"2026-02-24": "inspector",
		"2026-03-07": "inspector",
	}
	// The stage that 13 is in ended with the approval; nothing else is due for anybody.
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEachDigestIsReceivedOnceAcrossRefusalsAndRestarts(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile...)
	who := everyone
	who.Leaders = nil
	box := newPostbox(t)
	refused := 0
	box.set(func(string) error {
		if refused++; refused <= 4 { // each of the two letters twice
			return busy
		}
		return nil
	})
	if r := s.run(Warn(s.mailing(box.smtp(), who)), "2026-03-11 08:00"); r.Counts["sent"] != 0 || r.Counts["waiting"] != 2 {
		t.Errorf("first attempt: %+v", r)
	}
	var all []received
	for _, step := range []struct {
		now  string
		want uint64
	}{
		{"2026-03-11 08:03", 0}, // too early
		{"2026-03-11 08:15", 0}, // refused again
		{"2026-03-11 08:20", 0}, // too early
		{"2026-03-11 08:30", 2},
		{"2026-03-11 08:45", 0},
		{"2026-03-12 08:00", 0},
	} {
		if r := s.run(Deliver(s.mailing(box.smtp(), who)), step.now); r.Counts["sent"] != step.want {
			t.Errorf("at %s: %+v, want %d sent", step.now, r, step.want)
		}
		all = append(all, box.letters()...)
	}
	if to(all) != "clerk13 clerk14" {
		t.Errorf("received %q", to(all))
	}
	mails, err := Outbox{s.store}.List(t.Context(), 10)
	if err != nil || len(mails) != 2 {
		t.Fatalf("List() = %v, %v", mails, err)
	}
	for _, m := range mails {
		if m.State != MailSent || m.Attempts != 3 || m.Error != "" || !strings.Contains(m.Subject, "临近到期1项") {
			t.Errorf("mail %+v", m)
		}
		if body, err := (Outbox{s.store}).Body(t.Context(), m.ID); err != nil || !strings.Contains(body, "动态排查") {
			t.Errorf("Body() = %q, %v", body, err)
		}
	}
}

func TestAMailAcceptedButNotRecordedIsSentAgainUnderTheSameMessageID(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile[:3]...)
	who := everyone
	who.Leaders = nil
	box := newPostbox(t)
	m := s.mailing(box.smtp(), who)
	m.afterSend = func() error { return errKill }
	s.now = at("2026-03-11 08:00")
	if _, err := Warn(m).Run(t.Context(), s.now); !errors.Is(err, errKill) {
		t.Fatalf("killed run: %v", err)
	}
	s.run(Warn(s.mailing(box.smtp(), who)), "2026-03-11 08:00") // the scheduler tries the period again
	s.run(Deliver(s.mailing(box.smtp(), who)), "2026-03-11 08:15")
	got := box.letters()
	if len(got) != 2 || got[0].ID != got[1].ID || !strings.HasSuffix(got[0].ID, "@wjw.example>") {
		t.Errorf("received %+v; want one letter and its copy, with one Message-ID", got)
	}
}

func TestACrashBetweenNoticesAndMailsIsMendedByTheNextRun(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile[:3]...)
	box := newPostbox(t)
	n := notice{recipient: toClerk + "13", item: "q1_review/2026/13", level: "notice-20", digest: "lost", rule: integrity.RuleQ1Review, basis: integrity.BasisNotice, unit: "13"}
	if err := (Outbox{s.store}).write(t.Context(), []notice{n}, 0, integrity.Date(2026, time.March, 11), at("2026-03-11 08:00")); err != nil {
		t.Fatal(err)
	}
	who := everyone
	who.Leaders = nil
	if r := s.run(Warn(s.mailing(box.smtp(), who)), "2026-03-12 08:00"); r.Counts["sent"] != 1 || r.Counts["notices"] != 0 {
		t.Errorf("run after the crash: %+v", r)
	}
	if got := to(box.letters()); got != "clerk13" {
		t.Errorf("received %q", got)
	}
}

func TestWhatIsDoneBeforeTheServerComesBackIsNotToldAnyMore(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile...)
	who := everyone
	who.Leaders = nil
	box := newPostbox(t)
	nobody := SMTP{Host: "127.0.0.1", Port: 1, TLS: TLSNone}
	if r := s.run(Warn(s.mailing(nobody, who)), "2026-04-01 08:00"); r.Counts["waiting"] != 5 || !strings.Contains(r.Text.ZH, "邮件服务器无法连接") {
		t.Errorf("without a server: %+v", r)
	}
	s.now = at("2026-04-02 07:00")
	s.load(ingest.KindRisks, append(risksFile, "13|2026-04-01|1|采购未经集体研究|集体决策|查阅会议记录|一般")...)
	if r := s.run(Deliver(s.mailing(box.smtp(), who)), "2026-04-02 08:00"); r.Counts["sent"] != 3 || r.Counts["dropped"] != 2 {
		t.Errorf("with a server again: %+v", r)
	}
	got := box.letters()
	if to(got) != "clerk14 head14 office" || strings.Contains(got[2].Body, "市第一医院") || !strings.Contains(got[2].Body, "市第二医院") {
		t.Errorf("received %+v", got)
	}
}

func TestARefusedAddressIsGivenUpAtOnceAndASilentServerAfterAWeek(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile...)
	who := everyone
	who.Leaders = nil
	box := newPostbox(t)
	box.set(func(to string) error {
		if to == "clerk13@one.example" {
			return unknown
		}
		return busy
	})
	if r := s.run(Warn(s.mailing(box.smtp(), who)), "2026-03-11 08:00"); r.Counts["failed"] != 1 || r.Counts["waiting"] != 1 {
		t.Errorf("first attempt: %+v", r)
	}
	var failed uint64
	job := Deliver(s.mailing(box.smtp(), who))
	for now := at("2026-03-11 08:15"); now.Before(at("2026-03-19 08:00")); now = now.Add(6 * time.Hour) {
		r := s.run(job, now.Format("2006-01-02 15:04"))
		if failed += r.Counts["failed"]; r.Counts["failed"] > 0 && now.Before(at("2026-03-18 08:00")) {
			t.Errorf("given up at %s", now)
		}
	}
	mails, err := Outbox{s.store}.List(t.Context(), 10)
	if err != nil || failed != 1 || len(mails) != 2 {
		t.Fatalf("given up %d, mails %v, %v", failed, mails, err)
	}
	for _, m := range mails {
		if m.State != MailFailed || m.Error == "" {
			t.Errorf("mail %+v; want failed with its error", m)
		}
	}
}

func TestTheResultNamesTheFirstRecipientsInItsLanguage(t *testing.T) {
	all := []string{"clerk/13", "head/13", toOffice}
	if zh, en := few(all, integrity.Chinese), few(all, integrity.English); zh != "13 经办人、13 负责人、政治处" || en != "13 clerk, 13 head, political department" {
		t.Errorf("few = %q, %q", zh, en)
	}
	many := slices.Repeat([]string{"clerk/13"}, 11)
	if en := few(many, integrity.English); !strings.HasSuffix(en, "13 clerk, …") || strings.Count(en, "clerk") != 10 {
		t.Errorf("few of eleven = %q", en)
	}
}

func TestAMissingAddressIsRecordedShownAndMadeUpFor(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile...)
	box := newPostbox(t)
	half := Recipients{Units: map[string]UnitRecipients{"13": everyone.Units["13"]}}
	for range 2 {
		r := s.run(Warn(s.mailing(box.smtp(), half)), "2026-03-11 08:00")
		if r.Counts["no_address"] != 1 || !strings.Contains(r.Text.ZH, "14 经办人") {
			t.Errorf("run: %+v", r)
		}
	}
	missing, err := Outbox{s.store}.Unaddressed(t.Context(), integrity.Chinese)
	want := []Unaddressed{{Recipient: "clerk/14", Unit: "14", Label: "14 经办人", Notices: 1, Since: at("2026-03-11 08:00").UTC()}}
	if diff := cmp.Diff(want, missing); err != nil || diff != "" {
		t.Errorf("Unaddressed() (-want +got), %v:\n%s", err, diff)
	}
	if got := to(box.letters()); got != "clerk13" {
		t.Errorf("received %q", got)
	}
	r := s.run(Warn(s.mailing(box.smtp(), Recipients{Units: everyone.Units})), "2026-03-12 08:00")
	if got := to(box.letters()); got != "clerk14" || r.Counts["no_address"] != 0 {
		t.Errorf("with the address: received %q, %+v", got, r)
	}
	if missing, err := (Outbox{s.store}).Unaddressed(t.Context(), integrity.Chinese); err != nil || len(missing) != 0 {
		t.Errorf("Unaddressed() = %v, %v after it was sent", missing, err)
	}
}

func TestLeadersGetOneDigestAWeekWithoutPetitions(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-07 07:00")
	s.matters()
	box := newPostbox(t)
	who := Recipients{Leaders: []string{"a@wjw.example", "b@wjw.example"}}
	got := map[string]string{}
	job := Warn(s.mailing(box.smtp(), who))
	for day := integrity.Date(2026, time.March, 5); day <= integrity.Date(2026, time.March, 26); day++ {
		if day == integrity.Date(2026, time.March, 16) {
			continue // a Monday without us
		}
		s.run(job, day.String()+" 08:00")
		for _, l := range box.letters() {
			got[day.String()] = strings.TrimSpace(got[day.String()] + " " + to([]received{l}))
			// The complaint and the filing are late; the petition of the same unit is not counted.
			if !strings.Contains(l.Body, "进度滞后2项") || strings.Contains(l.Body, "市第一医院") {
				t.Errorf("digest of %s:\n%s", day, l.Body)
			}
		}
	}
	want := map[string]string{"2026-03-09": "a b", "2026-03-17": "a b", "2026-03-23": "a b"} // not before the first Monday
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWithoutAServerLettersAreFilesThatMailProgramsOpen(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile[:3]...)
	folder := Folder{filepath.Join(t.TempDir(), "outbox")}
	for range 2 {
		s.run(Warn(s.mailing(folder, everyone)), "2026-03-11 08:00")
	}
	files, err := filepath.Glob(filepath.Join(folder.Dir, "*"))
	if err != nil || len(files) != 1 || filepath.Ext(files[0]) != ".eml" {
		t.Fatalf("files %v, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if l := read(t, raw); l.To != "clerk13@one.example" || !strings.Contains(l.Body, "https://qingfeng.example/supervision?") {
		t.Errorf("letter %+v", l)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info, err)
	}
}

func TestDigestsReadAsIntended(t *testing.T) {
	for _, lang := range []integrity.Lang{integrity.Chinese, integrity.English} {
		t.Run(string(lang), func(t *testing.T) {
			s := newStand(t, "2026-01-07 07:00")
			s.matters()
			s.now = at("2026-02-01 07:00")
			s.load(ingest.KindFindings, "编号|单位|日期|发现问题|整改期限", "F1|13|2026-01-20|未公示|2026-02-20")
			s.load(ingest.KindLedger, "单位|年度|事项|日期|人员", "14|2026|单位排查|2026-01-26|周主任")
			box := newPostbox(t)
			m := s.mailing(box.smtp(), everyone)
			m.Lang = lang
			var text strings.Builder
			for _, now := range []string{"2026-02-16 08:00", "2026-06-22 08:00", "2027-01-04 08:00"} {
				s.run(Warn(m), now)
				for _, l := range box.letters() {
					text.WriteString("== " + now + " " + l.To + "\n" + l.Subject + "\n\n" + l.Body + "\n")
				}
			}
			golden := filepath.Join("testdata", "digests."+string(lang)+".golden")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), text.String()); diff != "" {
				t.Errorf("(-want +got); -update writes the file anew:\n%s", diff)
			}
		})
	}
}
