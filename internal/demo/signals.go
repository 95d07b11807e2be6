package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"qingfeng/internal/integrity"
)

// signal is a complaint, petition, problem or anomaly.
type signal struct {
	number, source string
	unit           *unit
	date           integrity.Day
	text           string
	lead           string // nature of a petition, model of a comparison
	channel        string
	layer          integrity.Layer
	category       integrity.Category
	word           string // as the source writes the category; empty = left open
	integrity      integrity.Integrity
	accepted       integrity.Day
	extended       integrity.Day
	closed         integrity.Day
	due            integrity.Day
	severity       int
	repeatOf       string
	id, repeats    int // petitions: repeats is the id of the first one
	reporter       string
	phone          string
}

// The sources of complaints.
const (
	sourcePlatform = "委投诉受理平台"
	sourceHotline  = "12345热线"
	sourceInHouse  = "院内投诉"
)

// complaintsAYear is how many complaints a complete year brings.
const complaintsAYear = 1360

// hotlineWords are the hotline's own words for what complaints are about.
func hotlineWords() map[string]integrity.Category {
	return map[string]integrity.Category{
		"红包回扣": integrity.CategoryExternal, "商业贿赂": integrity.CategoryExternal,
		"服务作风": integrity.CategoryConduct, "公款吃喝": integrity.CategoryConduct,
		"审批执法": integrity.CategoryPower, "人事招聘": integrity.CategoryPower,
		"收费医保": integrity.CategoryPost, "窗口收费": integrity.CategoryPost,
		"制度不公开": integrity.CategoryInstitution, "外包与资产": integrity.CategoryMechanism, "单位决策": integrity.CategoryDecision,
	}
}

// hotlineWord picks one of the hotline's words for a category.
func hotlineWord(s stream, c integrity.Category) string {
	var list []string
	for w, of := range hotlineWords() {
		if of == c {
			list = append(list, w)
		}
	}
	slices.Sort(list)
	return one(s, list)
}

var hospitalDepartments = strings.Fields(`心内科 骨科 普外科 消化内科 呼吸科 神经内科 泌尿外科 妇产科 儿科 眼科 口腔科 肿瘤科 康复科 急诊科 皮肤科
	内分泌科 肾内科 耳鼻喉科 中医科 内镜中心 介入科 血透室 老年科`)

// ownDepartments are those of the hospitals of one trade.
var ownDepartments = map[string][]string{
	"16": strings.Fields("针灸科 推拿科 中医内科 骨伤科 肛肠科 康复科 治未病科 急诊科"),
	"17": strings.Fields("产科 妇科 新生儿科 乳腺科 生殖医学科 儿保科 助产门诊"),
	"18": strings.Fields("小儿内科 小儿外科 新生儿科 儿保科 急诊科 呼吸科 输液室 康复科"),
	"19": strings.Fields("心理科 睡眠科 老年精神科 封闭病区 康复科"),
	"20": strings.Fields("正畸科 种植科 牙周科 修复科 儿童口腔科 口腔外科"),
	"21": strings.Fields("感染科 肝病科 结核科 发热门诊 重症病区"),
	"22": strings.Fields("神经康复科 骨科康复科 理疗科 言语治疗室 作业治疗室 护理病区"),
}

var otherDepartments = strings.Fields(`业务科 综合科 办证大厅 服务窗口 接待室 后勤科 检验室 体检室 财务室 信息科`)

// fill returns what stands for <日> <时> <科> <额> <小> <电> in a text of a unit about a day.
func fill(s stream, u *unit, on integrity.Day) func(string) string {
	return func(word string) string {
		switch word {
		case "日":
			d := on - integrity.Day(s.between(0, 12))
			return fmt.Sprintf("%d月%d日", int(d.Month()), d.UTC().Day())
		case "时":
			return one(s, []string{"上午八点多", "上午九点左右", "上午十点半", "中午", "下午两点", "下午三点左右", "下午四点半", "傍晚", "晚上七点", "夜里"})
		case "科":
			own := ownDepartments[u.code]
			switch {
			case own != nil:
			case u.kinds[0] == 'H':
				own = hospitalDepartments
			default:
				own = otherDepartments
			}
			return one(s, own)
		case "额":
			return one(s, []string{"120", "180", "200", "260", "300", "350", "480", "500", "600", "800", "1000", "1200", "1500", "2000", "2600", "3000", "5000", "8000"})
		case "小":
			return one(s, []string{"30", "50", "60", "80"})
		case "电":
			return phone(s)
		}
		return nothing(word)
	}
}

