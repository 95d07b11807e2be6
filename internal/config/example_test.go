package config

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const example = "../../config.example.toml"

func environment(string) string { return "" }

func TestExampleAsItIsChangesNothing(t *testing.T) {
	got, err := Load(example, environment)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Default(), got); d != "" {
		t.Errorf("the example differs from the defaults (-default +example):\n%s", d)
	}
}

// setting is a line of the example that sets something once its # is gone.
var setting = regexp.MustCompile(`(?m)^#(\[[a-z0-9_.]+\]|[a-z_]+ = .*|"[^"]+" = .*)$`)

func TestExampleShowsEverySettingWithItsDefault(t *testing.T) {
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	live := setting.ReplaceAllString(string(text), "$1")
	file := filepath.Join(t.TempDir(), "qingfeng.toml")
	if err := os.WriteFile(file, []byte(live), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Load(file, environment)
	if err != nil {
		t.Fatalf("with every line switched on: %v", err)
	}
	if err := got.Validate(); err != nil {
		t.Errorf("with every line switched on: %v", err)
	}
	emptyMaps(t, reflect.ValueOf(&got).Elem()) // what is set by name is an example, not a default
	if d := cmp.Diff(Default(), got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("the example shows other values than the defaults (-default +shown):\n%s", d)
	}
	for _, name := range settings(reflect.TypeFor[Config]()) {
		if !regexp.MustCompile(`(?m)^#\[?(?:[a-z_]+\.)*` + name + `(?: = |\.|\])`).MatchString(string(text)) {
			t.Errorf("the example does not show %s", name)
		}
	}
}

// emptyMaps empties every map of a configuration, after it has checked that the example
// puts something into it.
func emptyMaps(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Struct:
			emptyMaps(t, f)
		case reflect.Map:
			if f.Len() == 0 {
				t.Errorf("the example puts nothing into %s", v.Type().Field(i).Tag.Get("toml"))
			}
			f.SetZero()
		}
	}
}

// settings lists the names that a configuration file may use.
func settings(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		names = append(names, f.Tag.Get("toml"))
		if f.Type.Kind() == reflect.Struct {
			names = append(names, settings(f.Type)...)
		}
	}
	return names
}

func TestUnknownSettingIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "qingfeng.toml")
	if err := os.WriteFile(file, []byte("lisen = \"127.0.0.1:8080\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file, environment); err == nil || !strings.Contains(err.Error(), "configuration") {
		t.Errorf("Load of a misspelt setting: %v; want an error that names the configuration", err)
	}
}
