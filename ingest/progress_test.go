package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

func TestALoadTellsHowFarItHasCome(t *testing.T) {
	b := newBench(t)
	b.city()
	lines := []string{"编号|单位|日期|内容"}
	for i := range 2500 {
		lines = append(lines, fmt.Sprintf("T%d|13|2026-03-05|窗口排队时间长", i))
	}
	var told []Progress
	rep, err := b.load.Load(t.Context(), Request{Kind: KindComplaints, By: "收件箱", Progress: func(p Progress) { told = append(told, p) }, Files: []Source{
		source("a.csv", csvOf(lines...)), source("b.csv", csvOf("编号|单位|日期|内容", "U1|13|2026-03-06|退费要跑三次"))}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range told {
		got = append(got, fmt.Sprintf("%s %d %s %d/%d", p.Step, p.Number, p.File, p.Read, p.Written))
	}
	want := []string{"waiting 0  0/0", "reading 1 a.csv 0/0", "reading 1 a.csv 1000/0", "reading 1 a.csv 2000/0", "reading 1 a.csv 2500/0", "reading 1 a.csv 2500/2500",
		"reading 2 b.csv 0/0", "reading 2 b.csv 1/0", "reading 2 b.csv 1/1", "linking 2 b.csv 1/1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
	info, err := b.store.BatchByID(t.Context(), rep.Batch)
	if err != nil || info.Principal != "收件箱" {
		t.Errorf("the batch is by %q, %v", info.Principal, err)
	}
}

func TestAReportSpeaksBothLanguages(t *testing.T) {
	b := newBench(t)
	b.city()
	rep := b.csv(KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级", "13|2026-03-05|1|药品采购由少数人决定，缺少监督|双人复核|查阅会议记录|高")
	en := rep.In(integrity.English)
	zh, other := rep.Files[0].Errors[0].Message, en.Files[0].Errors[0].Message
	if !strings.Contains(zh, "不是风险等级") || !strings.Contains(other, "is no grade") || rep.Files[0].Errors[0].Message != zh {
		t.Errorf("Chinese %q, English %q", zh, other)
	}
	if d := cmp.Diff(zh, en.In(integrity.Chinese).Files[0].Errors[0].Message); d != "" {
		t.Errorf("and back: %s", d)
	}
}
