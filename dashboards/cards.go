package dashboards

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// Card is one part of a page with an answer of its own: when it could not be computed,
// Failed says so with the number of the request, and the others stand.
type Card[T any] struct {
	Value  T
	Failed string
}

// deck computes the cards of a page side by side, each with a deadline of its own. A
// browser gets the page after Config.Grace with what is there by then; the sections that
// lack a card come later, each asked for by itself (parameter card), while the computing
// goes on. Everybody else, and who asks for full=1, gets the page whole.
type deck struct {
	r     *request
	cards []dealt
	dealt int // how many cards were dealt, also those that this answer does not need
}

// dealt is a card on its way. Only the page itself writes into its cards, so that one that
// comes too late for it changes nothing.
type dealt struct {
	task     *task
	sections []string
	take     func(value any, err error) (fault error)
}

// deck begins the cards of a page with those of its frame.
func (r *request) deck() *deck {
	d := &deck{r: r}
	r.dealt = true
	if r.around != nil {
		deal(d, &r.loads, r.surroundings, "around")
		deal(d, &r.reach, r.sources, "sources")
	}
	return d
}

// deal begins to compute a card. sections are the parts of the page that show it, each a
// template card-NAME. A card without sections carries the page: without it there is nothing to
// show within the frame, so that the whole of that comes later with it.
func deal[T any](d *deck, into *Card[T], ask func(ctx context.Context) (T, error), sections ...string) {
	r := d.r
	d.dealt++
	if len(sections) == 0 {
		sections = []string{view.Whole}
	}
	carries := sections[0] == view.Whole
	switch only := r.cards.Only; {
	case only == "":
	case only == view.Whole:
		if slices.Contains(frameSections, sections[0]) {
			return
		}
	case !carries && !slices.Contains(sections, only):
		return
	}
	id := r.cardID(d.dealt)
	work := func(ctx context.Context) (any, error) { return safely(ctx, ask) }
	take := func(value any, err error) error {
		switch {
		case err == nil:
			into.Value = value.(T)
		case errors.Is(err, integrity.ErrNotFound) && carries && r.cards.Only != "":
			into.Failed = r.t("error.notfound") // the page around it is there already
		case errors.Is(err, integrity.ErrInvalid), errors.Is(err, integrity.ErrNotFound), errors.As(err, new(*fiber.Error)):
			return err
		case errors.Is(err, context.Canceled):
			into.Failed = r.t("card.cancelled")
		case errors.Is(err, context.DeadlineExceeded):
			into.Failed = r.t("card.late", int(r.s.QueryTimeout.Round(time.Second)/time.Second), r.id)
			r.s.Log.WarnContext(r.ctx, "card too late", "request_id", r.id, "err", err)
		default:
			into.Failed = r.t("card.failed", r.id)
			r.s.Log.ErrorContext(r.ctx, "card failed", "request_id", r.id, "err", err)
		}
		if carries && r.cards.Broken == "" {
			r.cards.Broken = into.Failed
		}
		return nil
	}
	d.cards = append(d.cards, dealt{r.s.tasks.start(id, ownerOf(r.who), r.s.QueryTimeout, work), sections, take})
}

func safely[T any](ctx context.Context, ask func(context.Context) (T, error)) (value T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return ask(ctx)
}

// frameSections are those of the frame around a page.
var frameSections = []string{"around", "sources"}

// done waits for the cards, for a browser at most until it is to see something. The error is for a question that was wrong: a bad filter is the reader's to
// mend and concerns the whole page.
func (d *deck) done() (fault error) {
	if only := d.r.cards.Only; only != "" && !d.knows(only) {
		return fmt.Errorf("section %q: %w", only, integrity.ErrNotFound)
	}
	var over <-chan time.Time // nil waits for ever
	if d.r.inParts() {
		timer := time.NewTimer(d.r.s.Grace)
		defer timer.Stop()
		over = timer.C
	}
	late := map[string][]string{}
	for _, c := range d.cards {
		if over == nil {
			<-c.task.done
		} else {
			select {
			case <-c.task.done:
			case <-over:
				closed := make(chan time.Time)
				close(closed)
				over = closed // from here on nothing is waited for
			}
		}
		select {
		case <-c.task.done:
			d.r.s.tasks.forget(c.task)
			if err := c.take(c.task.value, c.task.err); err != nil && fault == nil {
				fault = err
			}
		default:
			for _, section := range c.sections {
				late[section] = append(late[section], c.task.id)
			}
		}
	}
	if carriers := late[view.Whole]; carriers != nil {
		// What stands within the whole is not shown, and stopped, alone.
		for _, section := range slices.Sorted(maps.Keys(late)) {
			if section != view.Whole && !slices.Contains(frameSections, section) {
				carriers = append(carriers, late[section]...)
				delete(late, section)
			}
		}
		slices.Sort(carriers)
		late[view.Whole] = slices.Compact(carriers)
	}
	for section, ids := range late {
		d.r.cards.Wait(section, view.Loading{Href: d.r.here("card", section), Cancel: "/cards/" + strings.Join(ids, ".") + "/cancel"})
	}
	d.r.cards.Full = d.r.here("full", "1")
	if d.r.around != nil {
		d.r.surround()
	}
	return fault
}

