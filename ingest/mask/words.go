package mask

import (
	"cmp"
	"slices"
	"strings"
)

// A context says what the word beside a number makes of it.
type context uint8

const (
	plain    context = iota
	official         // the number of a document, a contract, a licence, …: kept
	money            // an amount follows: kept
	phone
	identity
	card
	patient
	passport
	wechat
	qq
	mailbox
)

// A word is one that tells what stands after it. short words can be followed by
// identifiers of fewer than seven digits, or with letters.
type word struct {
	runes   []rune
	context context
	short   bool
	weak    bool // names the thing and not its number: 身份证, not 身份证号
}

// A tail is the last two characters of a word, or the one character of a word, by which
// words are found in a text.
type tail struct{ before, last rune }

func tailOf(word []rune) tail {
	if n := len(word); n > 1 {
		return tail{word[n-2], word[n-1]}
	}
	return tail{0, word[0]}
}

// numberWords tell what the number after them is. They are found by their
// tail, the longest first: 身份证编号 is an identity, 编号 is not.
var numberWords = byTail(
	wordsOf(official, false, false, `
		编号 文号 字号 案号 单号 批号 货号 型号 件号 图号 期号 书号 刊号 册号 证书号 注册号 登记号 备案号 受理号
		回执号 流水号 序列号 序号 合同号 发票号 票号 凭证号 条码 条形码 二维码 追溯码 监管码 信用代码 机构代码 代码 编码
		识别号 税号 准字 许可证 许可证号 执照 执照号 营业执照 注册证 注册证号 登记证 登记证号 标准号 项目号 标段号 招标号
		采购号 文件号 检索号 版本号 业务号 交易号 档号 设备号 资产号 分类号 包号 通知号 公告号 报告号 机身号 出厂号
		批文号 批准号 申请号 专利号 专利 样本号 采样号 检验号 处方号 房号 床号 工号 统一码 资格证书 执业证书 证书 字第 第 合同
		快递 运单 订单 工单 发票 信访件 提案 ISBN ISSN UDI SN S/N NO`),
	wordsOf(money, false, false, `
		¥ ￥ $ 人民币 金额 总额 总价 单价 合计 共计 总计 价值 预算 投资 造价 余额 工资 标的 RMB CNY USD`),
	wordsOf(phone, false, false, `
		电话 电话号 手机 手机号 座机 座机号 固话 联系方式 联系号码 联系 热线 专线 致电 拨打 来电 回电 传真 小灵通 宅电 家电 办电 去电 呼叫
		TEL TELEPHONE PHONE MOBILE MOB FAX CALL CELL HP 移动 联通 电信 同号`),
	wordsOf(identity, true, true, `身份证 身分证 证件 军官证 士兵证 驾驶证 驾照 残疾证 居住证 户口簿 户口本 SFZ SFZH`),
	wordsOf(identity, true, false, `
		身份证号 身份证号码 身份证编号 身份证件号 身份号码 身份证件号码 证件号 证件号码 公民身份号码 公民身份证号 军官证号 士兵证号 驾驶证号 驾照号 残疾证号 居住证号
		IDCARD IDNO`),
	wordsOf(card, false, true, `
		银行卡 信用卡 储蓄卡 借记卡 工资卡 存折 账户 帐户 工行 农行 中行 建行 交行 邮储 招行 工商银行 农业银行 中国银行 建设银行 交通银行 邮政储蓄 银联 开户行 卡`),
	wordsOf(card, true, false, `卡号 银行卡号 信用卡号 账号 帐号 银行账号 银行帐号`),
	wordsOf(patient, true, false, `
		门诊号 住院号 病案号 病历号 病例号 就诊号 就医号 就诊卡号 诊疗卡号 健康卡号 医保卡号 医保号 社保卡号 社保号 患者编号 病人编号 病历编号
		病案编号 住院编号 门诊编号 患者号 病人号 患者ID 病人ID 就诊ID 体检号 体检编号 入院号 医疗证号 医疗卡号 参保号 患者代码
		门诊号码 住院号码 病案号码 病历号码 就诊卡号码 医保卡号码 社保卡号码 就诊号码`),
	wordsOf(patient, true, true, `医保卡 社保卡 就诊卡 诊疗卡 健康卡 市民卡`),
	wordsOf(passport, true, false, `护照号 护照号码 通行证号 通行证号码 台胞证号 回乡证号 PASSPORT PASSPORTNO`),
	wordsOf(passport, true, true, `护照 通行证 台胞证 回乡证 居留证`),
	wordsOf(wechat, true, false, `微信号 微信号码 微信ID 微信账号 微信帐号 V信号 VX号 加V WEIXIN WECHAT WXID 微信同号
		WECHATID WEIXINID +V V:`),
	wordsOf(wechat, true, true, `微信 V信 VX WX 威信 薇信 徽信 加微 微信群 绿泡泡`),
	wordsOf(qq, true, false, `QQ QQ号 QQ号码 QQ账号 QQ帐号 QQ群 QQ群号 Q号 扣扣 扣扣号 扣扣号码 企鹅号 球球 抠抠
		Q: QQ群号码 Q群 Q群号 加群 群号`),
	wordsOf(mailbox, true, true, `邮箱 邮箱号 邮箱账号 邮箱帐号 邮箱地址 电子邮件 EMAIL E-MAIL`),
)

