package engine

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed config.xml.tmpl
var configText string

//go:embed users.xml.tmpl
var usersText string

var (
	configTmpl = template.Must(template.New("config.xml").Funcs(templateFuncs).Parse(configText))
	usersTmpl  = template.Must(template.New("users.xml").Funcs(templateFuncs).Parse(usersText))
)

var templateFuncs = template.FuncMap{
	"xml": func(s string) (string, error) {
		var b bytes.Buffer
		err := xml.EscapeText(&b, []byte(s))
		return b.String(), err
	},
	"sha256": func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return hex.EncodeToString(sum[:])
	},
}

// systemTables are the tables of the engine about itself that the writer may
// read: sizes, running queries and merges, free space, replication. The logs of
// queries are not among them, and are switched off.
var systemTables = []string{
	"parts", "processes", "merges", "mutations", "disks", "metrics", "asynchronous_metrics",
	"replicas", "clusters", "merge_tree_settings", "backups", "part_moves_between_shards",
}

// layout names the files under the directory of an engine.
type layout string

func (dir layout) lock() string    { return filepath.Join(string(dir), "lock") }
func (dir layout) runtime() string { return filepath.Join(string(dir), "engine.json") }
func (dir layout) config() string  { return filepath.Join(string(dir), "config.xml") }
func (dir layout) users() string   { return filepath.Join(string(dir), "users.xml") }
func (dir layout) data() string    { return filepath.Join(string(dir), "data") }
func (dir layout) temp() string    { return filepath.Join(string(dir), "tmp") }
func (dir layout) logs() string    { return filepath.Join(string(dir), "log") }

// childLog takes what the child itself prints: the reason of a failed start.
func (dir layout) childLog() string { return filepath.Join(string(dir), "log", "child.log") }

// makeDirs creates the directories of the engine, readable by our account only.
func makeDirs(cfg Config) error {
	dir := layout(cfg.Dir)
	for _, d := range []string{cfg.Dir, dir.data(), dir.logs(), cfg.Backups} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return fmt.Errorf("engine directory: %w", err)
		}
	}
	return nil
}

// clearTemp removes what a killed engine left of its sorts and joins.
func clearTemp(dir layout) error {
	if err := os.RemoveAll(dir.temp()); err != nil {
		return fmt.Errorf("engine directory: %w", err)
	}
	if err := os.Mkdir(dir.temp(), 0o700); err != nil {
		return fmt.Errorf("engine directory: %w", err)
	}
	return nil
}

// writeConfig writes the two configuration files of the engine.
func writeConfig(cfg Config, ep Endpoint, port, native int) error {
	dir := layout(cfg.Dir)
	values := map[string]any{
		"Logs": dir.logs(), "Data": dir.data(), "Temp": dir.temp(), "Users": dir.users(), "Backups": cfg.Backups,
		"TimeZone": TimeZone, "Port": port, "Native": native, "HeaderName": HeaderName, "Key": ep.Key,
		"MemoryBytes": cfg.MemoryBytes, "MinFreeBytes": cfg.MinFreeBytes,
		"Prefix": DatabasePrefix, "Writer": ep.Writer, "Reader": ep.Reader, "SystemTables": systemTables,
	}
	for path, tmpl := range map[string]*template.Template{dir.config(): configTmpl, dir.users(): usersTmpl} {
		var b bytes.Buffer
		if err := tmpl.Execute(&b, values); err != nil {
			return fmt.Errorf("engine configuration: %w", err)
		}
		if err := writeFile(path, b.Bytes()); err != nil {
			return fmt.Errorf("engine configuration: %w", err)
		}
	}
	return nil
}

// writeFile replaces the file at path in one step, readable by our account only.
func writeFile(path string, content []byte) error {
	temp := path + ".new"
	if err := os.WriteFile(temp, content, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, path)
}
