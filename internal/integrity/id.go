package integrity

import (
	"fmt"
	"strconv"
)

// FormatID writes the key of a stored record for JSON and URLs: 16 hexadecimal digits.
// A JSON number would lose digits in a browser.
func FormatID(id uint64) string { return fmt.Sprintf("%016x", id) }

// ParseID reads what FormatID wrote.
func ParseID(s string) (uint64, error) {
	id, err := strconv.ParseUint(s, 16, 64)
	if err != nil || len(s) != 16 {
		return 0, fmt.Errorf("%w: id %q", ErrInvalid, s)
	}
	return id, nil
}
