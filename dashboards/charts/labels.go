package charts

import (
	"slices"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// labels are shorter forms of the official words, for axes and heads of columns. medium
// fits a column of 70 px, narrow one of 40 px; the full word is in the table and the help.
type labels struct{ medium, narrow string }

var shortLabels = map[integrity.Lang]map[string]map[string]labels{
	integrity.Chinese: {
		"layer": {
			"leadership": {"领导岗位", "领导"}, "middle": {"中层岗位", "中层"},
			"other": {"其他岗位", "其他"}, "unclassified": {"未分类", "未分"},
		},
		"category": {
			"decision": {"决策", "决策"}, "conduct": {"作风问题", "作风"}, "power": {"权力运行", "权力"},
			"post": {"岗位", "岗位"}, "institution": {"制度", "制度"}, "mechanism": {"运行机制", "机制"},
			"external": {"其他·围猎", "围猎"}, "unclassified": {"未分类", "未分"},
		},
		"stage": {
			"self_check": {"岗位自查", "自查"}, "unit_review": {"单位排查", "单位"},
			"leader_review": {"领导审查", "审查"}, "public_help": {"代表帮查", "帮查"},
			"expert_help": {"专家助查", "助查"}, "committee_approval": {"委党委审定", "审定"},
			"filed": {"报纪委备案", "备案"},
		},
	},
	integrity.English: {
		"layer": {
			"leadership": {"Leadership", "Lead"}, "middle": {"Middle", "Mid"},
			"other": {"Other", "Other"}, "unclassified": {"Unclassified", "None"},
		},
		"category": {
			"decision": {"Decision", "Dec"}, "conduct": {"Conduct", "Con"}, "power": {"Power", "Pow"},
			"post": {"Post", "Post"}, "institution": {"Rules", "Rule"}, "mechanism": {"Controls", "Ctrl"},
			"external": {"External", "Ext"}, "unclassified": {"None", "None"},
		},
		"stage": {
			"self_check": {"Self-check", "Self"}, "unit_review": {"Unit", "Unit"},
			"leader_review": {"Leader", "Lead"}, "public_help": {"Public help", "Pub"},
			"expert_help": {"Experts", "Exp"}, "committee_approval": {"Approval", "Appr"},
			"filed": {"Filed", "Filed"},
		},
	},
}

// Short returns the narrow form of a label of a dimension (layer, category, …) for heads
// of columns, or the label itself where there is no shorter word.
func Short(dimension string, l metrics.Label, lang integrity.Lang) string {
	if s, ok := shortLabels[lang][dimension][l.Code]; ok {
		return s.narrow
	}
	return l.Label
}

// Medium returns the form of a label that names rows and wide columns of a drawing, or
// the label itself where there is no shorter word.
func Medium(dimension string, l metrics.Label, lang integrity.Lang) string {
	if s, ok := shortLabels[lang][dimension][l.Code]; ok {
		return s.medium
	}
	return l.Label
}

// withoutTown cuts the name of the town off names of units that begin with it, if it is that of most: on a
// narrow screen it is all that is seen of them. A town's name has at least two signs before 市, 县 or 区.
func withoutTown(names []string) []string {
	shared := map[string]int{}
	town := func(name string) string {
		at := strings.IndexAny(name, "市县区")
		if at < 2*len("临") || at > 3*len("临") || at+len("市")+2*len("临") > len(name) {
			return ""
		}
		return name[:at+len("市")]
	}
	for _, name := range names {
		if t := town(name); t != "" {
			shared[t]++
		}
	}
	out := slices.Clone(names)
	for i, name := range names {
		if t := town(name); t != "" && 2*shared[t] >= len(names) {
			out[i] = strings.TrimPrefix(name, t)
		}
	}
	return out
}

// each applies a way of shortening to all labels of a dimension.
func each(short func(string, metrics.Label, integrity.Lang) string, dimension string, ls []metrics.Label, lang integrity.Lang) []string {
	out := make([]string, len(ls))
	for i, l := range ls {
		out[i] = short(dimension, l, lang)
	}
	return out
}

// widthOf estimates the width of a text in px at a font size: ideographs are as wide as
// the font is high, other signs a little over half of that.
func widthOf(text string, fontSize float64) float64 {
	var em float64
	for _, r := range text {
		if r >= 0x2e80 {
			em++
		} else {
			em += 0.56
		}
	}
	return em * fontSize
}

// widest returns the width of the widest text, between two bounds, in whole px.
func widest(texts []string, fontSize, least, most float64) int {
	w := least
	for _, t := range texts {
		w = max(w, widthOf(t, fontSize))
	}
	return int(min(w, most))
}
