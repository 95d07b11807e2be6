package metrics

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// The thresholds of the check-up.
const (
	// shortDescription is the least number of letters of a description that can say who
	// does what wrong where.
	shortDescription = 10
	// vagueRest is how many letters may be left of a vague measure once the words that
	// every list has are taken out.
	vagueRest = 2
)

// vagueWords are the words that say nothing by themselves: a measure made of them alone
// binds nobody. Longer ones stand first.
var vagueWords = []string{
	"党风廉政", "思想政治", "规章制度", "法律法规", "工作流程", "责任意识", "进一步",
	"廉洁", "廉政", "党风", "政治", "思想", "职业", "道德", "作风", "警示", "法制", "法治", "纪律", "规矩", "业务", "日常", "内部", "队伍", "干部", "职工", "人员",
	"管理", "监督", "监管", "检查", "教育", "学习", "培训", "宣传", "建设", "制度", "责任", "责任心", "责任感", "意识", "认识", "素质", "水平", "能力", "力度", "自律", "流程", "机制", "措施", "工作", "服务", "防范", "有效", "相关", "有关", "各项",
	"加强", "强化", "提高", "提升", "增强", "深化", "完善", "健全", "落实", "规范", "明确", "抓好", "做好", "重视", "开展", "注重", "加大", "严格", "执行", "要求", "遵守", "推进", "筑牢", "树立", "促进",
	"不断", "切实", "认真", "全面", "大力", "着力", "积极", "充分", "高度", "定期", "经常", "及时",
	"的", "和", "与", "及", "等", "对", "并", "以", "全",
}

var vague = func() *strings.Replacer {
	pairs := make([]string, 0, 2*len(vagueWords))
	for _, w := range vagueWords {
		pairs = append(pairs, w, "")
	}
	return strings.NewReplacer(pairs...)
}()

// isVague reports whether a measure consists of words that every list has.
func isVague(measure string) bool {
	letters := lettersOf(measure)
	return len(letters) > 0 && len([]rune(vague.Replace(string(letters)))) <= vagueRest
}

var (
	firstMark  = regexp.MustCompile(`^\s*(?:[（(]?1[)）.．、]|[（(]?一[)）、]|①)`)
	secondMark = regexp.MustCompile(`(?:[^0-9第.]|^)(?:[（(]2[)）]|2[)）.．、][^0-9]|[（(]二[)）]|[。；;，,\s]二、|②)`)
)

// severalPoints reports whether a description counts several points: it begins with the
// number 1 and goes on with 2 (notice, annex 1, note 1: 一个风险点一栏).
func severalPoints(description string) bool {
	at := firstMark.FindStringIndex(description)
	return at != nil && secondMark.MatchString(description[at[1]:])
}

// listUnder is a list under check-up.
type listUnder struct {
	listVersion
	unit       integrity.Unit
	leader     string
	points     []*listPoint
	last       []*listPoint  // of the year before; nil where there is no list
	hasLast    bool          // there is a list of the year before
	approvedOn integrity.Day // 委党委审定 of its year; NoDay = not yet
	entries    []ledgerAnswer
	asOf       integrity.Day
	copies     map[*listPoint]copied
}

// copied is the most similar point of another unit.
type copied struct {
	point *listPoint
	unit  string // its name
	score float64
	units int
}

// remark is what a check says about a point or a list: the text concerned and why.
type remark struct {
	point *listPoint // nil = the list as a whole
	text  string
	why   obligation.Text
	// plain stands in for why towards those who may not see other units.
	plain obligation.Text
}

// check is one named check of the check-up.
type check struct {
	code, column string
	name, advice obligation.Text
	clause       string
	run          func(*listUnder) []remark
}

// each makes a check of a list out of a check of one point: it returns the text
// concerned and whether there is a remark.
func each(test func(*listUnder, *listPoint) (text string, why obligation.Text, found bool)) func(*listUnder) []remark {
	return func(l *listUnder) []remark {
		var out []remark
		for _, p := range l.points {
			if text, why, found := test(l, p); found {
				out = append(out, remark{point: p, text: text, why: why})
			}
		}
		return out
	}
}

// lacks is a check of one point that needs no more words than its name.
func lacks(test func(*listPoint) bool, text func(*listPoint) string) func(*listUnder) []remark {
	return each(func(_ *listUnder, p *listPoint) (string, obligation.Text, bool) {
		return text(p), obligation.Text{}, test(p)
	})
}

