package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

// Batch is a load on its way: everything written under its number becomes visible at
// once when it is committed, and never if it is not.
type Batch struct {
	No     uint64 // counts from 1 in commit order
	ID     string // for people and URLs
	Kind   string
	Revert uint64 // the batch that this one takes back, or 0
	by     string
}

// File is what the store remembers of one file of a batch.
type File struct {
	Kind                                      string
	Name                                      string
	SHA256                                    string
	Size                                      uint64
	Options                                   string // the options that change how it is read
	Read, Added, Changed, Unchanged, Rejected uint64
	Report                                    json.RawMessage // as in the report of the batch
}

// BatchInfo is one line of the list of batches.
type BatchInfo struct {
	No        uint64    `ch:"batch_no" json:"no"`
	ID        string    `ch:"id" json:"batch"`
	Kind      string    `ch:"kind_name" json:"kind"`
	State     string    `ch:"last_state" json:"state"` // pending committed voided reverted
	At        time.Time `ch:"last_at" json:"at"`
	Principal string    `ch:"by_whom" json:"by"`
	Revert    uint64    `ch:"revert_no" json:"revert,omitempty"`
	// TakenBack says who took the batch back and when; nil while it stands.
	TakenBack   *TakenBack      `ch:"-" json:"taken_back,omitempty"`
	ReportBytes string          `ch:"last_report" json:"-"`
	Report      json.RawMessage `ch:"-" json:"report,omitempty"`
}

// TakenBack is the batch by which another was taken back.
type TakenBack struct {
	No uint64    `json:"no"`
	ID string    `json:"batch"`
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// batchStep is the last step of one batch.
type batchStep struct {
	No    uint64    `ch:"batch_no"`
	State string    `ch:"last_state"`
	At    time.Time `ch:"last_at"`
}

// Snapshot fixes what a question may see: batches up to Max that are not in Hidden.
// Batches are committed one after another, so that this is all that had been loaded by a
// moment, neither more nor less.
type Snapshot struct {
	Max     uint64
	Hidden  []uint64
	KnownAt time.Time // commit time of batch Max; zero before the first
}

// Version names the snapshot: the same version, the same numbers.
func (s Snapshot) Version() string { return fmt.Sprintf("%d", s.Max) }

// Args returns the parameters {visible_max:UInt64} and {hidden:Array(UInt64)} that every
// query on loaded rows takes.
func (s Snapshot) Args() []any {
	hidden := s.Hidden
	if hidden == nil {
		hidden = []uint64{}
	}
	return []any{
		clickhouse.Named("visible_max", fmt.Sprint(s.Max)),
		clickhouse.Named("hidden", uintArray(hidden)),
	}
}

func uintArray(v []uint64) string {
	b := []byte{'['}
	for i, n := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Append(b, n)
	}
	return string(append(b, ']'))
}

// Begin writes the pending row of a new batch. The caller holds the load lock: batches
// never overlap.
func (s *Store) Begin(ctx context.Context, kind, by string, revert uint64, at time.Time) (Batch, error) {
	var last struct {
		No uint64    `ch:"last_no"`
		At time.Time `ch:"last_at"`
	}
	if err := s.Write().QueryRow(ctx, `SELECT max(batch_no) AS last_no, max(stepped_at) AS last_at FROM batches`).ScanStruct(&last); err != nil {
		return Batch{}, fmt.Errorf("number a batch: %w", err)
	}
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		return Batch{}, fmt.Errorf("name a batch: %w", err)
	}
	b := Batch{No: last.No + 1, ID: hex.EncodeToString(id[:]), Kind: kind, Revert: revert, by: by}
	return b, s.step(ctx, b, 0, "pending", at, nil)
}

