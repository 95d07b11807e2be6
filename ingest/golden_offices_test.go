package ingest

import (
	"strings"
	"testing"
)

// officeFiles are files as offices send them without meaning to: with what a program hid,
// shortened, split or named otherwise.
func officeFiles(t *testing.T) []sent {
	complaints := []string{"编号", "单位", "日期", "内容"}
	hide := func(row string) string { return strings.Replace(row, "<row ", `<row hidden="1" `, 1) }
	return []sent{
		{"rows and columns hidden in a sheet", KindComplaints, "filtered.xlsx", sheetXML(t, sheetNamespace, partRelations, "", `<cols><col min="5" max="5" hidden="1"/></cols>`,
			inline(1, append(complaints, "渠道")...)+inline(2, "H1", "13", "2026-03-05", "窗口多收费", "热线")+hide(inline(3, "H2", "13", "2026-03-06", "排队太久", "来信"))+inline(4, "H3", "13", "2026-03-07", "态度生硬", "热线")), nil},
	}
}
