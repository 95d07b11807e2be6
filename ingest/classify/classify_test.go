package classify

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

func TestRiskCategory(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       integrity.Category
		sure       bool
	}{
		{"a decision without the meeting", "大额资金支出未经集体研究，由院长拍板", integrity.CategoryDecision, true},
		{"a rule of the meeting that nobody follows", "党委会议事规则执行不到位", integrity.CategoryDecision, true},
		{"one person who signs everything", "设备购置由分管领导一支笔", integrity.CategoryDecision, true},
		{"the notice's own words on conduct", "落实中央八项规定精神不力，“四风”问题突出", integrity.CategoryConduct, true},
		{"public money spent on a meal", "用公款在年底组织聚餐", integrity.CategoryConduct, true},
		{"a gift from below", "收受下级单位送的礼品", integrity.CategoryConduct, true},
		{"a gift of unknown origin", "违规收受礼金", integrity.CategoryConduct, true},
		{"discretion", "行政处罚自由裁量权使用不当", integrity.CategoryPower, true},
		{"a power next to its abuse", "职称评审中照顾本科室人员", integrity.CategoryPower, true},
		{"posts given to relatives", "公开招聘优亲厚友", integrity.CategoryPower, true},
		{"a fine decided by one person is a power", "行政处罚由科长个人说了算", integrity.CategoryPower, true},
		{"an act of a post", "收费员截留押金", integrity.CategoryPost, true},
		{"a source of evidence with its fact", "医保数据比对发现住院天数异常", integrity.CategoryPost, true},
		{"records that differ", "库存数与账面数对不上", integrity.CategoryPost, true},
		{"a rule that is missing", "外聘专家劳务费管理办法缺失", integrity.CategoryInstitution, true},
		{"a rule that is named after what is missing", "缺少捐赠物资验收细则", integrity.CategoryInstitution, true},
		{"a rule about checking is a rule", "监督检查制度未落实", integrity.CategoryInstitution, true},
		{"a rule in conflict", "本院规定与上级政策冲突", integrity.CategoryInstitution, true},
		{"a control step not carried out", "设备验收把关不严", integrity.CategoryMechanism, true},
		{"supervision of enforcement", "审批、执法监管不到位", integrity.CategoryMechanism, true},
		{"assets in disorder", "固定资产管理混乱", integrity.CategoryMechanism, true},
		{"duties not separated", "采购与付款不相容岗位未分离", integrity.CategoryMechanism, true},
		{"outsiders who pay", "药企请医生吃饭并送购物卡", integrity.CategoryExternal, true},
		{"a kickback needs no named giver", "收受耗材回扣", integrity.CategoryExternal, true},
		{"the supervised who intercede", "被检查单位托人说情", integrity.CategoryExternal, true},
		{"a bare matter is a guess, never sure", "公章", integrity.CategoryMechanism, false},
		{"nothing", "", integrity.CategoryUnclassified, false},
		{"no evidence", "负责档案整理", integrity.CategoryUnclassified, false},
		{"a measure is no behaviour", "加强监督检查，提高服务水平", integrity.CategoryUnclassified, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Risk(tc.text, "")
			if got.Category != tc.want || got.Sure != tc.sure {
				t.Errorf("Risk(%q) = %s, sure %t; want %s, sure %t\n%v", tc.text, got.Category, got.Sure, tc.want, tc.sure, got.Reasons)
			}
		})
	}
}

func TestNegatedWording(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       integrity.Category
		sure       bool
	}{
		{"what is to be stamped out is the risk", "杜绝未经集体讨论擅自决定", integrity.CategoryDecision, true},
		{"what is to be prevented is the risk", "防止收受供应商回扣", integrity.CategoryExternal, true},
		{"what must not be is the risk", "不得截留挪用专项资金", integrity.CategoryPost, true},
		{"a measure before the feared behaviour adds nothing", "严格规范验收程序，避免优亲厚友", integrity.CategoryPower, true},
		{"a measure that names a topic is a weak hint", "严格落实“三重一大”制度", integrity.CategoryDecision, false},
		{"a measure that is not carried out is a defect", "落实采购制度不到位", integrity.CategoryInstitution, true},
		{"what did not happen is no evidence", "未发现收受回扣", integrity.CategoryUnclassified, false},
		{"absence ends with its segment", "未发现收受回扣，但验收把关不严", integrity.CategoryMechanism, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Risk(tc.text, "")
			if got.Category != tc.want || got.Sure != tc.sure {
				t.Errorf("Risk(%q) = %s, sure %t; want %s, sure %t\n%v", tc.text, got.Category, got.Sure, tc.want, tc.sure, got.Reasons)
			}
		})
	}
}

