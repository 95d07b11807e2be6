package mask

import (
	"slices"
	"strings"
	"unicode"
)

// Person tells how well a column with this heading tells one reporter from another: 3 for
// numbers of identity papers, 2 for telephone numbers, 1 for mail addresses, 0 for names. ok
// is false where it does not: addresses and ages are shared by many, and telephones and
// names of the office or of the accused are not the reporter's.
func Person(heading string) (rank int, ok bool) {
	h := strings.ToUpper(plainHeading(heading))
	if !Column(heading) || strings.Contains(h, "被") || containsAny(h, officeColumns) || containsAny(h, accusedColumns) {
		return 0, false
	}
	for rank, words := range slices.Backward([][]string{1: {"邮箱", "邮件", "MAIL"}, 2: {"电话", "手机", "联系方式", "号码", "PHONE", "MOBILE", "TEL"}, 3: {"身份证", "身份号码", "证件号", "IDCARD", "IDNUMBER", "IDNO", "ID号"}}) {
		if containsAny(h, words) {
			return rank, true
		}
	}
	if containsAny(h, contactColumns) || strings.Contains(h, "地址") || strings.Contains(h, "年龄") || strings.Contains(h, "性别") {
		return 0, false
	}
	return 0, strings.Contains(h, "姓名") || containsAny(h, personColumns) || containsAny(h, []string{"REPORTER", "COMPLAINANT"})
}

// PersonKey brings a value of such a column to the form in which it is compared: letters
// and digits only. It is empty where the value names nobody: 匿名, 王先生, a number with stars.
func PersonKey(rank int, value string) string {
	if strings.ContainsAny(value, "*＊×某") {
		return ""
	}
	key := strings.ToUpper(plainHeading(value))
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, key)
	letters := []rune(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, key))
	switch {
	case len(digits) > 0 && strings.Trim(digits, digits[:1]) == "": // 00000000
		return ""
	case rank == 3 && len(digits) >= 8:
		return key
	case rank == 2 && len(digits) >= 7:
		if len(digits) == 13 {
			digits = strings.TrimPrefix(digits, "86")
		}
		return digits
	case rank == 1 && strings.ContainsAny(value, "@＠"):
		return key
	case rank == 0 && len(digits) == 0 && len(letters) >= 2 && !containsAny(key, nobody):
		return key
	}
	return ""
}

// nobody are words in the place of a name, and titles that many share.
var nobody = []string{"匿名", "不详", "未知", "保密", "不愿", "不便", "先生", "女士", "小姐", "同志", "群众", "市民", "网友", "患者", "家属", "热心", "ANONYMOUS"}
