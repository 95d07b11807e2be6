package mask

import "testing"

func TestPersonTellsWhichColumnsTellReportersApart(t *testing.T) {
	for _, tc := range []struct {
		heading string
		rank    int
		ok      bool
	}{
		{"身份证号", 3, true}, {"投诉人证件号码", 3, true}, {"联系电话", 2, true}, {"手 机", 2, true}, {"投诉人联系方式", 2, true}, {"电子邮箱", 1, true}, {"投诉人", 0, true}, {"姓名", 0, true}, {"反映人姓名", 0, true},
		{"被投诉人", 0, false}, {"被投诉人电话", 0, false}, {"承办人电话", 0, false}, {"单位电话", 0, false}, {"住址", 0, false}, {"年龄", 0, false}, {"投诉人性别", 0, false}, {"投诉人数", 0, false}, {"内容", 0, false}, {"经办人", 0, false},
	} {
		if rank, ok := Person(tc.heading); rank != tc.rank || ok != tc.ok {
			t.Errorf("Person(%s) = %d, %t; want %d, %t", tc.heading, rank, ok, tc.rank, tc.ok)
		}
	}
}

func TestPersonKeyComparesWhatIsTheSameAndNothingThatNamesNobody(t *testing.T) {
	for _, tc := range []struct {
		rank        int
		value, want string
	}{
		{2, "138-1234-5678", "13812345678"}, {2, "+86 13812345678", "13812345678"}, {2, "１３８１２３４５６７８", "13812345678"}, {2, "138****5678", ""}, {2, "00000000", ""}, {2, "无", ""}, {2, "12345", ""},
		{3, "11010119900307451x", "11010119900307451X"}, {3, "无", ""}, {1, "zhang@example.org", "ZHANGEXAMPLEORG"}, {1, "无", ""},
		{0, " 张 三 ", "张三"}, {0, "匿名", ""}, {0, "王先生", ""}, {0, "李某", ""}, {0, "张", ""}, {0, "", ""},
	} {
		if got := PersonKey(tc.rank, tc.value); got != tc.want {
			t.Errorf("PersonKey(%d, %s) = %q; want %q", tc.rank, tc.value, got, tc.want)
		}
	}
}
