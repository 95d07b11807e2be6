package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// Kind is what a file holds.
type Kind string

// The kinds of files.
const (
	KindUnits       Kind = "units"
	KindRisks       Kind = "risks"
	KindComplaints  Kind = "complaints"
	KindPetitions   Kind = "petitions"
	KindInspections Kind = "inspections"
	KindFindings    Kind = "findings"
	KindComparisons Kind = "comparisons"
	KindLedger      Kind = "ledger"
)

// Kinds returns all kinds in the order in which they build on one another.
func Kinds() []Kind {
	return []Kind{KindUnits, KindRisks, KindComplaints, KindPetitions, KindInspections, KindFindings, KindComparisons, KindLedger}
}

// ParseKind returns the kind with the given name, or an error naming the legal ones.
func ParseKind(s string) (Kind, error) {
	if k := Kind(s); slices.Contains(Kinds(), k) {
		return k, nil
	}
	legal := make([]string, 0, len(Kinds()))
	for _, k := range Kinds() {
		legal = append(legal, string(k))
	}
	return "", fmt.Errorf("%w: kind %q; legal: %s", integrity.ErrInvalid, s, strings.Join(legal, " "))
}

// field is a column as the parsers know it.
type field uint8

const (
	fUnit field = iota
	fDate
	fNo
	fDescription
	fMeasures
	fPath
	fGrade
	fResponsible // 相关责任人, the form's cell with both kinds of persons
	fHead
	fPersons
	fLeader
	fLayer
	fCategory
	fPost
	fKeyFew
	fMajorMatter
	fTags
	fGradeReason
	fBatch // 补正批次, in the file of rejected rows: complete that batch's list
	fNumber
	fText
	fChannel
	fIntegrity
	fStatus
	fClosedOn
	fSource
	fNature
	fAcceptedOn
	fExtendedTo
	fRepeatOf
	fRiskRef
	fInspector
	fCheckLeader
	fTookPart
	fMethods
	fPowerRegular
	fRulesFollowed
	fMeasuresDone
	fFinding
	fSeverity
	fDueOn
	fFixedOn
	fModel
	fCode
	fName
	fParent
	fType
	fHeads
	fLeaderFrom
	fOrder
	fOpenedOn
	fClosedUnit
	fYear
	fItem
	fLedgerPersons
	fDocument
	fContent
	fAdopted
	fReason
	fVoidReason // 作废理由, from the page of a check: it counts no more
	fieldCount
)

// column is one heading of a template: the field, the word used in message codes
// (<word>_missing, <word>_invalid), the heading, its other writings, whether a row
// without it is rejected, and whether it is given to people in the template.
type column struct {
	field    field
	code     string
	heading  string
	aliases  []string
	required bool
}

var (
	unitColumn     = column{fUnit, "unit", "单位", []string{"单位名称", "处室", "处室单位", "填表处室单位", "单位科室", "部门", "责任主体", "责任科室", "责任处室", "被投诉单位", "被反映单位", "涉及单位", "被检查单位", "处室(单位)", "unit"}, true}
	layerColumn    = column{fLayer, "layer", "层面", []string{"岗位层面", "风险层面", "岗位类别", "三个层面", "layer"}, false}
	categoryColumn = column{fCategory, "category", "类别", []string{"风险类别", "风险类型", "七类风险", "问题类别", "投诉类别", "category"}, false}
	numberColumn   = column{fNumber, "number", "编号", []string{"投诉编号", "信访编号", "检查编号", "问题编号", "受理编号", "留言编号", "number", "id"}, true}
	statusColumn   = column{fStatus, "status", "状态", []string{"办理状态", "办结状态", "status"}, false}
	closedColumn   = column{fClosedOn, "closed_on", "办结日期", []string{"办结时间", "答复时间", "closed_on"}, false}
	sourceColumn   = column{fSource, "source", "来源", []string{"线索来源", "来源系统", "source"}, false}
	severityColumn = column{fSeverity, "severity", "严重程度", []string{"严重程度1-5", "严重程度(1–5)", "severity"}, false}
	dueColumn      = column{fDueOn, "due_on", "整改期限", []string{"整改时限", "due_on"}, false}
	fixedColumn    = column{fFixedOn, "fixed_on", "整改完成日期", []string{"整改完成时间", "fixed_on"}, false}
	// pointColumn is read where a source names the risk points of a signal; the template
	// does not ask for it.
	pointColumn = column{fRiskRef, "risk", "风险点", []string{"风险点序号", "涉及风险点"}, false}
)

