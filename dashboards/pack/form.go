package pack

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"qingfeng/dashboards/export"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// formColumns are those of the template of inspections, in its order, with the width of
// each; a star marks what has to be filled in.
var formColumns = []export.Column{
	{Head: "编号*", Width: 22}, {Head: "单位*", Width: 22}, {Head: "检查日期*", Width: 12}, {Head: "风险点", Width: 8}, {Head: "检查人*", Width: 12}, {Head: "检查领导", Width: 12},
	{Head: "责任领导参与", Width: 12}, {Head: "监督方法*", Width: 20}, {Head: "权力运行是否规范*", Width: 16}, {Head: "文件制度是否执行*", Width: 16}, {Head: "防控措施是否落实*", Width: 16},
	{Head: "发现问题", Width: 30}, {Head: "严重程度", Width: 10}, {Head: "整改期限", Width: 12}, {Head: "整改完成日期", Width: 14}, {Head: "层面", Width: 12}, {Head: "类别", Width: 14},
}

// FormColumns returns the headings of Form.
func FormColumns() []string {
	out := make([]string, len(formColumns))
	for i, c := range formColumns {
		out[i] = strings.TrimSuffix(c.Head, "*")
	}
	return out
}

// Form is the check form of the scope's unit as a table that can be loaded as
// inspections: one row a point, with number, unit, point, layer and category filled in,
// and a note that says what the points are. What is found out is left open. Errors are
// those of Build.
func (b *Builder) Form(ctx context.Context, who integrity.Principal, s metrics.Scope) (export.Table, error) {
	f, err := b.gather(ctx, who, s)
	if err != nil {
		return export.Table{}, fmt.Errorf("check form: %w", err)
	}
	return export.Table{
		Sheet: "监督检查", Columns: formColumns,
		Rows: func(yield func([]any) bool) {
			for _, p := range f.points {
				row := make([]any, len(formColumns))
				for i := range row {
					row[i] = ""
				}
				row[0] = fmt.Sprintf("%s-%s-%d", f.unit.Code, strings.ReplaceAll(f.asOf.String(), "-", ""), p.No)
				row[1], row[3] = f.unit.Name, strconv.Itoa(p.No)
				if p.Layer != integrity.LayerUnclassified {
					row[15] = p.Layer.Label(integrity.Chinese)
				}
				if p.Category != integrity.CategoryUnclassified {
					row[16] = p.Category.Label(integrity.Chinese)
				}
				if !yield(row) {
					return
				}
			}
		},
		Note: "检查日期、检查人、监督方法和三问必填；没有检查到的行请删去。编号可改，同一编号再次装载为更正。",
	}, nil
}
