package mask

import (
	"strings"
	"unicode"
)

// Column reports whether a column with this heading holds the identity of the
// person who reports, or that person's ways of contact, and must be dropped
// before anything of it is stored. Blanks, line breaks, full-width forms and
// punctuation in the heading do not matter. Counts and kinds (举报人数,
// 投诉人类型) are no identity, and neither are the people of the office:
// 检查人, 责任人, 主要负责人, 经办人 and their names stay.
func Column(heading string) (drop bool) { return column(heading, false) }

// ColumnPetition is Column for petitions, where the accused are protected as
// well: 被举报人, 被反映人, 被投诉人 and the like.
func ColumnPetition(heading string) (drop bool) { return column(heading, true) }

func column(heading string, petition bool) bool {
	h := plainHeading(heading)
	if exactColumns[h] {
		return true
	}
	for _, w := range contactColumns {
		if strings.Contains(h, w) {
			return true
		}
	}
	if strings.Contains(h, "姓名") || strings.Contains(h, "名字") || strings.Contains(h, "签名") {
		return !containsAny(h, officeColumns)
	}
	for _, w := range personColumns {
		at := strings.Index(h, w)
		if at < 0 || about(h[at+len(w):]) {
			continue
		}
		if petition || !strings.HasSuffix(h[:at], "被") {
			return true
		}
	}
	// 被反映单位 is a unit, as every petition has one.
	office := containsAny(h, []string{"单位", "部门", "科室", "机构", "医院"})
	return petition && !office && containsAny(h, accusedColumns) && !about(h)
}

// plainHeading returns the letters and digits of a heading in their plain form.
func plainHeading(s string) string {
	return strings.Map(func(r rune) rune {
		if r = foldRune(r); unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// about reports whether a heading that goes on with rest is about persons and
// does not name them.
func about(rest string) bool {
	for _, w := range []string{"数", "次", "总数", "类型", "类别", "性质", "诉求", "意见", "满意", "评价", "内容"} {
		if strings.HasPrefix(rest, w) || strings.HasSuffix(rest, w) {
			return true
		}
	}
	return false
}

// contactColumns are parts of a heading that always make it an identity,
// whoever the person is.
var contactColumns = []string{
	"身份证", "身份号码", "证件号", "护照", "通行证", "电话", "手机", "座机", "固话", "联系方式", "通讯方式", "通信方式", "传真",
	"邮箱", "邮件", "EMAIL", "微信", "QQ", "扣扣", "抖音号", "微博", "住址", "家庭地址", "联系地址", "通讯地址", "通信地址", "居住地", "户籍", "户口", "现住",
	"银行卡", "银行账", "银行帐", "卡号", "车牌", "住院号", "门诊号", "病案号", "病历号", "就诊号", "就诊卡", "医保号", "社保号", "医保卡", "社保卡", "昵称", "网名", "用户名",
	"留言用户", "出生日期", "出生年月", "PHONE", "MOBILE", "WECHAT", "IDCARD", "PASSPORT",
}

// personColumns are words for the person who reports; after 被 they mean the accused.
var personColumns = []string{
	"举报人", "投诉人", "信访人", "反映人", "检举人", "控告人", "申诉人", "来信人", "来访人", "来电人", "写信人", "上访人", "求助人", "诉求人", "留言人", "发帖人",
	"举报者", "投诉者", "反映者", "联系人", "署名", "当事人", "患者", "病人", "家属", "申请人", "报案人", "来信来访人", "提交人", "建议人", "反馈人",
}

// accusedColumns are further words for the accused in petitions.
var accusedColumns = []string{"被举报", "被反映", "被投诉", "被检举", "被控告", "被告", "被信访", "涉事人", "涉及人", "涉嫌人", "涉案人", "嫌疑人", "问题人", "违纪人", "对象姓名", "反映对象", "举报对象", "投诉对象"}

// officeColumns are words for those who work on a case; their names are needed.
var officeColumns = []string{"责任人", "责任领导", "负责人", "检查人", "检查领导", "督查人", "经办", "承办", "办理人", "处理人", "填表人", "登记人", "受理人", "审核人", "领导", "单位", "人员"}

// exactColumns are headings that are an identity only as a whole.
var exactColumns = map[string]bool{
	"地址": true, "名字": true, "用户": true, "客户": true, "本人": true, "姓": true, "年龄": true, "性别": true, "ID号": true, "TEL": true, "MAIL": true, "ADDRESS": true,
	"REPORTER": true, "COMPLAINANT": true, "PETITIONER": true, "PATIENT": true, "PATIENTNAME": true, "REPORTERNAME": true, "IDNUMBER": true, "IDNO": true, "V信": true, "VX": true,
	"签字": true, "落款": true, "号码": true, "证件号码": true, "网友": true,
}
