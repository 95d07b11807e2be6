package store

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Unavailable reports whether err means that the database could not be reached
// or went away in the middle of an answer, as it does for the moment of a
// restart: the same question may be asked again soon. An error of the question
// itself, a refusal, and the end of the caller's own context are none of these.
func Unavailable(err error) bool {
	if errors.Is(err, clickhouse.ErrAcquireConnTimeout) {
		return true
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var network *net.OpError
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