// The sample of the notice's annex 2 names a decision first and outsiders last.
func TestAnnexSample(t *testing.T) {
	got := Risk("严格规范重大物资、设备采购、购买服务的决策、招标、验收、资金拨付等环节的程序和要求，杜绝未经集体讨论、科学论证，"+
		"个人决定擅自采购；杜绝未按规定程序和要求进行采购，接受不符合采购标准的物资、设备等；杜绝未与供应商价格协商，"+
		"出现采购价高于市场价的问题及领导干部违规干预采购，搞钱权交易、利益输送等问题。", "")
	if got.Category != integrity.CategoryDecision || got.Sure || got.Layer != integrity.LayerLeadership {
		t.Errorf("%s, %s, sure %t; want leadership, decision, not sure", got.Layer, got.Category, got.Sure)
	}
}

func TestTies(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       integrity.Category
	}{
		{"external before decision", "收受回扣；个人拍板", integrity.CategoryExternal},
		{"decision before conduct", "推诿；个人拍板", integrity.CategoryDecision},
		{"conduct before power", "任人唯亲；推诿", integrity.CategoryConduct},
		{"power before mechanism", "把关不严；任人唯亲", integrity.CategoryPower},
		{"mechanism before an act of a post", "挪用；把关不严", integrity.CategoryMechanism},
		{"a post with its source before institution", "制度滞后；审计发现问题", integrity.CategoryPost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Risk(tc.text, "")
			if got.Category != tc.want || got.Sure {
				t.Errorf("Risk(%q) = %s, sure %t; want %s, not sure\n%v", tc.text, got.Category, got.Sure, tc.want, got.Reasons)
			}
		})
	}
}

// Two characters may be part of any word; with a weak cue or a second phrase beside them
// they are believed, and where they name an act.
func TestAShortPhraseAloneIsNotSure(t *testing.T) {
	for text, want := range map[string]bool{"检查只看台账": false, "检查只看台账，审核不严": true, "条件放宽": false, "医生收红包": true, "收费员截留款项": true} {
		if got := Risk(text, ""); got.Sure != want {
			t.Errorf("Risk(%q).Sure = %t, want %t; %v", text, got.Sure, want, got.Reasons)
		}
	}
}

func TestSureNeedsMostOfThePoints(t *testing.T) {
	text := "截留押金；任人唯亲；截留票款；推诿；账实不符；把关不严"
	if got := Risk(text, ""); got.Category != integrity.CategoryPost || got.Sure {
		t.Errorf("Risk(%q) = %s, sure %t; want post with half of the points, not sure", text, got.Category, got.Sure)
	}
}

func TestItemsAreClauses(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		clauses    []string
	}{
		{"numbers with a full stop", "1.截留押金2.任人唯亲", []string{"截留押金", "任人唯亲"}},
		{"circled numbers", "①截留押金②任人唯亲", []string{"截留押金", "任人唯亲"}},
		{"lines", "截留押金\n任人唯亲", []string{"截留押金", "任人唯亲"}},
		{"a decimal point is no item", "截留押金3.5万元，任人唯亲", []string{"截留押金3.5万元，任人唯亲"}},
		{"an enumeration is no item", "第1、2项截留押金，任人唯亲", []string{"第1、2项截留押金，任人唯亲"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			seen := map[string]bool{}
			for _, r := range Risk(tc.text, "").Reasons {
				if r.Points >= 3 {
					seen[r.Clause] = true
				}
			}
			want := map[string]bool{}
			for _, c := range tc.clauses {
				want[c] = true
			}
			if diff := cmp.Diff(want, seen); diff != "" {
				t.Errorf("clauses of %q (-want +got):\n%s", tc.text, diff)
			}
		})
	}
}

