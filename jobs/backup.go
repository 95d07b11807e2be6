package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// NameBackup is the nightly task that copies the database and tries its copies.
const NameBackup = "backup"

// BackupConfig is everything the task needs. Database, Name and Log are required.
type BackupConfig struct {
	Database Database
	Name     string // of the database
	// Dir is the folder of backups of the embedded engine; empty for an external server,
	// whose backups are its administrator's.
	Dir  string
	Keep int // backups that are kept; defaults to 7
	// Lock keeps loads away while the copy is made, so that no batch is cut in two.
	Lock func(ctx context.Context) (unlock func(), err error)
	Log  *slog.Logger
}

// backupPrefix begins the names of the backups that this task makes; it removes them and
// those of earlier versions, which made one a week. Others in the folder are not touched.
const (
	backupPrefix       = "nightly-"
	backupPrefixBefore = "weekly-"
)

// manifestSuffix ends the name of the file beside a backup that says what is in it, for who
// restores it where the record in the database is not at hand.
const manifestSuffix = ".manifest.json"

// ErrDamaged means that a backup does not restore to what its manifest says.
var ErrDamaged = errors.New("the backup is damaged")

// The states of a backup.
const (
	backupVerified = "verified"
	backupRemoved  = "removed"
)

// Backup returns the task that copies the database every night into the engine's folder of
// backups. A copy counts when it has been restored beside the database and every table has
// the rows that were there while it was made: their number and the sum of their hashes are
// its manifest. Older copies are removed only then. Each night one of those that are kept is
// tried again, in turn, so that a copy that was damaged later is found: that fails the task.
func Backup(cfg BackupConfig) Job {
	if cfg.Keep < 1 {
		cfg.Keep = 7
	}
	return Job{Name: NameBackup, Schedule: "30 3 * * *", Timeout: 2 * time.Hour, CatchUp: 1,
		Run: func(ctx context.Context, now time.Time) (Result, error) {
			if cfg.Dir == "" {
				return Result{Text: obligation.Text{ZH: "外部数据库：由数据库管理员备份，本任务不做", EN: "external server: its administrator makes the backups, this task does nothing"}, Counts: map[string]uint64{"backups": 0}}, nil
			}
			return cfg.backup(ctx, now)
		}}
}

// Copy is one backup that was made and verified. Tables and Sums are its manifest.
type Copy struct {
	Name   string            `ch:"name" json:"name"`
	State  string            `ch:"last_state" json:"state"` // verified or removed
	MadeAt time.Time         `ch:"made_at" json:"made_at"`
	Bytes  uint64            `ch:"size" json:"bytes"`
	Tables map[string]uint64 `ch:"counted" json:"tables"` // rows by table
	Sums   map[string]uint64 `ch:"summed" json:"sums"`    // sum(cityHash64(*)) by table; none where an earlier version made the copy
}

// contents are what is in the tables of a database.
type contents struct{ rows, sums map[string]uint64 }

// Backups reads the record of backups.
type Backups struct{ DB Database }

// List returns the backups, newest first, those that were removed again included.
func (b Backups) List(ctx context.Context) ([]Copy, error) {
	var out []Copy
	if err := b.DB.Write().Select(ctx, &out, `SELECT name, argMax(state, step) AS last_state, min(stepped_at) AS made_at, max(bytes) AS size, argMin(tables, step) AS counted, argMin(sums, step) AS summed
		FROM backups GROUP BY name ORDER BY made_at DESC, name DESC`); err != nil {
		return nil, fmt.Errorf("list the backups: %w", err)
	}
	return out, nil
}

func (b Backups) step(ctx context.Context, c Copy, step uint8, at time.Time) error {
	batch, err := b.DB.Write().PrepareBatch(ctx, `INSERT INTO backups (name, step, state, stepped_at, bytes, tables, sums)`)
	if err != nil {
		return fmt.Errorf("record backup %s: %w", c.Name, err)
	}
	defer batch.Close()
	if err := batch.Append(c.Name, step, c.State, at.UTC(), c.Bytes, c.Tables, c.Sums); err != nil {
		return fmt.Errorf("record backup %s: %w", c.Name, err)
	}
	if err := send(ctx, batch); err != nil {
		return fmt.Errorf("record backup %s: %w", c.Name, err)
	}
	return nil
}

