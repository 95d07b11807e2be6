package integrity

import "errors"

// ErrInvalid is wrapped by every error that a caller can mend by giving another value.
var ErrInvalid = errors.New("invalid")

// ErrNotFound is wrapped when what was asked for does not exist, or may not be seen:
// the two are never told apart.
var ErrNotFound = errors.New("not found")
