package export

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingfeng/internal/integrity"
)

func TestSafe(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"an ordinary text", "医用耗材采购", "医用耗材采购"},
		{"an equals sign starts a formula", "=1+1", "'=1+1"},
		{"so does a plus", "+86 571", "'+86 571"},
		{"so does a minus", "-2", "'-2"},
		{"so does an at sign", "@SUM(A1)", "'@SUM(A1)"},
		{"a tab hides one", "\t=1", "'\t=1"},
		{"a carriage return hides one", "\r=1", "'\r=1"},
		{"a space hides one", "  =1", "'  =1"},
		{"full-width signs are turned into plain ones by some", "＝1+1", "'＝1+1"},
		{"a full-width at sign too", "＠SUM", "'＠SUM"},
		{"a sign in the middle is harmless", "1=1", "1=1"},
		{"an empty text stays empty", "", ""},
		{"broken bytes are left alone", "\xff=1", "\xff=1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Safe(tc.in); got != tc.want {
				t.Errorf("Safe(%q) = %q; want %q", tc.in, got, tc.want)
			}
		})
	}
}

func sample() Table {
	rows := [][]any{
		{"市第一医院", 3, integrity.Date(2026, 3, 5), "=HYPERLINK(\"http://x\")"},
		{"＋市第二医院", 0, integrity.NoDay, "第一行\n第二行，\"引号\""},
		{nil, 12, integrity.Forever, ""},
	}
	return Table{
		Sheet: "清单", Columns: []Column{{Head: "单位", Width: 20}, {Head: "序号"}, {Head: "日期"}, {Head: "描述", Width: 40}},
		Rows: func(yield func([]any) bool) {
			for _, r := range rows {
				if !yield(r) {
					return
				}
			}
		},
		Note: "导出：本机用户，\n2026-11-22", Mark: true,
	}
}

func TestCSV(t *testing.T) {
	body, err := Bytes(CSV, sample())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(body, []byte(byteOrderMark)) {
		t.Error("no byte-order mark")
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte(byteOrderMark))))
	r.FieldsPerRecord = -1
	got, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"单位", "序号", "日期", "描述"},
		{"市第一医院", "3", "2026-03-05", "'=HYPERLINK(\"http://x\")"},
		{"'＋市第二医院", "0", "", "第一行\n第二行，\"引号\""},
		{"", "12", "", ""},
		{"# 导出：本机用户， 2026-11-22"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	bare := sample()
	bare.Mark, bare.Note = false, ""
	if body, err = Bytes(CSV, bare); err != nil || !bytes.HasPrefix(body, []byte("单位,")) || strings.Contains(string(body), "# ") {
		t.Errorf("for programs: %v, %q", err, body)
	}
}

func TestWorkbook(t *testing.T) {
	body, err := Bytes(Workbook, sample())
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]string{"A1": "单位", "A2": "市第一医院", "B2": "3", "C2": "2026-03-05", "D2": "'=HYPERLINK(\"http://x\")", "A3": "'＋市第二医院", "C3": "", "B4": "12", "A5": "# 导出：本机用户， 2026-11-22"} {
		if got, err := f.GetCellValue("清单", cell); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", cell, got, err, want)
		}
	}
	if kind, err := f.GetCellType("清单", "B2"); err != nil || kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("a number has the type %v, %v", kind, err)
	}
	if formula, err := f.GetCellFormula("清单", "D2"); err != nil || formula != "" {
		t.Errorf("formula %q, %v", formula, err)
	}
	if panes, err := f.GetPanes("清单"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if width, err := f.GetColWidth("清单", "D"); err != nil || width != 40 {
		t.Errorf("width %v, %v", width, err)
	}
}
