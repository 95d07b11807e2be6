package mask

import (
	"strings"
	"testing"
)

// A complaint without anything to mask, and without digits.
const cleanText = "上周带孩子去医院看病，挂了儿科的号，排队等了两个多小时，轮到的时候医生却说已经下班，态度十分冷淡。窗口的工作人员互相推诿，没有人愿意解释原因。" +
	"希望有关部门调查处理，改进服务态度，优化挂号流程，让群众少跑路、少排队，并对相关责任科室进行提醒教育，同时公开处理结果。"

// A complaint with dates and amounts, as most are.
const usualText = "2026年3月5日上午9:30，本人陪同母亲到医院复查，共花费1286.50元，其中检查费860元。我是外地来的，住院部三楼的护士让我们等到11点，" +
	"最后说设备坏了，改到2026-03-08再来。投诉人认为该科室管理混乱，要求退还费用并给出书面说明。"

// A complaint of 150 characters with one phone number.
const dirtyText = "上周带孩子去医院看病，挂了儿科的号，排队等了两个多小时，轮到的时候医生却说已经下班，态度十分冷淡。窗口的工作人员互相推诿，没有人愿意解释原因。" +
	"希望有关部门调查处理，改进服务态度，优化挂号流程，让群众少跑路、少排队。联系电话13800138000，盼复，谢谢。"

// Complaints as a call centre exports them: most end in a number of their own, which is no
// identifier, and some hold a mobile number.
const (
	countedText   = "患者家属反映门诊收费窗口多收检查费，要求退还并说明收费依据，望尽快核实处理。（第1234567件）"
	calledText    = "来电人称在住院部等候床位三天无人答复，医生护士相互推诿，态度生硬，请有关部门核查。（第1234567件）"
	telephoneText = "咨询电话 13812345678 一直无人接听，预约挂号系统显示有号但到院后被告知停诊，排队时间过长。（第1234567件）"
)

// A complaint with a name and an address.
const namedText = "投诉人张建国反映：2026-03-05 10:30:15在市一医院门诊就诊，收费单号20260305004512，被多收检查费1286.50元。我是患者的儿子，" +
	"家住越城区胜利西路123号4幢502室，请尽快核实并退还费用。"

func benchmarkText(b *testing.B, s string, want int) {
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		if _, n := Text(s); n != want {
			b.Fatalf("Text masked %d, want %d", n, want)
		}
	}
}

func BenchmarkTextClean(b *testing.B)    { benchmarkText(b, cleanText, 0) }
func BenchmarkTextUsual(b *testing.B)    { benchmarkText(b, usualText, 0) }
func BenchmarkTextOnePhone(b *testing.B) { benchmarkText(b, dirtyText, 1) }

func BenchmarkTextCounted(b *testing.B)   { benchmarkText(b, countedText, 0) }
func BenchmarkTextCalled(b *testing.B)    { benchmarkText(b, calledText, 0) }
func BenchmarkTextTelephone(b *testing.B) { benchmarkText(b, telephoneText, 1) }
func BenchmarkTextNamed(b *testing.B)     { benchmarkText(b, namedText, 2) }

func BenchmarkTextLong(b *testing.B) {
	benchmarkText(b, strings.Repeat(cleanText, 200)+strings.Repeat(dirtyText, 10), 10)
}
