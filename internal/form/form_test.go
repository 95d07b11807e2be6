package form

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
)

var sample = Form{
	UnitName: "办公室", Date: integrity.Date(2026, time.March, 5), HeadSigned: "钱一", LeaderSigned: "赵甲",
	Points: []integrity.RiskPoint{
		{No: 1, Description: "采购未经集体讨论。", Measures: []string{"集体决策；", "公开透明。"}, Path: []string{"查阅会议记录。"}, Grade: integrity.GradeImportant,
			Head: "钱一", Persons: []string{"孙二", "李三"}, Layer: integrity.LayerLeadership, Category: integrity.CategoryExternal},
		{No: 2, Description: "=1+1 <&>", Measures: []string{"甲"}, Path: []string{"乙", "丙"}, Grade: integrity.GradeUngraded, Layer: integrity.LayerUnclassified, Category: integrity.CategoryUnclassified},
	},
}

// read returns the cells of every table in a file, and the lines around the first.
func read(t *testing.T, data []byte) (rows [][]string, around []string) {
	t.Helper()
	for tab, err := range table.Open(t.Context(), "form", bytes.NewReader(data), int64(len(data)), table.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		around = append(around, tab.Before...)
		for row, err := range tab.Rows {
			if err != nil {
				t.Fatal(err)
			}
			cells := row.Cells
			if row.Merged != nil { // a merged line reads as its text once
				cells = nil
				for i, c := range row.Cells {
					if !row.Merged[i] {
						cells = append(cells, c)
					}
				}
			}
			rows = append(rows, cells)
		}
		around = append(around, tab.After...)
	}
	return rows, around
}

func written(t *testing.T, write func(io.Writer, ...Form) error, forms ...Form) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, forms...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	six        = []string{"序号", "廉洁风险点描述", "防控措施", "监督检查路径", "风险\n等级", "相关责任人"}
	sampleRows = [][]string{
		{"1", "采购未经集体讨论。", "1. 集体决策；\n2. 公开透明。", "查阅会议记录。", "重要", "处室单位负责人：钱一\n责任人员：孙二、李三"},
		{"2", "=1+1 <&>", "甲", "1. 乙\n2. 丙", "重要/\n一般", "处室单位负责人：\n责任人员："},
	}
)

func TestTheFormHasSixColumnsInOrderAndItsFrame(t *testing.T) {
	title, head := "市卫生计生委廉洁风险防控清单", "填表处室（单位）：办公室"+blank+"日期：2026年3月5日"
	foot := []string{"处室（单位）主要负责人签字：钱一      责任领导（分管委领导）审核签字：赵甲", notes[0], notes[1], notes[2]}
	rows, around := read(t, written(t, WriteDocx, sample))
	if diff := cmp.Diff(append([][]string{six}, sampleRows...), rows); diff != "" {
		t.Errorf("docx rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append([]string{title, head}, foot...), around); diff != "" {
		t.Errorf("docx frame (-want +got):\n%s", diff)
	}
	rows, _ = read(t, written(t, WriteXLSX, sample))
	want := append([][]string{{title}, {head}, six}, sampleRows...)
	for _, line := range foot {
		want = append(want, []string{line})
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("xlsx rows (-want +got):\n%s", diff)
	}
}

func TestTwoMoreColumnsHoldLayerAndCategory(t *testing.T) {
	f := sample
	f.Classified = true
	for name, write := range map[string]func(io.Writer, ...Form) error{"docx": WriteDocx, "xlsx": WriteXLSX} {
		rows, _ := read(t, written(t, write, f))
		if name == "xlsx" {
			rows = rows[2:5]
		}
		if diff := cmp.Diff(append(append([]string(nil), six...), "层面", "类别"), rows[0]); diff != "" {
			t.Errorf("%s headings (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff([]string{"领导岗位", "其他（被“围猎”）"}, rows[1][6:]); diff != "" {
			t.Errorf("%s first point (-want +got):\n%s", name, diff)
		}
		if len(rows[2]) > 6 {
			t.Errorf("%s: an unclassified point has %q", name, rows[2][6:])
		}
	}
}

func TestTheEmptyFormIsTheTemplate(t *testing.T) {
	rows, around := read(t, written(t, WriteDocx))
	if len(rows) != 1+emptyRows || rows[3][0] != "3" || rows[3][4] != "重要/\n一般" || rows[3][1] != "" {
		t.Errorf("rows of the template: %q", rows)
	}
	if !strings.HasPrefix(around[1], "填表处室（单位）：") || !strings.HasSuffix(around[1], "日期：") {
		t.Errorf("header line of the template: %q", around[1])
	}
	if rows, _ := read(t, written(t, WriteXLSX)); len(rows) != 3+emptyRows+4 {
		t.Errorf("the workbook has %d rows", len(rows))
	}
}

func TestSeveralFormsShareOneFile(t *testing.T) {
	other := sample
	other.Points = other.Points[:1]
	book, err := excelize.OpenReader(bytes.NewReader(written(t, WriteXLSX, sample, other, Form{UnitName: "a/b:c*[很长的单位名称很长的单位名称很长的单位名称]"})))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if diff := cmp.Diff([]string{"办公室", "办公室_2", "a_b_c__很长的单位名称很长的单位名称很长的单位"}, book.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	layout, err := book.GetPageLayout("办公室")
	if err != nil || layout.Orientation == nil || *layout.Orientation != "landscape" || layout.Size == nil || *layout.Size != 9 {
		t.Errorf("page layout %+v, %v", layout, err)
	}
	if kind, err := book.GetCellType("办公室", "B5"); err != nil || kind == excelize.CellTypeFormula {
		t.Errorf("a text that begins with = is of type %v, %v", kind, err)
	}
	rows, _ := read(t, written(t, WriteDocx, sample, other))
	if len(rows) != 3+2 {
		t.Errorf("two forms in one document have %d rows", len(rows))
	}
}

func TestTheSameFormGivesTheSameBytes(t *testing.T) {
	for name, write := range map[string]func(io.Writer, ...Form) error{"docx": WriteDocx, "xlsx": WriteXLSX} {
		if !bytes.Equal(written(t, write, sample), written(t, write, sample)) {
			t.Errorf("%s differs the second time", name)
		}
	}
}

func TestAYearOtherThanThatOfTheDateIsWritten(t *testing.T) {
	f := sample
	f.Year = 2026
	if strings.Contains(f.head(), "年度") {
		t.Errorf("head %q", f.head())
	}
	f.Year = 2025
	if !strings.HasSuffix(f.head(), "年度：2025") {
		t.Errorf("head %q", f.head())
	}
}

func TestATextTooLongForACellIsAnError(t *testing.T) {
	f := sample
	f.Points = []integrity.RiskPoint{{No: 1, Description: strings.Repeat("长", cellLimit+1)}}
	if err := WriteXLSX(io.Discard, f); err == nil {
		t.Error("a text of more than 32,767 characters was cut silently")
	}
}
