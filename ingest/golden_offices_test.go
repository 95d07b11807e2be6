package ingest

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"qingfeng/internal/docx"
)

// oldContainer is a file of older office programs with one stream, as far as it is looked at.
func oldContainer(stream string) []byte {
	b := make([]byte, 1<<12)
	copy(b, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	b[30] = 9
	entry := b[512:]
	for i := range stream {
		entry[2*i] = stream[i]
	}
	entry[64], entry[66], entry[116] = byte(2*len(stream)+2), 2, 1
	return b
}

// gbkArchive is an archive whose names are in GBK without a word about it, as Windows packs.
func gbkArchive(t *testing.T, name, text string) []byte {
	t.Helper()
	stored, err := simplifiedchinese.GBK.NewEncoder().String(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: stored, NonUTF8: true, Method: zip.Deflate})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// officeFiles are files as offices send them without meaning to: with what a program hid,
// shortened, split or named otherwise.
func officeFiles(t *testing.T) []sent {
	complaints := []string{"编号", "单位", "日期", "内容"}
	complaintHead := strings.Join(complaints, "|")
	hide := func(row string) string { return strings.Replace(row, "<row ", `<row hidden="1" `, 1) }
	header, signed := "填表处室（单位）：办公室   日期：2026年3月5日", "处室（单位）主要负责人签字：钱一   责任领导（分管委领导）审核签字：赵甲"
	people := "处室单位负责人：钱一\n责任人员：张三"
	one := docxRows(point("1", "采购未经集体讨论", "重要", people))
	upright := func(s string) string { return strings.TrimSuffix(strings.Join(strings.Split(s, ""), "\n"), "\n") }
	boxed := func(no, description, path, grade string) docx.Row {
		return docxRow(no, description, "集体决策", path, grade, people)
	}
	inBox := func(table string) string {
		return `<w:p><w:r><w:pict><v:textbox><w:txbxContent>` + table + `</w:txbxContent></v:textbox></w:pict></w:r></w:p>`
	}
	wordHead := wordLine("填表处室（单位）：办公室　日期：2026.3.5")
	wordForm := wordTable(wordCells(formHeadings[0], formHeadings[1], formHeadings[2], formHeadings[3], "风险等级", formHeadings[5]), wordCells("1", "采购未经集体讨论", "集体决策", "查阅资料", "重要", "钱一"))
	hidden := `<w:p><w:r><w:t>采购未经集体讨论</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>（内部说明）</w:t></w:r></w:p>`
	return []sent{
		{"rows and columns hidden in a sheet", KindComplaints, "filtered.xlsx", sheetXML(t, sheetNamespace, partRelations, "", `<cols><col min="5" max="5" hidden="1"/></cols>`,
			inline(1, append(complaints, "渠道")...)+inline(2, "H1", "13", "2026-03-05", "窗口多收费", "热线")+hide(inline(3, "H2", "13", "2026-03-06", "排队太久", "来信"))+inline(4, "H3", "13", "2026-03-07", "态度生硬", "热线")), nil},
		{"a row split over two pages", KindRisks, "pages.docx", formDocx(t, header, docxRows(docxRow("1", "采购未经集体讨论", "1.集体决策；\n2.公开", "", "重要", people), docxRow(formHeadings...),
			docxRow("", "", "透明；\n3.定期轮岗。", "查阅会议记录，检查是否经集体研究。", "", ""), point("2", "公章使用没有登记", "一般", people)), signed), nil},
		{"rows that may go on with the row above", KindRisks, "unnumbered.docx", formDocx(t, header, docxRows(point("1", "采购未经集体讨论", "重要", people), docxRow("", "", "公开透明", "查阅资料", "", "处室单位负责人：孙二\n责任人员：李四"),
			docxRow("", "公章使用没有登记", "登记", "查阅登记簿", "", "")), signed), nil},
		{"a second half without headings", KindRisks, "halves.docx", wordFile(t, append(formBlocks(header, one), docx.Text("续表"),
			docx.Table{Widths: []int{600, 3000, 3000, 3000, 800, 1600}, Rows: docxRows(point("2", "公章使用没有登记", "一般", people))}, docx.Text(signed))...), nil},
		{"titles between the points", KindRisks, "titles.docx", formDocx(t, header, docxRows(docx.Row{Cells: []docx.Cell{{Span: 6, Paragraphs: []docx.Paragraph{docx.Text("一、决策廉洁风险")}}}}, one[0],
			docxRow("（二）中层岗位", "", "", "", "", ""), point("2", "公章使用没有登记", "一般", people)), signed), nil},
		{"cells that say as above in a list", KindRisks, "ditto.csv", csvOf(riskHead, risk("13", "2026-03-05", "1", "采购未经集体讨论", "重要"), "同上|〃|2|公章使用没有登记|登记|查阅登记簿|同上|同上|同上|同上", "同上|同上|3|同上|登记|查阅登记簿|一般|张三|领导岗位|决策"), nil},
		{"cells that say as above in entries", KindComplaints, "ditto.csv", csvOf(complaintHead+"|类别", "S1|13|2026-03-05|窗口多收费|岗位", "S2|同上|同上|态度生硬|同上", "S3|13|2026-03-06|同上|", "同上|13|2026-03-06|排队太久|"), nil},
		{"dates that say too little or too much", KindComplaints, "dates.csv", csvOf(complaintHead, "D1|13|26.3.5|甲", "D2|13|2026年3月|甲", "D3|13|2026年3月5日至7日|甲", "D4|13|3月5日|甲", "D5|13|2026年4月31日|甲", "D6|13|05/03/2026|甲", "D7|13|二〇二六年三月五日|甲"), nil},
		{"boxes ticked in a form", KindRisks, "ticks.docx", formDocx(t, header, docxRows(boxed("1", "采购未经集体讨论", "☑查阅资料 ☐实地走访", "□重要 ☑一般"), boxed("2", "公章使用没有登记", "查阅资料（√）实地走访（ ）", "重要√ 一般"),
			boxed("3", "食堂账目不清", "查阅资料", "☑重要 ☑一般"), boxed("4", "排班不公开", "查阅资料", "□重要 □一般")), signed), nil},
		{"upright headings and spaced labels", KindRisks, "upright.docx", wordFile(t, docx.Text("填 表 处 室（单 位）：办公室（盖章）　　日 期：二〇二六年三月五日"),
			docx.Table{Widths: []int{600, 3000, 3000, 3000, 800, 1600}, Headings: 1, Rows: append(docxRows(docxRow(upright("序号"), "廉洁风险点 描述", "防 控 措 施", "监督检查\n路径", upright("风险等级"), "相 关\n责任人")), one...)}, docx.Text(signed)), nil},
		{"numbers of points in other writings", KindRisks, "numbers.docx", formDocx(t, header, docxRows(point("（1）", "采购未经集体讨论", "重要", people), point("②", "公章使用没有登记", "一般", people), point("三、", "食堂账目不清", "一般", people), point("第四条", "排班不公开", "一般", people), point("甲", "值班脱岗", "一般", people)), signed), nil},
		{"totals and who filled it in", KindRisks, "totals.xlsx", workbook(t, [][]string{{header}, formHeadings, {"1", "采购未经集体讨论", "集体决策", "查阅资料", "重要", people}, {"合计", "1", "", "", "", ""}, {"填表人：某某", "", "联系人：某某", "", "", ""}, {signed}}, "A1:F1", "A6:F6"), nil},
		{"numbers shortened by a spreadsheet", KindComplaints, "short.csv", csvOf(complaintHead, "2.02603E+11|13|2026-03-05|窗口多收费", "202603050001|13|2026-03-05|排队太久"), nil},
		{"headings on the seventh row", KindComplaints, "seventh.xlsx", sheetXML(t, sheetNamespace, partRelations, "", "", inline(1, "投诉台账")+inline(2, "二〇二六年第一季度")+inline(3, "填报单位：市第一医院")+inline(4, "填报人：某某")+inline(5, "说明：每件一行")+inline(7, complaints...)+inline(8, "T1", "13", "2026-03-05", "窗口多收费")), nil},
		{"forms of two units in one file", KindRisks, "two.docx", wordFile(t, append(formBlocks(header, one, signed), formBlocks("填表处室（单位）：市第一医院  日期：2026年3月6日", docxRows(point("1", "药品回扣", "重要", "孙二")))...)...), nil},
		{"units as forms name them", KindComplaints, "names.csv", csvOf(complaintHead, "U1|市第一医院（盖章）|2026-03-05|甲", "U2|临澄市卫生健康委员会办公室|2026-03-05|甲", "U3|13 市第一医院|2026-03-05|甲", "U4|13.0|2026-03-05|甲", "U5|第一医院|2026-03-05|甲"), nil},
		{"a form without its date", KindRisks, "undated.docx", formDocx(t, "填表处室（单位）：办公室   日期：    年   月   日", one, signed), nil},
		{"a form of a month", KindRisks, "month.docx", formDocx(t, "填表处室（单位）：办公室   日期：2026年3月", one, signed), nil},
		{"hidden text of Word", KindRisks, "vanish.docx", wordXML(t, wordHead+strings.Replace(wordForm, wordLine("采购未经集体讨论"), hidden, 1)), nil},
		{"a row hidden in Word", KindRisks, "hiddenrow.docx", wordXML(t, wordHead+strings.Replace(wordForm, `</w:tbl>`, `<w:tr><w:trPr><w:hidden/></w:trPr>`+wordCells("2", "公章使用没有登记", "登记", "查阅登记簿", "一般", "钱一")+`</w:tr></w:tbl>`, 1)), nil},
		{"a table in a text box beside the form", KindRisks, "box.docx", wordXML(t, wordHead+wordForm+inBox(wordForm)), nil},
		{"a form that is all in a text box", KindRisks, "box.docx", wordXML(t, wordHead+inBox(wordForm)), nil},
		{"a file inside a document", KindRisks, "chunk.docx", wordXML(t, wordHead+wordForm+`<w:altChunk/>`), nil},
		{"a web page called xls", KindComplaints, "export.xls", []byte("<html><body><table><tr><td>编号</td></tr></table></body></html>"), nil},
		{"a workbook in XML of 2003", KindComplaints, "old.xls", []byte(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>`), nil},
		{"RTF called doc", KindRisks, "form.doc", []byte(`{\rtf1\ansi}`), nil},
		{"a web archive called doc", KindRisks, "form.doc", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"), nil},
		{"OFD", KindRisks, "form.ofd", packed(t, map[string]string{"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<x/>"}), nil},
		{"a scan", KindRisks, "form.docx", []byte("\xFF\xD8\xFF\xE0"), nil},
		{"RAR called zip", KindComplaints, "all.zip", []byte("Rar!\x1A\x07\x01\x00"), nil},
		{"7z", KindComplaints, "all.7z", []byte("7z\xBC\xAF\x27\x1C\x00\x04"), nil},
		{"an encrypted workbook", KindComplaints, "locked.xlsx", oldContainer("EncryptedPackage"), nil},
		{"an old document where nothing converts it", KindRisks, "old.doc", oldContainer("WordDocument"), nil},
		{"a name in GBK in an archive", KindComplaints, "names.zip", gbkArchive(t, "一季度/投诉台账.csv", "编号,单位,日期,内容\nZ1,13,2026-03-05,窗口多收费\nZ2,13,2026年3月,排队太久\n"), nil},
		{"an archive in an archive", KindComplaints, "outer.zip", packed(t, map[string]string{"a.csv": "编号,单位,日期,内容\nZ1,13,2026-03-05,窗口多收费\n", "inner.zip": string(packed(t, map[string]string{"b.csv": "编号,单位,日期,内容\nZ2,13,2026-03-05,排队太久\n"}))}), nil},
		{"a line that names the separator", KindComplaints, "sep.csv", lines("sep=;", "编号;单位;日期;内容", "M1;13;2026-03-05;多收,1,5元"), nil},
		{"bytes that are no text", KindComplaints, "bytes.csv", []byte("编号,单位,日期,内容\nB1,13,2026-03-05,窗口\xff\xfe多收费\n"), nil},
		{"a quotation mark that nothing closes", KindComplaints, "quote.csv", lines("编号,单位,日期,内容", `Q1,13,2026-03-05,"多收费`, "Q2,13,2026-03-06,排队太久"), nil},
		{"a cell that is too long", KindComplaints, "long.csv", csvOf(complaintHead, "L1|13|2026-03-05|"+strings.Repeat("长", 32_768), "L2|13|2026-03-06|排队太久"), nil},
		{"keys that come and go in JSON", KindComplaints, "keys.json", []byte(`[{"编号":"K1","单位":"13","日期":"2026-03-05","内容":"窗口多收费"},{"编号":"K2","单位":"13","日期":"2026-03-06","内容":"排队太久","备注":"急","渠道":"热线"}]`), nil},
		{"a document type", KindRisks, "doctype.docx", packed(t, map[string]string{"[Content_Types].xml": `<Types/>`, "_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + partRelations + `/officeDocument" Target="word/document.xml"/></Relationships>`,
			"word/document.xml": `<!DOCTYPE w:document [<!ENTITY a "b">]><w:document xmlns:w="` + wordNamespace + `"><w:body>` + wordForm + `</w:body></w:document>`}), nil},
		{"a sheet that is not there", KindComplaints, "book.xlsx", workbook(t, [][]string{complaints, {"H1", "13", "2026-03-05", "窗口多收费"}}), func(r *Request) { r.Sheet = "二月" }},
		{"errors of a spreadsheet", KindComplaints, "errors.xlsx", sheetXML(t, sheetNamespace, partRelations, "", "", inline(1, complaints...)+inline(2, "E1", `<c t="e"><v>#N/A</v></c>`, "2026-03-05", "窗口多收费")+inline(3, "E2", "13", `<c t="e"><v>#VALUE!</v></c>`, "排队太久")), nil},
	}
}