func (c BackupConfig) backup(ctx context.Context, now time.Time) (Result, error) {
	name := backupPrefix + integrity.DayOf(now).String()
	known, err := Backups{c.Database}.List(ctx)
	if err != nil {
		return Result{}, err
	}
	if i := slices.IndexFunc(known, func(b Copy) bool { return b.Name == name && b.State == backupVerified }); i >= 0 {
		if _, err := os.Stat(filepath.Join(c.Dir, name)); err == nil {
			if err := c.verify(ctx, known[i]); err != nil {
				return Result{}, err
			}
			return Result{Text: obligation.Text{ZH: name + " 已有备份，再次核对无误", EN: name + " was there already and is sound"}, Counts: map[string]uint64{"backups": 0, "tables": uint64(len(known[i].Tables))}}, nil
		}
	}
	made, err := c.copyAndVerify(ctx, name)
	if err != nil {
		return Result{}, errors.Join(err, os.RemoveAll(filepath.Join(c.Dir, name)))
	}
	if err := (Backups{c.Database}).step(ctx, made, 0, now); err != nil {
		return Result{}, err
	}
	removed, kept, err := c.prune(ctx, now)
	if err != nil {
		return Result{}, err
	}
	var tried obligation.Text // of the older ones, in turn
	if older := len(kept) - 1; older > 0 {
		again := kept[1+int(integrity.DayOf(now))%older]
		if err := c.verify(ctx, again); err != nil {
			return Result{}, err
		}
		tried = obligation.Text{ZH: "；再次核对" + again.Name, EN: "; " + again.Name + " tried again"}
	}
	var rows uint64
	for _, n := range made.Tables {
		rows += n
	}
	c.Log.InfoContext(ctx, "backup verified", "name", name, "tables", len(made.Tables), "rows", rows, "bytes", made.Bytes, "removed", removed)
	return Result{Text: obligation.Text{
		ZH: fmt.Sprintf("%s：%d张表%d行已备份，逐表按行数和内容核对；清理旧备份%d份%s", name, len(made.Tables), rows, removed, tried.ZH),
		EN: fmt.Sprintf("%s: %d tables with %d rows copied, each checked by number and content of its rows; old copies removed: %d%s", name, len(made.Tables), rows, removed, tried.EN)},
		Counts: map[string]uint64{"backups": 1, "tables": uint64(len(made.Tables)), "rows": rows, "bytes": made.Bytes, "removed": uint64(removed)}}, nil
}

// copyAndVerify makes a backup and restores it beside the database to count it.
func (c BackupConfig) copyAndVerify(ctx context.Context, name string) (made Copy, err error) {
	// What a run that was killed has left would stand in the way.
	if err := os.RemoveAll(filepath.Join(c.Dir, name)); err != nil {
		return made, fmt.Errorf("remove an unfinished backup: %w", err)
	}
	before, after, err := c.copy(ctx, name)
	if err != nil {
		return made, err
	}
	restored, err := c.restored(ctx, name)
	if err != nil {
		return made, err
	}
	for table, n := range before.rows {
		// Loads are kept away, but tasks may write a row meanwhile: of a table that did not
		// stand still the copy holds a moment between, which its number of rows has to be.
		if low, high := min(n, after.rows[table]), max(n, after.rows[table]); restored.rows[table] < low || restored.rows[table] > high {
			return made, fmt.Errorf("backup %s: table %s has %d rows, the copy %d: %w", name, table, n, restored.rows[table], ErrDamaged)
		}
		if before.sums[table] == after.sums[table] && restored.sums[table] != before.sums[table] {
			return made, fmt.Errorf("backup %s: the rows of table %s in the copy are not those of the database: %w", name, table, ErrDamaged)
		}
	}
	size, err := folderSize(filepath.Join(c.Dir, name))
	if err != nil {
		return made, err
	}
	made = Copy{Name: name, State: backupVerified, Bytes: size, Tables: restored.rows, Sums: restored.sums}
	manifest, err := json.MarshalIndent(map[string]any{"name": name, "rows": made.Tables, "sums": made.Sums}, "", "  ")
	if err != nil {
		return made, fmt.Errorf("manifest of backup %s: %w", name, err)
	}
	if err := os.WriteFile(filepath.Join(c.Dir, name+manifestSuffix), manifest, 0o600); err != nil {
		return made, fmt.Errorf("manifest of backup %s: %w", name, err)
	}
	return made, nil
}

