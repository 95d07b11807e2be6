package classify

import (
	"math/rand/v2"
	"strings"
	"testing"
)

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

// entries are texts as a call centre exports them, about 45 characters each: those that the
// benchmark of loading repeats.
var entries = [...]string{
	"患者家属反映门诊收费窗口多收检查费，要求退还并说明收费依据，望尽快核实处理。（第1件）",
	"来电人称在住院部等候床位三天无人答复，医生护士相互推诿，态度生硬，请有关部门核查。（第2件）",
	"反映该院设备采购过程不公开，中标公司与科室负责人往来密切，希望调查招标文件和会议记录。（第3件）",
	"咨询电话 〔手机号〕 一直无人接听，预约挂号系统显示有号但到院后被告知停诊，排队时间过长。（第4件）",
	"投诉食堂饭菜价格上涨、卫生状况差，多次反映没有改进，希望医院公布采购价格。（第5件）",
}

// BenchmarkQuickSignalEntries reads a few texts again and again, as the benchmark of loading does.
func BenchmarkQuickSignalEntries(b *testing.B) { benchmarkTexts(b, entries[:]) }

// BenchmarkQuickSignalVaried reads texts of many wordings in turn. A processor learns the
// branches that a few texts take, and not those of many.
func BenchmarkQuickSignalVaried(b *testing.B) {
	var texts []string
	for _, name := range []string{"labelled", "third"} {
		for _, r := range readLabelled(b, name) {
			texts = append(texts, r.text)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	benchmarkTexts(b, texts)
}

func benchmarkTexts(b *testing.B, texts []string) {
	b.ReportAllocs()
	b.SetBytes(int64(len(strings.Join(texts, "")) / len(texts)))
	for i := 0; b.Loop(); i++ {
		QuickSignal(texts[i%len(texts)])
	}
}

func BenchmarkRisk(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Risk(complaint, "收费员")
	}
}