// Commit makes the batch visible: the files first, then the one row that counts. The
// commit time never lies before that of an earlier batch, whatever the clock says. It returns
// ErrGivenUp where somebody else has voided the batch, which was taken for dead.
func (s *Store) Commit(ctx context.Context, b Batch, at time.Time, files []File, report []byte) error {
	if len(files) > 0 {
		batch, err := s.Write().PrepareBatch(s.retry(ctx, b.No, "files"), `INSERT INTO files (batch_no, kind, name, sha256, size, options, read, added, changed, unchanged, rejected, report)`)
		if err != nil {
			return fmt.Errorf("commit batch %d: %w", b.No, err)
		}
		defer batch.Close()
		for _, f := range files {
			if err := batch.Append(b.No, f.Kind, f.Name, f.SHA256, f.Size, f.Options, f.Read, f.Added, f.Changed, f.Unchanged, f.Rejected, string(f.Report)); err != nil {
				return fmt.Errorf("commit batch %d: %w", b.No, err)
			}
		}
		if err := batch.Send(); err != nil {
			return fmt.Errorf("commit batch %d: %w", b.No, err)
		}
	}
	if err := s.step(ctx, b, 1, "committed", at, report); err != nil {
		return err
	}
	var state string
	if err := s.Write().QueryRow(ctx, `SELECT argMax(state, step) FROM batches WHERE batch_no = @no`, clickhouse.Named("no", b.No)).Scan(&state); err != nil {
		return fmt.Errorf("commit batch %d: %w", b.No, err)
	}
	if state != "committed" {
		return fmt.Errorf("batch %d: %w", b.No, ErrGivenUp)
	}
	return nil
}

// Void gives a batch up: its rows stay hidden and are erased.
func (s *Store) Void(ctx context.Context, b Batch, at time.Time) error {
	// Voided first: its commit may have been stored although no answer came, and a batch
	// that counts must never lack rows.
	if err := s.step(ctx, b, 2, "voided", at, nil); err != nil {
		return err
	}
	return s.erase(ctx, b.No)
}

// erase removes the rows of a batch that was voided.
func (s *Store) erase(ctx context.Context, no uint64) error {
	for _, table := range batchTables {
		if err := s.Mutate(ctx, table, "DELETE WHERE batch_no = @no", clickhouse.Named("no", no)); err != nil {
			return fmt.Errorf("erase batch %d from %s: %w", no, table, err)
		}
	}
	s.erased.Store(no, true)
	return nil
}

// leftBehind returns which of the voided batches still have rows: the engine may have died
// before they were erased.
func (s *Store) leftBehind(ctx context.Context, voided []uint64) ([]uint64, error) {
	voided = slices.DeleteFunc(voided, func(no uint64) bool {
		_, known := s.erased.Load(no)
		return known
	})
	if len(voided) == 0 {
		return nil, nil
	}
	var left []uint64
	for _, table := range batchTables {
		var rows []struct {
			No uint64 `ch:"batch_no"`
		}
		if err := s.Write().Select(ctx, &rows, "SELECT DISTINCT batch_no FROM "+table+" WHERE has({nos:Array(UInt64)}, batch_no)", clickhouse.Named("nos", uintArray(voided))); err != nil {
			return nil, fmt.Errorf("look what voided batches left in %s: %w", table, err)
		}
		for _, r := range rows {
			if !slices.Contains(left, r.No) {
				left = append(left, r.No)
			}
		}
	}
	for _, no := range voided {
		if !slices.Contains(left, no) {
			s.erased.Store(no, true)
		}
	}
	return left, nil
}

// batchTables are the tables whose rows belong to a batch.
var batchTables = []string{"units", "lists", "risks", "signals", "checks", "ledger", "confirmations", "files", "rejects"}

// VoidPending gives up every batch that a crash left pending and returns how many; what a
// crash kept from being erased is erased. The caller holds the load lock.
func (s *Store) VoidPending(ctx context.Context, at time.Time) (int, error) {
	infos, err := s.states(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	var voided []uint64
	for _, i := range infos {
		if i.State == "voided" {
			voided = append(voided, i.No)
		}
		if i.State != "pending" {
			continue
		}
		if err := s.Void(ctx, Batch{No: i.No, ID: i.ID, Kind: i.Kind, by: i.Principal}, at); err != nil {
			return n, err
		}
		n++
	}
	left, err := s.leftBehind(ctx, voided)
	if err != nil {
		return n, err
	}
	for _, no := range left {
		if err := s.erase(ctx, no); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (s *Store) step(ctx context.Context, b Batch, step uint8, state string, at time.Time, report []byte) error {
	var last time.Time
	if err := s.Write().QueryRow(ctx, `SELECT max(stepped_at) FROM batches`).Scan(&last); err != nil {
		return fmt.Errorf("batch %d %s: %w", b.No, state, err)
	}
	if at.Before(last) {
		at = last
	}
	batch, err := s.Write().PrepareBatch(s.retry(ctx, b.No, "step-"+state), `INSERT INTO batches (batch_no, batch, kind, step, state, stepped_at, principal, revert, report)`)
	if err != nil {
		return fmt.Errorf("batch %d %s: %w", b.No, state, err)
	}
	defer batch.Close()
	if err := batch.Append(b.No, b.ID, b.Kind, step, state, at.UTC(), b.by, b.Revert, string(report)); err != nil {
		return fmt.Errorf("batch %d %s: %w", b.No, state, err)
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("batch %d %s: %w", b.No, state, err)
	}
	return nil
}

// retry returns a context whose insert is stored once however often it is sent: the
// token is made of the batch and the part, never of anything a user supplies.
func (s *Store) retry(ctx context.Context, no uint64, part string) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplication_token": fmt.Sprintf("%d/%s", no, part),
		"async_insert":               0,
	}))
}