func description(p *listPoint) string { return p.Description }
func pathText(p *listPoint) string    { return inOneLine(p.Path) }

// inOneLine joins the steps of a cell; each may end with a mark of its own.
func inOneLine(steps []string) string {
	out := make([]string, len(steps))
	for i, s := range steps {
		out[i] = strings.TrimRight(strings.TrimSpace(s), "；;。.，,")
	}
	return strings.Join(out, "；")
}

// The sentences of the notice that checks rest on.
const (
	clauseContent   = "明确廉洁风险点具体内容和责任人、有针对性地制定防控措施"
	clausePath      = "确定切实可行的监督检查路径"
	clauseOneRow    = "一个风险点一栏"
	clauseLayers    = "“三个层面”，主要是指委（含下属单位）领导岗位、中层岗位、其他岗位三个层面"
	clauseGrading   = "对查找出的廉洁风险点进行归类和等级评定，分一般、重要两个风险等级"
	clauseSignature = "由岗位责任人、各处室单位负责人逐条逐栏签字后，由各处室单位主要负责人审签"
	clauseHandOver  = "此表请分管领导审核并签字后，报送委政治处"
	clauseQuality   = "严格把好廉洁风险点质量审核关和风险等级评估关"
)

// checks are the named checks in the order of the page.
var checks = []check{
	{"description_short", "description", obligation.Text{ZH: "描述过短", EN: "Description too short"},
		obligation.Text{ZH: "写明谁在什么环节可能出什么问题", EN: "Say who may do what wrong at which step"}, clauseContent,
		each(func(_ *listUnder, p *listPoint) (string, obligation.Text, bool) {
			n := len(lettersOf(p.Description))
			return p.Description, obligation.Text{ZH: fmt.Sprintf("描述只有%d个字，少于%d个字", n, shortDescription), EN: fmt.Sprintf("%d letters, fewer than %d", n, shortDescription)}, n < shortDescription
		})},
	{"description_copied", "description", obligation.Text{ZH: "描述与其他单位雷同", EN: "Description like another unit's"},
		obligation.Text{ZH: "对照本单位岗位实际重新查找、改写", EN: "Find and word the point from the unit's own posts"}, clauseQuality, copiedDescriptions},
	{"description_repeated", "description", obligation.Text{ZH: "同一清单内描述重复", EN: "Description repeated in the list"},
		obligation.Text{ZH: "合并为一个风险点，或写明差别", EN: "Merge the points or say how they differ"}, clauseOneRow, repeatedDescriptions},
	{"several_points", "description", obligation.Text{ZH: "一栏多点", EN: "Several points in one cell"},
		obligation.Text{ZH: "一个风险点一栏，拆成多行", EN: "One row per point: split the row"}, clauseOneRow,
		lacks(func(p *listPoint) bool { return severalPoints(p.Description) }, description)},
	{"measures_vague", "measures", obligation.Text{ZH: "防控措施空泛", EN: "Vague measures"},
		obligation.Text{ZH: "写明做什么、谁来做、多久一次", EN: "Say what is done, by whom and how often"}, clauseContent, each(vagueMeasures)},
	{"path_without_basis", "path", obligation.Text{ZH: "监督检查路径缺依据", EN: "Supervision path without a basis"},
		obligation.Text{ZH: "补充监督依据：职责依据、制度要求或工作流程", EN: "Add what the supervision rests on"}, clausePath,
		lacks(func(p *listPoint) bool { return len(p.PathBasis) == 0 }, pathText)},
	{"path_without_focus", "path", obligation.Text{ZH: "监督检查路径缺重点", EN: "Supervision path without a focus"},
		obligation.Text{ZH: "补充监督重点：权力运行是否规范、制度是否执行、措施是否落实", EN: "Add what the supervision looks at"}, clausePath,
		lacks(func(p *listPoint) bool { return len(p.PathFocus) == 0 }, pathText)},
	{"path_without_method", "path", obligation.Text{ZH: "监督检查路径缺方法", EN: "Supervision path without a method"},
		obligation.Text{ZH: "补充方法：查阅资料、实地走访、座谈约谈、民主评议等", EN: "Add the methods of supervision"}, clausePath,
		lacks(func(p *listPoint) bool { return len(p.Methods) == 0 }, pathText)},
	{"person_missing", "persons", obligation.Text{ZH: "没有责任人", EN: "No responsible person"},
		obligation.Text{ZH: "填写处室单位负责人和责任人员", EN: "Name the head and the persons responsible"}, clauseContent,
		lacks(func(p *listPoint) bool { return p.Head == "" && len(p.Persons) == 0 }, description)},
	{"layer_missing", "layer", obligation.Text{ZH: "没有层面", EN: "No layer"},
		obligation.Text{ZH: "确认属于领导、中层还是其他岗位", EN: "Confirm the layer"}, clauseLayers,
		lacks(func(p *listPoint) bool { return p.Layer == string(integrity.LayerUnclassified) }, description)},
	{"category_missing", "category", obligation.Text{ZH: "没有类别", EN: "No category"},
		obligation.Text{ZH: "确认属于七类风险中的哪一类", EN: "Confirm one of the seven categories"}, clauseGrading,
		lacks(func(p *listPoint) bool { return p.Category == string(integrity.CategoryUnclassified) }, description)},
	{"grade_missing", "grade", obligation.Text{ZH: "没有评定等级", EN: "No grade"},
		obligation.Text{ZH: "评定为重要或一般", EN: "Grade the point important or general"}, clauseGrading,
		lacks(func(p *listPoint) bool { return p.Grade == string(integrity.GradeUngraded) }, description)},
	{"grade_reason_missing", "grade_reason", obligation.Text{ZH: "重要风险点没有评定理由", EN: "Important without a reason"},
		obligation.Text{ZH: "注明符合哪一条：自由裁量权较大、信访反映较为集中、较易造成违纪违法行为", EN: "Say which of the three criteria applies"}, ClauseImportant,
		lacks(func(p *listPoint) bool {
			return p.Grade == string(integrity.GradeImportant) && strings.TrimSpace(p.GradeReason) == ""
		}, description)},
	{"important_unfiled", "grade", obligation.Text{ZH: "重要风险点未备案", EN: "Important, not filed"},
		obligation.Text{ZH: "由政治处在委党委审定后报市纪委备案", EN: "The political department files it after approval"}, obligation.ClauseFiling, each(unfiled)},
	{"leadership_none", "layer", obligation.Text{ZH: "没有领导岗位风险点", EN: "No leadership point"},
		obligation.Text{ZH: "补查领导岗位，突出主要负责人和“三重一大”", EN: "Look again at the leadership posts"}, clauseLayers, noLeadership},
	{"category_none", "category", obligation.Text{ZH: "有的类别没有风险点", EN: "Categories without any point"},
		obligation.Text{ZH: "逐类对照补查，确无风险的予以说明", EN: "Look again category by category, or say that there is none"}, clauseGrading, emptyCategories},
	{"same_as_last_year", "", obligation.Text{ZH: "与上年完全相同", EN: "Identical to last year"},
		obligation.Text{ZH: "核实是否开展了动态排查", EN: "Make sure that the review took place"}, obligation.ClauseQ1Review, sameAsLastYear},
	{"signature_missing", "", obligation.Text{ZH: "清单缺签字", EN: "Signature of the list missing"},
		obligation.Text{ZH: "补签，扫描件登记入履职台账", EN: "Have it signed and record the scan in the ledger"}, clauseSignature, missingSignatures},
	{"signature_rows_missing", "persons", obligation.Text{ZH: "逐条签字不全", EN: "Signatures of rows missing"},
		obligation.Text{ZH: "由责任人逐栏补签，登记入履职台账", EN: "Have the persons sign their rows and record it in the ledger"}, clauseSignature, missingRowSignatures},
	{"signature_delegated", "", obligation.Text{ZH: "代签", EN: "Signed by a stand-in"},
		obligation.Text{ZH: "核对委托书，由本人补签", EN: "Check the mandate; the person concerned signs"}, clauseSignature, delegated},
	{"handed_over_unsigned", "", obligation.Text{ZH: "分管领导未签字已报政治处", EN: "Handed over without the leader's signature"},
		obligation.Text{ZH: "请分管委领导审核签字", EN: "Have the leader in charge review and sign"}, clauseHandOver, handedOverUnsigned},
}

