package ingest

import (
	"slices"
	"strings"
	"testing"
)

// TestAsAboveIsReadFromTheRowAbove: in lists kept by hand 同上 means what a merged cell means.
func TestAsAboveIsReadFromTheRowAbove(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|相关责任人|层面|类别"
	rep := b.csv(KindRisks, head,
		"13|2026-03-05|1|采购未经集体讨论|集体决策|查阅资料|重要|处室单位负责人：钱一 责任人员：张三|领导岗位|决策",
		"同上|〃|2|公章使用没有登记|登记|同上|″|处室单位负责人：同上 责任人员：李四|同上|同上。",
		"同上|同上|3|食堂账目不清|公示|查阅账目|一般|同上|其他岗位|岗位",
		"14|同上|同上|排班不公开|公示|查阅账目|一般|张三|其他岗位|岗位",
		"14|同上|5|同上|公示|查阅账目|一般|张三|其他岗位|岗位")
	f := rep.Files[0]
	if f.Counts != (Counts{Read: 5, Added: 3, Rejected: 2}) || !slices.Equal(codes(f.Errors), []string{"no_invalid", "description_invalid"}) {
		t.Fatalf("%+v %+v", f.Counts, f.Errors)
	}
	for _, e := range f.Errors {
		if !strings.Contains(e.Message, "请写出") {
			t.Errorf("%+v", e)
		}
	}
	got := b.text(`SELECT toString(arraySort(groupArray((no, unit, toString(l.listed_on), path, grade, head, persons, layer, category)))) FROM risks AS r
		INNER JOIN (SELECT DISTINCT list_id, listed_on FROM lists) AS l ON l.list_id = r.list_id`)
	want := "[(1,'13','2026-03-05',['查阅资料'],'important','钱一',['张三'],'leadership','decision')," +
		"(2,'13','2026-03-05',['查阅资料'],'important','钱一',['李四'],'leadership','decision')," +
		"(3,'13','2026-03-05',['查阅账目'],'general','钱一',['李四'],'other','post')]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var said []string
	for _, w := range f.Warnings {
		if w.Code == "same_as_above" {
			said = append(said, w.Column)
			if !strings.Contains(w.Message, "行读作") {
				t.Errorf("%+v", w)
			}
		}
	}
	if want := []string{"单位", "日期", "监督检查路径", "风险等级", "相关责任人", "层面", "类别", "单位", "日期", "相关责任人", "日期", "日期"}; !slices.Equal(said, want) {
		t.Errorf("said %q", said)
	}
}

// TestAsAboveInEntriesOfSources: what an entry is about has to be said by itself; the rest may be as
// above. A row that is loaded again stands as it did, and follows what the row above says by then.
func TestAsAboveInEntriesOfSources(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "编号|单位|日期|内容|渠道|投诉人|类别"
	rows := []string{head, "S1|13|2026-03-05|窗口多收费|热线|王小明|决策", "S2|同上|同上|态度生硬|同上|同上|同上", "S3|13|2026-03-06|同上|来信||", "同上|13|2026-03-06|排队|来信||"}
	f := b.csv(KindComplaints, rows...).Files[0]
	if f.Counts != (Counts{Read: 4, Added: 2, Rejected: 2}) || !slices.Equal(codes(f.Errors), []string{"text_invalid", "number_invalid"}) {
		t.Fatalf("%+v %+v", f.Counts, f.Errors)
	}
	state := func() string {
		return b.text(`SELECT concat(toString(arraySort(groupArray((number, unit, toString(occurred_on), channel, category)))), ' ', toString(uniqExact(person)))
			FROM (SELECT number, unit, occurred_on, channel, category, person FROM signals GROUP BY ALL HAVING sum(sign) > 0)`)
	}
	if got, want := state(), "[('S1','13','2026-03-05','热线','decision'),('S2','13','2026-03-05','热线','decision')] 1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	rows[1] = "S1|14|2026-03-05|窗口多收费|热线|王小明|决策"
	if f := b.csv(KindComplaints, rows...).Files[0]; f.Changed != 2 {
		t.Errorf("after the row above was corrected: %+v", f.Counts)
	}
	if got, want := state(), "[('S1','14','2026-03-05','热线','decision'),('S2','14','2026-03-05','热线','decision')] 1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestAsAboveWithNothingAbove is an error, also below a row that could not be read.
func TestAsAboveWithNothingAbove(t *testing.T) {
	b := newBench(t)
	b.city()
	f := b.csv(KindComplaints, "编号|单位|日期|内容|渠道", "S1|同上|2026-03-05|窗口多收费|", "S2|13|2026-03-05|窗口多收费|同上").Files[0]
	if f.Rejected != 2 || !slices.Equal(codes(f.Errors), []string{"unit_invalid", "channel_invalid"}) {
		t.Errorf("%+v %+v", f.Counts, f.Errors)
	}
	f = b.csv(KindComplaints, "编号|单位|日期|内容|渠道", "S1|13|2026-03-05|窗口多收费|同上", "S2|13|2026-03-05|同上|来信", "S3|同上|2026-03-05|排队|同上", "S4|13|2026-03-05|排队|同上").Files[0]
	if f.Rejected != 2 || b.text("SELECT toString(arraySort(groupArray((number, unit, channel)))) FROM signals") != "[('S3','13','来信'),('S4','13','来信')]" {
		t.Errorf("below rows that were refused: %+v %+v", f.Counts, f.Errors)
	}
	f = b.csv(KindComplaints, "编号|单位|日期|内容|渠道", "T1|13|2026-03-05|窗口多收费|热线", "T2|13|2026-03-05|"+strings.Repeat("长", 40_000)+"|来信", "T3|13|2026-03-05|排队|同上").Files[0]
	if f.Rejected != 2 || f.Added != 1 {
		t.Errorf("%+v %+v", f.Counts, codes(f.Errors))
	}
}

// TestErrorsOfFormulasAreNoText: #REF! was loaded as the text of an entry.
func TestErrorsOfFormulasAreNoText(t *testing.T) {
	b := newBench(t)
	b.city()
	f := b.csv(KindComplaints, "编号|单位|日期|内容|渠道|满意度", "S1|13|2026-03-05|#REF!|热线|", "S2|13|2026-03-05|窗口多收费|#N/A|", "S3|13|2026-03-05|排队|热线|#N/A", "S4|13|2026-03-05|#1 窗口|热线|").Files[0]
	if f.Counts != (Counts{Read: 4, Added: 2, Rejected: 2}) || !slices.Equal(codes(f.Errors), []string{"text_invalid", "channel_invalid"}) {
		t.Errorf("%+v %+v", f.Counts, f.Errors)
	}
}
