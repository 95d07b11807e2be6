package mask

import "unicode"

// Digits within a circle, brackets or beside a stop, each style from 1 to 9: people number
// paragraphs with them, and write numbers with them to get past a filter.
var enclosedOnes = []rune{
	'①', '⑴', '⒈', '⓵', '❶', '➀', '➊', '㈠', '㊀',
	0x1F102, // 🄂, with a comma
}

// enclosedDigit returns the digit that is enclosed in r.
func enclosedDigit(r rune) (digit rune, ok bool) {
	switch {
	case r < '①', r >= 0x3000 && r < '㈠', r > '㊈' && r < 0x1F100: // nearly all of a text
		return 0, false
	case r == '⓪', r == '⓿', r == 0x1F100, r == 0x1F101, r == 0x1F10B, r == 0x1F10C:
		return '0', true
	}
	for _, one := range enclosedOnes {
		if r >= one && r < one+9 {
			return '1' + r - one, true
		}
	}
	return 0, false
}

func isEnclosed(r rune) bool {
	_, ok := enclosedDigit(r)
	return ok
}

const mobileDigits = 11

// enclosed puts plain digits in place of enclosed ones where at least five stand near each
// other, or where they stand among plain digits: ①③⑧00①③⑧000. One before a number is that of
// its paragraph: ①13800138000.
func (m *masker) enclosed() {
	for i := 0; i < len(m.r); i++ {
		if !isEnclosed(m.r[i]) {
			continue
		}
		rings, first := 0, i
		for first > 0 && isDigit(m.r[first-1]) {
			first--
		}
		mixed, to := first < i, i
		for k := i; k < len(m.r); k++ {
			if isEnclosed(m.r[k]) {
				rings, to = rings+1, k+1
			} else if !isDigit(m.r[k]) && linkOf(m.r[k]) == 0 {
				break
			}
		}
		// One at the end of a number is that of the next paragraph, unless the number lacks it.
		mixed = mixed && (rings > 1 || isDigit(m.get(to)) || to-first == mobileDigits)
		const few = 5
		if rings >= few || mixed && to-first > few || rings > 1 && m.ringsAmongDigits(i, to) {
			for k := i; k < to; k++ {
				if d, ok := enclosedDigit(m.r[k]); ok {
					m.r[k] = d
				}
			}
		}
		i = to
	}
	m.active = m.active[:0]
	for i, r := range m.r {
		if classOf(r)&classActive != 0 {
			m.active = append(m.active, i)
		}
	}
}

// ringsAmongDigits reports whether no blank parts what stands from i on: ①③800138000.
func (m *masker) ringsAmongDigits(i, to int) bool {
	for k := i; k < to; k++ {
		if linkOf(m.r[k]) != 0 {
			return false
		}
	}
	return isDigit(m.get(to))
}

// decimal returns the value of a digit of any script, as Unicode has them: runs of ten, each
// from its zero.
func decimal(r rune) (digit rune, ok bool) {
	for _, block := range unicode.Nd.R16 {
		if r >= rune(block.Lo) && r <= rune(block.Hi) {
			return '0' + (r-rune(block.Lo))%10, true
		}
	}
	for _, block := range unicode.Nd.R32 {
		if r >= rune(block.Lo) && r <= rune(block.Hi) {
			return '0' + (r-rune(block.Lo))%10, true
		}
	}
	return 0, false
}