func TestLayer(t *testing.T) {
	for _, tc := range []struct {
		name, text, post string
		want             integrity.Layer
	}{
		{"the post decides", "收费员截留押金", "院长", integrity.LayerLeadership},
		{"a head of department", "", "检验科主任", integrity.LayerMiddle},
		{"a director of nobody knows what stays open", "", "主任", integrity.LayerUnclassified},
		{"a head nurse is no nurse", "", "护士长", integrity.LayerMiddle},
		{"a chief physician is a title", "", "主任医师", integrity.LayerOther},
		{"a clerk", "", "采购员", integrity.LayerOther},
		{"several layers in the post stay open", "", "院长、护士长", integrity.LayerUnclassified},
		{"a post that says nothing leaves it to the text", "窗口人员推诿", "岗位一", integrity.LayerOther},
		{"the three majors belong to the leaders", "“三重一大”事项未上会", "", integrity.LayerLeadership},
		{"several layers in the text stay open", "院长授意，会计虚列支出", "", integrity.LayerUnclassified},
		{"no layer", "把关不严", "", integrity.LayerUnclassified},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Risk(tc.text, tc.post); got.Layer != tc.want {
				t.Errorf("Risk(%q, %q).Layer = %s, want %s", tc.text, tc.post, got.Layer, tc.want)
			}
		})
	}
}

func TestSignal(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		category   integrity.Category
		integrity  integrity.Integrity
	}{
		{"a bribe asked for", "主刀医生暗示家属送红包", integrity.CategoryExternal, integrity.IntegrityYes},
		{"overcharging", "收费处多收了三十元检查费", integrity.CategoryPost, integrity.IntegrityYes},
		{"a rigged contest", "事业编招聘面试内定人选", integrity.CategoryPower, integrity.IntegrityYes},
		{"attitude is left open", "导诊护士态度恶劣", integrity.CategoryConduct, integrity.IntegrityUnknown},
		{"waiting is not about integrity", "早上排队等候两个小时才看上病", integrity.CategoryUnclassified, integrity.IntegrityNo},
		{"a question is not about integrity", "请问周末能否打疫苗", integrity.CategoryUnclassified, integrity.IntegrityNo},
		{"a bribe in the queue is", "排队时有人收好处插队", integrity.CategoryPower, integrity.IntegrityYes},
		{"no cue is no answer", "病历写错了名字", integrity.CategoryUnclassified, integrity.IntegrityUnknown},
		{"the word complaint is no evidence in a complaint", "我要投诉", integrity.CategoryUnclassified, integrity.IntegrityUnknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Signal(tc.text)
			if got.Category != tc.category || got.Integrity != tc.integrity {
				t.Errorf("Signal(%q) = %s, integrity %s; want %s, %s\n%v", tc.text, got.Category, got.Integrity, tc.category, tc.integrity, got.Reasons)
			}
		})
	}
}

func TestBlanksInsideAPhraseDoNotHideIt(t *testing.T) {
	got := Risk("收受供应商回 扣，三　重一大", "")
	if got.Category != integrity.CategoryExternal {
		t.Fatalf("category %s, want external", got.Category)
	}
	var phrases []string
	for _, r := range got.Reasons {
		phrases = append(phrases, r.Phrase)
	}
	for _, want := range []string{"回 扣", "三　重一大"} {
		if !strings.Contains(strings.Join(phrases, "|"), want) {
			t.Errorf("phrases %q lack %q", phrases, want)
		}
	}
}

