package jobs

import (
	"context"
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
)

// NameBackup is the weekly task that copies the database.
const NameBackup = "backup"

// BackupConfig is everything the task needs. Database, Name and Log are required.
type BackupConfig struct {
	Database Database
	Name     string // of the database
	// Dir is the folder of backups of the embedded engine; empty for an external server,
	// whose backups are its administrator's.
	Dir  string
	Keep int // backups that are kept; defaults to 4
	// Lock keeps loads away while the copy is made, so that no batch is cut in two.
	Lock func(ctx context.Context) (unlock func(), err error)
	Log  *slog.Logger
}

// backupPrefix begins the names of the backups that this task makes, and of those it
// removes again; others in the folder are not touched.
const backupPrefix = "weekly-"

// The states of a backup.
const (
	backupVerified = "verified"
	backupRemoved  = "removed"
)

// Backup returns the task that copies the database every week into the engine's folder of
// backups. A copy counts when it has been restored beside the database and every table
// has as many rows as were there while it was made; older copies are removed only then.
func Backup(cfg BackupConfig) Job {
	if cfg.Keep < 1 {
		cfg.Keep = 4
	}
	return Job{Name: NameBackup, Schedule: "30 3 * * 0", Timeout: 2 * time.Hour, CatchUp: 1,
		Run: func(ctx context.Context, now time.Time) (Result, error) {
			if cfg.Dir == "" {
				return Result{Text: "外部数据库：由数据库管理员备份，本任务不做 (external server: its administrator makes the backups)", Counts: map[string]uint64{"backups": 0}}, nil
			}
			return cfg.backup(ctx, now)
		}}
}

// Copy is one backup that was made and verified.
type Copy struct {
	Name   string            `ch:"name" json:"name"`
	State  string            `ch:"last_state" json:"state"` // verified or removed
	MadeAt time.Time         `ch:"made_at" json:"made_at"`
	Bytes  uint64            `ch:"size" json:"bytes"`
	Tables map[string]uint64 `ch:"counted" json:"tables"` // rows by table
}

// Backups reads the record of backups.
type Backups struct{ DB Database }

// List returns the backups, newest first, those that were removed again included.
func (b Backups) List(ctx context.Context) ([]Copy, error) {
	var out []Copy
	if err := b.DB.Write().Select(ctx, &out, `SELECT name, argMax(state, step) AS last_state, min(stepped_at) AS made_at, max(bytes) AS size, argMin(tables, step) AS counted
		FROM backups GROUP BY name ORDER BY name DESC`); err != nil {
		return nil, fmt.Errorf("list the backups: %w", err)
	}
	return out, nil
}

func (b Backups) step(ctx context.Context, c Copy, step uint8, at time.Time) error {
	batch, err := b.DB.Write().PrepareBatch(ctx, `INSERT INTO backups (name, step, state, stepped_at, bytes, tables)`)
	if err != nil {
		return fmt.Errorf("record backup %s: %w", c.Name, err)
	}
	defer batch.Close()
	if err := batch.Append(c.Name, step, c.State, at.UTC(), c.Bytes, c.Tables); err != nil {
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
			return Result{Text: name + " 已有备份", Counts: map[string]uint64{"backups": 0, "tables": uint64(len(known[i].Tables))}}, nil
		}
	}
	made, err := c.copyAndVerify(ctx, name)
	if err != nil {
		return Result{}, errors.Join(err, os.RemoveAll(filepath.Join(c.Dir, name)))
	}
	if err := (Backups{c.Database}).step(ctx, made, 0, now); err != nil {
		return Result{}, err
	}
	removed, err := c.prune(ctx, now)
	if err != nil {
		return Result{}, err
	}
	var rows uint64
	for _, n := range made.Tables {
		rows += n
	}
	c.Log.InfoContext(ctx, "backup verified", "name", name, "tables", len(made.Tables), "rows", rows, "bytes", made.Bytes, "removed", removed)
	return Result{Text: fmt.Sprintf("%s：%d张表%d行已备份并核对，清理旧备份%d份", name, len(made.Tables), rows, removed),
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
	check := c.Name + "_check"
	drop := func() error {
		if err := c.Database.Write().Exec(ctx, "DROP DATABASE IF EXISTS "+check+" SYNC"); err != nil {
			return fmt.Errorf("drop the restored copy: %w", err)
		}
		return nil
	}
	if err := drop(); err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	if err := c.Database.Write().Exec(ctx, fmt.Sprintf("RESTORE DATABASE %s AS %s FROM File('%s')", c.Name, check, name)); err != nil {
		return made, fmt.Errorf("restore the backup to check it: %w", err)
	}
	restored, err := c.count(ctx, check)
	if err != nil {
		return made, err
	}
	for table, n := range before {
		// Loads are kept away, but tasks and logins may write a row meanwhile.
		if low, high := min(n, after[table]), max(n, after[table]); restored[table] < low || restored[table] > high {
			return made, fmt.Errorf("backup %s: table %s has %d rows, the copy %d", name, table, n, restored[table])
		}
	}
	size, err := folderSize(filepath.Join(c.Dir, name))
	if err != nil {
		return made, err
	}
	return Copy{Name: name, State: backupVerified, Bytes: size, Tables: restored}, nil
}

// copy makes the backup while no load runs, and counts the rows before and after.
func (c BackupConfig) copy(ctx context.Context, name string) (before, after map[string]uint64, err error) {
	if c.Lock != nil {
		unlock, err := c.Lock(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("wait for a load to end: %w", err)
		}
		defer unlock()
	}
	if before, err = c.count(ctx, c.Name); err != nil {
		return nil, nil, err
	}
	if err := c.Database.Write().Exec(ctx, fmt.Sprintf("BACKUP DATABASE %s TO File('%s')", c.Name, name)); err != nil {
		return nil, nil, fmt.Errorf("back up the database: %w", err)
	}
	after, err = c.count(ctx, c.Name)
	return before, after, err
}

// count returns the number of rows of every table of a database.
func (c BackupConfig) count(ctx context.Context, database string) (map[string]uint64, error) {
	var tables []struct {
		Name string `ch:"name"`
	}
	if err := c.Database.Write().Select(ctx, &tables, `SELECT name FROM system.tables WHERE database = @database AND endsWith(engine, 'MergeTree') ORDER BY name`, clickhouse.Named("database", database)); err != nil {
		return nil, fmt.Errorf("list the tables of %s: %w", database, err)
	}
	out := map[string]uint64{}
	for _, t := range tables {
		var n uint64
		if err := c.Database.Write().QueryRow(ctx, "SELECT count() FROM "+database+".`"+t.Name+"`").Scan(&n); err != nil {
			return nil, fmt.Errorf("count %s.%s: %w", database, t.Name, err)
		}
		out[t.Name] = n
	}
	return out, nil
}

// prune removes the oldest backups of this task beyond the number to keep.
func (c BackupConfig) prune(ctx context.Context, now time.Time) (int, error) {
	known, err := Backups{c.Database}.List(ctx) // newest first: names end in the day
	if err != nil {
		return 0, err
	}
	kept, removed := 0, 0
	for _, b := range known {
		if b.State != backupVerified || !strings.HasPrefix(b.Name, backupPrefix) {
			continue
		}
		if kept++; kept <= c.Keep {
			continue
		}
		if err := os.RemoveAll(filepath.Join(c.Dir, b.Name)); err != nil {
			return removed, fmt.Errorf("remove an old backup: %w", err)
		}
		b.State = backupRemoved
		if err := (Backups{c.Database}).step(ctx, b, 1, now); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
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
