package classify

import "testing"

// complaint has 100 characters, the length that the speed target is stated for.
const complaint = "上周三下午带孩子到门诊就诊，挂号窗口工作人员态度恶劣，互相推诿，让我们来回跑了三趟。" +
	"检查单上多收了两项费用，找收费处退费又说要科主任签字。旁边的人说给医生送红包才能提前安排床位，请调查处理并给予书面答复谢谢"

func BenchmarkQuickSignal(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(complaint)))
	for b.Loop() {
		QuickSignal(complaint)
	}
}

func BenchmarkRisk(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Risk(complaint, "收费员")
	}
}