func TestReasonsReadAsSentences(t *testing.T) {
	got := Risk("收受回扣", "采购员").Reasons
	want := []string{
		"“收受回扣”：外部利益输送的典型表现，指向其他（被“围猎”）类，计3分（通知：“从社会环境和服务主体对行政执法和管理可能带来的影响，查找可能被“围猎”的其他廉洁风险”）。",
		"“采购员”：提到该层面的岗位或机构，指向其他岗位（通知：“其他岗位，以履行岗位职责、执行制度、行使行政自由裁量权等方面为重点”）。",
	}
	var sentences []string
	for _, r := range got {
		sentences = append(sentences, r.String())
	}
	if diff := cmp.Diff(want, sentences); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestJSON(t *testing.T) {
	for _, tc := range []struct {
		name string
		s    Suggestion
		want string
	}{
		{"a risk without evidence", Risk("", ""), `{"layer":"unclassified","category":"unclassified","confidence":0,"sure":false,"reasons":[]}`},
		{"a signal says whether it concerns integrity", Signal(""), `{"layer":"unclassified","category":"unclassified","confidence":0,"sure":false,"integrity":"unknown","reasons":[]}`},
		{
			"a risk", Risk("收受回扣", ""),
			`{"layer":"unclassified","category":"external","confidence":0.75,"sure":true,"reasons":[{"phrase":"收受回扣","clause":"收受回扣",` +
				`"rule":"外部利益输送的典型表现","notice":"从社会环境和服务主体对行政执法和管理可能带来的影响，查找可能被“围猎”的其他廉洁风险",` +
				`"category":"external","points":3}]}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := json.Marshal(tc.s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(got)); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
		})
	}
}

func TestQuickSignalAllocatesNothing(t *testing.T) {
	QuickSignal(complaint)
	if got := testing.AllocsPerRun(100, func() { QuickSignal(complaint) }); got != 0 {
		t.Errorf("QuickSignal allocates %v times a text, want 0", got)
	}
}

// The lexicon is edited by hand: a term that would never be found, or a strong phrase in
// two categories, is a slip.
func TestLexicon(t *testing.T) {
	strong := []group{cDecision, cConduct, cConductNotice, cPower, cPowerNotice, cPost, cInstitution, cMechanism, cExternal, cExternalNotice}
	d := compiled()
	for _, x := range d.terms[1:] {
		if strings.ContainsAny(x.word, " \t\u3000") {
			t.Errorf("term %q holds a blank, which reading skips", x.word)
		}
		n := 0
		for _, g := range strong {
			if x.groups.has(g) {
				n++
			}
		}
		if n > 1 {
			t.Errorf("term %q is a strong phrase of %d categories", x.word, n)
		}
	}
	seen := map[string]bool{}
	for _, e := range lexicon {
		inEntry := map[string]bool{}
		for _, w := range strings.Fields(e.words) {
			if inEntry[w] {
				t.Errorf("term %q stands twice in one entry", w)
			}
			inEntry[w], seen[w] = true, true
		}
	}
	if len(seen) < 1000 {
		t.Errorf("only %d terms", len(seen))
	}
}

// Whatever the bytes, the answer is legal, its phrases stand in what was given, and the
// quick way agrees with the explained one.
func FuzzClassify(f *testing.F) {
	f.Add("杜绝未经集体讨论；1.收受供应商回扣2.验收走过场", "院长")
	f.Add("三　重 一大\n①未发现，\xe3\x80", "\xe4 \xb8\x80")
	f.Add(strings.Repeat("验收不严资金混乱处罚随意，", 40), "科主任")
	f.Fuzz(func(t *testing.T, text, post string) {
		risk := Risk(text, post)
		checkSuggestion(t, risk, text, post)
		signal := Signal(text)
		checkSuggestion(t, signal, text, "")
		signal.Reasons = nil
		if diff := cmp.Diff(signal, QuickSignal(text)); diff != "" {
			t.Errorf("QuickSignal differs from Signal (-signal +quick):\n%s", diff)
		}
	})
}

func checkSuggestion(t *testing.T, s Suggestion, text, post string) {
	t.Helper()
	if _, err := integrity.ParseCategory(string(s.Category)); err != nil {
		t.Error(err)
	}
	if _, err := integrity.ParseLayer(string(s.Layer)); err != nil {
		t.Error(err)
	}
	if s.Confidence < 0 || s.Confidence >= 1 || math.IsNaN(s.Confidence) {
		t.Errorf("confidence %v is outside [0, 1)", s.Confidence)
	}
	if (s.Category == integrity.CategoryUnclassified) != (s.Confidence == 0) {
		t.Errorf("category %s with confidence %v", s.Category, s.Confidence)
	}
	for _, r := range s.Reasons {
		if r.Phrase == "" || !strings.Contains(text, r.Phrase) && !(r.Layer != "" && strings.Contains(post, r.Phrase)) {
			t.Errorf("phrase %q stands neither in %q nor in %q", r.Phrase, text, post)
		}
		if !strings.Contains(r.Clause, strings.TrimSpace(r.Phrase)) {
			t.Errorf("phrase %q stands outside its clause %q", r.Phrase, r.Clause)
		}
	}
}
