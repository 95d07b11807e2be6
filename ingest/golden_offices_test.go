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
	header, signed := "填表处室（单位）：办公室   日期：2026年3月5日", "处室（单位）主要负责人签字：钱一   责任领导（分管委领导）审核签字：赵甲"
	people := "处室单位负责人：钱一\n责任人员：张三"
	return []sent{
		{"rows and columns hidden in a sheet", KindComplaints, "filtered.xlsx", sheetXML(t, sheetNamespace, partRelations, "", `<cols><col min="5" max="5" hidden="1"/></cols>`,
			inline(1, append(complaints, "渠道")...)+inline(2, "H1", "13", "2026-03-05", "窗口多收费", "热线")+hide(inline(3, "H2", "13", "2026-03-06", "排队太久", "来信"))+inline(4, "H3", "13", "2026-03-07", "态度生硬", "热线")), nil},
		{"a row split over two pages", KindRisks, "pages.docx", formDocx(t, header, docxRows(docxRow("1", "采购未经集体讨论", "1.集体决策；\n2.公开", "", "重要", people), docxRow(formHeadings...),
			docxRow("", "", "透明；\n3.定期轮岗。", "查阅会议记录，检查是否经集体研究。", "", ""), point("2", "公章使用没有登记", "一般", people)), signed), nil},
		{"rows that may go on with the row above", KindRisks, "unnumbered.docx", formDocx(t, header, docxRows(point("1", "采购未经集体讨论", "重要", people), docxRow("", "", "公开透明", "查阅资料", "", "处室单位负责人：孙二\n责任人员：李四"),
			docxRow("", "公章使用没有登记", "登记", "查阅登记簿", "", "")), signed), nil},
	}
}
