package metrics

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNearCopies(t *testing.T) {
	const long = "采购人员在询价环节与供应商串通抬高价格谋取私利"
	for _, tc := range []struct {
		name         string
		texts, units []string
		want         map[int]alike
	}{
		{"the same text in two units", []string{long, long}, []string{"13", "14"}, map[int]alike{0: {1, 1, 1}, 1: {0, 1, 1}}},
		{"the same text in one unit is no copy", []string{long, long}, []string{"13", "13"}, map[int]alike{}},
		{"punctuation and digits make no difference", []string{long, "1、采购人员，在询价环节与供应商串通，抬高价格谋取私利。"}, []string{"13", "14"}, map[int]alike{0: {1, 1, 1}, 1: {0, 1, 1}}},
		{"short phrases are alike by chance", []string{"审批把关不严", "审批把关不严"}, []string{"13", "14"}, map[int]alike{}},
		// Of 22 pairs each, the word 谋取私利 → 获取利益 leaves 18: 2·18/44 < 0.85.
		{"one phrase of six differs", []string{long, "采购人员在询价环节与供应商串通抬高价格获取利益"}, []string{"13", "14"}, map[int]alike{}},
		// One letter at the end: 21 of 22 pairs.
		{"one letter differs", []string{long, "采购人员在询价环节与供应商串通抬高价格谋取私益"}, []string{"13", "14"}, map[int]alike{0: {1, 42. / 44, 1}, 1: {0, 42. / 44, 1}}},
		{"units with a similar text are counted once each", []string{long, long, long, long}, []string{"13", "14", "14", "15"},
			map[int]alike{0: {1, 1, 2}, 1: {0, 1, 2}, 2: {0, 1, 2}, 3: {0, 1, 2}}},
		{"nothing", nil, nil, map[int]alike{}},
	} {
		got := nearCopies(tc.texts, tc.units, similarText)
		if fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// slowCopies compares every pair of texts: what nearCopies must come to.
func slowCopies(texts, units []string, threshold float64) map[int]float64 {
	set := func(s string) map[string]bool {
		out, r := map[string]bool{}, lettersOf(s)
		for i := 1; i < len(r); i++ {
			out[string(r[i-1:i+1])] = true
		}
		return out
	}
	out := map[int]float64{}
	for i, a := range texts {
		for j, b := range texts {
			if units[i] == units[j] || len(lettersOf(a)) < shortDescription || len(lettersOf(b)) < shortDescription {
				continue
			}
			x, y, both := set(a), set(b), 0
			for p := range x {
				if y[p] {
					both++
				}
			}
			if score := 2 * float64(both) / float64(len(x)+len(y)); score >= threshold && score > out[i] {
				out[i] = score
			}
		}
	}
	return out
}

func TestNearCopiesFindsWhatComparingAllPairsFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few letters and edits of common stems, so that many pairs lie near the threshold.
		stem := rapid.StringOfN(rapid.RuneFrom([]rune("采购审批招标收费药品设备")), 10, 40, -1)
		stems := rapid.SliceOfN(stem, 1, 4).Draw(t, "stems")
		n := rapid.IntRange(2, 24).Draw(t, "texts")
		texts, units := make([]string, n), make([]string, n)
		for i := range texts {
			letters := []rune(rapid.SampledFrom(stems).Draw(t, "stem"))
			for range rapid.IntRange(0, 4).Draw(t, "edits") {
				letters[rapid.IntRange(0, len(letters)-1).Draw(t, "place")] = rapid.RuneFrom([]rune("采购审批私利围猎")).Draw(t, "letter")
			}
			texts[i], units[i] = string(letters), rapid.SampledFrom([]string{"13", "14", "15"}).Draw(t, "unit")
		}
		got, want := nearCopies(texts, units, similarText), slowCopies(texts, units, similarText)
		// Near the threshold one pair in 80,000 may be missed; nothing is made up.
		for i, score := range want {
			if score >= 0.9 && got[i].score != score {
				t.Fatalf("text %d: %+v, want similarity %v", i, got[i], score)
			}
		}
		for i, a := range got {
			if a.score > want[i] || a.score < similarText || units[a.other] == units[i] {
				t.Fatalf("text %d: %+v, want similarity %v", i, a, want[i])
			}
		}
	})
}

// inventedTexts makes n descriptions of 25 to 60 letters out of phrases, one in ten a
// near copy of an earlier one, in 200 units.
func inventedTexts(n int) (texts, units []string) {
	random := rand.New(rand.NewPCG(1, 2))
	who := strings.Fields("采购人员 收费窗口 科室主任 药库管理员 设备科 基建办 财务人员 人事干部 监督员 评审专家 分管领导 经办人 护士长 信息科 后勤人员")
	where := strings.Fields("询价 验收 招标 结算 退费 招聘 职称评审 许可审批 现场检查 处罚裁量 设备选型 药品遴选 合同签订 资金拨付 项目评审 票据管理")
	what := strings.Fields("串通供应商 收受红包 打分随意 不按程序 优亲厚友 泄露底价 虚报数量 套取资金 放宽标准 选择性执法 拖延办理 虚记领用 化整为零 规避招标 截留收入")
	so := strings.Fields("谋取私利 造成资产流失 损害患者利益 影响公平公正 引发投诉举报 滋生腐败 扰乱秩序 形成监督盲区")
	pick := func(words []string) string { return words[random.IntN(len(words))] }
	for i := range n {
		unit := fmt.Sprint(i % 200)
		if i > 100 && i%10 == 0 {
			letters := []rune(texts[random.IntN(i)])
			letters[random.IntN(len(letters))] = '某'
			texts, units = append(texts, string(letters)), append(units, unit)
			continue
		}
		var b strings.Builder
		for range 2 + random.IntN(2) {
			b.WriteString(pick(who) + "在" + pick(where) + "和" + pick(where) + "中" + pick(what) + "、" + pick(what) + "，" + pick(so) + "；")
		}
		texts, units = append(texts, b.String()), append(units, unit)
	}
	return texts, units
}

// Where everybody has nearly the same text, the first so many similar ones are enough.
func TestNearCopiesOfOneTextAreCountedUpToABound(t *testing.T) {
	letters := []rune(strings.Repeat("采购人员在询价环节与供应商串通抬高价格谋取私利", 2))
	var texts, units []string
	for i := range 2000 {
		own := slices.Clone(letters)
		own[i%len(own)] = rune('一' + i)
		texts, units = append(texts, string(own)), append(units, fmt.Sprint(i))
	}
	got := nearCopies(texts, units, similarText)
	if len(got) != len(texts) {
		t.Errorf("%d of %d texts have a near copy", len(got), len(texts))
	}
	for i, a := range got {
		if a.units > mostAlike {
			t.Fatalf("text %d is alike in %d units", i, a.units)
		}
	}
}

// BenchmarkNearCopies20000 must stay below two seconds.
func BenchmarkNearCopies20000(b *testing.B) {
	texts, units := inventedTexts(20_000)
	b.ResetTimer()
	for b.Loop() {
		nearCopies(texts, units, similarText)
	}
}
