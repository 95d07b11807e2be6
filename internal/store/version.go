package store

import (
	"errors"
	"fmt"
)

// ErrTooOld means that the server is older than the oldest supported version.
var ErrTooOld = errors.New("ClickHouse 版本过低，最低支持 24.8 (this ClickHouse is too old; the oldest supported version is 24.8)")

const (
	oldestMajor = 24
	oldestMinor = 8
)

// CheckVersion returns nil if a ClickHouse of the given version, as the
// function version() of the server gives it, is new enough for the product. It
// returns ErrTooOld for an older one, and an error for text that is no version.
func CheckVersion(version string) error {
	var major, minor int
	if n, err := fmt.Sscanf(version, "%d.%d", &major, &minor); n != 2 || err != nil {
		return fmt.Errorf("无法识别的 ClickHouse 版本 (unknown ClickHouse version): %q", version)
	}
	if major < oldestMajor || major == oldestMajor && minor < oldestMinor {
		return fmt.Errorf("%w: %s", ErrTooOld, version)
	}
	return nil
}
