package mask

const (
	maxLocal  = 64  // characters before the @ (RFC 5321, 4.5.3.1.1)
	maxDomain = 255 // characters after it (4.5.3.1.2)
	maxToken  = 40
)

// mails masks every mail address. It goes first: the name of a mailbox is often
// a phone number.
func (m *masker) mails() {
	for i, r := range m.r {
		if r != '@' {
			continue
		}
		from := i
		if m.get(from-1) == ' ' {
			from--
		}
		letters := from
		for from > 0 && letters-from < maxLocal && isLocal(m.r[from-1]) {
			from--
		}
		for from < letters && !isWord(m.r[from]) {
			from++
		}
		to := m.domain(i + 1)
		if from < letters && to > 0 {
			m.take(span{from, to, kindMail})
		}
	}
}

func isLocal(r rune) bool {
	return isWord(r) || r == '.' || r == '-' || r == '+' || r == '%' || r == '&'
}

// domain returns where the domain that starts at i ends, or 0 when there is none.
func (m *masker) domain(i int) int {
	if m.get(i) == ' ' {
		i++
	}
	end, label := 0, i
	for k := i; k-i < maxDomain; k++ {
		switch r := m.get(k); {
		case isWord(r) || r == '-':
		case (r == '.' || r == '。') && k > label && (isWord(m.get(k + 1))):
			label = k + 1
		default:
			if label > i && k-label >= 2 && classOf(m.get(label))&classLetter != 0 {
				end = k
			}
			return end
		}
	}
	return 0
}

// token returns the identifier that starts with the letter at i: an account, a
// passport or a patient number, told by the word before it.
func (m *masker) token(i int) (span, bool) {
	switch c, weak := m.contextBefore(i); c {
	case wechat, patient, passport:
		return m.account(i, c, weak)
	case identity:
		return m.licence(i)
	}
	return span{}, false
}

// account returns the letters and digits at i as an account of the given kind,
// if they can be one.
func (m *masker) account(i int, c context, weak bool) (span, bool) {
	to, digits := i, 0
	for to-i < maxToken && (isWord(m.get(to)) || m.get(to) == '-' && isWord(m.get(to+1))) {
		if isDigit(m.r[to]) {
			digits++
		}
		to++
	}
	n := to - i
	switch c {
	case wechat:
		// WeChat IDs have 6 to 20 characters and start with a letter. A plain
		// English word after 微信 is no account unless a colon says so.
		if n < 6 || n > 20 || weak && digits == 0 {
			return span{}, false
		}
		return span{i, to, kindWechat}, true
	case passport:
		if n < 7 || n > 12 || digits < 6 {
			return span{}, false
		}
		return span{i, to, kindPassport}, true
	case patient:
		if n < 4 || n > 24 || digits < 3 || weak && n < 6 {
			return span{}, false
		}
		return span{i, to, kindPatient}, true
	}
	return span{}, false
}

// licence returns the number beside 军官证 and the like that starts with letters.
func (m *masker) licence(i int) (span, bool) {
	sp, ok := m.account(i, passport, false)
	sp.kind = kindID
	return sp, ok
}

const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

// plate returns the number plate that starts with the province at i: 浙D12345,
// 浙D·12345, 浙DD12345 (new energy), 浙D1234学 (GA 36-2018).
func (m *masker) plate(i int) (span, bool) {
	if r := m.get(i + 1); isDigit(r) || !isPlateLetter(r) {
		return span{}, false
	}
	k := i + 2
	if r := m.get(k); r == '·' || r == '.' || r == '-' || r == ' ' {
		k++
	}
	from, digits := k, 0
	for k-from < 7 && isWord(m.get(k)) {
		if isDigit(m.r[k]) {
			digits++
		} else if !isPlateLetter(m.r[k]) {
			return span{}, false
		}
		k++
	}
	n := k - from
	if n == 4 {
		switch m.get(k) {
		case '学', '警', '挂', '港', '澳', '领', '试', '超':
			n++
			k++
		}
	}
	if digits < 2 || n != 5 && n != 6 || n == 6 && digits < 4 {
		return span{}, false
	}
	if r := m.get(k); (r == '-' || r == '/' || r == '.') && isWord(m.get(k+1)) || r == '型' {
		return span{}, false
	}
	if c, _ := m.contextBefore(i); c == official {
		return span{}, false
	}
	return span{i, k, kindPlate}, true
}

// isPlateLetter reports whether r occurs on plates: I and O do not.
func isPlateLetter(r rune) bool {
	return isDigit(r) || r >= 'A' && r <= 'Z' && r != 'I' && r != 'O'
}