func wordsOf(c context, short, weak bool, list string) []word {
	var words []word
	for _, w := range strings.Fields(list) {
		words = append(words, word{[]rune(w), c, short, weak})
	}
	return words
}

func byTail(lists ...[]word) map[tail][]word {
	index := make(map[tail][]word)
	for _, w := range slices.Concat(lists...) {
		t := tailOf(w.runes)
		index[t] = append(index[t], w)
	}
	for _, words := range index {
		slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(len(b.runes), len(a.runes)) })
	}
	return index
}

// contextBefore returns what the text before i says about a number at i: the
// word directly before it, with nothing but 号, 是, a colon and the like between,
// or the number masked before it in the same list.
func (m *masker) contextBefore(i int) (c context, weak bool) {
	k := i - 1
	for range 8 {
		r := m.get(k)
		if isMark(r) {
			return contextOfMark(kind(r)), true
		}
		if classOf(r)&classWordEnd != 0 {
			if w := m.wordAt(k); w != nil {
				// A colon after the thing names its number: 身份证：…, but 卡：… can be any card.
				return w.context, w.weak && (w.context == card || m.get(i-1) != ':')
			}
		}
		if !isFiller(r) {
			break
		}
		k--
	}
	return plain, false
}

// wordAt returns the number word that ends at k, or nil.
func (m *masker) wordAt(k int) *word {
	t := m.tail(k)
	for _, t := range [...]tail{t, {0, t.last}} {
		words := numberWords[t]
		for n := range words {
			w := &words[n]
			start, ok := m.back(k, w.runes)
			if !ok {
				continue
			}
			// CALL does not end RECALL.
			if first := w.runes[0]; first < 0x80 && classOf(first)&classLetter != 0 && isWord(m.get(start-1)) {
				continue
			}
			return w
		}
	}
	return nil
}

// contextOfMark: 13800138000、88123456 are two phones, the second is told by the first.
func contextOfMark(k kind) context {
	switch k {
	case kindMobile, kindPhone:
		return phone
	case kindID:
		return identity
	case kindCard:
		return card
	case kindPatient:
		return patient
	case kindPassport:
		return passport
	case kindQQ:
		return qq
	}
	return plain
}

// isFiller reports whether r may stand between a word and its number.
func isFiller(r rune) bool {
	switch r {
	case ' ', '\n', ':', '=', '(', '[', '【', '"', '“', '”', '「', '\'', '‘', '’', '是', '为', '号', '码', '#', '№', '-', '+', '*', '/', '.', '、', '即', '系', '》', '>', '_', '|', '~', '❤':
		return true
	}
	return false
}

// amountAfter reports whether a unit of money or measure follows at i.
func (m *masker) amountAfter(i int) bool {
	if m.get(i) == ' ' {
		i++
	}
	next := m.get(i + 1)
	switch m.get(i) {
	case '元', '圆', '亿', '吨', '股', '份', '%', '‰', '㎡', '㎥', '℃', '¥', '￥':
		return true
	case '万':
		return next != '一' && next != '分' && next != '望' && next != '般' && next != '事'
	case '余', '多':
		return next == '元' || next == '万' || next == '亿'
	case '块':
		return next != 0
	case '千':
		return next == '元' || next == '米' || next == '克' || next == '瓦'
	case '公':
		return next == '里' || next == '斤' || next == '升' || next == '顷'
	case '平':
		return next == '方' || next == '米'
	case '立':
		return next == '方'
	case '美', '欧', '日', '港':
		return next == '元' || next == '币'
	case '英':
		return next == '镑'
	case '人':
		return next == '民' && m.get(i+2) == '币' || next == '次'
	case '毫':
		return next == '升' || next == '克' || next == '米'
	case '米', '克', '斤', '升':
		return true
	case 'R':
		return next == 'M' && m.get(i+2) == 'B'
	case 'C':
		return next == 'N' && m.get(i+2) == 'Y'
	case 'U':
		return next == 'S' && m.get(i+2) == 'D'
	case 'K', 'M':
		return (next == 'G' || next == 'M' || next == 'L') && !isWord(m.get(i+2))
	}
	return false
}

// countAfter reports whether a counted thing or a part of a date follows at i;
// asked only for short numbers.
func (m *masker) countAfter(i int) bool {
	if m.get(i) == ' ' {
		i++
	}
	switch m.get(i) {
	case '年', '月', '日', '天', '岁', '次', '个', '人', '名', '位', '张', '例', '台', '套', '支', '盒', '瓶', '片', '粒', '袋',
		'件', '户', '间', '床', '分', '秒', '时', '点', '小', '周', '期', '楼', '层', '条', '项', '家', '批', '字', '遍', '号':
		return true
	}
	return m.amountAfter(i)
}