// columns are the templates of contract "Input files", in the order of the contract.
var columns = map[Kind][]column{
	KindUnits: {
		{fCode, "code", "单位编码", []string{"编码", "单位代码", "code"}, true},
		{fName, "name", "单位名称", []string{"名称", "单位", "name"}, true},
		{fParent, "parent", "上级编码", []string{"上级单位编码", "parent"}, false},
		{fType, "type", "类型", []string{"单位类型", "type"}, false},
		{fHeads, "head", "主要负责人", []string{"单位负责人", "head"}, false},
		{fLeader, "leader", "责任领导", []string{"分管委领导", "分管领导", "责任领导(分管委领导)", "leader"}, false},
		{fLeaderFrom, "leader_from", "责任领导起始日期", []string{"责任领导起始", "分管起始日期", "leader_from"}, false},
		{fOrder, "order", "排序号", []string{"序号", "排序", "order"}, false},
		{fOpenedOn, "opened_on", "启用日期", []string{"成立日期", "opened_on"}, false},
		{fClosedUnit, "closed_on", "停用日期", []string{"撤销日期", "closed_on"}, false},
	},
	KindRisks: {
		unitColumn,
		{fDate, "date", "日期", []string{"填表日期", "填报日期", "date"}, true},
		{fNo, "no", "序号", []string{"编号", "no"}, true},
		{fDescription, "description", "廉洁风险点描述", []string{"风险点描述", "廉政风险点描述", "廉洁风险点及表现形式", "廉政风险主要内容及表现形式", "廉政风险点表现形式", "廉洁风险点表现形式", "风险点表现形式", "风险情况描述", "风险描述", "主要表现形式", "风险表现形式", "表现形式", "风险内容", "廉洁风险点", "廉政风险点", "风险点", "风险名称", "description"}, true},
		{fMeasures, "measures", "防控措施", []string{"预防措施", "防控方法", "防控要点及防控措施", "主要预防措施", "防范措施", "风险防控措施", "measures"}, true},
		{fPath, "path", "监督检查路径", []string{"监督路径", "监督检查途径", "path"}, true},
		{fGrade, "grade", "风险等级", []string{"等级", "级别", "风险级次", "建议级别", "风险级别", "grade"}, false},
		{fResponsible, "person", "相关责任人", []string{"责任人", "直接责任人", "person"}, false},
		{fHead, "head", "处室单位负责人", []string{"单位负责人", "部门负责人", "部门责任人", "处室负责人", "head"}, false},
		{fPersons, "person", "责任人员", []string{"岗位责任人", "persons"}, false},
		{fLeader, "leader", "责任领导", []string{"分管领导", "主管领导", "分管委领导", "leader"}, false},
		layerColumn, categoryColumn,
		{fPost, "post", "岗位", []string{"岗位名称", "风险岗位", "post"}, false},
		{fKeyFew, "key_few", "关键少数", []string{"关键少数(是/否)"}, false},
		{fMajorMatter, "major_matter", "三重一大", []string{"是否三重一大"}, false},
		{fTags, "tags", "标签", []string{"标签(人/财/物/资金/资源/资产/重点部位/关键环节)"}, false},
		{fGradeReason, "grade_reason", "评定理由", []string{"等级评定理由"}, false},
		{fBatch, "batch", "补正批次", nil, false},
	},
	KindComplaints: {
		numberColumn, unitColumn,
		{fDate, "date", "日期", []string{"投诉日期", "投诉时间", "受理日期", "登记日期", "留言时间", "发生日期", "date"}, true},
		{fText, "text", "内容", []string{"投诉内容", "反映内容", "留言详情", "主要内容", "text"}, true},
		{fChannel, "channel", "渠道", []string{"投诉渠道", "channel"}, false},
		layerColumn, categoryColumn,
		{fIntegrity, "integrity", "涉廉", []string{"是否涉廉", "涉廉(是/否)", "integrity"}, false},
		statusColumn, closedColumn, sourceColumn, pointColumn,
	},
	KindPetitions: {
		numberColumn, unitColumn,
		{fDate, "date", "日期", []string{"来信日期", "来访日期", "登记日期", "信访日期", "date"}, true},
		{fText, "text", "内容", []string{"反映内容", "信访内容", "主要内容", "text"}, true},
		{fNature, "nature", "性质", []string{"信访性质"}, false},
		{fAcceptedOn, "accepted_on", "受理日期", nil, false},
		{fExtendedTo, "extended_to", "延期至", []string{"延期到"}, false},
		{fChannel, "channel", "渠道", []string{"信访渠道"}, false},
		layerColumn, categoryColumn, statusColumn, closedColumn,
		{fRepeatOf, "repeat_of", "重复件", []string{"重复件编号"}, false},
		sourceColumn, pointColumn,
	},
	KindInspections: {
		numberColumn, unitColumn,
		{fDate, "date", "检查日期", []string{"日期", "检查时间", "date"}, true},
		{fRiskRef, "risk", "风险点", []string{"风险点序号", "检查风险点", "涉及风险点"}, false},
		{fInspector, "inspector", "检查人", []string{"检查人员"}, true},
		{fCheckLeader, "leader", "检查领导", []string{"带队领导"}, false},
		{fTookPart, "took_part", "责任领导参与", []string{"责任领导是否参与", "责任领导参与(是/否)"}, false},
		{fMethods, "method", "监督方法", []string{"检查方法", "监督检查方法"}, true},
		{fPowerRegular, "result", "权力运行是否规范", []string{"权力运行规范"}, true},
		{fRulesFollowed, "result", "文件制度是否执行", []string{"制度是否执行"}, true},
		{fMeasuresDone, "result", "防控措施是否落实", []string{"措施是否落实"}, true},
		{fFinding, "finding", "发现问题", []string{"存在问题", "问题描述"}, false},
		severityColumn, dueColumn, fixedColumn, layerColumn, categoryColumn,
		{fVoidReason, "void", "作废理由", nil, false},
	},
	KindFindings: {
		numberColumn, unitColumn,
		{fDate, "date", "日期", []string{"发现日期", "检查日期", "date"}, true},
		{fText, "text", "发现问题", []string{"存在问题", "问题描述", "内容", "text"}, true},
		severityColumn, dueColumn, fixedColumn, layerColumn, categoryColumn, sourceColumn, pointColumn,
	},
	KindComparisons: {
		numberColumn, unitColumn,
		{fDate, "date", "日期", []string{"比对日期", "date"}, true},
		{fModel, "model", "比对模型", []string{"模型"}, true},
		{fText, "text", "异常描述", []string{"异常情况", "内容", "text"}, true},
		layerColumn, categoryColumn, statusColumn, sourceColumn, pointColumn,
	},
	KindLedger: {
		unitColumn,
		{fYear, "year", "年度", []string{"年份", "year"}, true},
		{fItem, "item", "事项", []string{"履职事项"}, true},
		{fDate, "date", "日期", []string{"date"}, true},
		{fNo, "no", "序号", []string{"风险点序号"}, false},
		{fLedgerPersons, "person", "人员", []string{"参加人员"}, false},
		sourceColumn,
		{fDocument, "document", "文号", nil, false},
		{fContent, "content", "内容", nil, false},
		{fAdopted, "adopted", "采纳", []string{"是否采纳", "采纳(是/否)"}, false},
		{fReason, "reason", "理由", []string{"原因"}, false},
	},
}

