package mask

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unsaid stands in the name of a file for what may be the name of a person.
const unsaid = "〔略〕"

// FileName returns the name of a file, an entry of an archive or a sheet that holds complaints or
// petitions as it may be kept: people name such files after who wrote, or whom it is about
// (张三举报.xlsx). A name that short gives no word beside it by which a person could be told from
// a place, so the rule is the other way round than in texts: what is known to name no person is
// kept (the words below, those in known, such as the names of units, dates and short numbers,
// Latin words that are no name in pinyin), all else becomes 〔略〕. The result masked again is the
// same.
func FileName(name string, known []string) string {
	name, _ = Text(name)
	var b strings.Builder
	for len(name) > 0 {
		size, keep := plainPart(name, known)
		open := strings.HasSuffix(b.String(), unsaid)
		if r, width := utf8.DecodeRuneInString(name); open && size == width && unicode.Is(unicode.Han, r) {
			keep = false // the rest of a name: 三 in 张三
		}
		switch {
		case keep:
			b.WriteString(name[:size])
		case !open:
			b.WriteString(unsaid)
		}
		name = name[size:]
	}
	return b.String()
}

// plainPart returns the length of the part with which a name begins, and whether it is kept.
func plainPart(s string, known []string) (size int, keep bool) {
	for _, m := range fileMarks {
		if strings.HasPrefix(s, m) {
			return len(m), true
		}
	}
	r, width := utf8.DecodeRuneInString(s)
	switch {
	case r >= '0' && r <= '9':
		size = len(s) - len(strings.TrimLeft(s, "0123456789"))
		return size, size <= 8 || fileMoment.MatchString(s[:size])
	case isASCIILetter(r):
		if at := pinyinName.FindStringSubmatchIndex(s); at != nil {
			return at[3], false
		}
		return len(s) - len(strings.TrimLeftFunc(s, isASCIILetter)), true
	case unicode.Is(unicode.Han, r):
		for _, w := range known {
			if len(w) > width && len(w) > size && strings.HasPrefix(s, w) {
				size = len(w)
			}
		}
		for n := longestFileWord; n > 0; n-- {
			if end := runesEnd(s, n); end > size && fileWords[s[:end]] {
				return end, true
			}
		}
		return max(size, width), size > 0
	}
	return width, !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != utf8.RuneError
}

func isASCIILetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }

// runesEnd is the length in bytes of the first n characters, 0 where there are fewer.
func runesEnd(s string, n int) int {
	end := 0
	for ; n > 0; n-- {
		_, size := utf8.DecodeRuneInString(s[end:])
		if size == 0 {
			return 0
		}
		end += size
	}
	return end
}

// fileMarks are the marks that a name may hold already.
var fileMarks = func() []string {
	out := []string{unsaid}
	for _, m := range marks {
		out = append(out, m)
	}
	slices.Sort(out)
	return out
}()

// fileMoment is a longer number that tells a moment: 20260305 with hour and minute, perhaps seconds.
var fileMoment = regexp.MustCompile(`^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?$`)

// pinyinName is a family name in Latin letters with a given name of one or two syllables behind
// it, together or apart: zhangsan, Zhang_Xiaoming.
var pinyinName = func() *regexp.Regexp {
	const syllable = `(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:iang|iong|uang|uai|uan|iao|ian|ing|ang|eng|ong|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|a|o|e|i|u)|ang|ai|ao|an|er|en|ou)`
	return regexp.MustCompile(`(?i)^((?:` + strings.Join(pinyinSurnames, "|") + `)[ _.-]?` + syllable + `(?:[ _-]?` + syllable + `)?)(?:$|[^a-z])`)
}()

// fileWords are what the names of such files are made of. None of them names a person.
var fileWords = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`
	投诉 举报 信访 来信 来访 来电 反映 检举 控告 申诉 求决 申诉求决 检举控告 意见 建议 意见建议 实名 匿名 初信 初访 重信 重访 信件 件 件数 信箱 市长热线 热线 网站 网络 平台 系统 公众号
	台账 台帐 登记 登记表 登记簿 汇总 汇总表 明细 明细表 清单 清册 名册 报表 周报 月报 季报 年报 日报 报告 材料 附件 附表 副本 导出 导入 模板 样表 样例 示例 数据 记录 原始 原件 工作簿 工作表 表格 文档 文件 新建
	转办 交办 督办 办理 办结 在办 未办 回复 答复 留言 反馈 受理 处理 结果 情况 问题 事项 内容 线索 涉廉 非涉廉 待判 重复 重复件 收费 乱收费 服务 服务态度 态度 红包 回扣 采购 招标 药品 耗材 器械 医保 医德 医风 行风 作风 排队 退费 费用
	院内 院外 院区 院感 院务 科内 科外 局内 委内 市内 区内 县内 站内 所内 患者 病人 家属 群众 职工 干部 医生 护士 人员 部门 窗口 门诊 急诊 住院 病区 医院 医疗 医务 卫生 健康 卫健委 卫健 计生 疾控 中心 保健 保健院 妇幼 人民 中医 中医院 西医 口腔 眼科 精神 急救 血站 监督 监督所 社区 街道 委员会 卫生院 卫生室 服务站 机关 处室 单位 直属 纪检 监察 纪委 政治处 办公室
	全市 全区 全县 全委 全年 全部 部分 合并 拆分 其他 其它 季度 上半年 下半年 半年 年度 月份 上旬 中旬 下旬 本月 上月 本年 去年 今年 更正 更新 补充 补正 修改 修订 最终 最终版 正式 测试 拒收 改正 合计 说明 无关 演示 关于 以及
	年 月 日 周 季 第 号 期 份 版 稿 次 批 表 册 卷 页 上 下 半 本 各 新 旧 的 与 及 至 到 等 市 区 县 镇 村 省 科 室 处 院 站 所 委 局 组 一 二 三 四 五 六 七 八 九 十 百 甲 乙 丙 丁 东 西 南 北 省市 附 〇 零`) {
		out[w] = true
	}
	return out
}()

var longestFileWord = func() (n int) {
	for w := range fileWords {
		n = max(n, utf8.RuneCountInString(w))
	}
	return n
}()
