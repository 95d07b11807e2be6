package mask_test

import (
	"strings"
	"testing"

	"qingfeng/ingest/mask"
)

// Every heading of the templates, as the manual lists them.
const templateHeadings = `
	单位编码* 单位名称* 上级编码 类型（委机关处室/直属单位） 主要负责人 责任领导 责任领导起始日期 排序号 启用日期 停用日期
	单位* 日期* 序号* 廉洁风险点描述* 防控措施* 监督检查路径* 风险等级 风险\n等级 相关责任人 处室单位负责人 责任人员 责任领导 层面 类别 岗位
	关键少数（是/否） 三重一大（是/否） 标签（人/财/物/资金/资源/资产/重点部位/关键环节） 评定理由
	编号* 内容* 渠道 涉廉（是/否） 状态（在办/办结） 办结日期 来源
	性质（检举控告/申诉求决/意见建议） 受理日期 延期至 重复件
	检查日期* 风险点（序号如1、3、5-8，全部，或描述） 检查人* 检查领导 责任领导参与（是/否） 监督方法* 权力运行是否规范* 文件制度是否执行*
	防控措施是否落实* 发现问题 严重程度（1–5） 整改期限 整改完成日期 比对模型* 异常描述*
	年度* 事项* 人员 文号 采纳（是/否） 理由`

// Headings of published lists that mean the same.
const otherHeadings = `风险点 廉政风险点 廉政风险主要内容及表现形式 风险情况描述 表现形式 风险名称 预防措施 防控方法 防控要点及防控措施 等级 级别 风险级次 建议级别
	责任人 直接责任人 部门负责人 分管领导 主管领导 单位/科室 部门 岗位类别 责任主体 风险类别 风险类型 责任人姓名 负责人姓名 检查人姓名 检查人员姓名 经办人姓名 经办人 经办部门 承办人
	承办单位 检查组成员 分管委领导 牵头领导 举报人数 投诉人次 信访人次数 信访件编号 投诉编号 投诉日期 投诉内容 举报内容 反映内容 反映问题 信访事项 信访渠道 投诉人类型 投诉人诉求
	留言编号 留言主题 留言时间 留言详情 答复意见 答复时间 一级分类 整改责任人 填报人 填报单位 单位地址 事发地点 接收人员 处理结果 问题描述 备注 涉及科室 满意度`

func TestColumnKeepsEveryHeadingOfTheTemplates(t *testing.T) {
	for _, h := range strings.Fields(templateHeadings + otherHeadings) {
		h = strings.ReplaceAll(h, `\n`, "\n")
		if mask.Column(h) {
			t.Errorf("Column(%q) = true, want false", h)
		}
		if mask.ColumnPetition(h) {
			t.Errorf("ColumnPetition(%q) = true, want false", h)
		}
	}
}

func TestColumnDropsIdentities(t *testing.T) {
	for _, h := range []string{
		"举报人", "投诉人", "信访人", "反映人", "来访人", "来信人", "申诉人", "姓名", "姓 名", "姓　名", "姓\n名", "举报人姓名", "投诉人（姓名）", "患者姓名", "患者", "家属",
		"身份证", "身份证号", "身份证号码", "公民身份证号", "电话", "联系电话", "联系电话（必填）", "手机", "手机号", "手机号码*", "联系方式", "联系人", "联系人电话", "单位电话", "检查人电话",
		"住址", "家庭住址", "家庭地址", "通讯地址", "地址", "邮箱", "电子邮箱", "电子邮件", "E-mail", "Ｅ－ｍａｉｌ", "微信", "微信号", "QQ", "ＱＱ号", "qq号码", "银行卡号", "车牌号", "住院号",
		"门诊号", "病案号", "就诊卡号", "护照号码", "证件号码", "留言用户", "昵称", "署名", "网友", "Phone", "mobile number", "reporter", "【举报人】", "举报人：", "被投诉人电话", "责任人手机",
	} {
		if !mask.Column(h) {
			t.Errorf("Column(%q) = false, want true", h)
		}
		if !mask.ColumnPetition(h) {
			t.Errorf("ColumnPetition(%q) = false, want true", h)
		}
	}
}

func TestColumnPetitionDropsTheAccused(t *testing.T) {
	for _, h := range []string{"被举报人", "被反映人", "被投诉人", "被 举 报 人", "被反映人单位及职务", "被检举人", "被控告人", "反映对象", "涉案人员", "被举报人职务"} {
		if mask.Column(h) {
			t.Errorf("Column(%q) = true, want false", h)
		}
		if !mask.ColumnPetition(h) {
			t.Errorf("ColumnPetition(%q) = false, want true", h)
		}
	}
	for _, h := range []string{"被举报人数", "被反映单位数", "被反映单位", "被投诉科室"} {
		if mask.ColumnPetition(h) {
			t.Errorf("ColumnPetition(%q) = true, want false", h)
		}
	}
}

func TestColumnOfAnEmptyHeadingIsKept(t *testing.T) {
	for _, h := range []string{"", " ", "\ufeff", "（）", "*", "\xff\xfe"} {
		if mask.Column(h) || mask.ColumnPetition(h) {
			t.Errorf("Column(%q) drops", h)
		}
	}
}
