package store

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// spentTokens is how many tokens without a row are passed over.
const spentTokens = 8

// Occupy puts one row into a place that only one may hold, such as a number of a year, and
// returns the entry that holds it afterwards: whose insert came first. insert writes the
// row with the context it is given, whose token the server stores once, whoever sends it;
// holder reads the entry in the place, empty for none. A token without a row was spent by
// an insert that a crash cut off, and the next one is tried; the empty entry means that
// all of them were. The table needs a deduplication window.
func Occupy(ctx context.Context, place string, insert func(ctx context.Context) error, holder func() (string, error)) (string, error) {
	for try := range spentTokens {
		token := place
		if try > 0 {
			token = fmt.Sprintf("%s/%d", place, try)
		}
		once := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token, "insert_deduplicate": 1, "async_insert": 0}))
		if err := insert(once); err != nil {
			return "", err
		}
		if entry, err := settled(ctx, holder); err != nil || entry != "" {
			return entry, err
		}
	}
	return "", nil
}

// settled asks who holds a place after an insert. Somebody does, at the latest a moment
// later: an insert is passed over only where another was stored. Nobody holding it for
// a second means that the token was spent by an insert that a crash cut off.
func settled(ctx context.Context, holder func() (string, error)) (string, error) {
	for range 20 {
		if h, err := holder(); err != nil || h != "" {
			return h, err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return "", nil
}
