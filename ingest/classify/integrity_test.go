package classify

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
)

// integrityFigures compares what Signal says of whole letters with what a person said.
type integrityFigures struct {
	saidYes, rightYes int // letters taken to concern integrity, and how many of them do
	yes, missed       int // letters that do, and those of them taken for service complaints
	right, all        int
}

func (f *integrityFigures) add(got, want integrity.Integrity) {
	f.all++
	if got == want {
		f.right++
	}
	if got == integrity.IntegrityYes {
		f.saidYes++
		if want == integrity.IntegrityYes {
			f.rightYes++
		}
	}
	if want == integrity.IntegrityYes {
		f.yes++
		if got == integrity.IntegrityNo {
			f.missed++
		}
	}
}

// measureIntegrity reads testdata/integrity.csv, letters written for this purpose by
// somebody who knew the words that count; they show that the words work, not how often.
func measureIntegrity(t *testing.T) (f integrityFigures) {
	t.Helper()
	content, err := os.ReadFile("testdata/integrity.csv")
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		got := QuickSignal(r[2]).Integrity
		if f.add(got, integrity.Integrity(r[1])); got != integrity.Integrity(r[1]) {
			t.Logf("%s: %s, labelled %s: %s", r[0], got, r[1], r[2])
		}
	}
	return f
}

// sentence says the figures in words.
func (f integrityFigures) sentence() string {
	return fmt.Sprintf("%d of %d right; %d said to concern integrity, of which %d do; of the %d that do, %d taken for matters of plain service",
		f.right, f.all, f.saidYes, f.rightYes, f.yes, f.missed)
}

func TestIntegrityOfLetters(t *testing.T) {
	f := measureIntegrity(t)
	t.Log(f.sentence())
	if f.right < 21 || f.missed > 0 {
		t.Error("want at least 21 of 24 right and no letter about integrity taken for one about service")
	}
}

// Words of everyday quarrels leave a letter undecided; beside a public power they do not.
func TestEverydayQuarrelsSayNothingOfIntegrity(t *testing.T) {
	for text, want := range map[string]integrity.Integrity{
		"隔壁药店虚假宣传，骗老人买保健品":     integrity.IntegrityUnknown,
		"黄牛在门口拉客，我给钱他才让开":      integrity.IntegrityUnknown,
		"医生虚假宣传，还套取医保基金":       integrity.IntegrityYes,
		"工作人员收钱以后给关系户插队，暗箱操作":  integrity.IntegrityYes,
		"窗口态度一般，停车位太少，建议增设停车楼": integrity.IntegrityNo,
	} {
		if got := Signal(text).Integrity; got != want {
			t.Errorf("Signal(%q).Integrity = %s, want %s", text, got, want)
		}
	}
}

// concernIntegrity are the rows of real letters to mayors (of 495 on every matter of a
// city) with an odd number that a person, reading title and letter, took to concern the
// integrity of an office or of public money. The rules were looked at beside the even
// rows only.
var concernIntegrity = []int{29, 43, 67, 69, 105, 131, 137, 175, 191, 203, 219, 221, 239, 273, 277, 315, 373, 413, 439, 445, 457, 461, 467, 489, 491}

// Real letters, where they are at hand: more than half of those said to concern
// integrity would be better, but few that do are taken for plain service.
func TestIntegrityOfRealLetters(t *testing.T) {
	files := map[string][]byte{"own": []byte("留言编号,留言用户,留言主题,留言时间,留言详情,一级分类\n0,,停车位太少,,建议增设停车楼,\n29,,举报,,采购员吃回扣，套取资金,\n")}
	if real, err := os.ReadFile("../../../shared/data/messages_labelled.csv"); err == nil {
		files["real"] = real
	}
	for name, content := range files {
		records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var f integrityFigures
		for i, r := range records[1:] {
			if name == "own" {
				fmt.Sscan(r[0], &i)
			} else if i%2 == 0 {
				continue
			}
			want := integrity.IntegrityNo
			if slices.Contains(concernIntegrity, i) {
				want = integrity.IntegrityYes
			}
			f.add(QuickSignal(r[2]+"。"+r[4]).Integrity, want)
		}
		t.Log(name, f.sentence())
		if f.rightYes < f.saidYes*45/100 || f.rightYes == 0 || f.missed > f.yes/5 {
			t.Errorf("%s: %s; want at least 45 %% of what is said to be so, and at most a fifth missed", name, f.sentence())
		}
	}
}

// realPoints are the categories that fit the points of published lists, by row, as a person
// read them; the seventh category of the notice for outsiders stands last where two fit.
var realPoints = []string{
	"conduct", "decision", "mechanism decision", "power external mechanism", "mechanism", "power external", "external power", "power", "power external",
	"power external", "post mechanism", "post", "conduct", "power", "power mechanism", "power", "power mechanism", "external post", "post decision",
	"mechanism", "institution", "institution", "decision", "power unclassified", "decision", "decision power", "decision", "decision", "conduct",
	"conduct decision", "conduct", "conduct", "mechanism",
}

// Points of published lists, where they are at hand; no phrase was listed for them.
func TestPointsOfPublishedLists(t *testing.T) {
	files := map[string][]byte{"own": []byte("source,unit,post,description\n,,公车,公车私用\n,,决策,大额支出未经集体研究\n")}
	if real, err := os.ReadFile("../../../shared/data/risk_points_paraphrased.csv"); err == nil {
		files["published"] = real
	}
	for name, content := range files {
		records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		right, sure, wrong := 0, 0, 0
		for i, r := range records[1:] {
			got := Risk(r[3], r[2])
			fits := slices.Contains(strings.Fields(realPoints[i]), string(got.Category))
			if fits {
				right++
			}
			if got.Sure {
				sure++
				if !fits {
					wrong++
				}
			}
			if !fits {
				t.Logf("%s %d: %s sure %t, fits %s: %s", name, i, got.Category, got.Sure, realPoints[i], r[3])
			}
		}
		t.Logf("%s: %d of %d right, %d sure, %d of them wrong", name, right, len(records)-1, sure, wrong)
		if 10*right < 6*(len(records)-1) || 4*wrong > sure {
			t.Errorf("%s: %d of %d right, %d of %d sure ones wrong; want 60 %% and at most a quarter", name, right, len(records)-1, wrong, sure)
		}
	}
}
