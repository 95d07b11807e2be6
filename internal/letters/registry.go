package letters

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// Database is the part of the store that letters are kept in.
type Database interface {
	Write() driver.Conn
	store.Stamped
}

// Source knows what letters may be about. It asks package metrics.
type Source interface {
	// Matters returns what is late or near as of a day, in the order of pages.
	Matters(ctx context.Context, who integrity.Principal, asOf integrity.Day) ([]Matter, error)
	// Matter returns the one with a key, with all that a letter says of it, or
	// integrity.ErrNotFound.
	Matter(ctx context.Context, who integrity.Principal, asOf integrity.Day, key string) (Matter, error)
	// Units returns the codes of the units that a principal sees; with unit, which is a
	// code or a name, that unit and those below it.
	Units(ctx context.Context, who integrity.Principal, unit string) ([]string, error)
	// Names returns, for every person on record as head of a unit or leader in charge, and for
	// those whom the list and the checks of a unit name, the office to be written instead. The
	// unit is empty where the letter is to nobody in particular.
	Names(ctx context.Context, unit string) (map[string]string, error)
}

// Config is everything New needs. Database, Source and Mask are required.
type Config struct {
	Database Database
	Source   Source
	// Mask puts marks in place of the telephone numbers, identities and names of reporters in
	// what people type.
	Mask     func(text string) string
	Settings Settings
	Now      integrity.Clock     // defaults to time.Now
	WorkDays *integrity.Workdays // defaults to the built-in calendar
}

// Registry keeps the letters. It is safe for concurrent use, also by several processes on
// one database.
type Registry struct {
	cfg     Config
	all     store.Memo[[]eventRow] // the events of all letters
	numbers store.Memo[[]numberRow]
}

