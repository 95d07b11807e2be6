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

func BenchmarkTextLong(b *testing.B) {
	benchmarkText(b, strings.Repeat(cleanText, 200)+strings.Repeat(dirtyText, 10), 10)
}
