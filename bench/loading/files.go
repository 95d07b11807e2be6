package loading

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"qingfeng/internal/docx"
)

var headings = []string{"编号", "单位", "日期", "内容", "渠道", "类别", "状态", "办结日期"}

var texts = []string{
	"患者家属反映门诊收费窗口多收检查费，要求退还并说明收费依据，望尽快核实处理。",
	"来电人称在住院部等候床位三天无人答复，医生护士相互推诿，态度生硬，请有关部门核查。",
	"反映该院设备采购过程不公开，中标公司与科室负责人往来密切，希望调查招标文件和会议记录。",
	"咨询电话 13812345678 一直无人接听，预约挂号系统显示有号但到院后被告知停诊，排队时间过长。",
	"投诉食堂饭菜价格上涨、卫生状况差，多次反映没有改进，希望医院公布采购价格。",
}

// complaint is row i of a series, as a call centre exports it: 170 bytes, one text in five
// with a number to mask, one row in four with a category.
func complaint(series, i int) []string {
	unit, category, status, closed := "单位0001", "", "在办", ""
	if i%3 == 0 {
		unit = "单位0002"
	}
	if i%4 == 0 {
		category = "岗位"
	}
	if i%2 == 0 {
		status, closed = "办结", "2026-06-30"
	}
	return []string{fmt.Sprintf("T%d-%07d", series, i), unit, fmt.Sprintf("2026-%02d-%02d", i%6+1, i%28+1),
		fmt.Sprintf("%s（第%d件）", texts[i%len(texts)], i), "热线", category, status, closed}
}

// complaintsCSV writes rows of a series as CSV. No cell needs quotation marks.
func complaintsCSV(w io.Writer, series, rows int) error {
	if _, err := fmt.Fprintln(w, strings.Join(headings, ",")); err != nil {
		return err
	}
	for i := range rows {
		if _, err := fmt.Fprintln(w, strings.Join(complaint(series, i), ",")); err != nil {
			return err
		}
	}
	return nil
}

// complaintsXLSX writes rows of a series as a workbook.
func complaintsXLSX(series, rows int) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	line := func(n int, cells []string) error {
		row := make([]any, len(cells))
		for i, c := range cells {
			row[i] = c
		}
		return w.SetRow(fmt.Sprintf("A%d", n), row)
	}
	if err := line(1, headings); err != nil {
		return nil, err
	}
	for i := range rows {
		if err := line(i+2, complaint(series, i)); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}

// unitsCSV writes n units below a commission.
func unitsCSV(n int) []byte {
	var b bytes.Buffer
	b.WriteString("单位编码,单位名称,上级编码\n00,临澄市卫生健康委员会,\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "U%04d,单位%04d,00\n", i, i)
	}
	return b.Bytes()
}

// form is the notice's form of a unit, with points of its own.
func form(unit, year, points int) ([]byte, error) {
	cell := func(text string) docx.Cell {
		var c docx.Cell
		for line := range strings.SplitSeq(text, "\n") {
			c.Paragraphs = append(c.Paragraphs, docx.Text(line))
		}
		return c
	}
	row := func(cells ...string) (r docx.Row) {
		for _, c := range cells {
			r.Cells = append(r.Cells, cell(c))
		}
		return r
	}
	rows := []docx.Row{row("序号", "廉洁风险点描述", "防控措施", "监督检查路径", "风险\n等级", "相关责任人")}
	for i := 1; i <= points; i++ {
		rows = append(rows, row(fmt.Sprint(i), fmt.Sprintf("单位%04d第%d类药品、耗材采购由少数人决定，缺少监督", unit, i), "1.完善制度\n2.明确流程\n3.加强教育\n4.公开结果",
			"依据：岗位职责\n重点：权力运行是否规范\n方法：查阅资料", "重要", "处室单位负责人：张三\n责任人员：李四、王五"))
	}
	var b bytes.Buffer
	err := docx.Write(&b, docx.Document{Title: "清单", Landscape: true, Body: []docx.Block{docx.Text("廉洁风险防控清单"),
		docx.Text(fmt.Sprintf("填表处室（单位）：单位%04d 日期：%d年3月5日", unit, year)),
		docx.Table{Widths: []int{600, 3000, 3000, 3000, 800, 1600}, Headings: 1, Rows: rows}}})
	return b.Bytes(), err
}

// zipped packs files into one archive.
func zipped(files [][]byte) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, f := range files {
		w, err := z.Create(fmt.Sprintf("%04d.docx", i+1))
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}