func copiedDescriptions(l *listUnder) []remark {
	var out []remark
	for _, p := range l.points {
		c, ok := l.copies[p]
		if !ok {
			continue
		}
		zh := fmt.Sprintf("与%s第%d号风险点相似度%.2f", c.unit, c.point.No, c.score)
		en := fmt.Sprintf("similarity %.2f to point %d of %s", c.score, c.point.No, c.unit)
		if c.units > 1 {
			zh += fmt.Sprintf("，共有%d个单位雷同", c.units)
			en += fmt.Sprintf("; %d units are alike", c.units)
		}
		out = append(out, remark{point: p, text: p.Description, why: obligation.Text{ZH: zh, EN: en},
			plain: obligation.Text{ZH: fmt.Sprintf("与其他单位的风险点相似度%.2f", c.score), EN: fmt.Sprintf("similarity %.2f to a point of another unit", c.score)}})
	}
	return out
}

func repeatedDescriptions(l *listUnder) []remark {
	first := map[string]*listPoint{}
	var out []remark
	for _, p := range l.points {
		key := string(lettersOf(p.Description))
		if q := first[key]; q != nil {
			out = append(out, remark{point: p, text: p.Description, why: obligation.Text{ZH: fmt.Sprintf("与第%d号相同", q.No), EN: fmt.Sprintf("the same as point %d", q.No)}})
			continue
		}
		first[key] = p
	}
	return out
}