// columnOf returns the column of a kind that holds a field.
func columnOf(k Kind, f field) column {
	for _, col := range columns[k] {
		if col.field == f {
			return col
		}
	}
	return column{code: "column"}
}

// Template returns the headings of the template of a kind, and which of them a file must
// have, in the order of the contract.
func Template(k Kind) (headings []string, required []bool) {
	for _, c := range columns[k] {
		if c.field == fBatch || c.field == fVoidReason || c.field == fRiskRef && k != KindInspections {
			continue
		}
		headings = append(headings, c.heading)
		required = append(required, c.required)
	}
	return headings, required
}

// headings maps normalised headings of a kind to its columns, the configured aliases
// and the mapping of this load included.
type headings map[string]heading

// heading is the column that a word means and how surely: the heading of the template
// before its aliases, these in their order. Of two columns of a file that mean the same
// field, the lower rank counts.
type heading struct{ column, rank int }

func headingsOf(k Kind, aliases map[string]string, mapping map[string]string) (headings, error) {
	h := headings{}
	cols := columns[k]
	// Later columns do not take over a word that an earlier one uses as its heading.
	for i, c := range cols {
		h[likeness.Fold(c.heading)] = heading{i, 0}
	}
	for i, c := range cols {
		for rank, a := range c.aliases {
			if _, taken := h[likeness.Fold(a)]; !taken {
				h[likeness.Fold(a)] = heading{i, rank + 1}
			}
		}
	}
	const configured, byHand = -1, -2
	add := func(from, to string, rank int) error {
		i := slices.IndexFunc(cols, func(c column) bool {
			return likeness.Fold(c.heading) == likeness.Fold(to) || slices.ContainsFunc(c.aliases, func(a string) bool { return likeness.Fold(a) == likeness.Fold(to) })
		})
		if i < 0 {
			return fmt.Errorf("%w: column %q of %s; legal: %s", integrity.ErrInvalid, to, k, strings.Join(headingWords(k), " "))
		}
		h[likeness.Fold(from)] = heading{i, rank}
		return nil
	}
	for _, from := range slices.Sorted(maps.Keys(aliases)) {
		if err := add(from, aliases[from], configured); err != nil {
			return nil, fmt.Errorf("heading aliases: %w", err)
		}
	}
	for _, from := range slices.Sorted(maps.Keys(mapping)) {
		if err := add(from, mapping[from], byHand); err != nil {
			return nil, fmt.Errorf("--map: %w", err)
		}
	}
	return h, nil
}

