package arch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// unmarked says which modules of a go.mod are marked wrongly: one that a source imports is
// direct, every other one is marked indirect. The paths are those that sources import.
func unmarked(goMod string, paths []string) []string {
	var modules []string
	indirect := map[string]bool{}
	within := false
	for line := range strings.Lines(goMod) {
		line = strings.TrimSpace(line)
		switch {
		case line == "require (":
			within = true
			continue
		case line == ")":
			within = false
		case strings.HasPrefix(line, "require "):
			line = strings.TrimPrefix(line, "require ")
		case !within:
			continue
		}
		if name, rest, ok := strings.Cut(line, " "); ok {
			modules = append(modules, name)
			indirect[name] = strings.HasSuffix(rest, "// indirect")
		}
	}
	imported := map[string]bool{}
	for _, p := range paths {
		longest := ""
		for _, m := range modules {
			if (p == m || strings.HasPrefix(p, m+"/")) && len(m) > len(longest) {
				longest = m
			}
		}
		imported[longest] = true
	}
	var wrong []string
	for _, m := range modules {
		if indirect[m] == imported[m] {
			wrong = append(wrong, fmt.Sprintf("%s: imported %t, marked indirect %t", m, imported[m], indirect[m]))
		}
	}
	slices.Sort(wrong)
	return wrong
}

func TestModulesAreMarkedAsTheyAreUsed(t *testing.T) {
	out := output(t, "go", "list", "-e", "-f", `{{range .Imports}}{{println .}}{{end}}{{range .TestImports}}{{println .}}{{end}}{{range .XTestImports}}{{println .}}{{end}}`, "./...")
	for _, wrong := range unmarked(read(t, "go.mod"), strings.Fields(string(out))) {
		t.Errorf("go.mod: %s; run go mod tidy", wrong)
	}
}

func TestModuleRulesCatchViolations(t *testing.T) {
	const goMod = "module x\n\nrequire (\n\ta.org/b v1.0.0\n\ta.org/b/c v1.0.0 // indirect\n)\n\nrequire d.org/e v1.0.0 // indirect\n"
	for name, tc := range map[string]struct {
		paths []string
		want  bool
	}{
		"marked as used":                        {[]string{"fmt", "a.org/b/sub"}, false},
		"an indirect one is imported":           {[]string{"a.org/b", "d.org/e/f"}, true},
		"a direct one is imported by nobody":    {[]string{"fmt"}, true},
		"the longest of two modules is meant":   {[]string{"a.org/b", "a.org/b/c/d"}, true},
		"a path that only begins like a module": {[]string{"a.org/b", "d.org/elsewhere"}, false},
	} {
		t.Run(name, func(t *testing.T) { caught(t, unmarked(goMod, tc.paths), tc.want) })
	}
}
