package table

import (
	"strings"
	"testing"
)

const (
	wordNS   = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	strictNS = "http://purl.oclc.org/ooxml/wordprocessingml/main"
)

const wordRoot = `<w:document xmlns:w="` + wordNS + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"` +
	` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"` +
	` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:body>`

// docxOf is a document with the body. Extra names further parts of the package,
// written as "name=content" one a line and related by the first word of the name.
func docxOf(tb testing.TB, extra, body string) []byte {
	tb.Helper()
	parts := map[string]string{
		"[Content_Types].xml": `<?xml version="1.0" encoding="UTF-8"?><Types/>`,
		"_rels/.rels":         relsOf("officeDocument", "word/document.xml"),
		"word/document.xml":   `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + wordRoot + body + `</w:body></w:document>`,
	}
	rels := ""
	for line := range strings.Lines(extra) {
		name, content, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			continue
		}
		kind := strings.TrimRight(strings.TrimSuffix(name, ".xml"), "0123456789")
		parts["word/"+name] = strings.Replace(content, ">", ` xmlns:w="`+wordNS+`">`, 1)
		rels += `<Relationship Id="` + strings.TrimSuffix(name, ".xml") + `" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="` + name + `"/>`
	}
	parts["word/_rels/document.xml.rels"] = `<Relationships>` + rels + `</Relationships>`
	return zipOf(tb, parts)
}

func relsOf(kind, target string) string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` +
		kind + `" Target="` + target + `"/></Relationships>`
}

func run(s string) string  { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
func para(s string) string { return `<w:p>` + run(s) + `</w:p>` }

// tc is a cell with one paragraph for each line; tc2 is a cell with the content as it is.
func tc(lines string) string {
	s := ""
	for _, line := range strings.Split(lines, "\n") {
		s += para(line)
	}
	return tc2(s)
}
func tc2(content string) string { return `<w:tc>` + content + `</w:tc>` }
func tcp(props, content string) string {
	return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + content + `</w:tc>`
}
func tr(cells ...string) string { return `<w:tr>` + strings.Join(cells, "") + `</w:tr>` }
func trp(props string, cells ...string) string {
	return `<w:tr><w:trPr>` + props + `</w:trPr>` + strings.Join(cells, "") + `</w:tr>`
}
func tbl(rows ...string) string {
	return `<w:tbl><w:tblPr/><w:tblGrid/>` + strings.Join(rows, "") + `</w:tbl>`
}

func TestTextOfACell(t *testing.T) {
	box := `<w:txbxContent>` + para("框内一") + para("框内二") + `</w:txbxContent>`
	for _, tc := range []struct{ name, content, want string }{
		{"runs are joined", `<w:p>` + run("廉洁") + run("风险 ") + run("点") + `</w:p>`, "廉洁风险 点"},
		{"paragraphs are lines", para("一") + para("") + para("二"), "一\n\n二"},
		{"breaks and tabs", `<w:p><w:r><w:t>风险</w:t><w:br/><w:t>等级</w:t><w:tab/><w:t>重要</w:t><w:cr/><w:t>完</w:t></w:r></w:p>`, "风险\n等级\t重要\n完"},
		{"hyphens", `<w:p><w:r><w:t>5</w:t><w:noBreakHyphen/><w:t>8</w:t><w:softHyphen/><w:t>项</w:t></w:r></w:p>`, "5-8项"},
		{"ticks of symbol fonts", `<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>是</w:t><w:sym w:font="Wingdings" w:char="F0A8"/><w:t>否</w:t><w:sym w:font="Wingdings 2" w:char="0052"/></w:r></w:p>`, "☑是□否☑"},
		{"an unknown sign of a symbol font is dropped", `<w:p><w:r><w:t>a</w:t><w:sym w:font="Webdings" w:char="F061"/></w:r></w:p>`, "a"},
		{"insertions are kept, deletions dropped", `<w:p>` + run("每年") + `<w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins>` + run("2") + `</w:ins>` + run("次") + `</w:p>`, "每年2次"},
		{"moved text is where it was moved to", `<w:p><w:moveFrom>` + run("旧") + `</w:moveFrom><w:moveTo>` + run("新") + `</w:moveTo></w:p>`, "新"},
		{"a paragraph whose end is deleted goes on in the next", `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>` + run("前半") + `</w:p>` + para("后半"), "前半后半"},
		{"a paragraph whose end is deleted at the end of a cell", `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>` + run("前半") + `</w:p>`, "前半"},
		{"a content control", `<w:sdt><w:sdtPr/><w:sdtContent>` + para("控件") + `</w:sdtContent></w:sdt>`, "控件"},
		{"a content control inside a paragraph", `<w:p>` + run("等级：") + `<w:sdt><w:sdtContent>` + run("重要") + `</w:sdtContent></w:sdt></w:p>`, "等级：重要"},
		{"the hint of an empty content control is no text", `<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>` + run("单击此处输入") + `</w:sdtContent></w:sdt></w:p>`, ""},
		{"a field shows its result", `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>隐</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` + run("3") + `<w:r><w:fldChar w:fldCharType="end"/></w:r>` + run("页") + `</w:p>`, "3页"},
		{"a simple field", `<w:p><w:fldSimple w:instr="DATE">` + run("2026年3月5日") + `</w:fldSimple></w:p>`, "2026年3月5日"},
		{"a field that does not end hides nothing outside its cell", `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>` + run("x") + `</w:p>`, ""},
		{"a check box of an old form", `<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>` + run("是") + `</w:p>`, "☑是"},
		{"a list of an old form", `<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="重要"/><w:listEntry w:val="一般"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`, "一般"},
		{"hidden text is dropped", `<w:p>` + run("见") + `<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r></w:p>`, "见显"},
		{"text hidden by its style is dropped", `<w:p><w:r><w:rPr><w:rStyle w:val="Derived"/></w:rPr><w:t>隐</w:t></w:r>` + run("见") + `</w:p><w:p><w:pPr><w:pStyle w:val="Secret"/></w:pPr>` + run("隐") + `</w:p>`, "见"},
		{"one branch of alternate content", `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:t>新</w:t></mc:Choice><mc:Fallback><w:t>旧</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>`, "新"},
		{"the fallback where there is no choice", `<w:p><mc:AlternateContent><mc:Fallback>` + run("旧") + `</mc:Fallback></mc:AlternateContent></w:p>`, "旧"},
		{"a text box follows its paragraph", `<w:p>` + run("前") + `<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:wsp><wps:txbx>` + box + `</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>` + box + `</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>` + run("后") + `</w:p>`, "前后\n框内一\n框内二"},
		{"a nested table becomes lines", para("措施：") + tbl(tr(tc("甲"), tc("乙")), tr(tc("丙"), tc("丁"))) + para("完"), "措施：\n甲\t乙\n丙\t丁\n完"},
		{"a link and a bookmark", `<w:p><w:bookmarkStart w:id="0" w:name="a"/><w:hyperlink r:id="x">` + run("链接") + `</w:hyperlink><w:bookmarkEnd w:id="0"/></w:p>`, "链接"},
		{"the base of a ruby", `<w:p><w:r><w:ruby><w:rt>` + run("fēng") + `</w:rt><w:rubyBase>` + run("风") + `</w:rubyBase></w:ruby></w:r></w:p>`, "风"},
		{"a formula", `<w:p><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>`, "a+b"},
		{"entities and character sections", `<w:p><w:r><w:t>A&amp;B &#x4E2D;<![CDATA[<文>]]></w:t></w:r></w:p>`, "A&B 中<文>"},
		{"unknown elements are passed over", `<w:p><w:proofErr/><w:permStart><w:r><w:t>x</w:t></w:r></w:permStart>` + run("y") + `</w:p><w:altChunk/>`, "y"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			styles := `styles.xml=<w:styles><w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Derived"><w:basedOn w:val="Secret"/></w:style><w:style w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style></w:styles>`
			got := rows(t, "a.docx", docxOf(t, styles, tbl(tr(tc2(para("首")), tc2(tc.content), tc2(para("尾"))))))
			diff(t, "cells", got, [][]string{{"首", tc.want, "尾"}})
		})
	}
}

func TestMergedCellsOfADocument(t *testing.T) {
	restart, goOn := `<w:vMerge w:val="restart"/>`, `<w:vMerge/>`
	g := read(t, "a.docx", docxOf(t, "", tbl(
		tr(tcp(restart, para("序号")), tcp(restart, para("描述")), tcp(`<w:gridSpan w:val="2"/>`, para("相关责任人"))),
		tr(tcp(goOn, para("")), tcp(`<w:vMerge w:val="continue"/>`, para("藏")), tc("负责人"), tc("责任人员")),
		trp(`<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>`, tc("甲"), tc("乙")),
		tr(tc("2"), tcp(restart+`<w:gridSpan w:val="2"/>`, para("跨")), tc("丁")),
		tr(tc("3"), tcp(goOn+`<w:gridSpan w:val="2"/>`, para("")), tc("戊")),
		tr(tcp(goOn, para("孤")), tc("")),
	)), Options{})
	diff(t, "rows", g.Tables[0].Rows, [][]string{
		{"序号", "描述", "相关责任人", "相关责任人"},
		{"序号", "描述", "负责人", "责任人员"},
		{"", "甲", "乙"},
		{"2", "跨", "跨", "丁"},
		{"3", "跨", "跨", "戊"},
		{"孤"},
	})
	diff(t, "merged", g.Tables[0].Merged, []string{"...m", "mm..", "", "..m.", ".mm.", ""})
}

func TestRowsOfADocumentThatAreNoRows(t *testing.T) {
	head := trp(`<w:tblHeader/>`, tc("序号"), tc("描述"))
	g := read(t, "a.docx", docxOf(t, "", tbl(
		trp(`<w:tblHeader/>`, tcp(`<w:gridSpan w:val="2"/>`, para("清单"))),
		head,
		tr(tc("1"), tc("甲")),
		trp(`<w:del/>`, tc("2"), tc("删")),
		trp(`<w:ins/>`, tc("3"), tc("增")),
		trp(`<w:hidden/>`, tc("4"), tc("藏")),
		tr(tc(""), tc(" ")),
		head,
		tr(tc("5"), tcp(`<w:cellDel/>`, para("删")), tc("乙")),
		`<w:sdt><w:sdtContent>`+tr(`<w:sdt><w:sdtContent>`+tc("6")+`</w:sdtContent></w:sdt>`, tc("丙"))+`</w:sdtContent></w:sdt>`,
	)), Options{})
	diff(t, "rows", g.Tables[0].Rows, [][]string{{"清单", "清单"}, {"序号", "描述"}, {"1", "甲"}, {"3", "增"}, {"5", "乙"}, {"6", "丙"}})
	diff(t, "numbers", g.Tables[0].Numbers, []int{1, 2, 3, 5, 9, 10})
	diff(t, "notices", g.Notices, []string{NoticeRowHidden, NoticeHeadingRepeated})

	vanished := `<w:r><w:rPr><w:vanish/></w:rPr><w:t>`
	g = read(t, "a.docx", docxOf(t, "", tbl(head, tr(tc("1"), tc2(`<w:p>`+run("见")+vanished+`隐</w:t></w:r></w:p>`)), tr(tc("2"), tc2(`<w:p>`+run("见")+vanished+` </w:t></w:r></w:p>`)))), Options{})
	diff(t, "hidden text", g.Notices, []string{NoticeRowHidden})

	unmarked := tr(tcp(`<w:vMerge w:val="restart"/>`, para("序号")), tc("描述"), tcp(`<w:gridSpan w:val="2"/>`, para("人")))
	second := tr(tcp(`<w:vMerge/>`, ""), tc("x"), tc("甲"), tc("乙"))
	same := tr(tc("1"), tc("相同"), tc("相同"), tc("行"))
	g = read(t, "b.docx", docxOf(t, "", tbl(unmarked, second, same, same, unmarked, second, same)), Options{})
	diff(t, "a heading of two rows without a mark", len(g.Tables[0].Rows), 5)
	diff(t, "notices", g.Notices, []string{NoticeHeadingRepeated, NoticeHeadingRepeated})
}

func TestWhatStandsAroundTheTables(t *testing.T) {
	extra := `header1.xml=<w:hdr>` + para("卫生健康委员会") + tbl(tr(tc("甲"), tc("乙"))) + `</w:hdr>
header2.xml=<w:hdr>` + para("首页") + `</w:hdr>
footer1.xml=<w:ftr>` + para("第 1 页") + `</w:ftr>`
	section := `<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:headerReference w:type="first" r:id="header2"/><w:footerReference w:type="default" r:id="footer1"/></w:sectPr>`
	body := para("廉洁风险点排查表") + `<w:p><w:r><w:t>填表处室（单位）：政治处</w:t><w:tab/><w:t>日期：2026年3月5日</w:t></w:r></w:p>` +
		`<w:sdt><w:sdtContent>` + tbl(tr(tc("1"))) + `</w:sdtContent></w:sdt>` +
		para("  ") + para("签字：") +
		`<w:p><w:pPr>` + section + `</w:pPr></w:p>` +
		tbl(tr(tc(""))) + para("间") + tbl(tr(tc("2"))) + para("完") + `<w:sectPr><w:footerReference w:type="default" r:id="missing"/></w:sectPr>`
	g := read(t, "a.docx", docxOf(t, extra, body), Options{})
	if len(g.Tables) != 2 {
		t.Fatalf("got %+v", g)
	}
	diff(t, "before the first", g.Tables[0].Before, []string{"卫生健康委员会", "甲\t乙", "首页", "廉洁风险点排查表", "填表处室（单位）：政治处\t日期：2026年3月5日"})
	diff(t, "after the first", g.Tables[0].After, []string{"签字：", "第 1 页"})
	diff(t, "before the second", g.Tables[1].Before, []string{"卫生健康委员会", "甲\t乙", "首页", "间"})
	diff(t, "after the second", g.Tables[1].After, []string{"完", "第 1 页"})
}

func TestNumberedLists(t *testing.T) {
	level := func(i, format, text, more string) string {
		return `<w:lvl w:ilvl="` + i + `"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/><w:lvlText w:val="` + text + `"/>` + more + `</w:lvl>`
	}
	numbering := `numbering.xml=<w:numbering>` +
		`<w:abstractNum w:abstractNumId="0">` + level("0", "decimal", "%1.", "") + level("1", "decimal", "%1.%2", "") + level("2", "lowerLetter", "(%3)", `<w:lvlRestart w:val="0"/>`) + `</w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="1">` + level("0", "chineseCounting", "%1、", `<w:suff w:val="nothing"/>`) + level("1", "decimalEnclosedCircle", "%2", "") + `</w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="2">` + level("0", "bullet", "&#xF0B7;", "") + level("1", "bullet", "-", "") + `</w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="3"><w:numStyleLink w:val="List"/></w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="4"><w:styleLink w:val="List"/>` + level("0", "upperRoman", "%1)", "") + `</w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="5">` + level("0", "chineseCounting", "第%1章", "") + level("1", "decimal", "%1.%2", `<w:isLgl/><w:pStyle w:val="Sub"/>`) + `</w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>` +
		`<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="5"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="5"/></w:num></w:numbering>
styles.xml=<w:styles><w:style w:styleId="Item"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:styleId="Sub"><w:pPr><w:numPr><w:numId w:val="6"/></w:numPr></w:pPr></w:style></w:styles>`
	item := func(num, level, text string) string {
		return `<w:p><w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + num + `"/></w:numPr></w:pPr>` + run(text) + `</w:p>`
	}
	for _, tc := range []struct{ name, content, want string }{
		{"decimal, counted over levels", item("1", "0", "甲") + item("1", "1", "乙") + item("1", "1", "丙") + item("1", "0", "丁") + item("1", "1", "戊"), "1. 甲\n1.1 乙\n1.2 丙\n2. 丁\n2.1 戊"},
		{"a level that is never restarted", item("1", "2", "a") + item("1", "0", "x") + item("1", "2", "b"), "(a) a\n1. x\n(b) b"},
		{"another list of the same definition starts anew", item("1", "0", "甲") + item("2", "0", "乙") + item("2", "0", "丙"), "1. 甲\n5. 乙\n6. 丙"},
		{"Chinese numbers", item("3", "0", "制度") + item("3", "1", "其一") + item("3", "1", "其二") + item("3", "0", "教育"), "一、制度\n① 其一\n② 其二\n二、教育"},
		{"bullets", item("4", "0", "甲") + item("4", "1", "乙"), "• 甲\n- 乙"},
		{"a definition through a list style", item("5", "0", "甲") + item("5", "0", "乙"), "I) 甲\nII) 乙"},
		{"a number from the paragraph's style", `<w:p><w:pPr><w:pStyle w:val="Item"/></w:pPr>` + run("甲") + `</w:p>`, "1. 甲"},
		{"a style that stands for a level, its numbers in decimal", item("6", "0", "总则") + `<w:p><w:pPr><w:pStyle w:val="Sub"/></w:pPr>` + run("甲") + `</w:p>`, "第一章 总则\n1.1 甲"},
		{"a style's number taken away", `<w:p><w:pPr><w:pStyle w:val="Item"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>` + run("甲") + `</w:p>`, "甲"},
		{"a number without text, as in a column of numbers", item("1", "0", "") + item("1", "0", ""), "1. \n2."},
		{"a deleted item does not count", item("1", "0", "甲") + `<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr><w:del>` + run("删") + `</w:del></w:p>` + item("1", "0", "乙"), "1. 甲\n2. 乙"},
		{"an unknown list", item("99", "0", "甲") + item("1", "12", "乙"), "甲\n乙"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := rows(t, "a.docx", docxOf(t, numbering, tbl(tr(tc2(tc.content)))))
			want := strings.ReplaceAll(tc.want, "1. \n", "1.\n")
			diff(t, "cell", got, [][]string{{want}})
		})
	}
}

