package hotspot

import (
	"fmt"
	"math"
	"strings"
)

// smallCell is the count below which a number of matters is not printed.
const smallCell = 3

// Why says in one or two sentences why a cell stands where it does, in Chinese,
// or in English for lang "en". It never says that something is wrong: an anomaly
// is a reason to look. Counts of one or two are not printed. A cell that is listed for
// the last months together, neither hot nor watched itself, begins with them.
func Why(c Cell, lang string) string {
	words := chinese
	if lang == "en" {
		words = english
	}
	switch c.State {
	case StateQuiet:
		return words.quiet(c)
	case StateNew:
		return words.tooNew(c)
	case StateClosed:
		return words.closed(c)
	}
	switch {
	case c.Run.Hot && !c.Hot && !c.Watch: // listed for the months together: they come first
		return words.together(c) + words.caution
	case c.Run.Hot:
		return words.month(c) + words.run(c) + words.caution
	}
	return words.month(c) + words.caution
}

// wording is one language's way of putting it.
type wording struct {
	month, run, together, quiet, tooNew, closed func(Cell) string
	caution                                     string
}

var chinese = wording{
	quiet: func(c Cell) string {
		return fmt.Sprintf("%d月数据来源未报送，本格不作判断。", month(c))
	},
	tooNew: func(c Cell) string {
		return fmt.Sprintf("本单位仅有%d个月数据，暂不判断。", c.History)
	},
	closed: func(c Cell) string {
		return fmt.Sprintf("本单位%d月不在用，不作判断。", month(c))
	},
	month: func(c Cell) string {
		var b strings.Builder
		fmt.Fprintf(&b, "%d月%s", month(c), sourceZH(c))
		if c.Reports > c.Count && c.Count >= smallCell {
			fmt.Fprintf(&b, "%d件（涉%d件事）", c.Reports, c.Count)
		} else {
			b.WriteString(fewZH(c.Count))
		}
		if c.Thin {
			fmt.Fprintf(&b, "，本单位仅有%d个月数据（基线不足），主要按同类单位水平%s", c.History, aboutZH(c.Expected))
		} else {
			fmt.Fprintf(&b, "，按本单位近%d个月和同类单位水平%s", c.History, aboutZH(c.Expected))
		}
		if c.PeerUnits > 0 {
			b.WriteString("，同类单位整体" + percent(c.Peers, "持平"))
		}
		fmt.Fprintf(&b, "；偶然出现的可能性%s。", chanceZH(c.P))
		return b.String()
	},
	run: func(c Cell) string {
		return fmt.Sprintf("近%d个月合计%d件，按以往%s，偶然出现的可能性%s。",
			c.Run.Months, c.Run.Count, aboutZH(c.Run.Expected), chanceZH(c.Run.P))
	},
	together: func(c Cell) string {
		text := fmt.Sprintf("%d月至%d月%s合计%d件，按此前的水平%s，偶然出现的可能性%s；", monthOf(c.RunFrom), month(c), sourceZH(c), c.Run.Count, aboutZH(c.Run.Expected), chanceZH(c.Run.P))
		switch {
		case c.Spike != "":
			text += fmt.Sprintf("主要因为%d月突增（%d件），不是缓升", monthOf(c.Spike), c.SpikeCount)
		case c.SlowRise():
			text += "没有哪个月突增，是缓升"
		default:
			text += fmt.Sprintf("%d月已回落，不是缓升", month(c))
		}
		return text + fmt.Sprintf("。%d月%s，预期%s，单月不突出。", month(c), fewZH(c.Count), aboutZH(c.Expected))
	},
	caution: "统计异常不等于存在问题。",
}

