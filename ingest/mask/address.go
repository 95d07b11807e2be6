package mask

const maxAddress = 60 // characters of an address

// address returns the home address that starts at i, after a word such as 家住.
// It goes from there to the last number with its unit: …路12号3幢502室,
// …镇…村3组. Without such a number only a field of a form (住址：…) is masked.
func (m *masker) address(i int, t trigger) (span, bool) {
	colon := false
	for n := 0; n < 6; n++ {
		switch m.get(i) {
		case ':', '(', ' ':
			colon = true
		case '在', '于', '是', '为', '址', '"', '“':
		default:
			n = 6
			continue
		}
		i++
	}
	end, area, k := 0, false, i
	for k-i < maxAddress {
		r := m.get(k)
		c := classOf(r)
		if c&(classDigit|classHanDigit|classLetter) != 0 || r == '十' {
			to, unit := m.houseNumber(k)
			if to == 0 {
				// 五一路, 三里桥, A3区: a name with a digit in it.
				n := k
				for n-k < 4 && (isWord(m.get(n)) || classOf(m.get(n))&classHanDigit != 0 || m.get(n) == '十') {
					n++
				}
				if !isHan(m.get(n)) {
					break
				}
				k = n
				continue
			}
			if unit && (end > 0 || k > i && classOf(m.prevSolid(k))&classArea != 0) {
				end = to
			} else if !unit && end == k {
				end = to
			}
			k = to
			continue
		}
		if m.stopsAddress(k) {
			break
		}
		if c&classArea != 0 && k > i {
			area = true
		}
		k++
	}
	if end > 0 {
		end = m.estate(end)
	} else if area && k-i >= 4 && m.boundary(k) && (colon && t == homeLabel || m.village(i, k)) {
		for end = k; m.r[end-1] == ' '; end-- {
		}
	}
	if end == 0 || t == homeLabel && m.office(i, k) || m.ward(i, end) {
		return span{}, false
	}
	return span{i, end, kindHome}, true
}

// estate takes the name of a housing estate after a house number in:
// …北路139号某某小区.
func (m *masker) estate(end int) int {
	to := end
	for k := end; k < end+10 && isHan(m.get(k)) && !m.stopsAddress(k); k++ {
		if w := m.hasAny(k, estates); w > 0 {
			to = k + w
		}
	}
	return to
}

// estates end the names of housing estates.
var estates = []string{"小区", "花园", "公寓", "新村", "家园", "佳苑", "名苑", "花苑"}

// village reports whether the text from i to k names a village of a town:
// …镇…村, …街道…村…组.
func (m *masker) village(i, k int) bool {
	switch m.get(k - 1) {
	case '村', '组', '社', '寨', '屯':
		if m.holds(i, k-2, []string{"镇", "乡", "街道"}) {
			return true
		}
	}
	// …区某某小区
	for _, n := range []int{2, 3} {
		if k-n > i && m.hasAny(k-n, estates) == n {
			return m.holds(i, k-n, []string{"区", "县", "市", "街道", "镇", "路"})
		}
	}
	return false
}

// prevSolid returns the last rune before i that is not a blank.
func (m *masker) prevSolid(i int) rune {
	for i--; m.get(i) == ' '; i-- {
	}
	return m.get(i)
}

// stopsAddress reports whether no address goes on over the rune at k.
func (m *masker) stopsAddress(k int) bool {
	switch r := m.get(k); r {
	case ' ', '(', ')', '-', '·', '#', '、':
		return r == ' ' && m.get(k+1) == ' ' || r == '、'
	case '的', '了', '被', '把', '不', '没', '因', '时', '去', '来', '从', '向', '到', '有', '我', '你', '他', '她', '们', '这', '那', '是', '请', '就', '也', '都', '给':
		return true
	default:
		return !isHan(r)
	}
}

// houseNumber returns where the number at k ends with its unit, if it has one. A
// bare number counts after a number with a unit: 3幢502.
func (m *masker) houseNumber(k int) (to int, unit bool) {
	from := k
	for n := 0; n < 5 && classOf(m.get(k))&(classDigit|classHanDigit) != 0 || m.get(k) == '十' || m.get(k) == '百'; n++ {
		k++
	}
	letter := false
	if classOf(m.get(k))&classLetter != 0 && !isWord(m.get(k+1)) {
		letter = true
		k++ // 12A号, A座
	}
	dash := k
	for r := m.get(k); (r == '-' || r == '#' || r == ' ') && isDigit(m.get(k+1)) && k-from < 16; r = m.get(k) {
		for k++; isDigit(m.get(k)); k++ {
		}
	}
	if isWord(m.get(k)) {
		return 0, false
	}
	if m.get(k) == ' ' || m.get(k) == '#' {
		k++
	}
	if w := m.hasAny(k, houseUnits); w > 0 {
		// 12号线, 3号下午, 2楼上
		if m.get(k) == '号' && w == 1 && m.hasAny(k+1, []string{"线", "早", "上午", "下午", "晚", "病"}) > 0 {
			return 0, false
		}
		return k + w, true
	}
	if k > dash && m.get(dash) == '-' && dash-from <= 3 && !letter && m.boundary(k) {
		return k, true // 5-302
	}
	if letter || !isDigit(m.r[from]) {
		return 0, false
	}
	if k-from >= 2 && m.boundary(k) {
		return k, false
	}
	return 0, false
}

var houseUnits = []string{"号楼", "号院", "支弄", "单元", "号", "弄", "幢", "栋", "室", "座", "组", "队", "户", "楼", "层", "房", "门", "社"}

// areaNouns end what a house number follows.
const areaNouns = "路街巷弄道里村镇乡苑园区坊庄湾坞桥岸浜城邸墅寓居社庭府院楼宅舍厦号幢栋段组井塘头岙岭东西南北中"

// office reports whether the address from i to k is that of an institution.
func (m *masker) office(i, k int) bool {
	return m.holds(i, k, []string{"医院", "卫生", "诊所", "药店", "药房", "公司", "酒店", "宾馆", "学校", "大学", "中学", "小学", "政府", "银行", "中心", "委员会", "办事处", "管理", "窗口", "大厅", "工地", "局", "药业", "集团", "法院", "检察院", "派出所", "超市", "幼儿园", "机构"})
}

// ward reports whether the place from i to k is in a hospital: 住在住院部3号楼.
func (m *masker) ward(i, k int) bool {
	return m.holds(i, k, []string{"医院", "病房", "病区", "住院", "科", "院区", "急诊", "床", "ICU"})
}

func (m *masker) holds(i, k int, words []string) bool {
	for ; i < k; i++ {
		if m.hasAny(i, words) > 0 {
			return true
		}
	}
	return false
}