// knows reports whether a section is shown by some card of the page.
func (d *deck) knows(section string) bool {
	return slices.ContainsFunc(d.cards, func(c dealt) bool { return slices.Contains(c.sections, section) })
}

// blocked reports whether what carries the page is not there: then there is nothing to fill in.
func (r *request) blocked() bool {
	return r.cards.Broken != "" || view.Page{Cards: r.cards}.Pending(view.Whole) != nil
}

// inParts reports whether the page may be sent before all of it is there: to a browser,
// which fetches the rest by itself, or without script goes on to the whole page.
func (r *request) inParts() bool {
	return (r.cards.Only == "" || r.cards.Only == view.Whole) && r.c.Method() == fiber.MethodGet && r.c.Query("full") == "" && r.c.Query("download") == "" && strings.Contains(r.c.Get(fiber.HeaderAccept), "text/html")
}

// here is the address of the page itself with a condition more.
func (r *request) here(name, value string) string {
	q, err := url.ParseQuery(string(r.c.Request().URI().QueryString()))
	if err != nil {
		q = url.Values{}
	}
	q.Del("card")
	q.Del("full")
	q.Del("download")
	return address(r.c.Path(), q, name, value)
}

// cardID names a card of this page for this reader, the same each time the page asks. It
// cannot be guessed for the page of another.
func (r *request) cardID(n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%d", ownerOf(r.who), r.lang, r.here("", ""), n))
	return hex.EncodeToString(sum[:16])
}

func ownerOf(who integrity.Principal) string {
	return string(who.Role) + "\x00" + who.Unit + "\x00" + who.Name
}

// cancelCards stops the computing of cards, which also ends their queries.
func (s *server) cancelCards(c *fiber.Ctx) error {
	stopped := false
	for id := range strings.SplitSeq(c.Params("ids"), ".") {
		stopped = s.tasks.stop(id, ownerOf(principal(c))) || stopped
	}
	if !stopped {
		return fmt.Errorf("cards %q: %w", c.Params("ids"), integrity.ErrNotFound)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// cardRoutes are the addresses of what a page does with its cards.
func (s *server) cardRoutes() []route {
	return []route{{method: fiber.MethodPost, path: "/cards/:ids/cancel", handle: s.cancelCards}}
}

// unclaimed is how long the answer of a card is kept for the browser that asked for it.
const unclaimed = 30 * time.Second

// tasks are the cards that are being computed, so that who asks for one again waits for
// the same work, and who has lost patience can stop it.
type tasks struct {
	mu   sync.Mutex
	byID map[string]*task
}

type task struct {
	id, owner string
	cancel    context.CancelFunc
	done      chan struct{} // closed when value and err are there
	value     any
	err       error
}

// start begins work, or joins it where it is going on under the same id. An empty id is
// never joined.
func (t *tasks) start(id, owner string, limit time.Duration, work func(context.Context) (any, error)) *task {
	t.mu.Lock()
	defer t.mu.Unlock()
	if going, ok := t.byID[id]; ok && id != "" {
		return going
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	begun := &task{id: id, owner: owner, cancel: cancel, done: make(chan struct{})}
	if id != "" {
		if t.byID == nil {
			t.byID = map[string]*task{}
		}
		t.byID[id] = begun
		ctx = metrics.Named(ctx, "card-"+id)
	}
	go func() {
		defer cancel()
		begun.value, begun.err = work(ctx)
		close(begun.done)
		if id != "" {
			time.AfterFunc(unclaimed, func() { t.forget(begun) })
		}
	}()
	return begun
}

// forget lets go of a task whose answer was taken.
func (t *tasks) forget(done *task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byID[done.id] == done {
		delete(t.byID, done.id)
	}
}

// stop ends a task of its owner and reports whether there was one.
func (t *tasks) stop(id, owner string) bool {
	t.mu.Lock()
	going, ok := t.byID[id]
	t.mu.Unlock()
	if !ok || going.owner != owner {
		return false
	}
	going.cancel()
	return true
}