// Token is retry for the chunks of a load.
func (s *Store) Token(ctx context.Context, no uint64, part string) context.Context {
	return s.retry(ctx, no, part)
}

// Snapshot returns what had been committed by knownAt; the zero time asks for all.
func (s *Store) Snapshot(ctx context.Context, knownAt time.Time) (Snapshot, error) {
	rows, err := s.steps.Get(s, func() (rows []batchStep, err error) {
		err = s.Read().Select(ctx, &rows, `SELECT batch_no, argMax(state, step) AS last_state, argMax(stepped_at, step) AS last_at FROM batches GROUP BY batch_no ORDER BY batch_no`)
		return rows, err
	})
	if err != nil {
		return Snapshot{}, fmt.Errorf("read the batches: %w", err)
	}
	var snap Snapshot
	visible := func(i int) bool {
		return rows[i].State == "committed" && (knownAt.IsZero() || !rows[i].At.After(knownAt))
	}
	for i := range rows {
		if visible(i) {
			snap.Max, snap.KnownAt = rows[i].No, rows[i].At
		}
	}
	for i := range rows {
		if rows[i].No <= snap.Max && !visible(i) {
			snap.Hidden = append(snap.Hidden, rows[i].No)
		}
	}
	return snap, nil
}

// Batches lists all batches with their reports, newest first.
func (s *Store) Batches(ctx context.Context) ([]BatchInfo, error) {
	all, err := s.batches.Get(s, func() ([]BatchInfo, error) { return s.listBatches(ctx, "argMax(report, step)") })
	return slices.Clone(all), err
}

// states lists all batches without their reports, newest first: what every load asks.
func (s *Store) states(ctx context.Context) ([]BatchInfo, error) { return s.listBatches(ctx, "''") }

func (s *Store) listBatches(ctx context.Context, report string) ([]BatchInfo, error) {
	var infos []BatchInfo
	if err := s.Read().Select(ctx, &infos, `SELECT batch_no, any(batch) AS id, any(kind) AS kind_name, argMax(state, step) AS last_state,
		argMax(stepped_at, step) AS last_at, any(principal) AS by_whom, any(revert) AS revert_no, `+report+` AS last_report
		FROM batches GROUP BY batch_no ORDER BY batch_no DESC`); err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	taken := map[uint64]*TakenBack{}
	for _, i := range infos {
		if i.Revert != 0 && i.State == "committed" {
			taken[i.Revert] = &TakenBack{No: i.No, ID: i.ID, By: i.Principal, At: i.At}
		}
	}
	for i := range infos {
		if back := taken[infos[i].No]; back != nil {
			infos[i].State, infos[i].TakenBack = "reverted", back
		}
		if infos[i].ReportBytes != "" {
			infos[i].Report = json.RawMessage(infos[i].ReportBytes)
		}
	}
	return infos, nil
}

// BatchByID returns one batch, or integrity.ErrNotFound.
func (s *Store) BatchByID(ctx context.Context, id string) (BatchInfo, error) {
	infos, err := s.Batches(ctx)
	if err != nil {
		return BatchInfo{}, err
	}
	for _, i := range infos {
		if i.ID == id || fmt.Sprint(i.No) == id {
			return i, nil
		}
	}
	return BatchInfo{}, fmt.Errorf("batch %q: %w", id, integrity.ErrNotFound)
}

// Known is a file that was loaded before, and the batch that brought it.
type Known struct {
	File  File
	Batch BatchInfo
}

// knownAtOnce bounds how many files one query asks for.
const knownAtOnce = 1000