// phone returns a number that looks like a mobile one; no operator has the range 154.
func phone(s stream) string { return fmt.Sprintf("1540000%04d", s.IntN(10000)) }

// skeleton is a text without digits, by which equal texts are told.
func skeleton(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, text)
}

// tell spells a text in a way that the unit has not had before, if there is one.
func (g *generator) tell(s stream, u *unit, on integrity.Day, text string) string {
	out := ""
	for range 60 {
		out = s.spell(text, u.words(), fill(s, u, on))
		if key := u.code + skeleton(out); !g.spelled[key] {
			g.spelled[key] = true
			break
		}
	}
	return out
}

// pick draws a text that fits the unit and passes the test, or reports false.
func pick(s stream, list []signalText, u *unit, ok func(signalText) bool) (signalText, bool) {
	var fit []signalText
	for _, t := range list {
		if u.fits(t.kinds) && ok(t) {
			fit = append(fit, t)
		}
	}
	if len(fit) == 0 {
		return signalText{}, false
	}
	return one(s, fit), true
}

// dayIn returns a day of a month up to today, working days more often than others.
func (g *generator) dayIn(s stream, year int, month time.Month) integrity.Day {
	from := integrity.Date(year, month, 1)
	to := min(integrity.Date(year, month+1, 1)-1, g.today)
	d := from + integrity.Day(s.IntN(int(to-from)+1))
	if weekend(d) && s.chance(0.5) {
		d = from + integrity.Day(s.IntN(int(to-from)+1))
	}
	return d
}

// workdays moves on by n days from Monday to Friday.
func workdays(d integrity.Day, n int) integrity.Day {
	for n > 0 {
		if d++; !weekend(d) {
			n--
		}
	}
	return d
}

// elapsed is the share of a month that has passed by today.
func (g *generator) elapsed(year int, month time.Month) float64 {
	from, next := integrity.Date(year, month, 1), integrity.Date(year, month+1, 1)
	return float64(min(max(g.today+1-from, 0), next-from)) / float64(next-from)
}

// months calls f for every month of the demo up to today.
func (g *generator) months(f func(year int, month time.Month)) {
	for year := g.first; year <= g.today.Year(); year++ {
		for month := time.January; month <= time.December; month++ {
			if integrity.Date(year, month, 1) <= g.today {
				f(year, month)
			}
		}
	}
}

// monthBefore returns the n-th complete month before today.
func (g *generator) monthBefore(n int) (int, time.Month) {
	d := integrity.Date(g.today.Year(), g.today.Month()-time.Month(n), 1)
	return d.Year(), d.Month()
}

// season is how busy the months are, January first.
var season = [12]float64{0.95, 0.82, 1.04, 1.02, 1.03, 1.02, 1.05, 1.04, 0.99, 0.97, 1.04, 1.03}

