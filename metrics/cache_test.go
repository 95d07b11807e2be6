package metrics

import (
	"context"
	"errors"
	"testing"
	"time"

	"qingfeng/internal/store"
)

func TestWaitersOutliveTheAskerWhoGivesUp(t *testing.T) {
	c := newCache()
	first, giveUp := context.WithCancel(t.Context())
	began := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		_, err := cached(first, c, store.Snapshot{}, "q", func(ctx context.Context) (int, error) {
			close(began)
			<-ctx.Done()
			return 0, ctx.Err()
		})
		ended <- err
	}()
	<-began
	answer := make(chan int, 1)
	go func() {
		v, err := cached(t.Context(), c, store.Snapshot{}, "q", func(context.Context) (int, error) { return 42, nil })
		if err != nil {
			t.Errorf("the second asker gets %v", err)
		}
		answer <- v
	}()
	time.Sleep(20 * time.Millisecond) // the second one is waiting for the first by now, or asks alone: both are right
	giveUp()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up gets %v", err)
	}
	if v := <-answer; v != 42 {
		t.Errorf("the second asker gets %d, want 42", v)
	}
}

func TestWaitersMayGiveUpFirst(t *testing.T) {
	c := newCache()
	began, finish := make(chan struct{}), make(chan struct{})
	first := make(chan int, 1)
	go func() {
		v, _ := cached(t.Context(), c, store.Snapshot{}, "q", func(context.Context) (int, error) {
			close(began)
			<-finish
			return 1, nil
		})
		first <- v
	}()
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := cached(ctx, c, store.Snapshot{}, "q", func(context.Context) (int, error) { return 2, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up gets %v", err)
	}
	close(finish)
	if v := <-first; v != 1 {
		t.Errorf("the first asker gets %d, want 1", v)
	}
}

func TestPanicsOfQuestionsAreErrors(t *testing.T) {
	_, err := cached(t.Context(), newCache(), store.Snapshot{}, "q", func(context.Context) (int, error) { panic("no") })
	if err == nil {
		t.Error("a panic is passed over")
	}
}
