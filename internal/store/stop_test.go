package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

// slowly asks what takes a minute, one row of a second after the other.
func slowly(ctx context.Context, s *store.Store) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 1}))
	var rows []struct {
		N uint64 `ch:"n"`
	}
	return s.Read().Select(ctx, &rows, "SELECT sum(sleepEachRow(0.5)) AS n FROM numbers(120)")
}

// slowlyAsBlocks asks the same, for blocks as they come: the answer has begun when the context ends.
func slowlyAsBlocks(ctx context.Context, s *store.Store) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 1}))
	answer, err := s.Read().QueryFormat(ctx, "Native", "SELECT sleepEachRow(0.5) AS n FROM numbers(120)")
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer)
	return errors.Join(err, answer.Close(), ctx.Err())
}

// running counts the queries of a name in the engine.
func running(t *testing.T, s *store.Store, name string) (n uint64) {
	t.Helper()
	if err := s.Write().QueryRow(t.Context(), "SELECT count() FROM system.processes WHERE startsWith(query_id, @name)", clickhouse.Named("name", name+"-")).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// until waits for a number of queries, at most a second.
func until(t *testing.T, s *store.Store, name string, want uint64) {
	t.Helper()
	for end := time.Now().Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		got := running(t, s, name)
		if got == want {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d queries of %s after a second, want %d", got, name, want)
		}
	}
}

func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 1500*time.Millisecond)
}

func TestQueriesEndInTheEngineWithTheirContext(t *testing.T) {
	s := storetest.New(t)
	for name, test := range map[string]struct {
		context func(context.Context) (context.Context, context.CancelFunc)
		ask     func(context.Context, *store.Store) error
		want    error
	}{
		"taken-back":        {context.WithCancel, slowly, context.Canceled},
		"too-late":          {soon, slowly, context.DeadlineExceeded},
		"blocks-taken-back": {context.WithCancel, slowlyAsBlocks, context.Canceled},
		"blocks-too-late":   {soon, slowlyAsBlocks, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := test.context(store.Named(t.Context(), name))
			defer cancel()
			bystander, stop := context.WithCancel(store.Named(t.Context(), "other-"+name))
			defer stop()
			asked, beside := make(chan error, 1), make(chan error, 1)
			go func() { asked <- test.ask(ctx, s) }()
			go func() { beside <- slowly(bystander, s) }()
			until(t, s, name, 1)
			until(t, s, "other-"+name, 1)
			if errors.Is(test.want, context.Canceled) {
				cancel()
			}
			if err := <-asked; !errors.Is(err, test.want) {
				t.Errorf("it ends with %v, want %v", err, test.want)
			}
			until(t, s, name, 0)
			if n := running(t, s, "other-"+name); n != 1 {
				t.Errorf("%d queries of somebody else go on, want 1", n)
			}
			stop()
			<-beside
			until(t, s, "other-"+name, 0)
		})
	}
}

// TestAQueryEndsThoughItBeganAfterItWasGivenUp has requests on their way when the context ends:
// the server does not know them yet when it is told to stop them.
func TestAQueryEndsThoughItBeganAfterItWasGivenUp(t *testing.T) {
	s := storetest.New(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	ended := make(chan error, 1)
	if err := store.AskLate(ctx, s, 700*time.Millisecond, ended, "SELECT sum(sleepEachRow(0.5)) AS n FROM numbers(120) SETTINGS max_block_size = 1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("it is given up with %v", err)
	}
	select {
	case err := <-ended:
		if killed := new(clickhouse.Exception); !errors.As(err, &killed) && !strings.Contains(fmt.Sprint(err), "QUERY_WAS_CANCELLED") {
			t.Errorf("the late query ends with %v", err)
		}
	case <-time.After(8 * time.Second):
		t.Error("the late query goes on for nobody")
	}
}

func TestNamesOfQueriesHoldNothingToQuote(t *testing.T) {
	s := storetest.New(t)
	var got []struct {
		ID string `ch:"id"`
	}
	for name, kept := range map[string]bool{"1A2B-3C4D": true, "'); --": false, "": true, "汉": false} {
		ctx, cancel := context.WithCancel(store.Named(t.Context(), name))
		if err := s.Read().Select(ctx, &got, "SELECT queryID() AS id"); err != nil {
			t.Fatal(err)
		}
		cancel()
		if strings.HasPrefix(got[0].ID, name+"-") != kept {
			t.Errorf("a query named %q is called %s", name, got[0].ID)
		}
		got = nil
	}
}