func headingWords(k Kind) []string {
	w, _ := Template(k)
	return w
}

// layout says in which cell of a row each field stands: -1 where the file lacks it.
type layout struct {
	at      [fieldCount]int
	names   [fieldCount]string // heading as written
	given   uint64             // bit by field
	dropped []string
	unknown []string
	persons []personColumn // of complaints
	needed  []int          // the places of the columns that every row has to fill in
}

func emptyLayout() layout {
	var l layout
	for i := range l.at {
		l.at[i] = -1
	}
	return l
}

func (l *layout) has(f field) bool { return l.at[f] >= 0 }

// ours reports whether a heading, normalised, is empty or that of a column which files of ours explain
// rows with: why one was rejected, and who is the leader of its unit at present. They are
// passed over without a word.
func ours(word string) bool { return word == "" || word == ourReason || word == ourLeader }

var ourReason, ourLeader = likeness.Fold(reasonHeading), likeness.Fold("在任分管领导")

// match reads a row as headings of kind k and reports how many columns it knows.
func (h headings) match(k Kind, cells []string, drop func(string) bool) (l layout, known, required int) {
	l = emptyLayout()
	var ranks [fieldCount]int
	for i, c := range cells {
		written := strings.TrimSpace(c)
		folded := likeness.Fold(written)
		if ours(folded) {
			continue
		}
		word, ok := h.find(written, folded)
		if !ok {
			if drop(c) {
				l.dropped = append(l.dropped, written)
			} else {
				l.unknown = append(l.unknown, written)
			}
			continue
		}
		col := columns[k][word.column]
		if l.has(col.field) {
			if word.rank >= ranks[col.field] {
				l.unknown = append(l.unknown, written)
				continue
			}
			l.unknown = append(l.unknown, l.names[col.field])
		} else {
			known++
			if col.required {
				required++
			}
		}
		l.at[col.field], l.names[col.field], ranks[col.field] = i, written, word.rank
		l.given |= 1 << col.field
	}
	if k == KindComplaints {
		l.persons = persons(cells)
	}
	return l, known, required
}

// find looks a heading up as it is written, then without an explanation in brackets:
// 责任领导参与（是/否）.
func (h headings) find(written, folded string) (heading, bool) {
	if word, ok := h[folded]; ok {
		return word, true
	}
	open := strings.IndexAny(written, "(（")
	if open <= 0 || !strings.HasSuffix(strings.TrimRight(written, "* \n"), ")") && !strings.HasSuffix(strings.TrimRight(written, "* \n"), "）") {
		return heading{}, false
	}
	word, ok := h[likeness.Fold(written[:open])]
	return word, ok
}