func TestNumbersOfLists(t *testing.T) {
	for _, tc := range []struct {
		n            int
		format, want string
	}{
		{1, "decimal", "1"}, {7, "decimalZero", "07"}, {4, "lowerRoman", "iv"}, {1999, "upperRoman", "MCMXCIX"}, {0, "upperRoman", "0"},
		{27, "upperLetter", "AA"}, {53, "lowerLetter", "aaa"}, {10, "chineseCounting", "十"}, {11, "chineseCountingThousand", "十一"},
		{20, "chineseCounting", "二十"}, {105, "chineseCountingThousand", "一百零五"}, {110, "chineseCountingThousand", "一百一十"}, {1010, "chineseCountingThousand", "一千零一十"},
		{12, "chineseLegalSimplified", "壹拾贰"}, {3, "ideographTraditional", "丙"}, {11, "ideographTraditional", "11"}, {12, "ideographZodiac", "亥"},
		{21, "decimalEnclosedCircle", "21"}, {20, "decimalEnclosedCircle", "⑳"}, {12, "decimalFullWidth", "１２"}, {10, "ideographDigital", "一〇"}, {5, "none", ""}, {3, "hebrew1", "3"}, {3, "001, 002, 003, ...", "003"},
	} {
		if got := formatNumber(tc.n, tc.format); got != tc.want {
			t.Errorf("formatNumber(%d, %q) = %q; want %q", tc.n, tc.format, got, tc.want)
		}
	}
}