func vagueMeasures(_ *listUnder, p *listPoint) (string, obligation.Text, bool) {
	var found []string
	for _, m := range p.Measures {
		if isVague(m) {
			found = append(found, m)
		}
	}
	n, of := len(found), len(p.Measures)
	return inOneLine(found), obligation.Text{ZH: fmt.Sprintf("%d条措施中有%d条没有具体内容", of, n), EN: fmt.Sprintf("%d of %d measures say nothing in particular", n, of)}, n > 0
}

// unfiled also lists points whose list is not approved yet, and says so: filing is then
// still to come.
func unfiled(l *listUnder, p *listPoint) (string, obligation.Text, bool) {
	if p.Grade != string(integrity.GradeImportant) || p.FiledOn != integrity.NoDay && p.FiledOn <= l.asOf {
		return "", obligation.Text{}, false
	}
	why := obligation.Text{ZH: "清单尚未审定，审定后报备", EN: "the list is not approved yet; file it afterwards"}
	if l.approvedOn != integrity.NoDay {
		why = obligation.Text{ZH: "清单已于" + l.approvedOn.Chinese() + "审定", EN: "the list was approved on " + l.approvedOn.String()}
	}
	return p.Description, why, true
}

func noLeadership(l *listUnder) []remark {
	open := 0
	for _, p := range l.points {
		switch integrity.Layer(p.Layer) {
		case integrity.LayerLeadership:
			return nil
		case integrity.LayerUnclassified:
			open++
		}
	}
	why := obligation.Text{ZH: fmt.Sprintf("%d个风险点都不在领导岗位", len(l.points)), EN: fmt.Sprintf("none of %d points is at the layer of leadership", len(l.points))}
	if open > 0 {
		why = obligation.Text{ZH: fmt.Sprintf("%d个风险点中没有领导岗位，另有%d个未确认层面", len(l.points), open), EN: fmt.Sprintf("none of %d points is at the layer of leadership; %d have no layer yet", len(l.points), open)}
	}
	return []remark{{why: why}}
}

func emptyCategories(l *listUnder) []remark {
	count, open := map[string]int{}, 0
	for _, p := range l.points {
		count[p.Category]++
	}
	open = count[string(integrity.CategoryUnclassified)]
	var zh, en []string
	for _, c := range integrity.Categories() {
		if c != integrity.CategoryUnclassified && count[string(c)] == 0 {
			zh, en = append(zh, c.Label(integrity.Chinese)), append(en, c.Label(integrity.English))
		}
	}
	if len(zh) == 0 {
		return nil
	}
	why := obligation.Text{ZH: "没有风险点的类别：" + strings.Join(zh, "、"), EN: "no point in: " + strings.Join(en, ", ")}
	if open > 0 {
		why.ZH += fmt.Sprintf("（另有%d个未确认类别）", open)
		why.EN += fmt.Sprintf(" (%d points have no category yet)", open)
	}
	return []remark{{text: strings.Join(zh, "、"), why: why}}
}

func sameAsLastYear(l *listUnder) []remark {
	if !l.hasLast {
		return nil
	}
	if items, _ := compare(l.last, l.points); len(items) > 0 {
		return nil
	}
	return []remark{{why: obligation.Text{ZH: fmt.Sprintf("0 处变化：%d个风险点与%d年清单一字不差", len(l.points), int(l.Year)-1),
		EN: fmt.Sprintf("0 changes: all %d points are those of %d word for word", len(l.points), int(l.Year)-1)}}}
}