// makeComplaints writes the usual complaints and plants the hot spots and the blind spot.
func (g *generator) makeComplaints() {
	g.months(func(year int, month time.Month) {
		s := newStream(fmt.Sprintf("complaints/%d-%02d", year, month))
		n := int(complaintsAYear/12.0*season[month-1]*g.elapsed(year, month) + 0.5)
		var weights []float64
		for _, u := range g.units {
			w := u.weight
			if !u.operating(integrity.Date(year, month, 15)) {
				w = 0
			}
			weights = append(weights, w)
		}
		for range n {
			u := &g.units[s.weighted(weights)]
			on := g.dayIn(s, year, month)
			want := s.chance(0.58)
			t, ok := pick(s, g.texts.complaints, u, func(t signalText) bool { return (t.integrity != integrity.IntegrityNo) == want })
			if !ok || !u.operating(on) {
				continue
			}
			g.complain(s, u, on, t, "")
			// Some say the same again: no new matter.
			if again := on + integrity.Day(s.between(4, 60)); again <= g.today && u.operating(again) && s.chance(0.015) {
				c := g.complaints[len(g.complaints)-1]
				c.date, c.closed = again, workdays(again, s.between(2, 9))
				g.complaints = append(g.complaints, c)
				g.repeats++
			}
		}
	})
	for i := range hotSpots {
		h := hotSpots[i]
		year, month := g.monthBefore(h.ago)
		u := g.unit(h.unit)
		s := newStream("hotspot/" + h.unit)
		for range h.count {
			t, _ := pick(s, g.texts.complaints, u, func(t signalText) bool { return t.category == h.category && t.integrity == integrity.IntegrityYes })
			g.complain(s, u, g.dayIn(s, year, month), t, sourcePlatform)
		}
	}
	s := newStream("blindspot")
	for ago := 12; ago >= 1; ago-- {
		year, month := g.monthBefore(ago)
		t, _ := pick(s, g.texts.complaints, g.unit(blindUnit), func(t signalText) bool { return t.category == blindCategory && t.integrity == integrity.IntegrityYes })
		g.complain(s, g.unit(blindUnit), g.dayIn(s, year, month), t, sourcePlatform)
	}
	slices.SortStableFunc(g.complaints, func(a, b signal) int { return int(a.date - b.date) })
	counts := map[string]int{}
	prefix := map[string]string{sourcePlatform: "TS", sourceHotline: "RX", sourceInHouse: "YN"}
	for i := range g.complaints {
		c := &g.complaints[i]
		key := prefix[c.source] + c.date.UTC().Format("200601")
		counts[key]++
		c.number = fmt.Sprintf("%s-%04d", key, counts[key])
	}
}

// complain adds one complaint; without a source it goes through any.
func (g *generator) complain(s stream, u *unit, on integrity.Day, t signalText, source string) {
	c := signal{unit: u, date: on, layer: t.layer, category: t.category, integrity: t.integrity, source: source}
	if source == "" {
		c.source = one(s, []string{sourcePlatform, sourcePlatform, sourceHotline, sourceHotline, sourceHotline, sourceInHouse})
		if c.source == sourceInHouse && u.typ != typeDirect {
			c.source = sourceHotline
		}
	}
	text := t.text
	if s.chance(0.45) {
		text = one(s, g.texts.openings) + text
	}
	if s.chance(0.5) {
		text += one(s, g.texts.endings)
	}
	c.text = g.tell(s, u, on, text)
	if s.chance(0.03) {
		c.text += "我的电话" + phone(s) + "，请回复。"
	}
	c.channel = map[string]string{
		sourcePlatform: one(s, []string{"来电", "网络", "来访", "来信"}), sourceHotline: "12345热线", sourceInHouse: one(s, []string{"意见箱", "现场投诉", "电话"}),
	}[c.source]
	c.reporter, c.phone = name(s), phone(s)
	if c.category != integrity.CategoryUnclassified && c.integrity == integrity.IntegrityYes && (source != "" || s.chance(0.9)) {
		switch c.source {
		case sourcePlatform:
			c.word = c.category.Label(integrity.Chinese)
		case sourceHotline:
			c.word = hotlineWord(s, c.category)
		}
	}
	limit := 15
	if u.typ == typeDirect {
		limit = 10
	}
	switch x := s.Float64(); {
	case x < 0.90:
		c.closed = workdays(on, s.between(2, limit-1))
	case x < 0.98:
		c.closed = workdays(on, limit+s.between(2, 20))
	default:
		c.closed = workdays(on, limit+s.between(25, 70))
	}
	g.complaints = append(g.complaints, c)
}

// past returns d if it was known when the period's file was sent, else NoDay.
func (p period) past(d integrity.Day) integrity.Day {
	if d > p.sent {
		return integrity.NoDay
	}
	return d
}

// shown is the state in which each number stood in the files so far.
type shown map[string]string

// new reports whether a row belongs into a period's file: it happened in the period, or
// its state has changed since it was last sent.
func (s shown) new(p period, date integrity.Day, number, state string) bool {
	before, known := s[number]
	if date > p.to || (known && before == state) || (!known && date < p.from) {
		return false
	}
	s[number] = state
	return true
}

func status(closed integrity.Day) string {
	if closed == integrity.NoDay {
		return "在办"
	}
	return "办结"
}

