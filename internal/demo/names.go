package demo

import "strings"

// The parts of invented full names. Together they make far more names than the demo
// needs; two people of the demo never share one.
var (
	surnames = strings.Fields(`沈 韩 冯 蒋 曹 严 魏 陶 姜 戚 谢 邹 喻 柏 窦 章 云 苏 潘 葛 奚 范 彭 郎
		鲁 韦 昌 苗 凤 花 方 俞 任 袁 柳 史 唐 费 廉 岑 薛 雷 贺 倪 汤 滕 殷 罗 毕 郝 邬 安 常 乐 于 傅
		卞 康 伍 余 元 卜 顾 孟 平 黄 穆 萧 尹 姚 邵 汪 祁 毛 狄 米 贝 臧 计 伏 成 戴 谈 宋 庞 熊 纪 舒
		屈 项 祝 董 梁 杜 阮 蓝 闵 席 季 麻 贾 路 娄 江 童 颜 郭 梅 盛 林 钟 徐 邱 骆 高 夏 蔡 田 樊 胡`)
	givenFirst  = strings.Fields(`秉 承 砚 若 思 衡 景 启 望 知 维 怀 书 云 清 予 可 雅 以 向 文 明 泽 敏 润 楚 慕 嘉 永 绍 静 宜`)
	givenSecond = strings.Fields(`川 舟 澜 楷 榆 珩 禾 宁 恬 泓 朗 序 岚 彤 颐 钧 漪 谦 柯 榕 苒 棠 屿 筠 沅 绮 芃 澄 仪 桐 霖 钰`)
)

// people hands out invented names: the same person for the same role of a unit.
type people struct {
	byRole map[string]string
	taken  map[string]bool
}

func newPeople(taken ...string) *people {
	p := &people{byRole: map[string]string{}, taken: map[string]bool{}}
	for _, name := range taken {
		p.taken[name] = true
	}
	return p
}

// name draws one invented full name.
func name(s stream) string {
	return one(s, surnames) + one(s, givenFirst) + one(s, givenSecond)
}

// of returns the person who fills a role in a unit.
func (p *people) of(unit, role string) string {
	key := unit + "/" + role
	if n, ok := p.byRole[key]; ok {
		return n
	}
	s := newStream("person/" + key)
	n := name(s)
	for p.taken[n] {
		n = name(s)
	}
	p.byRole[key], p.taken[n] = n, true
	return n
}