// New returns a Registry, or an error naming what the configuration lacks, or the word in
// the settings that no letter may hold.
func New(cfg Config) (*Registry, error) {
	if cfg.Database == nil || cfg.Source == nil || cfg.Mask == nil {
		return nil, fmt.Errorf("letters: %w: database, source and mask are required", integrity.ErrInvalid)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.WorkDays == nil {
		calendar, err := integrity.NewWorkdays()
		if err != nil {
			return nil, fmt.Errorf("letters: %w", err)
		}
		cfg.WorkDays = calendar
	}
	cfg.Settings = cfg.Settings.complete()
	if err := fit(strings.Join([]string{cfg.Settings.Issuer, cfg.Settings.Inspector, cfg.Settings.Contact, cfg.Settings.CopyTo}, "\n")); err != nil {
		return nil, fmt.Errorf("letters: settings: %w", err)
	}
	return &Registry{cfg: cfg}, nil
}

func (r *Registry) today() integrity.Day { return integrity.DayOf(r.cfg.Now()) }

// Matters returns what a letter may be written about as of today: not what is in hand
// under one already, nor what one of the same kind was closed for and nothing has been
// done about since, such as a year that is over. What is past a date of the notice comes before
// what is past a limit of the system.
func (r *Registry) Matters(ctx context.Context, who integrity.Principal) ([]Matter, error) {
	if !may(who, EventDraft) {
		return []Matter{}, nil
	}
	matters, err := r.cfg.Source.Matters(ctx, who, r.today())
	if err != nil {
		return nil, err
	}
	all, err := r.load(ctx, "")
	if err != nil {
		return nil, err
	}
	byKey := map[string][]*Letter{}
	for _, l := range all {
		byKey[l.Key] = append(byKey[l.Key], l)
	}
	matters = slices.DeleteFunc(matters, func(m Matter) bool {
		kind, err := m.Kind()
		return err != nil || slices.ContainsFunc(byKey[m.Key], func(l *Letter) bool {
			return l.Open() || l.ClosedOn != integrity.NoDay && l.Kind == kind && l.Done == m.Done
		})
	})
	kinds := integrity.LetterKinds()
	slices.SortStableFunc(matters, func(a, b Matter) int {
		x, _ := a.Kind() // those without one are gone
		y, _ := b.Kind()
		return slices.Index(kinds, x) - slices.Index(kinds, y)
	})
	return matters, nil
}

// Draft writes a letter about a matter, with the facts of today. It returns ErrOpen if
// one is in hand, integrity.ErrNotFound if there is no such matter, and the errors of
// Compose.
func (r *Registry) Draft(ctx context.Context, who integrity.Principal, key string) (*Letter, error) {
	if !may(who, EventDraft) {
		return nil, ErrForbidden
	}
	matter, err := r.cfg.Source.Matter(ctx, who, r.today(), key)
	if err != nil {
		return nil, err
	}
	names, err := r.cfg.Source.Names(ctx, matter.Unit)
	if err != nil {
		return nil, err
	}
	if matter.Number != "" && r.faceless(names)(matter.Number) != matter.Number {
		matter.Number = inSystem
	}
	content, err := Compose(matter, r.cfg.Settings, r.cfg.WorkDays)
	if err != nil {
		return nil, err
	}
	all, err := r.load(ctx, "")
	if err != nil {
		return nil, err
	}
	earlier := 0
	for _, l := range all {
		if l.Key != key {
			continue
		}
		if l.Open() {
			return nil, fmt.Errorf("%w：%s", ErrOpen, l.ID)
		}
		earlier++
	}
	// The id follows from the matter and how many letters it has had: of two drafts at the
	// same moment one becomes the first event of the letter, and the other is refused.
	l := &Letter{ID: letterID(key, earlier)}
	if err := r.add(ctx, l, Step{Event: EventDraft, Details: Details{Content: &content}}, who); errors.Is(err, ErrTaken) {
		return nil, fmt.Errorf("%w：%s", ErrOpen, l.ID)
	} else if err != nil {
		return nil, err
	}
	return l, nil
}

func letterID(key string, earlier int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d", key, earlier))
	return hex.EncodeToString(sum[:8])
}

// Act does the next step with a letter and returns it as it is then. It returns
// integrity.ErrNotFound for a letter that the principal may not see, ErrForbidden,
// ErrStep, ErrStale, ErrTaken, or an error that wraps integrity.ErrInvalid about the input.
func (r *Registry) Act(ctx context.Context, who integrity.Principal, id string, e Event, d Details) (*Letter, error) {
	l, err := r.Letter(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if !may(who, e) {
		return nil, ErrForbidden
	}
	if e == EventIssue && l.IssuedOn != integrity.NoDay && l.Number == 0 {
		// It was issued and the program ended before it had its number.
		return l, r.number(ctx, l)
	}
	if err := l.legal(e); err != nil {
		return nil, err
	}
	names, err := r.cfg.Source.Names(ctx, l.Unit)
	if err != nil {
		return nil, err
	}
	if d, err = l.complete(e, d, r.today(), r.faceless(names)); err != nil {
		return nil, err
	}
	if e == EventIssue {
		if err := r.stillHolds(ctx, who, l); err != nil {
			return nil, err
		}
	}
	if err := r.add(ctx, l, Step{Event: e, Details: d}, who); err != nil {
		return nil, err
	}
	if e == EventIssue {
		return l, r.number(ctx, l)
	}
	return l, nil
}

// faceless returns what takes people out of a typed text: the office in place of those on
// record, a mark in place of who reports, complains or is heard.
func (r *Registry) faceless(names map[string]string) func(string) string {
	return func(text string) string { return r.cfg.Mask(anonymous(text, names)) }
}

// stillHolds returns ErrStale if the matter of a letter would not get such a letter today.
func (r *Registry) stillHolds(ctx context.Context, who integrity.Principal, l *Letter) error {
	matter, err := r.cfg.Source.Matter(ctx, who, r.today(), l.Key)
	if errors.Is(err, integrity.ErrNotFound) {
		return ErrStale
	}
	if err != nil {
		return err
	}
	if kind, err := matter.Kind(); err != nil || kind != l.Kind || matter.Done != l.Done {
		return ErrStale
	}
	return nil
}

// Letter returns a letter, or integrity.ErrNotFound if it does not exist or may not be
// seen.
func (r *Registry) Letter(ctx context.Context, who integrity.Principal, id string) (*Letter, error) {
	found, err := r.load(ctx, id)
	if err != nil {
		return nil, err
	}
	units, err := r.unitsOf(ctx, who, "")
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || id == "" || !sees(who, found[0], units) {
		return nil, fmt.Errorf("letter %q: %w", id, integrity.ErrNotFound)
	}
	return found[0], nil
}

// unitsOf returns the units that a principal sees, or of them those of a unit.
func (r *Registry) unitsOf(ctx context.Context, who integrity.Principal, unit string) (map[string]bool, error) {
	if who.Role != integrity.RoleUnit && unit == "" {
		return nil, nil
	}
	list, err := r.cfg.Source.Units(ctx, who, unit)
	if err != nil {
		return nil, err
	}
	units := map[string]bool{}
	for _, u := range list {
		units[u] = true
	}
	return units, nil
}

// Filter chooses letters; the zero Filter takes all.
type Filter struct {
	State   State
	Kind    integrity.LetterKind
	Unit    string // code or name: that unit and those below it
	Year    int    // of the number, of the draft where there is none
	Rule    integrity.Rule
	Overdue bool // an answer is owed and its deadline has passed
	Done    bool // closed: the ledger of what was put right
	// AsOf shows the letters as the steps recorded up to the end of that day have left them, and judges
	// answers by it; integrity.NoDay is today.
	AsOf integrity.Day
}

// Letters returns the letters that a principal sees and a filter takes: those without a
// number first, then the highest number of the latest year.
func (r *Registry) Letters(ctx context.Context, who integrity.Principal, f Filter) ([]*Letter, error) {
	all, err := r.load(ctx, "")
	if err != nil {
		return nil, err
	}
	own, err := r.unitsOf(ctx, who, "")
	if err != nil {
		return nil, err
	}
	chosen, err := r.unitsOf(ctx, who, f.Unit)
	if err != nil {
		return nil, err
	}
	on := r.today()
	if f.AsOf != integrity.NoDay && f.AsOf < on {
		on = f.AsOf
		for i, l := range all {
			all[i] = l.asOf(on)
		}
		all = slices.DeleteFunc(all, func(l *Letter) bool { return len(l.Steps) == 0 })
	}
	out := slices.DeleteFunc(all, func(l *Letter) bool {
		return !sees(who, l, own) ||
			f.State != "" && l.State != f.State ||
			f.Kind != "" && l.Kind != f.Kind ||
			f.Unit != "" && !chosen[l.Unit] ||
			f.Year != 0 && l.Year != f.Year ||
			f.Rule != "" && l.Rule != f.Rule ||
			f.Overdue && !l.Overdue(on) ||
			f.Done && l.ClosedOn == integrity.NoDay
	})
	slices.SortFunc(out, func(a, b *Letter) int {
		switch {
		case (a.Number == 0) != (b.Number == 0):
			if a.Number == 0 {
				return -1
			}
			return 1
		case a.Year != b.Year:
			return b.Year - a.Year
		case a.Number != b.Number:
			return b.Number - a.Number
		}
		if c := b.Steps[0].At.Compare(a.Steps[0].At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// InHand returns the letters that were issued before a day and in hand when it began, as
// the steps recorded up to the end of asOf have left them, by number. What is recorded
// later changes nothing in the answer for a day that is over. Duties of leaders are told
// to them alone and are left out.
func (r *Registry) InHand(ctx context.Context, who integrity.Principal, day, asOf integrity.Day) ([]*Letter, error) {
	all, err := r.Letters(ctx, who, Filter{})
	if err != nil {
		return nil, err
	}
	var out []*Letter
	for _, l := range all {
		then := l.asOf(asOf)
		if then.Kind == integrity.LetterDuty || then.IssuedOn == integrity.NoDay || then.IssuedOn >= day {
			continue
		}
		ended := then.ClosedOn
		if then.State == StateVoided {
			ended = integrity.DayOf(then.Steps[len(then.Steps)-1].At)
		}
		if ended != integrity.NoDay && ended < day {
			continue
		}
		out = append(out, then)
	}
	slices.Reverse(out)
	return out, nil
}

// asOf is the letter as the steps recorded up to the end of a day have left it; it has none before it
// was drafted, and no number before it was issued.
func (l *Letter) asOf(day integrity.Day) *Letter {
	then := &Letter{ID: l.ID}
	for _, s := range l.Steps {
		if integrity.DayOf(s.At) <= day {
			then.apply(s)
		}
	}
	if then.IssuedOn != integrity.NoDay {
		then.Year, then.Number = l.Year, l.Number
	}
	return then
}

// ByMatter returns the letter in hand about each matter, by its key.
func (r *Registry) ByMatter(ctx context.Context, who integrity.Principal) (map[string]*Letter, error) {
	all, err := r.Letters(ctx, who, Filter{})
	if err != nil {
		return nil, err
	}
	out := map[string]*Letter{}
	for _, l := range all {
		if l.Open() {
			out[l.Key] = l
		}
	}
	return out, nil
}

// entryName names a record, so that its writer recognises it.
func entryName() string { return rand.Text() }
