package metrics

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
)

// listVersion is one version of a unit's list of a year.
type listVersion struct {
	ID           uint64        `ch:"list_id"`
	Unit         string        `ch:"unit"`
	Year         uint16        `ch:"year"`
	Version      uint32        `ch:"version"`
	ListedOn     integrity.Day `ch:"listed_on"`
	EnteredOn    integrity.Day `ch:"entered_on"`
	Points       uint32        `ch:"points"`
	HeadSigned   string        `ch:"head_signed"`
	LeaderSigned string        `ch:"leader_signed"`
}

type listKey struct {
	unit string
	year int
}

// versions returns the versions of all lists that are dated up to the frame's day, by
// unit, year and version.
func (f *frame) versions(ctx context.Context) ([]listVersion, error) {
	return shared(ctx, f, "versions/"+f.scope.AsOf.String(), func(ctx context.Context) (out []listVersion, err error) {
		err = f.sel(ctx, &out, mustQuery("list_versions"), param("as_of", f.scope.AsOf))
		return out, err
	})
}

// standing picks the version of each list that stands: the last one.
func standing(versions []listVersion) map[listKey]listVersion {
	out := map[listKey]listVersion{}
	for _, v := range versions {
		out[listKey{v.Unit, int(v.Year)}] = v
	}
	return out
}

// listPoint is a risk point as a list says it.
type listPoint struct {
	ListID      uint64        `ch:"list_id"`
	ID          uint64        `ch:"risk_id"`
	Unit        string        `ch:"unit"`
	Year        uint16        `ch:"year"`
	No          uint32        `ch:"no"`
	Description string        `ch:"description"`
	Measures    []string      `ch:"measures"`
	Path        []string      `ch:"path"`
	PathBasis   []string      `ch:"path_basis"`
	PathFocus   []string      `ch:"path_focus"`
	Methods     []string      `ch:"methods"`
	Grade       string        `ch:"grade"`
	Layer       string        `ch:"layer"`
	Category    string        `ch:"category"`
	Head        string        `ch:"head"`
	Persons     []string      `ch:"persons"`
	Leader      string        `ch:"leader"`
	Post        string        `ch:"post"`
	KeyFew      bool          `ch:"key_few"`
	MajorMatter bool          `ch:"major_matter"`
	Tags        []string      `ch:"tags"`
	GradeReason string        `ch:"grade_reason"`
	FiledOn     integrity.Day `ch:"filed_on"`
}

// record is the point in the words of the field, as its list says it: the leader is the one
// that the list names, and none where it names none.
func (p *listPoint) record() integrity.RiskPoint {
	out := integrity.RiskPoint{ID: integrity.FormatID(p.ID), Unit: p.Unit, Year: int(p.Year), No: int(p.No), Description: p.Description,
		Measures: list(p.Measures), Path: list(p.Path), PathBasis: list(p.PathBasis), PathFocus: list(p.PathFocus), Methods: []integrity.Method{},
		Grade: integrity.Grade(p.Grade), Layer: integrity.Layer(p.Layer), Category: integrity.Category(p.Category), Head: p.Head, Persons: list(p.Persons),
		Leader: p.Leader, Post: p.Post, KeyFew: p.KeyFew, MajorMatter: p.MajorMatter, Tags: list(p.Tags), GradeReason: p.GradeReason, FiledOn: p.FiledOn}
	for _, m := range p.Methods {
		out.Methods = append(out.Methods, integrity.Method(m))
	}
	return out
}

// pointsOf returns the points of lists, or with inForce those in force as of the day.
func (f *frame) pointsOf(ctx context.Context, inForce bool, lists ...uint64) ([]listPoint, error) {
	flag := 0
	if inForce {
		flag = 1
	}
	ids := make([]string, len(lists))
	for i, id := range lists {
		ids[i] = strconv.FormatUint(id, 10)
	}
	var out []listPoint
	err := f.selAll(ctx, &out, mustQuery("list_texts"), param("as_of", f.scope.AsOf), param("in_force", flag), param("list_ids", "["+strings.Join(ids, ",")+"]"))
	return out, err
}

// column is one column of a list that two versions of a point can differ in. The number
// of a point is none: a point that only moved within its list is the same point.
type column struct {
	code, label string
	value       func(*listPoint) string
}

var listColumns = []column{
	{"description", "廉洁风险点描述", func(p *listPoint) string { return p.Description }},
	{"measures", "防控措施", func(p *listPoint) string { return strings.Join(p.Measures, "\n") }},
	{"path", "监督检查路径", func(p *listPoint) string { return strings.Join(p.Path, "\n") }},
	{"grade", "风险等级", func(p *listPoint) string { return integrity.Grade(p.Grade).Label(integrity.Chinese) }},
	{"head", "处室单位负责人", func(p *listPoint) string { return p.Head }},
	{"persons", "责任人员", func(p *listPoint) string { return strings.Join(p.Persons, "、") }},
	{"leader", "责任领导", func(p *listPoint) string { return p.Leader }},
	{"layer", "层面", func(p *listPoint) string { return integrity.Layer(p.Layer).Label(integrity.Chinese) }},
	{"category", "类别", func(p *listPoint) string { return integrity.Category(p.Category).Label(integrity.Chinese) }},
	{"post", "岗位", func(p *listPoint) string { return p.Post }},
	{"key_few", "关键少数", func(p *listPoint) string { return yesWord(p.KeyFew) }},
	{"major_matter", "三重一大", func(p *listPoint) string { return yesWord(p.MajorMatter) }},
	{"tags", "标签", func(p *listPoint) string { return strings.Join(slices.Sorted(slices.Values(p.Tags)), "、") }},
	{"grade_reason", "评定理由", func(p *listPoint) string { return p.GradeReason }},
}

func yesWord(v bool) string {
	if v {
		return "是"
	}
	return "否"
}

// ColumnChange is one column of a point that differs between two lists.
type ColumnChange struct {
	Column string `json:"column"`
	Label  string `json:"label"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// changes returns the columns in which two versions of a point differ.
func changes(from, to *listPoint) []ColumnChange {
	var out []ColumnChange
	for _, c := range listColumns {
		if a, b := c.value(from), c.value(to); a != b {
			out = append(out, ColumnChange{c.code, c.label, a, b})
		}
	}
	return out
}
