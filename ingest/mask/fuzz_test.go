package mask_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"qingfeng/ingest/mask"
)

// Whatever the text: masking is a fixed point, the quick look never misses what
// the full reading finds, valid text stays valid, and a mobile number written
// plainly at its end is gone.
func FuzzText(f *testing.F) {
	for _, g := range masked {
		for _, c := range g.cases {
			f.Add(c[0])
		}
	}
	for _, g := range kept {
		for _, text := range g.texts {
			f.Add(text)
		}
	}
	for _, s := range []string{
		"我叫张三，住在绍兴市越城区胜利西路123号4幢502室，电话一三八零零一三八零零零", "卡号：6222 0210 0111 6245 702，〔手机号〕、88123456",
		"编号：2026-HT-13800138000", "我是王某某的儿子", "0086 575 88123456-1", "a@b.cn浙D12345微信：abc_12345QQ12345",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, n := mask.Text(s)
		if again, more := mask.Text(got); again != got || more != 0 {
			t.Errorf("Text(%q) = %q, and masked again %q, %d", s, got, again, more)
		}
		if full, count := mask.Scan(s); full != got || count != n {
			t.Errorf("the quick look lets %q pass, masked in full it is %q", s, full)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("Text(%q) = %q is not valid UTF-8", s, got)
		}
		if n == 0 && got != s {
			t.Errorf("Text(%q) = %q, but counts nothing", s, got)
		}
		const plain = "13912345678"
		if strings.Contains(s, plain) {
			return
		}
		if got, _ := mask.Text(s + "。我的手机 " + plain + "。"); strings.Contains(got, plain) {
			t.Errorf("Text(%q + %s) = %q", s, plain, got)
		}
	})
}