// verify restores a backup beside the database and holds it against its manifest. It
// returns ErrDamaged where it does not restore or holds other rows.
func (c BackupConfig) verify(ctx context.Context, kept Copy) error {
	restored, err := c.restored(ctx, kept.Name)
	if err != nil {
		return err
	}
	for table, n := range kept.Tables {
		if restored.rows[table] != n {
			return fmt.Errorf("backup %s: table %s restores to %d rows of %d: %w", kept.Name, table, restored.rows[table], n, ErrDamaged)
		}
		if sum, known := kept.Sums[table]; known && restored.sums[table] != sum {
			return fmt.Errorf("backup %s: table %s restores to other rows: %w", kept.Name, table, ErrDamaged)
		}
	}
	return nil
}

// restored restores a backup beside the database, reads all of it and drops it again.
func (c BackupConfig) restored(ctx context.Context, name string) (found contents, err error) {
	check := c.Name + "_check"
	drop := func() error {
		if err := c.Database.Write().Exec(ctx, "DROP DATABASE IF EXISTS "+check+" SYNC"); err != nil {
			return fmt.Errorf("drop the restored copy: %w", err)
		}
		return nil
	}
	if err := drop(); err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	if err := c.Database.Write().Exec(ctx, fmt.Sprintf("RESTORE DATABASE %s AS %s FROM File('%s')", c.Name, check, name)); err != nil {
		return found, fmt.Errorf("restore backup %s to check it: %w: %w", name, ErrDamaged, err)
	}
	if found, err = c.contents(ctx, check); err != nil {
		return found, fmt.Errorf("read backup %s: %w: %w", name, ErrDamaged, err)
	}
	return found, nil
}

// copy makes the backup while no load runs, and reads the tables before and after.
func (c BackupConfig) copy(ctx context.Context, name string) (before, after contents, err error) {
	if c.Lock != nil {
		unlock, err := c.Lock(ctx)
		if err != nil {
			return before, after, fmt.Errorf("wait for a load to end: %w", err)
		}
		defer unlock()
	}
	if before, err = c.contents(ctx, c.Name); err != nil {
		return before, after, err
	}
	if err := c.Database.Write().Exec(ctx, fmt.Sprintf("BACKUP DATABASE %s TO File('%s')", c.Name, name)); err != nil {
		return before, after, fmt.Errorf("back up the database: %w", err)
	}
	after, err = c.contents(ctx, c.Name)
	return before, after, err
}

// contents reads every table of a database: the number of rows and the sum of their hashes,
// which is the same in whatever order and parts they lie. Every value is read, so that the
// engine meets what is damaged.
func (c BackupConfig) contents(ctx context.Context, database string) (contents, error) {
	out := contents{map[string]uint64{}, map[string]uint64{}}
	var tables []struct {
		Name string `ch:"name"`
	}
	if err := c.Database.Write().Select(ctx, &tables, `SELECT name FROM system.tables WHERE database = @database AND endsWith(engine, 'MergeTree') ORDER BY name`, clickhouse.Named("database", database)); err != nil {
		return out, fmt.Errorf("list the tables of %s: %w", database, err)
	}
	for _, t := range tables {
		var n, sum uint64
		if err := c.Database.Write().QueryRow(ctx, "SELECT count(), sum(cityHash64(*)) FROM "+database+".`"+t.Name+"`").Scan(&n, &sum); err != nil {
			return out, fmt.Errorf("read %s.%s: %w", database, t.Name, err)
		}
		out.rows[t.Name], out.sums[t.Name] = n, sum
	}
	return out, nil
}

// prune removes the oldest backups of this task beyond the number to keep, and returns
// those that are left, newest first.
func (c BackupConfig) prune(ctx context.Context, now time.Time) (removed int, kept []Copy, err error) {
	known, err := Backups{c.Database}.List(ctx)
	if err != nil {
		return 0, nil, err
	}
	for _, b := range known {
		if b.State != backupVerified || !strings.HasPrefix(b.Name, backupPrefix) && !strings.HasPrefix(b.Name, backupPrefixBefore) {
			continue
		}
		if len(kept) < c.Keep {
			kept = append(kept, b)
			continue
		}
		for _, path := range []string{b.Name, b.Name + manifestSuffix} {
			if err := os.RemoveAll(filepath.Join(c.Dir, path)); err != nil {
				return removed, kept, fmt.Errorf("remove an old backup: %w", err)
			}
		}
		b.State = backupRemoved
		if err := (Backups{c.Database}).step(ctx, b, 1, now); err != nil {
			return removed, kept, err
		}
		removed++
	}
	return removed, kept, nil
}

func folderSize(dir string) (uint64, error) {
	var size uint64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += uint64(info.Size())
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("measure the backup: %w", err)
	}
	return size, nil
}
