package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingfeng/internal/docx"
	"qingfeng/internal/integrity"
)

// sheets is a workbook of one sheet for each part; cells are separated by |.
func sheets(t *testing.T, parts ...[]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, lines := range parts {
		name := "第" + string(rune('1'+i)) + "部分"
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for r, line := range lines {
			cell, err := excelize.CoordinatesToCellName(1, r+1)
			if err != nil {
				t.Fatal(err)
			}
			var row []any
			for text := range strings.SplitSeq(line, "|") {
				row = append(row, text)
			}
			if err := f.SetSheetRow(name, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// personsForm is the form of one person with one point, the first.
func personsForm(date, description, who string) []docx.Block {
	return formBlocks("填表处室（单位）：办公室  日期："+date, docxRows(point("1", description, "一般", who)), "处室（单位）主要负责人签字：钱一   责任领导（分管委领导）审核签字：赵甲")
}

// listsThatCount tells every list that counts: unit, year, day, number of points; then its points.
func (b *bench) listsThatCount() []string {
	b.t.Helper()
	var rows []struct {
		Text string `ch:"text"`
	}
	if err := b.store.Read().Select(b.t.Context(), &rows, `SELECT concat(l.unit, ' ', toString(l.on), ' ', toString(l.points), ': ', toString(r.no), ' ', r.description, ' ', r.grade) AS text FROM
		(SELECT list_id, unit, toString(listed_on) AS on, points FROM lists GROUP BY list_id, unit, listed_on, points, replaced, ver HAVING sum(sign) > 0 AND replaced = 0) AS l
		INNER JOIN (SELECT list_id, no, description, grade FROM risks GROUP BY list_id, no, description, grade, row_id, ver HAVING sum(sign) > 0) AS r ON l.list_id = r.list_id ORDER BY text`); err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Text)
	}
	return out
}

func TestPartsOfAListInOneLoadAreOneList(t *testing.T) {
	one := []string{riskHead, risk("13", "2026-03-05", "1", "药品采购未经集体讨论", "重要"), risk("13", "2026-03-05", "2", "公章使用没有登记", "一般")}
	two := []string{riskHead, risk("13", "2026-03-05", "3", "公务接待超出规定标准", "一般")}
	twoLater := []string{riskHead, risk("13", "2026-03-09", "3", "公务接待超出规定标准", "一般")}
	fromOne := []string{riskHead, risk("13", "2026-03-05", "1", "食堂账目不清", "一般")}
	overlapping := []string{riskHead, risk("13", "2026-03-05", "1", "药品采购未经集体讨论", "重要"), risk("13", "2026-03-05", "2", "公章使用没有登记", "重要")}
	whole := []string{"13 2026-03-05 3: 1 药品采购未经集体讨论 important", "13 2026-03-05 3: 2 公章使用没有登记 general", "13 2026-03-05 3: 3 公务接待超出规定标准 general"}
	wholeLater := []string{"13 2026-03-09 3: 1 药品采购未经集体讨论 important", "13 2026-03-09 3: 2 公章使用没有登记 general", "13 2026-03-09 3: 3 公务接待超出规定标准 general"}
	bothFirst := []string{"13 2026-03-05 3: 1 药品采购未经集体讨论 important", "13 2026-03-05 3: 1 食堂账目不清 general", "13 2026-03-05 3: 2 公章使用没有登记 general"}
	corrected := []string{"13 2026-03-05 2: 1 药品采购未经集体讨论 important", "13 2026-03-05 2: 2 公章使用没有登记 important"}
	persons := []string{"01 2026-03-05 2: 1 采购未经集体讨论决定 general", "01 2026-03-05 2: 1 公章使用没有登记备查 general"}
	csvs := func(parts ...[]string) (out []Source) {
		for i, lines := range parts {
			out = append(out, source("part"+string(rune('1'+i))+".csv", csvOf(lines...)))
		}
		return out
	}
	first, second := personsForm("2026年3月5日", "采购未经集体讨论决定", "张三"), personsForm("2026年3月5日", "公章使用没有登记备查", "李四")
	secondLater := personsForm("2026年3月9日", "公章使用没有登记备查", "李四")
	for _, c := range []struct {
		name     string
		files    []Source
		want     []string
		counts   Counts
		warnings []string // of the last file
	}{
		{"two sheets of a workbook", []Source{source("a.xlsx", sheets(t, one, two))}, whole, Counts{Read: 3, Added: 3}, nil},
		{"two CSV files in an archive", []Source{source("a.zip", packed(t, map[string]string{"1.csv": string(csvOf(one...)), "2.csv": string(csvOf(two...))}))}, whole, Counts{Read: 3, Added: 3}, nil},
		{"two files of one load", csvs(one, two), whole, Counts{Read: 3, Added: 3}, nil},
		{"two sheets of different dates are a list of the latest", []Source{source("a.xlsx", sheets(t, one, twoLater))}, wholeLater, Counts{Read: 3, Added: 3}, []string{"date_differs"}},
		{"the later date may stand first", []Source{source("a.zip", packed(t, map[string]string{"1.csv": string(csvOf(twoLater...)), "2.csv": string(csvOf(one...))}))}, wholeLater, Counts{Read: 3, Added: 3}, []string{"date_differs"}},
		{"rows of one table with different dates", csvs(append(append([]string{}, one...), twoLater[1])), wholeLater, Counts{Read: 3, Added: 3}, []string{"date_differs"}},
		{"different points with one number are both kept, in sheets", []Source{source("a.xlsx", sheets(t, one, fromOne))}, bothFirst, Counts{Read: 3, Added: 3}, []string{"no_repeated"}},
		{"different points with one number are both kept, in files", csvs(one, fromOne), bothFirst, Counts{Read: 3, Added: 3}, []string{"no_repeated"}},
		{"of a point that stands twice the last row counts, in sheets", []Source{source("a.xlsx", sheets(t, one, overlapping))}, corrected, Counts{Read: 4, Added: 2, Unchanged: 2}, []string{"number_repeated"}},
		{"of a point that stands twice the last row counts, in files", csvs(one, overlapping), corrected, Counts{Read: 4, Added: 2, Changed: 1, Unchanged: 1}, []string{"number_repeated"}},
		{"a form for each person in one document, with different dates", []Source{source("a.docx", wordFile(t, append(append([]docx.Block{}, first...), secondLater...)...))},
			[]string{"01 2026-03-09 2: 1 公章使用没有登记备查 general", "01 2026-03-09 2: 1 采购未经集体讨论决定 general"}, Counts{Read: 2, Added: 2}, []string{"date_differs", "no_repeated"}},
		{"a form for each person, each in a file", []Source{source("张三.docx", wordFile(t, first...)), source("李四.docx", wordFile(t, second...))},
			[]string{persons[1], persons[0]}, Counts{Read: 2, Added: 2}, []string{"no_repeated"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.city()
			before := b.standing()
			for _, dry := range []bool{true, false} {
				rep := b.request(Request{Kind: KindRisks, DryRun: dry, Files: c.files})
				if rep.Totals != c.counts {
					t.Errorf("dry run %t: %+v, want %+v; %+v", dry, rep.Totals, c.counts, rep.Files)
				}
				var got []string
				for _, code := range codes(rep.Files[len(rep.Files)-1].Warnings) {
					if code == "date_differs" || code == "no_repeated" || code == "number_repeated" || code == "list_replaced_in_load" {
						got = append(got, code)
					}
				}
				if diff := cmp.Diff(c.warnings, got); diff != "" {
					t.Errorf("dry run %t: warnings (-want +got):\n%s", dry, diff)
				}
				if dry {
					continue
				}
				if diff := cmp.Diff(c.want, b.listsThatCount()); diff != "" {
					t.Errorf("the list (-want +got):\n%s", diff)
				}
				if n := b.number("SELECT sum(sign) FROM lists"); n != 1 {
					t.Errorf("%d versions, want 1", n)
				}
				stands := b.standing()
				for _, again := range [][]Source{c.files, c.files[:1], c.files[len(c.files)-1:]} {
					if rep := b.request(Request{Kind: KindRisks, Files: again}); rep.Totals.Unchanged != rep.Totals.Read {
						t.Errorf("loaded again: %+v", rep.Totals)
					}
				}
				if diff := cmp.Diff(stands, b.standing()); diff != "" {
					t.Errorf("after loading again (-want +got):\n%s", diff)
				}
				b.revert(rep.Batch)
				if diff := cmp.Diff(before, b.standing()); diff != "" {
					t.Errorf("after taking it back (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestAListOfAnotherDateInOneLoadReplacesWithAWarningThatNamesBothFiles(t *testing.T) {
	for _, lang := range []integrity.Lang{integrity.Chinese, integrity.English} {
		b := newBench(t)
		b.city()
		rep := b.request(Request{Kind: KindRisks, Lang: lang, Files: []Source{
			source("三月.csv", csvOf(riskHead, risk("13", "2026-03-05", "1", "药品采购未经集体讨论", "重要"))),
			source("六月.csv", csvOf(riskHead, risk("13", "2026-06-01", "1", "食堂账目不清", "一般"), risk("14", "2026-06-01", "1", "食堂账目不清", "一般"))),
		}})
		var warned []string
		for _, w := range rep.Files[1].Warnings {
			if w.Code == "list_replaced_in_load" {
				warned = append(warned, w.Message)
			}
		}
		if len(warned) != 1 {
			t.Fatalf("%s: warnings %+v", lang, rep.Files[1].Warnings)
		}
		for _, want := range []string{"市第一医院", "三月.csv", "六月.csv", "2026-03-05", "2026-06-01"} {
			if !strings.Contains(warned[0], want) {
				t.Errorf("%s: %q does not name %s", lang, warned[0], want)
			}
		}
		if diff := cmp.Diff([]string{"2026/1 2026-03-05 2026-06-01", "2026/1 2026-06-01 2299-12-31"}, b.spans("13")); diff != "" {
			t.Errorf("both versions have their days (-want +got):\n%s", diff)
		}
	}
}

func TestAPartThatStandsAlreadyIsNotLostToTheOtherFileOfTheLoad(t *testing.T) {
	b := newBench(t)
	b.city()
	standing := risk("13", "2026-03-05", "1", "药品采购未经集体讨论", "重要")
	b.csv(KindRisks, riskHead, standing)
	written := source("a.csv", append(csvOf(riskHead, standing), '\n')) // the same rows in other bytes
	rep := b.request(Request{Kind: KindRisks, Files: []Source{written, source("b.csv", csvOf(riskHead, risk("13", "2026-03-05", "2", "食堂账目不清", "一般")))}})
	if rep.Totals != (Counts{Read: 2, Added: 1, Unchanged: 1}) {
		t.Errorf("%+v", rep.Totals)
	}
	if diff := cmp.Diff([]string{"13 2026-03-05 2: 1 药品采购未经集体讨论 important", "13 2026-03-05 2: 2 食堂账目不清 general"}, b.listsThatCount()); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
}

func TestAFileThatStandsAlreadyIsAPartOfTheLoad(t *testing.T) {
	b := newBench(t)
	b.city()
	part := func(no int, text, grade string) Source {
		return source(fmt.Sprintf("%d.csv", no), csvOf(riskHead, risk("13", "2026-03-05", strconv.Itoa(no), text, grade)))
	}
	one, two, three := part(1, "药品采购未经集体讨论", "重要"), part(2, "公章使用没有登记", "一般"), part(3, "公务接待超出规定标准", "一般")
	points := func() (out []string) {
		for _, line := range b.listsThatCount() {
			_, after, _ := strings.Cut(line, ": ")
			out = append(out, strings.Fields(after)[0])
		}
		return out
	}
	load := func(files ...Source) Report { return b.request(Request{Kind: KindRisks, Files: files}) }
	load(one)
	both := load(one, two)
	if got := points(); !slices.Equal(got, []string{"1", "2"}) || both.Files[0].Status != FileUnchanged || both.Totals != (Counts{Read: 2, Added: 1, Unchanged: 1}) {
		t.Errorf("one, then one and two: points %s, %+v", got, both.Totals)
	}
	if rep := load(one, two); points()[1] != "2" || rep.Totals != (Counts{Read: 2, Unchanged: 2}) {
		t.Errorf("once more: %+v", rep.Totals)
	}
	load(three, one, two)
	if got := points(); !slices.Equal(got, []string{"1", "2", "3"}) {
		t.Errorf("three and what stands: points %s", got)
	}
	b.revert(both.Batch)
	load(one, part(4, "设备验收走过场", "一般"))
	if got := points(); !slices.Equal(got, []string{"1", "4"}) {
		t.Errorf("one and four: points %s", got)
	}
	// A file whose rejected row was corrected brings the corrected row along.
	wrong := source("w.csv", csvOf(riskHead, risk("14", "2026-03-05", "1", "药品采购未经集体讨论", "重要"), risk("14", "2026-03-05", "2", "公章使用没有登记", "高")))
	first := load(wrong)
	sheet, err := b.load.Rejects(t.Context(), first.Batch)
	if err != nil {
		t.Fatal(err)
	}
	sheet.Rows[0][slices.Index(sheet.Headings, "风险等级")] = "一般"
	b.csv(KindRisks, strings.Join(sheet.Headings, "|"), strings.Join(sheet.Rows[0], "|"))
	load(wrong, source("x.csv", csvOf(riskHead, risk("14", "2026-03-05", "3", "公务接待超出规定标准", "一般"))))
	if got := points(); !slices.Equal(got, []string{"1", "4", "1", "2", "3"}) {
		t.Errorf("with the corrected row: points %s", got)
	}
}
