package mask_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingfeng/ingest/mask"
)

// ordinary are characters of complaints that are no digits, units, names or
// words about numbers.
const ordinary = "上孩子看病挂科排队等候轮到医却已班态度冷淡窗口作互相推诿没愿意释因希望部门调查处理改进服务优化程让群众少跑"

var hanDigits = []rune("零一二三四五六七八九")

// written draws one way to write the digits of a number.
func written(t *rapid.T, digits string) string {
	separator := rapid.SampledFrom([]string{"", "", " ", "-", ".", "·", "　", "－", "\u200b", "\ufeff", " - "}).Draw(t, "separator")
	style := rapid.IntRange(0, 2).Draw(t, "style")
	// 13.000.000.000 is an amount and 192.168.100.11 an address.
	regular := rapid.Bool().Draw(t, "separated everywhere") || separator == "." || separator == "·"
	lineBreak := rapid.IntRange(-40, len(digits)-1).Draw(t, "line break")
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (regular || rapid.IntRange(0, 2).Draw(t, "gap") == 0) {
			b.WriteString(separator)
		}
		if i > 0 && i == lineBreak && (separator == "" || separator == "-") {
			b.WriteString("\n")
		}
		switch {
		case d < '0' || d > '9':
			b.WriteRune(d)
		case style == 1:
			b.WriteRune(d - '0' + '０')
		case style == 2:
			b.WriteRune(hanDigits[d-'0'])
		default:
			b.WriteRune(d)
		}
	}
	return b.String()
}

// A number in the middle of a text is masked however it is written, and nothing else is.
func checkMasked(t *rapid.T, digits, mark string) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune(ordinary)), 1, 30, -1)
	before, after := text.Draw(t, "before"), text.Draw(t, "after")
	s := before + "，" + written(t, digits) + "，" + after
	want := before + "，" + mark + "，" + after
	if got, n := mask.Text(s); got != want || n != 1 {
		t.Fatalf("Text(%q) = %q, %d; want %q, 1", s, got, n, want)
	}
}

func TestMobileNumbersAreMaskedHoweverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := "1" + rapid.StringMatching(`[3-9][0-9]{9}`).Draw(t, "number")
		checkMasked(t, digits, "〔手机号〕")
	})
}

func TestIDNumbersAreMaskedHoweverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`(11|33|44|51)[0-9]{4}(19[4-9]|200)[0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}`).Draw(t, "number")
		checkMasked(t, digits+checkDigit(digits), "〔身份证号〕")
	})
}

func TestBankCardsAreMaskedHoweverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`62[0-9]{13,16}`).Draw(t, "number")
		for _, last := range "0123456789" {
			if card := digits + string(last); luhnValid(card) {
				if len(card) == 18 && card[6:8] >= "19" && card[6:8] <= "20" {
					return // could be an ID number
				}
				checkMasked(t, card, "〔银行卡号〕")
			}
		}
	})
}

// The quick look misses nothing that the full reading finds, whatever stands beside each other,
// and what was masked stays as it is.
func TestQuickLookMissesNothing(t *testing.T) {
	parts := strings.Split("电话 手机号 来电 联系方式 TEL 座机 身份证 微信 QQ 卡号 工行 银行卡 账户 护照 住院号 编号 第 订单 邮箱 V信 加群 军官证 118 1234567 8812345 88123456 2026-03-05 13800138000 0575 "+
		"一三八零零一三八零零零 ①③⑧ 138OO138OOO 330602198503071234 6222021001116245702 abc12345 A 浙 D12345 使014·578 车牌 zhang (at) 163 .com 艾特 投诉人 本人 我是 现在 实地 张三 王女士 ，住 家住 路12号 "+
		"4幢502室 件 元 年 月 日 是 为 ： （ ） 、 。 - / , . \u200b \u3000 \n", " ")
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 12).Draw(t, "parts"), "")
		got, n := mask.Text(s)
		if full, count := mask.Scan(s); full != got || count != n {
			t.Fatalf("the quick look lets %q pass, masked in full it is %q", s, full)
		}
		if again, more := mask.Text(got); again != got || more != 0 {
			t.Fatalf("Text(%q) = %q, and masked again %q, %d", s, got, again, more)
		}
	})
}

// checkDigit returns the last character of an ID number of which d are the
// others, by the weights of GB 11643.
func checkDigit(d string) string {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(d[i]-'0') * w
	}
	return "10X98765432"[sum%11 : sum%11+1]
}

func luhnValid(s string) bool {
	sum := 0
	for i := len(s) - 1; i >= 0; i-- {
		v := int(s[i] - '0')
		if (len(s)-1-i)%2 == 1 {
			v *= 2
		}
		sum += v/10 + v%10
	}
	return sum%10 == 0
}
