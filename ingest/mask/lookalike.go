package mask

// Letters that stand in for digits, as people write them to get a number past a filter,
// or as a scanner reads them: 138OO138OOO, l3800l38000. Folded, they are capitals.
func lookalike(r rune) (digit rune, ok bool) {
	switch r {
	case 'O':
		return '0', true
	case 'I', 'L':
		return '1', true
	}
	return 0, false
}

// lookalikes puts digits in place of letters that stand in for them, where that makes a
// mobile number or an ID number of a whole word. What the number is, is decided later by the
// rules for all numbers: beside 订单号 it is kept.
func (m *masker) lookalikes() {
	for i := 0; i < len(m.r); i++ {
		if !digitLike(m.r[i]) || i > 0 && isWord(m.r[i-1]) {
			continue
		}
		to, letters := i, 0
		m.digits = m.digits[:0]
		for len(m.digits) <= maxDigits {
			r := m.get(to)
			if d, ok := lookalike(r); ok {
				r, letters = d, letters+1
			}
			switch {
			case isDigit(r):
				m.digits = append(m.digits, byte(r))
			case (r == '-' || r == ' ') && digitLike(m.get(to+1)):
			default:
				r = 0
			}
			if r == 0 {
				break
			}
			to++
		}
		if letters > 0 && len(m.digits) > 2*letters && m.personal(to) {
			for k := i; k < to; k++ {
				if d, ok := lookalike(m.r[k]); ok {
					m.r[k] = d
				}
			}
		}
		i = to
	}
}

func digitLike(r rune) bool {
	_, ok := lookalike(r)
	return ok || isDigit(r)
}

// personal reports whether the digits in m.digits, which end at to, have the shape of a
// mobile number or an ID number.
func (m *masker) personal(to int) bool {
	if d := m.digits; len(d) == 17 && m.get(to) == 'X' && !isWord(m.get(to+1)) {
		return d[0] != '0' && bornOn(append(d[:17:17], 'X')[6:14])
	}
	if isWord(m.get(to)) {
		return false
	}
	switch d := m.digits; len(d) {
	case 11:
		return d[0] == '1' && d[1] >= '3'
	case 18:
		return d[0] != '0' && bornOn(d[6:14])
	}
	return false
}
