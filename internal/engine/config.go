package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// DatabasePrefix begins the name of every database of the product. The users of
// the embedded engine have rights on these databases only.
const DatabasePrefix = "qingfeng"

// TimeZone is the time zone of the embedded engine. All days of the product are
// days of Beijing time, so toDate(a DateTime) must give the Beijing day.
const TimeZone = "Asia/Shanghai"

// HeaderName is the HTTP header that carries Endpoint.Key. The engine answers
// nothing but 404 to a request without it, before any user name is looked at.
const HeaderName = "X-Qingfeng-Engine"

// ErrNoLibrary means that no engine was found to run.
var ErrNoLibrary = errors.New("找不到数据库引擎，请运行 make build 或设置 QINGFENG_ENGINE" +
	" (no database engine found; run make build or set QINGFENG_ENGINE)")

// Config is everything Start needs. Dir is required.
type Config struct {
	// Dir is the directory of the engine: tables, logs, lock, runtime file.
	// It is created with mode 0700 if it is missing.
	Dir string

	// Library is the path of libchdb.so (or .dylib), or of a clickhouse
	// executable. Empty means: look beside the executable, then in the
	// tools/npm folder of the module around the working directory.
	Library string

	// Backups is the only directory that BACKUP and RESTORE may use.
	// Empty means Dir/backups.
	Backups string

	// MemoryBytes is the most memory the engine takes for queries, merges and
	// caches together. 0 means half of the machine's (or container's) memory.
	MemoryBytes uint64

	// MinFreeBytes is the free disk space below which inserts are refused
	// (code 243), so that a full disk leaves room for the audit trail and for
	// merges. 0 means 1 GiB. A table may set a lower figure for itself.
	MinFreeBytes uint64

	// Native opens the native listener as well, for tests of external servers and
	// clusters. This build of the engine aborts when somebody sends it a wrong
	// password there, so the product itself never does.
	Native bool

	// Log receives starts, crashes and alarms. Nil discards them.
	Log *slog.Logger
}

// withDefaults returns the configuration with absolute paths and every optional
// field filled in.
func (c Config) withDefaults() (Config, error) {
	if c.Dir == "" {
		return c, errors.New("engine: no data directory given")
	}
	var err error
	if c.Dir, err = filepath.Abs(c.Dir); err != nil {
		return c, fmt.Errorf("engine directory: %w", err)
	}
	if c.Backups == "" {
		c.Backups = filepath.Join(c.Dir, "backups")
	}
	if c.Backups, err = filepath.Abs(c.Backups); err != nil {
		return c, fmt.Errorf("backup directory: %w", err)
	}
	if c.Library, err = findLibrary(c.Library); err != nil {
		return c, err
	}
	if c.MinFreeBytes == 0 {
		c.MinFreeBytes = 1 << 30
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// findLibrary returns the absolute path of the engine: given itself if it is
// not empty, else the first of the usual places that has one.
func findLibrary(given string) (string, error) {
	if given != "" {
		path, err := filepath.Abs(given)
		if err != nil {
			return "", fmt.Errorf("engine library: %w", err)
		}
		if info, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%w: %w", ErrNoLibrary, err)
		} else if info.IsDir() {
			return "", fmt.Errorf("%w: %s is a directory", ErrNoLibrary, path)
		}
		return path, nil
	}
	for _, path := range libraryPlaces() {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, nil
		}
	}
	return "", ErrNoLibrary
}

// libraryPlaces lists where the engine is looked for, best first.
func libraryPlaces() []string {
	name := "libchdb.so"
	if runtime.GOOS == "darwin" {
		name = "libchdb.dylib"
	}
	var places []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		places = append(places, filepath.Join(filepath.Dir(exe), name))
	}
	// Tests and go run have their binary in a cache directory, so they find the
	// engine from the module they work in.
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return append(places, filepath.Join(dir, "tools", "npm", "node_modules", "@chdb", npmPackage(), name))
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return places
}

// npmPackage is the name of the npm package that brings the engine for this
// machine, without its scope.
func npmPackage() string {
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	if runtime.GOOS == "linux" {
		return "lib-linux-" + arch + "-gnu"
	}
	return "lib-" + runtime.GOOS + "-" + arch
}

// isSharedLibrary reports whether the engine at path is to be loaded into a
// copy of our own binary rather than run as a program.
func isSharedLibrary(path string) bool {
	base := filepath.Base(path)
	return strings.HasSuffix(base, ".dylib") || strings.HasSuffix(base, ".so") || strings.Contains(base, ".so.")
}