// signed reports whether the ledger records the signature of the head or of the leader in
// charge on the list as a whole: by the words of the entry, or by the person's name.
func (l *listUnder) signed(words string, names []string) (integrity.Day, bool) {
	for _, e := range l.entries {
		if e.Item != integrity.ItemSignature || e.No != "" {
			continue
		}
		if strings.Contains(e.Content, words) || slices.ContainsFunc(names, func(n string) bool { return n != "" && slices.Contains(e.Persons, n) }) {
			return e.On, true
		}
	}
	return integrity.NoDay, false
}

func missingSignatures(l *listUnder) []remark {
	var zh, en []string
	if _, ok := l.signed("主要负责人", l.unit.Heads); !ok && l.HeadSigned == "" {
		zh, en = append(zh, "处室（单位）主要负责人"), append(en, "the head of the unit")
	}
	if _, ok := l.signed("责任领导", []string{l.leader}); !ok && l.LeaderSigned == "" {
		zh, en = append(zh, "责任领导（分管委领导）"), append(en, "the leader in charge")
	}
	if len(zh) == 0 {
		return nil
	}
	return []remark{{text: strings.Join(zh, "、"), why: obligation.Text{ZH: "缺" + strings.Join(zh, "、") + "签字", EN: "not signed by " + strings.Join(en, " and ")}}}
}

// missingRowSignatures counts the signatures that the rows need: one for each person and
// row, and the head's on every row.
func missingRowSignatures(l *listUnder) []remark {
	lacking, order := map[string][]string{}, []string{}
	required, found := 0, 0
	sign := func(name string, no uint32) {
		if name == "" {
			return
		}
		required++
		for _, e := range l.entries {
			if e.Item == integrity.ItemSignature && slices.Contains(e.Persons, name) && obligation.Covers(e.No, int(no)) {
				found++
				return
			}
		}
		if lacking[name] == nil {
			order = append(order, name)
		}
		lacking[name] = append(lacking[name], fmt.Sprint(no))
	}
	for _, p := range l.points {
		for _, name := range p.Persons {
			sign(name, p.No)
		}
		for name := range strings.SplitSeq(p.Head, "、") {
			sign(name, p.No)
		}
	}
	if required == found {
		return nil
	}
	var names []string
	for _, name := range order {
		names = append(names, fmt.Sprintf("%s（第%s号）", name, strings.Join(lacking[name], "、")))
	}
	return []remark{{text: strings.Join(names, "、"), why: obligation.Text{ZH: fmt.Sprintf("应签%d处，已登记%d处", required, found), EN: fmt.Sprintf("%d of %d signatures are recorded", found, required)}}}
}

func delegated(l *listUnder) []remark {
	var out []remark
	for _, e := range l.entries {
		if e.Item == integrity.ItemSignature && strings.Contains(e.Content, "代签") {
			out = append(out, remark{text: strings.Join(e.Persons, "、"), why: obligation.Text{ZH: e.On.Chinese() + "由" + or(strings.Join(e.Persons, "、"), "他人") + "代签",
				EN: "signed on " + e.On.String() + " by a stand-in"}})
		}
	}
	return out
}

// handedOverUnsigned compares the day of 报政治处 with that of the leader's review or
// signature. A name typed in the form has no day: it counts where the ledger has none.
func handedOverUnsigned(l *listUnder) []remark {
	over := integrity.NoDay
	reviewed, dated := l.signed("责任领导", []string{l.leader})
	for _, e := range l.entries {
		switch e.Item {
		case integrity.ItemHandOver:
			if over == integrity.NoDay || e.On < over {
				over = e.On
			}
		case integrity.ItemLeaderReview:
			if !dated || e.On < reviewed {
				reviewed, dated = e.On, true
			}
		}
	}
	if over == integrity.NoDay || dated && reviewed <= over || !dated && l.LeaderSigned != "" {
		return nil
	}
	why := obligation.Text{ZH: over.Chinese() + "报政治处，没有分管委领导审核签字的记录", EN: "handed over on " + over.String() + " without the leader's signature on record"}
	if dated {
		why = obligation.Text{ZH: over.Chinese() + "报政治处，分管委领导" + reviewed.Chinese() + "才审核签字", EN: "handed over on " + over.String() + ", signed by the leader only on " + reviewed.String()}
	}
	return []remark{{why: why}}
}

// clip shortens a text for a table.
func clip(s string, letters int) string {
	r := []rune(strings.TrimFunc(s, unicode.IsSpace))
	if len(r) <= letters {
		return string(r)
	}
	return string(r[:letters]) + "…"
}
