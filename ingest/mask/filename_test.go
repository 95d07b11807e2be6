package mask

import (
	"strings"
	"testing"
)

func TestNamesOfFilesKeepNoPerson(t *testing.T) {
	known := []string{"临澄市第一医院", "江口镇卫生院"}
	for _, tc := range []struct{ name, file, want string }{
		{"the name of who complains goes", "张三举报.xlsx", "〔略〕举报.xlsx"},
		{"a name between separators goes", "投诉_欧阳雪莲_2026.csv", "投诉_〔略〕_2026.csv"},
		{"a rare family name goes as well", "逯雪莲来信.docx", "〔略〕来信.docx"},
		{"so does whom it is about", "关于李四收红包的举报.docx", "关于〔略〕红包的举报.docx"},
		{"a name alone goes", "王五.xlsx", "〔略〕.xlsx"},
		{"a name in pinyin goes", "zhangsan-2026.csv", "〔略〕-2026.csv"},
		{"a name in pinyin with a gap goes", "complaint_Ouyang_Xuelian.csv", "complaint_〔略〕.csv"},
		{"a name with a title goes", "张市长信箱.xlsx", "〔略〕信箱.xlsx"},
		{"a name of another script goes", "Иван 投诉.csv", "〔略〕 投诉.csv"},
		{"a phone gets its mark", "13712345091投诉.csv", "〔手机号〕投诉.csv"},
		{"a phone in full width gets its mark", "投诉１３７１２３４５０９１.csv", "投诉〔手机号〕.csv"},
		{"a long number goes", "0012345678投诉.csv", "〔略〕投诉.csv"},
		{"folders of an archive are names too", "张三/投诉.csv", "〔略〕/投诉.csv"},
		{"brackets that look like a mark hide nothing", "〔张三〕.csv", "〔〔略〕〕.csv"},

		{"words of the trade stay", "2026年第一季度投诉台账（汇总）.xlsx", "2026年第一季度投诉台账（汇总）.xlsx"},
		{"a unit that is known stays", "江口镇卫生院信访件.xlsx", "江口镇卫生院信访件.xlsx"},
		{"a hospital by its number stays", "第三人民医院.csv", "第三人民医院.csv"},
		{"Latin words stay", "messages_labelled v2 (final).csv", "messages_labelled v2 (final).csv"},
		{"inside the hospital is no name", "院内投诉汇总.xlsx", "院内投诉汇总.xlsx"},
		{"but a name before it goes", "张三院内投诉.xlsx", "〔略〕院内投诉.xlsx"},
		{"and a name behind it", "院内李四投诉.xlsx", "院内〔略〕投诉.xlsx"},
		{"a moment stays", "投诉导出_20260305120000.xlsx", "投诉导出_20260305120000.xlsx"},
		{"a month stays", "三月.csv", "三月.csv"},
		{"folders stay", "一季度/12345热线.csv", "一季度/12345热线.csv"},
	} {
		got := FileName(tc.file, known)
		if got != tc.want {
			t.Errorf("%s: FileName(%q) = %q; want %q", tc.name, tc.file, got, tc.want)
		}
		if again := FileName(got, known); again != got {
			t.Errorf("%s: FileName(%q) = %q; a second time must change nothing", tc.name, got, again)
		}
	}
}

// A word of the list that was a name would stand in the open.
func TestWordsOfFileNamesAreNoNames(t *testing.T) {
	for _, name := range []string{"张伟", "王芳", "李娜", "刘洋", "陈静", "杨帆", "赵敏", "黄磊", "周杰", "吴倩", "徐丽", "孙悦", "马超", "朱琳", "胡军", "郭涛", "何洁", "高峰", "林涛", "罗兰",
		"郑爽", "梁静", "谢娜", "宋佳", "唐嫣", "许晴", "韩雪", "冯巩", "邓超", "曹颖", "欧阳明月", "司徒金雀", "东方不败", "买买提", "阿依古丽"} {
		if got := FileName(name+"举报.xlsx", nil); strings.Contains(got, name) || !strings.Contains(got, unsaid) {
			t.Errorf("FileName(%q) = %q", name+"举报.xlsx", got)
		}
	}
}
