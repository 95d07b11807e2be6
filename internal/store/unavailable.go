package store

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// awayCodes are the errors with which a node of a cluster says that another one, or Keeper,
// did not answer.
var awayCodes = []int32{
	32,  // ATTEMPT_TO_READ_AFTER_EOF
	209, // SOCKET_TIMEOUT
	210, // NETWORK_ERROR
	242, // TABLE_IS_READ_ONLY
	279, // ALL_CONNECTION_TRIES_FAILED
	285, // TOO_FEW_LIVE_REPLICAS
	319, // UNKNOWN_STATUS_OF_INSERT
	999, // KEEPER_EXCEPTION
}

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
	var refused *clickhouse.Exception
	if errors.As(err, &refused) && slices.Contains(awayCodes, refused.Code) {
		return true
	}
	var network *net.OpError
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