// KnownFiles returns the visible, not reverted files among those with the given contents
// (SHA-256 in hexadecimal digits), of one kind and read with the same options, by content.
func (s *Store) KnownFiles(ctx context.Context, contents []string, kind, options string) (map[string]Known, error) {
	infos, err := s.states(ctx)
	if err != nil {
		return nil, err
	}
	standing := map[uint64]BatchInfo{}
	for _, b := range infos {
		if b.State == "committed" {
			standing[b.No] = b
		}
	}
	out := map[string]Known{}
	for some := range slices.Chunk(contents, knownAtOnce) {
		var rows []struct {
			No        uint64 `ch:"batch_no"`
			SHA256    string `ch:"sha256"`
			Name      string `ch:"name"`
			Read      uint64 `ch:"read"`
			Added     uint64 `ch:"added"`
			Changed   uint64 `ch:"changed"`
			Unchanged uint64 `ch:"unchanged"`
			Rejected  uint64 `ch:"rejected"`
			Report    string `ch:"report"`
		}
		if err := s.Write().Select(ctx, &rows, `SELECT batch_no, sha256, name, read, added, changed, unchanged, rejected, report FROM files
			WHERE sha256 IN (@contents) AND kind = @kind AND options = @options ORDER BY batch_no`,
			clickhouse.Named("contents", some), clickhouse.Named("kind", kind), clickhouse.Named("options", options)); err != nil {
			return nil, fmt.Errorf("look up files: %w", err)
		}
		for _, r := range rows { // of several the one loaded last
			if b, ok := standing[r.No]; ok {
				out[r.SHA256] = Known{Batch: b, File: File{Kind: kind, Name: r.Name, SHA256: r.SHA256, Options: options, Read: r.Read, Added: r.Added,
					Changed: r.Changed, Unchanged: r.Unchanged, Rejected: r.Rejected, Report: json.RawMessage(r.Report)}}
			}
		}
	}
	return out, nil
}

// KnownLengths returns which of some lengths, in bytes, files of one kind have that were read with
// the same options, whether their batches stand or not: a file of another length is not known.
func (s *Store) KnownLengths(ctx context.Context, lengths []uint64, kind, options string) (map[uint64]bool, error) {
	out := map[uint64]bool{}
	for some := range slices.Chunk(lengths, knownAtOnce) {
		var rows []struct {
			Length uint64 `ch:"length"`
		}
		if err := s.Write().Select(ctx, &rows, "SELECT DISTINCT size AS length FROM files WHERE size IN (@lengths) AND kind = @kind AND options = @options",
			clickhouse.Named("lengths", some), clickhouse.Named("kind", kind), clickhouse.Named("options", options)); err != nil {
			return nil, fmt.Errorf("look up files: %w", err)
		}
		for _, r := range rows {
			out[r.Length] = true
		}
	}
	return out, nil
}

// ErrGivenUp tells that a batch was voided while it was loaded.
var ErrGivenUp = errors.New("装载停顿太久，已被另一台服务器作废，请重新装载 (the load stood still for too long and another server gave it up; load the file again)")

// ErrReverted tells that a batch has been taken back already, or never counted.
var ErrReverted = errors.New("batch is not in force")

// Source is what was loaded of one kind of files.
type Source struct {
	Kind     string    `ch:"kind" json:"kind"`
	Files    uint64    `ch:"files_total" json:"files"`
	Read     uint64    `ch:"read_total" json:"read"`
	Rejected uint64    `ch:"rejected_total" json:"rejected"`
	LastNo   uint64    `ch:"last_no" json:"-"`
	LastLoad time.Time `ch:"-" json:"last_load"`
}

// Sources adds up the files of all batches that were visible at knownAt (the zero time
// asks for all) and had not been taken back by then, by kind.
func (s *Store) Sources(ctx context.Context, knownAt time.Time) ([]Source, error) {
	snap, err := s.Snapshot(ctx, knownAt)
	if err != nil {
		return nil, err
	}
	infos, err := s.states(ctx)
	if err != nil {
		return nil, err
	}
	hidden := slices.Clone(snap.Hidden)
	at := map[uint64]time.Time{}
	for _, i := range infos {
		at[i.No] = i.At
		if i.Revert != 0 && i.No <= snap.Max && !slices.Contains(snap.Hidden, i.No) {
			hidden = append(hidden, i.Revert)
		}
	}
	snap.Hidden = hidden
	var out []Source
	if err := s.Read().Select(ctx, &out, `SELECT kind, count() AS files_total, sum(read) AS read_total, sum(rejected) AS rejected_total, max(batch_no) AS last_no
		FROM files WHERE batch_no <= {visible_max:UInt64} AND NOT has({hidden:Array(UInt64)}, batch_no) GROUP BY kind ORDER BY kind`, snap.Args()...); err != nil {
		return nil, fmt.Errorf("add up the sources: %w", err)
	}
	for i := range out {
		out[i].LastLoad = at[out[i].LastNo]
	}
	return out, nil
}
