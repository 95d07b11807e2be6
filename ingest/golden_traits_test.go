package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// packed is an archive of parts, in the order of their names.
func packed(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	wordNamespace  = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	sheetNamespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strictSheets   = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	partRelations  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strictParts    = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

// wordXML is a document with a body as Word writes it.
func wordXML(t *testing.T, body string) []byte {
	t.Helper()
	return packed(t, map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + partRelations + `/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   `<w:document xmlns:w="` + wordNamespace + `"><w:body>` + body + `</w:body></w:document>`,
	})
}

func wordLine(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

// wordCells are cells of a row, each with what is said about it before its text.
func wordCells(texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		inside := wordLine(text)
		if strings.HasPrefix(text, "<") {
			inside = text
		}
		b.WriteString(`<w:tc>` + inside + `</w:tc>`)
	}
	return b.String()
}

func wordTable(rows ...string) string {
	var b strings.Builder
	b.WriteString(`<w:tbl>`)
	for _, r := range rows {
		b.WriteString(`<w:tr>` + r + `</w:tr>`)
	}
	return b.String() + `</w:tbl>`
}

// sheetXML is a workbook of one sheet with these rows, as Excel writes it.
func sheetXML(t *testing.T, spreadsheet, relations, properties, dimension, rows string) []byte {
	t.Helper()
	return packed(t, map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="` + spreadsheet + `" xmlns:r="` + relations + `">` + properties + `<sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relations + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relations + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/styles.xml":              `<styleSheet xmlns="` + spreadsheet + `"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   `<worksheet xmlns="` + spreadsheet + `">` + dimension + `<sheetData>` + rows + `</sheetData></worksheet>`,
	})
}

// inline is a row whose cells hold their text themselves; what begins with < is a cell as it is.
func inline(row int, texts ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, row)
	for i, text := range texts {
		if strings.HasPrefix(text, "<") {
			b.WriteString(strings.Replace(text, "<c", fmt.Sprintf(`<c r="%c%d"`, 'A'+i, row), 1))
			continue
		}
		fmt.Fprintf(&b, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+i, row, text)
	}
	return b.String() + `</row>`
}

// traitFiles are files whose traits need the markup that office programs write.
func traitFiles(t *testing.T) []sent {
	head := wordLine("填表处室（单位）：办公室　日期：2026.3.5")
	columns := wordCells(formHeadings[0], formHeadings[1], formHeadings[2], formHeadings[3], "风险等级", formHeadings[5])
	people := "处室单位负责人：钱一 责任人员：张三"
	row := func(no, description string) string {
		return wordCells(no, description, "1.集体决策；2.公开透明", "查阅资料，看文件制度是否执行", "重要", people)
	}
	across := func(text string) string {
		return `<w:tc><w:tcPr><w:gridSpan w:val="6"/></w:tcPr>` + wordLine(text) + `</w:tc>`
	}
	down := func(begins bool, texts ...string) string {
		var b strings.Builder
		for _, text := range texts {
			mark := `<w:vMerge/>`
			if begins {
				mark = `<w:vMerge w:val="restart"/>`
			}
			b.WriteString(`<w:tc><w:tcPr>` + mark + `</w:tcPr>` + wordLine(text) + `</w:tc>`)
		}
		return b.String()
	}
	complaints := []string{"编号", "单位", "日期", "内容"}
	day := func(serial string) string { return `<c s="1"><v>` + serial + `</v></c>` }
	var long strings.Builder
	long.WriteString(inline(1, complaints...))
	for i := range 500 {
		long.WriteString(inline(i+2, fmt.Sprintf("L%d", i+1), "13", "2026-03-05", "排队太久"))
	}
	for i := 501; i < 3000; i++ {
		fmt.Fprintf(&long, `<row r="%d"/>`, i+2)
	}
	return []sent{
		{"rows that begin after a gap", KindRisks, "gap.docx", wordXML(t, head+wordTable(columns, `<w:trPr><w:gridBefore w:val="1"/></w:trPr>`+wordCells("采购未经集体讨论", "集体决策", "查阅资料", "重要", people), row("2", "公章使用没有登记"))), nil},
		{"a table inside a cell", KindRisks, "nested.docx", wordXML(t, head+wordTable(columns, wordCells("1", "采购未经集体讨论", wordTable(wordCells("集体决策"), wordCells("公开透明"))+`<w:p/>`, "查阅资料", "一般", people))), nil},
		{"headings repeated on every page", KindRisks, "pages.docx", wordXML(t, head+wordTable(`<w:trPr><w:tblHeader/></w:trPr>`+columns, row("1", "采购未经集体讨论"), columns, row("2", "公章使用没有登记"))), nil},
		{"cells merged across and down", KindRisks, "across.docx", wordXML(t, head+wordTable(across("廉洁风险防控清单"), columns,
			down(true, "1", "采购未经集体讨论")+wordCells("集体决策")+down(true, "查阅资料", "重要", people),
			down(false, "", "")+wordCells("公开透明")+down(false, "", "", ""),
			across("注：1. 一个风险点一栏；"))), nil},
		{"a strict workbook", KindComplaints, "strict.xlsx", sheetXML(t, strictSheets, strictParts, "", "", inline(1, complaints...)+inline(2, "X1", "13", `<c t="d"><v>2026-03-05T00:00:00</v></c>`, "窗口多收费")), nil},
		{"title rows above the headings", KindComplaints, "titles.xlsx", sheetXML(t, sheetNamespace, partRelations, "", "", inline(1, "二〇二六年投诉台账")+inline(2, "填报单位：市第一医院", "", "填报人：某某")+inline(3, "单位：件")+inline(4, complaints...)+inline(5, "T1", "13", "2026-03-05", "窗口多收费")), nil},
		{"dates that count from 1900", KindComplaints, "1900.xlsx", sheetXML(t, sheetNamespace, partRelations, "", "", inline(1, complaints...)+inline(2, "Y1", "13", day("46086"), "窗口多收费")), nil},
		{"dates that count from 1904", KindComplaints, "1904.xlsx", sheetXML(t, sheetNamespace, partRelations, `<workbookPr date1904="1"/>`, "", inline(1, complaints...)+inline(2, "Y4", "13", day("44624"), "窗口多收费")), nil},
		{"formulas by their stored results", KindComplaints, "formulas.xlsx", sheetXML(t, sheetNamespace, partRelations, "", "", inline(1, complaints...)+
			inline(2, `<c t="str"><f>"F"&amp;1</f><v>F1</v></c>`, "13", `<c s="1"><f>TODAY()</f><v>46086</v></c>`, `<c t="str"><f>A2</f><v>窗口多收费</v></c>`)+
			inline(3, "F2", "13", "2026-03-06", `<c><f>A3</f></c>`)), nil},
		{"a sheet that declares 65000 rows and uses 500", KindComplaints, "declared.xlsx", sheetXML(t, sheetNamespace, partRelations, "", `<dimension ref="A1:IV65000"/>`, long.String()), func(r *Request) { r.Strict = true }},
		{"semicolons and a byte-order mark", KindComplaints, "semicolon.csv", lines("\ufeff编号;单位;日期;内容", "M1;13;2026-03-05;多收,1,5元", "M2;13;2026-03-06;\"两行\n内容;还有\""), nil},
	}
}
