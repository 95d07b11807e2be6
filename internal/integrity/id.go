package integrity

import (
	"strconv"
)

// FormatID writes the key of a stored record for JSON and URLs: 16 hexadecimal digits.
// A JSON number would lose digits in a browser.
func FormatID(id uint64) string {
	const digits = "0123456789abcdef"
	var b [16]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = digits[id&15]
		id >>= 4
	}
	return string(b[:])
}

// ParseID reads what FormatID wrote.
func ParseID(s string) (uint64, error) {
	id, err := strconv.ParseUint(s, 16, 64)
	if err != nil || len(s) != 16 {
		return 0, &Refused{Name: "id", Value: s, Shape: ShapeID}
	}
	return id, nil
}
