package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// complaintsCSV is n complaints of the columns and lengths that offices send.
func complaintsCSV(n int) []byte {
	var b bytes.Buffer
	b.WriteString("编号,单位,日期,内容,渠道,层面,类别,涉廉,状态,办结日期,来源\n")
	for i := range n {
		fmt.Fprintf(&b, "TS-2026-%07d,市第%d人民医院,2026-%02d-%02d,反映门诊收费窗口排队时间长且解释不清，希望加强管理,热线,其他岗位,作风问题,否,办结,2026-%02d-%02d,12345\n",
			i, i%40+1, i%12+1, i%28+1, i%12+1, i%28+1)
	}
	return b.Bytes()
}

func complaintsXLSX(tb testing.TB, n int) []byte {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		tb.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(complaintsCSV(n)))
	for i := 1; ; i++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		cells := make([]any, len(record))
		for j, s := range record {
			cells[j] = s
		}
		if i > 1 {
			cells = append(cells, i)
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i), cells); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func drain(tb testing.TB, name string, data []byte) (rows int) {
	for t, err := range Open(tb.Context(), name, bytes.NewReader(data), int64(len(data)), Options{}) {
		if err != nil {
			tb.Fatal(err)
		}
		for _, err := range t.Rows {
			if err != nil {
				tb.Fatal(err)
			}
			rows++
		}
	}
	return rows
}

const benchRows = 100_000

func BenchmarkCSV100k(b *testing.B) {
	data := complaintsCSV(benchRows)
	quoted := []byte(strings.ReplaceAll(string(data), ",热线,", `,"热线，转办",`))
	b.Run("table", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			drain(b, "a.csv", data)
		}
	})
	b.Run("encoding csv", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			bareCSV(b, data)
		}
	})
	b.Run("table with quotes", func(b *testing.B) {
		b.SetBytes(int64(len(quoted)))
		for b.Loop() {
			drain(b, "a.csv", quoted)
		}
	})
	b.Run("encoding csv with quotes", func(b *testing.B) {
		b.SetBytes(int64(len(quoted)))
		for b.Loop() {
			bareCSV(b, quoted)
		}
	})
}

func bareCSV(b *testing.B, data []byte) {
	r := csv.NewReader(bytes.NewReader(data))
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkXLSX20k(b *testing.B) {
	data := complaintsXLSX(b, benchRows/5)
	b.Run("table", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			drain(b, "a.xlsx", data)
		}
	})
	b.Run("excelize", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 512 << 20, UnzipXMLSizeLimit: 256 << 20})
			if err != nil {
				b.Fatal(err)
			}
			rows, err := f.Rows("Sheet1")
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
				if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
					b.Fatal(err)
				}
			}
			if err := errors.Join(rows.Close(), f.Close()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// formDocx is a form of twenty rows as units hand it in.
func formDocx(tb testing.TB) []byte {
	heading := trp(`<w:tblHeader/>`, tc("序号"), tc("廉洁风险点描述"), tc("防控措施"), tc("监督检查路径"), tc("风险等级"), tc("相关责任人"))
	form := []string{heading}
	for i := range 20 {
		form = append(form, tr(tc(itoa(i+1)), tc("药品、耗材采购中可能存在的利益输送问题"), tc("1.完善制度\n2.明确流程\n3.加强教育\n4.公开结果"),
			tc("依据：岗位职责\n重点：权力运行是否规范\n方法：查阅资料"), tc("重要"), tc("处室单位负责人：张三\n责任人员：李四、王五")))
	}
	styles := `styles.xml=<w:styles>` + strings.Repeat(`<w:style w:styleId="S"><w:name w:val="x"/><w:rPr><w:b/></w:rPr></w:style>`, 300) + `</w:styles>`
	return docxOf(tb, styles, para("填表处室（单位）：政治处 日期：2026年3月5日")+tbl(form...)+para("签字："))
}

func BenchmarkDocxForm20(b *testing.B) {
	data := formDocx(b)
	for b.Loop() {
		drain(b, "a.docx", data)
	}
}