func TestStrictAndUnusualDocuments(t *testing.T) {
	body := `<w:body>` + para("前") + tbl(tr(tc("序号"), tc("描述"))) + `</w:body></w:document>`
	plain := map[string]string{"[Content_Types].xml": "<Types/>", "_rels/.rels": relsOf("officeDocument", "/word/document.xml")}
	utf16 := func(s string) string {
		var b strings.Builder
		b.WriteString("\xFF\xFE")
		for _, r := range s {
			b.WriteByte(byte(r))
			b.WriteByte(byte(r >> 8))
		}
		return b.String()
	}
	for name, document := range map[string]string{
		"the strict namespace":              `<w:document xmlns:w="` + strictNS + `">` + body,
		"another prefix":                    strings.ReplaceAll(strings.ReplaceAll(`<w:document xmlns:w="`+wordNS+`">`+body, "xmlns:w", "xmlns:ns0"), "w:", "ns0:"),
		"no prefix at all":                  strings.ReplaceAll(strings.ReplaceAll(`<w:document xmlns:w="`+wordNS+`">`+body, "xmlns:w", "xmlns"), "w:", ""),
		"a byte-order mark":                 "\uFEFF" + `<w:document xmlns:w="` + wordNS + `">` + body,
		"UTF-16":                            utf16(`<?xml version="1.0" encoding="UTF-16"?><w:document xmlns:w="` + wordNS + `">` + body),
		"comments and instructions":         `<?xml version='1.0'?><!-- c --><?mso x?><w:document xmlns:w="` + wordNS + `"><!--` + strings.Repeat("x", 1<<18) + `-->` + body,
		"something behind the end":          `<w:document xmlns:w="` + wordNS + `">` + body + "\x00\x00junk",
		"a namespace that is declared anew": `<w:document xmlns:w="other">` + strings.Replace(body, "<w:body>", `<w:body xmlns:w="`+wordNS+`">`, 1),
	} {
		plain["word/document.xml"] = document
		g := read(t, name, zipOf(t, plain), Options{})
		if name == "a namespace that is declared anew" {
			continue // the root decides; what counts is that it neither fails nor hangs
		}
		if len(g.Tables) != 1 {
			t.Errorf("%s: got %+v", name, g)
			continue
		}
		diff(t, name, g.Tables[0].Rows, [][]string{{"序号", "描述"}})
		diff(t, name, g.Tables[0].Before, []string{"前"})
	}
	for name, document := range map[string]string{
		"cut short":                  wordRoot + para("x"),
		"tags that do not match":     wordRoot + `<w:p></w:r></w:p></w:body></w:document>`,
		"an unknown entity":          wordRoot + tbl(tr(tc("&nbsp;"))) + `</w:body></w:document>`,
		"a foreign encoding":         `<?xml version="1.0" encoding="GBK"?>` + wordRoot + `</w:body></w:document>`,
		"nested too deep":            wordRoot + strings.Repeat("<w:sdt><w:sdtContent>", 2000),
		"tables nested too deep":     wordRoot + strings.Repeat(`<w:tbl><w:tr><w:tc>`, 40) + strings.Repeat(`</w:tc></w:tr></w:tbl>`, 40) + `</w:body></w:document>`,
		"an attribute without marks": `<w:document a=b>`,
		"nothing":                    "",
		"only text":                  "hello",
	} {
		plain["word/document.xml"] = document
		diff(t, name, read(t, name, zipOf(t, plain), Options{}).Errors, []string{CodeUnreadable})
	}
}

func TestALongPassageBetweenTablesLosesItsMiddle(t *testing.T) {
	var body strings.Builder
	for i := range 1000 {
		body.WriteString(para(itoa(i)))
	}
	g := read(t, "a.docx", docxOf(t, "", body.String()+tbl(tr(tc("1")))), Options{})
	before := g.Tables[0].Before
	if len(before) != maxGap || before[0] != "0" || before[maxGap-1] != "999" {
		t.Errorf("of 1,000 paragraphs %d are left, from %s to %s", len(before), before[0], before[len(before)-1])
	}
}