// addComplaints adds the files of the three sources.
func (g *generator) addComplaints() {
	g.makeComplaints()
	current := fmt.Sprint(g.today.Year())
	// The hotline sends quarters, and months in the current year.
	hotline := slices.DeleteFunc(g.periods(3), func(p period) bool { return strings.HasPrefix(p.name, current) })
	hotline = append(hotline, slices.DeleteFunc(g.periods(1), func(p period) bool { return !strings.HasPrefix(p.name, current) })...)
	for _, src := range []struct {
		source, stem string
		shape        shape
		periods      []period
	}{
		{sourcePlatform, "投诉受理平台", shapeGB, g.periods(3)},
		{sourceHotline, "12345热线转办", shapeXlsx, hotline},
		{sourceInHouse, "院内投诉登记", shapeBOM, g.periods(6)},
	} {
		sent := shown{}
		for i, p := range src.periods {
			var rows [][]string
			switch src.source {
			case sourcePlatform:
				rows = append(rows, []string{"投诉编号", "被投诉单位", "投诉日期", "投诉人", "联系电话", "投诉内容", "渠道", "层面", "类别", "涉廉", "状态", "办结日期", "来源"})
			case sourceHotline:
				rows = append(rows, []string{"编号", "单位", "日期", "来电人", "手机", "内容", "渠道", "类别", "涉廉", "状态", "办结日期", "来源"})
			default:
				rows = append(rows, []string{"编号", "单位", "日期", "投诉人", "内容", "渠道", "状态", "办结日期", "来源"})
			}
			for _, c := range g.complaints {
				if c.source != src.source {
					continue
				}
				closed := p.past(c.closed)
				if !sent.new(p, c.date, c.number, closed.String()) {
					continue
				}
				layer, honest := "", ""
				if c.layer != integrity.LayerUnclassified && c.word != "" {
					layer = c.layer.Label(integrity.Chinese)
				}
				switch c.integrity {
				case integrity.IntegrityYes:
					honest = "是"
				case integrity.IntegrityNo:
					honest = "否"
				}
				switch src.source {
				case sourcePlatform:
					rows = append(rows, []string{c.number, c.unit.name, c.date.String(), c.reporter, c.phone, c.text, c.channel, layer, c.word, honest, status(closed), closed.String(), c.source})
				case sourceHotline:
					rows = append(rows, []string{c.number, c.unit.name, c.date.UTC().Format("2006/1/2"), c.reporter, c.phone, c.text, c.channel, c.word, honest, status(closed), slashed(closed), c.source})
				default:
					rows = append(rows, []string{c.number, c.unit.name, c.date.UTC().Format("2006.1.2"), c.reporter, c.text, c.channel, status(closed), closed.String(), c.source})
				}
			}
			if len(rows) == 1 {
				continue
			}
			f := File{Kind: "complaints", SentOn: p.sent, Path: fmt.Sprintf("complaints/%s-%s", src.stem, p.name)}
			sh := sheet{name: "投诉", rows: rows, widths: []float64{16, 24, 12, 10, 14, 60, 12}}
			f.Path += map[shape]string{shapeXlsx: ".xlsx", shapeGB: ".csv", shapeBOM: ".csv"}[src.shape]
			switch {
			case src.source == sourcePlatform && i == 6:
				row := slices.Clone(rows[len(rows)-1])
				row[0], row[1] = "TS-0000-0001", City+"第九人民医院"
				sh.rows = append(sh.rows, row)
				g.flaws = append(g.flaws, Flaw{Path: f.Path, Row: sh.line(src.shape), Code: "unit_unknown", Why: "单位表里没有这家医院"})
			case src.source == sourceHotline && i == 3:
				row := slices.Clone(rows[len(rows)-1])
				row[0], row[2] = "RX-0000-0001", (p.from + 3660).UTC().Format("2006/1/2")
				sh.rows = append(sh.rows, row)
				g.flaws = append(g.flaws, Flaw{Path: f.Path, Row: sh.line(src.shape), Code: "date_invalid", Why: "年份多写了十年，日期在将来"})
			}
			g.add(f, src.source, src.shape, sh)
		}
	}
}

func slashed(d integrity.Day) string {
	if d == integrity.NoDay {
		return ""
	}
	return d.UTC().Format("2006/1/2")
}

// hotSpots are the cells with planted complaints, ago counted in complete months.
var hotSpots = []struct {
	unit     string
	category integrity.Category
	ago      int
	count    int
}{
	{"13", integrity.CategoryExternal, 1, 16},
	{"24", integrity.CategoryPower, 1, 12},
	{"17", integrity.CategoryPost, 2, 13},
}
