package demo

import (
	"time"

	"qingfeng/internal/integrity"
)

// City is the invented city whose health commission the demo shows.
const City = "临澄市"

// unit is an office, hospital or station with what the generator needs to know of it.
type unit struct {
	code, name, typ, parent string
	short                   string // as in file names and in the middle of sentences
	kinds                   string // letters of the texts that fit: C O H S and special trades
	points                  int    // length of its list of risk points
	weight                  float64
	heads                   int
	meeting, head, we       string // <会> <正职> <本>
	leaders                 []tenure
	opened, closed          integrity.Day
	list                    listStyle
}

// tenure is the time of one leader in charge of a unit.
type tenure struct {
	leader string
	from   integrity.Day // NoDay = since ever
}

// The leaders of the commission, in official order. The two of whom FactLeaderBehind
// speaks are leaderD and leaderF; leaderH handed over to leaderE on 1 June of the second year.
const (
	leaderA = "顾明嵩" // 党委书记、主任
	leaderB = "秦怀朴"
	leaderC = "鲁文绮"
	leaderD = "邵景禾"
	leaderE = "凌若川"
	leaderF = "傅以衡"
	leaderG = "郁清妍"
	leaderH = "殷守拙"
)

// leaders returns the leaders of the commission in official order, the one who handed
// over in the second year last.
func leaders() []string {
	return []string{leaderA, leaderB, leaderC, leaderD, leaderE, leaderF, leaderG, leaderH}
}

// listStyle is how a unit sends its lists.
type listStyle int

const (
	styleFormDocx     listStyle = iota // Annex 1 as it is, Word
	styleFormXlsx                      // Annex 1 as it is, sheet
	styleExtendedDocx                  // Annex 1 with the two columns 层面 and 类别, Word
	styleExtendedXlsx                  // the same, sheet
	styleFlatXlsx                      // the flat table
	styleFlatGB                        // the flat table, GB18030
	styleFlatBOM                       // the flat table, UTF-8 with a byte-order mark
)

// Types of units, as in the file.
const (
	typeOffice = "委机关处室"
	typeDirect = "直属单位"
)

// rootCode is the code of the commission itself.
const rootCode = "00"