var english = wording{
	quiet: func(c Cell) string {
		return fmt.Sprintf("The source delivered nothing for %s; this cell is not judged.", c.Month)
	},
	tooNew: func(c Cell) string {
		return fmt.Sprintf("Only %d months of this unit are known; not judged yet.", c.History)
	},
	closed: func(c Cell) string {
		return fmt.Sprintf("The unit was not in operation in %s; not judged.", c.Month)
	},
	month: func(c Cell) string {
		var b strings.Builder
		fmt.Fprintf(&b, "%s: ", c.Month)
		if c.Reports > c.Count && c.Count >= smallCell {
			fmt.Fprintf(&b, "%d %s about %d matters", c.Reports, sourceEN(c), c.Count)
		} else {
			b.WriteString(fewEN(c.Count) + " " + sourceEN(c))
		}
		if c.Thin {
			fmt.Fprintf(&b, "; %s expected, mostly from similar units, as only %d months of this unit are known (thin baseline)",
				aboutEN(c.Expected), c.History)
		} else {
			fmt.Fprintf(&b, "; %s expected from the unit's last %d months and from similar units", aboutEN(c.Expected), c.History)
		}
		if c.PeerUnits > 0 {
			b.WriteString(" (similar units overall " + percent(c.Peers, "unchanged") + ")")
		}
		fmt.Fprintf(&b, "; likelihood by chance %s.", chanceEN(c.P))
		return b.String()
	},
	run: func(c Cell) string {
		return fmt.Sprintf(" The last %d months together: %d, %s expected, likelihood by chance %s.",
			c.Run.Months, c.Run.Count, aboutEN(c.Run.Expected), chanceEN(c.Run.P))
	},
	together: func(c Cell) string {
		text := fmt.Sprintf("%s to %s together: %d %s, %s expected from before, likelihood by chance %s; ", c.RunFrom, c.Month, c.Run.Count, sourceEN(c), aboutEN(c.Run.Expected), chanceEN(c.Run.P))
		switch {
		case c.Spike != "":
			text += fmt.Sprintf("mostly a spike in %s (%d), no slow rise", c.Spike, c.SpikeCount)
		case c.SlowRise():
			text += "no month stands out, a slow rise"
		default:
			text += fmt.Sprintf("%s has fallen back, no slow rise", c.Month)
		}
		return text + fmt.Sprintf(". %s alone: %s, %s expected, not unusual.", c.Month, fewEN(c.Count), aboutEN(c.Expected))
	},
	caution: " A statistical anomaly is not a finding.",
}

// month returns 1 to 12; Detect takes no other.
func month(c Cell) int { return monthOf(c.Month) }

func monthOf(code string) int { return int(code[5]-'0')*10 + int(code[6]-'0') }

// fewZH and fewEN print a count, and none of one or two.
func fewZH(n int) string {
	if n > 0 && n < smallCell {
		return "不足3件"
	}
	return fmt.Sprintf("%d件", n)
}

func fewEN(n int) string {
	if n > 0 && n < smallCell {
		return "fewer than 3"
	}
	return fmt.Sprint(n)
}

func sourceZH(c Cell) string {
	if c.Petitions {
		return "投诉和信访举报"
	}
	return "投诉"
}

func sourceEN(c Cell) string {
	if c.Petitions {
		return "complaints and petitions"
	}
	return "complaints"
}

// Given is an expectation in the two digits in which answers give it. Sentences, pages and papers
// write it from these, so that 1.047 is 1.1 in each of them.
func Given(x float64) float64 { return math.Round(x*100) / 100 }

// aboutZH and aboutEN print an expectation with one digit; what rounds to
// nothing is said to be below the first step.
func aboutZH(x float64) string {
	if Given(x) < 0.05 {
		return "不足0.1件"
	}
	return fmt.Sprintf("约%.1f件", Given(x))
}

func aboutEN(x float64) string {
	if Given(x) < 0.05 {
		return "under 0.1"
	}
	return fmt.Sprintf("about %.1f", Given(x))
}

// percent prints a factor as a change: 1.03 is +3%, 0.96 −4% with a minus sign.
func percent(factor float64, same string) string {
	p := int(math.Round(100 * (factor - 1)))
	if p == 0 {
		return same
	}
	return strings.Replace(fmt.Sprintf("%+d%%", p), "-", "−", 1)
}

// oneIn brings p to digit/10^power with a digit of 1 to 9; power is at least 1.
// It is not ok below one in a million, where no digit would be honest.
func oneIn(p float64) (digit, power int, ok bool) {
	if p < 1e-6 {
		return 0, 0, false
	}
	power = max(1, int(math.Ceil(-math.Log10(p)-1e-9)))
	digit = int(math.Round(p * math.Pow10(power)))
	if digit == 10 && power > 1 {
		digit, power = 1, power-1
	}
	return digit, power, true
}

// chanceZH prints a probability as a fraction in words: 0.002 is 约千分之二.
func chanceZH(p float64) string {
	digit, power, ok := oneIn(p)
	switch {
	case !ok:
		return "不到百万分之一"
	case digit == 10:
		return "很大"
	}
	return "约" + [...]string{"", "十", "百", "千", "万", "十万", "百万"}[power] + "分之" +
		string([]rune("零一二三四五六七八九")[digit])
}

// chanceEN prints a probability as a fraction: 0.002 is about 2 in 1,000.
func chanceEN(p float64) string {
	digit, power, ok := oneIn(p)
	switch {
	case !ok:
		return "below 1 in a million"
	case digit == 10:
		return "large"
	}
	return fmt.Sprintf("about %d in %s", digit,
		[...]string{"", "10", "100", "1,000", "10,000", "100,000", "1,000,000"}[power])
}
