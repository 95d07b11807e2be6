package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// The kinds beside lists, complaints and checks are rows with a key and columns, each corrected
// column by column. plainKind says how one is drawn and how what stands is read.
type plainKind struct {
	kind    Kind
	key     []string            // the columns that make the key, in the file
	values  map[string][]string // of all columns but units and numbers
	columns []string            // that every file has, the key first
	may     []string            // that a file may leave out
	shown   []string            // of state
	query   string              // what stands: text, %s = the prefix of a run
}

var plainKinds = []plainKind{
	{
		kind: KindPetitions, key: []string{"编号"}, columns: []string{"编号", "单位", "日期", "内容"}, may: []string{"性质", "渠道"},
		values: map[string][]string{"日期": {"2026-03-05", "2026-04-06"}, "内容": {"排队太久", "窗口多收费"}, "性质": {"", "申诉求决", "意见建议"}, "渠道": {"", "来信"}},
		shown:  []string{"单位", "日期", "内容", "性质", "渠道"},
		query: `SELECT concat('petitions|', number, '|', unit, '|', toString(occurred_on), '|', signals.text, '|', nature, '|', channel) AS text
			FROM signals WHERE startsWith(unit, '%s') AND kind = 'petition' AND ` + visible + ` GROUP BY number, unit, occurred_on, signals.text, nature, channel, id, ver HAVING sum(sign) > 0`,
	},
	{
		kind: KindFindings, key: []string{"编号"}, columns: []string{"编号", "单位", "日期", "发现问题"}, may: []string{"严重程度", "整改期限"},
		values: map[string][]string{"日期": {"2026-03-05", "2026-04-06"}, "发现问题": {"台账缺页", "没有会议记录"}, "严重程度": {"1", "5"}, "整改期限": {"2026-06-01", "2026-07-01"}},
		shown:  []string{"单位", "日期", "发现问题", "严重程度", "整改期限"},
		query: `SELECT concat('findings|', number, '|', unit, '|', toString(occurred_on), '|', signals.text, '|', if(severity = 0, '', toString(severity)), '|', if(due_on = toDate32('1970-01-01'), '', toString(due_on))) AS text
			FROM signals WHERE startsWith(unit, '%s') AND kind = 'finding' AND source = '' AND ` + visible + ` GROUP BY number, unit, occurred_on, signals.text, severity, due_on, id, ver HAVING sum(sign) > 0`,
	},
	{
		kind: KindComparisons, key: []string{"编号"}, columns: []string{"编号", "单位", "日期", "比对模型", "异常描述"}, may: []string{"状态"},
		values: map[string][]string{"日期": {"2026-03-05", "2026-04-06"}, "比对模型": {"重复收费", "超量用药"}, "异常描述": {"同日收费两次", "用量超过上限"}, "状态": {"", "在办", "办结"}},
		shown:  []string{"单位", "日期", "比对模型", "异常描述", "状态"},
		query: `SELECT concat('comparisons|', number, '|', unit, '|', toString(occurred_on), '|', channel, '|', signals.text, '|', if(status = 'closed', '办结', '在办')) AS text
			FROM signals WHERE startsWith(unit, '%s') AND kind = 'comparison' AND ` + visible + ` GROUP BY number, unit, occurred_on, channel, signals.text, status, id, ver HAVING sum(sign) > 0`,
	},
	{
		kind: KindLedger, key: []string{"单位", "年度", "事项", "日期", "文号"}, columns: []string{"单位", "年度", "事项", "日期", "文号"}, may: []string{"内容", "理由"},
		values: map[string][]string{"年度": {"2026"}, "事项": {"部署", "研究"}, "日期": {"2026-03-05", "2026-04-06"}, "文号": {"甲", "乙"}, "内容": {"", "开会", "调研"}, "理由": {"", "例行"}},
		shown:  []string{"内容", "理由"},
		query: `SELECT concat('ledger|', unit, '/', toString(year), '/', item, '/', toString(entry_on), '/', document, '|', content, '|', reason) AS text
			FROM ledger WHERE startsWith(unit, '%s') AND ` + visible + ` GROUP BY unit, year, item, entry_on, document, content, reason, id, ver HAVING sum(sign) > 0`,
	},
	{
		kind: KindUnits, key: []string{"单位编码"}, columns: []string{"单位编码", "单位名称"}, may: []string{"主要负责人", "排序号"},
		values: map[string][]string{"主要负责人": {"", "孙二", "钱一"}, "排序号": {"3", "7"}},
		shown:  []string{"单位名称", "主要负责人", "排序号"},
		query: `SELECT concat('units|', code, '|', name, '|', arrayStringConcat(heads, '、'), '|', if(sort_order = 0, '', toString(sort_order))) AS text
			FROM units WHERE startsWith(code, '%su') AND ` + visible + ` GROUP BY code, name, heads, sort_order, leader_from, ver HAVING sum(sign) > 0`,
	},
}

// draw makes a small file of the kind.
func (k plainKind) draw(t *rapid.T, prefix string, units []string) mixFile {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "value") }
	columns := slices.Clone(k.columns)
	for _, c := range k.may {
		if rapid.Bool().Draw(t, c) {
			columns = append(columns, c)
		}
	}
	f := mixFile{kind: k.kind, lines: []string{strings.Join(columns, "|")}, columns: []string{"key"}}
	for _, c := range columns {
		if !slices.Contains(k.key, c) {
			f.columns = append(f.columns, c)
		}
	}
	for range rapid.IntRange(1, 4).Draw(t, "rows") {
		var line, key, rest []string
		for _, c := range columns {
			var v string
			switch c {
			case "编号":
				v = prefix + pick("1", "2", "3")
			case "单位编码":
				v = prefix + "u" + pick("1", "2", "3")
			case "单位名称":
				v = line[0] + pick("科", "处")
			case "单位":
				v = pick(units...)
			default:
				v = pick(k.values[c]...)
			}
			line = append(line, v)
			if slices.Contains(k.key, c) {
				key = append(key, v)
			} else {
				rest = append(rest, v)
			}
		}
		f.lines = append(f.lines, strings.Join(line, "|"))
		f.rows = append(f.rows, append([]string{strings.Join(key, "/")}, rest...))
	}
	return f
}

func plainKindOf(kind Kind) plainKind {
	return plainKinds[slices.IndexFunc(plainKinds, func(k plainKind) bool { return k.kind == kind })]
}

// state lists what the events leave of the kind.
func (k plainKind) state(events []event) (out []string) {
	for key, c := range foldEvents(events) {
		line := []string{string(k.kind), key}
		for _, col := range k.shown {
			line = append(line, c[col])
		}
		out = append(out, strings.Join(line, "|"))
	}
	return out
}

// others are the events of the plain kinds.
type others map[Kind]*[]event

func newOthers() others {
	out := others{}
	for _, k := range plainKinds {
		out[k.kind] = &[]event{}
	}
	return out
}

func (o others) clone() others {
	out := others{}
	for k, events := range maps.All(o) {
		copied := slices.Clone(*events)
		out[k] = &copied
	}
	return out
}

func (o others) revert(batch string) {
	for _, events := range o {
		*events = slices.DeleteFunc(*events, func(e event) bool { return e.batch == batch })
	}
}

func (o others) state() (out []string) {
	for _, k := range plainKinds {
		out = append(out, k.state(*o[k.kind])...)
	}
	return out
}

// plainQueries read what stands of the plain kinds.
func plainQueries(prefix string) (out []string) {
	for _, k := range plainKinds {
		out = append(out, fmt.Sprintf(k.query, prefix))
	}
	return out
}