// newCity returns the units in official order. first is the first year of the demo.
func newCity(first int) []unit {
	u := func(code, name, short, kinds string, points int, weight float64, leader string, list listStyle) unit {
		return unit{code: code, name: name, short: short, kinds: kinds, points: points, weight: weight, heads: 1,
			parent: rootCode, leaders: []tenure{{leader: leader}}, list: list}
	}
	handover := integrity.Date(first+1, time.June, 1)
	units := []unit{
		u(rootCode, City+"卫生健康委员会", "市卫健委", "C", 8, 0.5, leaderA, styleFlatXlsx),
		u("01", "委办公室", "委办公室", "OG", 15, 0.6, leaderA, styleExtendedDocx),
		u("02", "政治处", "政治处", "OP", 13, 0.4, leaderA, styleExtendedXlsx),
		u("03", "规划财务处", "规财处", "OF", 15, 0.5, leaderB, styleFlatXlsx),
		u("04", "政策法规与综合监督处", "法规监督处", "OJ", 14, 0.7, leaderH, styleFlatBOM),
		u("05", "医政医管处", "医政处", "OYA", 15, 0.8, leaderC, styleFormDocx),
		u("06", "基层卫生与老龄健康处", "基层处", "O", 13, 0.6, leaderF, styleFlatGB),
		u("07", "疾病预防控制处", "疾控处", "OD", 12, 0.4, leaderD, styleExtendedDocx),
		u("08", "妇幼健康与人口家庭处", "妇幼处", "O", 12, 0.6, leaderF, styleFlatXlsx),
		u("09", "药政与卫生应急处", "药政处", "OM", 12, 0.4, leaderG, styleFlatXlsx),
		u("10", "科技教育处", "科教处", "OK", 12, 0.4, leaderG, styleFlatBOM),
		u("11", "行政审批服务处", "审批处", "OA", 14, 1.2, leaderH, styleExtendedXlsx),
		u("12", "中医药管理处", "中医处", "OY", 12, 0.4, leaderG, styleFlatGB),
		u("13", City+"第一人民医院", "第一人民医院", "H", 38, 12, leaderB, styleExtendedDocx),
		u("14", City+"第二人民医院", "第二人民医院", "H", 36, 9, leaderC, styleExtendedXlsx),
		u("15", City+"中心医院", "中心医院", "H", 34, 8, leaderG, styleFlatGB),
		u("16", City+"中医院", "中医院", "H", 30, 6, leaderC, styleFormDocx),
		u("17", City+"妇幼保健院", "妇幼保健院", "H", 30, 6, leaderF, styleFlatXlsx),
		u("18", City+"儿童医院", "儿童医院", "H", 28, 5.5, leaderH, styleExtendedXlsx),
		u("19", City+"精神卫生中心", "精神卫生中心", "H", 24, 2.5, leaderG, styleFlatBOM),
		u("20", City+"口腔医院", "口腔医院", "H", 22, 3, leaderC, styleFormXlsx),
		u("21", City+"公共卫生临床中心", "公卫临床中心", "H", 24, 2.5, leaderD, styleFlatXlsx),
		u("22", City+"康复医院", "康复医院", "H", 22, 2, leaderH, styleFlatXlsx),
		u("23", City+"疾病预防控制中心", "市疾控中心", "SD", 26, 2, leaderD, styleExtendedDocx),
		u("24", City+"卫生监督所", "卫生监督所", "SJ", 26, 3.5, leaderH, styleFlatGB),
		u("25", City+"中心血站", "中心血站", "SB", 20, 1.2, leaderB, styleFormDocx),
		u("26", City+"急救中心", "急救中心", "SE", 20, 2, leaderD, styleExtendedXlsx),
		u("27", City+"健康教育所", "健康教育所", "S", 14, 0.5, leaderD, styleFlatXlsx),
		u("28", City+"卫生人才服务中心", "人才服务中心", "SP", 16, 0.8, leaderB, styleFlatBOM),
		u("29", City+"医疗事务服务中心", "医疗事务中心", "S", 16, 0.7, leaderC, styleExtendedXlsx),
		u("30", City+"皮肤病防治所", "皮防所", "S", 20, 1.5, leaderF, styleFlatGB),
	}
	for i := range units {
		v := &units[i]
		switch v.kinds[0] {
		case 'C':
			v.parent, v.meeting, v.head, v.we = "", "主任办公会", "委主任", "全委"
		case 'O':
			v.typ, v.meeting, v.head, v.we = typeOffice, "处务会", "处长", "本处"
		case 'H':
			v.typ, v.meeting, v.head, v.we = typeDirect, "院长办公会", "院长", "本院"
		default:
			v.typ, v.meeting, v.head, v.we = typeDirect, "主任办公会", "中心主任", "本中心"
		}
		if v.leaders[0].leader == leaderH {
			v.leaders = append(v.leaders, tenure{leader: leaderE, from: handover})
		}
		switch v.code {
		case "24", "27", "30":
			v.meeting, v.head, v.we = "所务会", "所长", "本所"
		case "25":
			v.meeting, v.head, v.we = "站务会", "站长", "本站"
		}
		switch v.code {
		case "13", "17":
			v.heads = 2
		case "22": // opened in the second year, when its leader had not changed yet
			v.opened = integrity.Date(first+1, time.May, 6)
			v.leaders = []tenure{{leaderH, v.opened}, {leaderE, handover}}
		case "27": // merged into the centre for disease control
			v.closed = integrity.Date(first+1, time.July, 1)
		case "09": // a second change, in the first year
			v.leaders = []tenure{{leader: leaderB}, {leaderG, integrity.Date(first, time.September, 1)}}
		}
	}
	return units
}

// operating reports whether the unit is in operation on a day.
func (u unit) operating(on integrity.Day) bool {
	return u.opened <= on && (u.closed == integrity.NoDay || on < u.closed)
}

// leader returns who is in charge of the unit on a day.
func (u unit) leader(on integrity.Day) string {
	who := u.leaders[0].leader
	for _, t := range u.leaders[1:] {
		if t.from <= on {
			who = t.leader
		}
	}
	return who
}

// fits reports whether a text with these kinds fits the unit.
func (u unit) fits(kinds string) bool {
	for _, k := range kinds {
		for _, own := range u.kinds {
			if k == own {
				return true
			}
		}
	}
	return false
}

// words are the unit's own words for the texts.
func (u unit) words() map[string]string {
	return map[string]string{"会": u.meeting, "正职": u.head, "本": u.we}
}
