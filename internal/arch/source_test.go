package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// timeless are the packages whose answers depend on nothing but what they are given.
var timeless = []string{
	"metrics/...", "dashboards/charts/...", "dashboards/svg/...", "dashboards/report/...", "dashboards/view/...",
	"internal/integrity/...", "internal/demo/...", "internal/docx/...", "internal/form/...", "ingest/classify/...", "ingest/mask/...",
}

// clockReads returns where a source calls the clock. A clock that is handed on as a value
// (cfg.Now = time.Now) is no reading of it.
func clockReads(file *ast.File) []string { return calls(file, "time", "Now", "Since", "Until") }

// skips returns where a test skips itself or another one.
func skips(file *ast.File) []string {
	return slices.Concat(calls(file, "t", "Skip", "Skipf", "SkipNow"), calls(file, "b", "Skip", "Skipf", "SkipNow"),
		calls(file, "tb", "Skip", "Skipf", "SkipNow"), calls(file, "f", "Skip", "Skipf", "SkipNow"))
}

func calls(file *ast.File, receiver string, names ...string) []string {
	var wrong []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if s, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(names, s.Sel.Name) {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == receiver {
				wrong = append(wrong, fmt.Sprintf("calls %s.%s", receiver, s.Sel.Name))
			}
		}
		return true
	})
	return wrong
}

// undescribed says what is wrong with the description of a package.
func undescribed(name string, docFile *ast.File) []string {
	if docFile == nil {
		return []string{"has no doc.go"}
	}
	begin := "Package " + name + " "
	if name == "main" {
		begin = "Command "
	}
	text := docFile.Doc.Text()
	switch {
	case !strings.HasPrefix(text, begin):
		return []string{fmt.Sprintf("doc.go does not begin with %q", begin)}
	case len(text) < 80:
		return []string{"doc.go says too little: what lives here, and what never?"}
	}
	return nil
}

func parseSource(t *testing.T, name, text string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSources(t *testing.T) {
	packageNames := map[string]string{} // directory → name
	docs := map[string]*ast.File{}
	for _, p := range committed(t) {
		if path.Ext(p) != ".go" || strings.Contains(p, "/testdata/") {
			continue
		}
		file, dir := parseSource(t, p, read(t, p)), path.Dir(p)
		isTest := strings.HasSuffix(p, "_test.go")
		if !isTest {
			packageNames[dir] = file.Name.Name
		}
		if path.Base(p) == "doc.go" {
			docs[dir] = file
		}
		if isTest {
			for _, wrong := range skips(file) {
				t.Errorf("%s %s; a test passes or fails", p, wrong)
			}
		} else if slices.ContainsFunc(timeless, func(pattern string) bool { return matches(pattern, dir) }) {
			for _, wrong := range clockReads(file) {
				t.Errorf("%s %s; the clock is a parameter here", p, wrong)
			}
		}
	}
	for dir, name := range packageNames {
		for _, wrong := range undescribed(name, docs[dir]) {
			t.Errorf("%s %s", dir, wrong)
		}
	}
}

func TestSourceRulesCatchViolations(t *testing.T) {
	clock := func(t *testing.T, s string) []string { return clockReads(parseSource(t, "x.go", "package x\n"+s)) }
	skip := func(t *testing.T, s string) []string { return skips(parseSource(t, "x_test.go", "package x\n"+s)) }
	describe := func(t *testing.T, s string) []string {
		return undescribed("x", parseSource(t, "doc.go", s+"package x\n"))
	}
	for name, tc := range map[string]struct {
		rule   func(*testing.T, string) []string
		source string
		want   bool
	}{
		"a rule that reads the clock":            {clock, `func f() { _ = time.Now() }`, true},
		"a rule that measures since when":        {clock, `func f() { _ = time.Since(x) }`, true},
		"a clock as the default of a field":      {clock, `func f() { cfg.Now = time.Now }`, false},
		"a clock that is a parameter":            {clock, `func f(c clock) { _ = c.Now() }`, false},
		"a test that skips itself":               {skip, `func TestX(t *testing.T) { t.Skip("later") }`, true},
		"a test that skips inside a subtest":     {skip, `func TestX(t *testing.T) { t.Run("a", func(t *testing.T) { t.SkipNow() }) }`, true},
		"a fuzz target that skips an input":      {skip, `func FuzzX(f *testing.F) { f.Skipf("no") }`, true},
		"a reader that skips a byte":             {skip, `func TestX(t *testing.T) { r.Skip(1) }`, false},
		"a package without a comment":            {describe, "", true},
		"a package with a word":                  {describe, "// Package x is x.\n", true},
		"a comment that does not name it":        {describe, "// This package does many useful things for everybody who comes along and asks for them.\n", true},
		"a package that says what it is for":     {describe, "// Package x turns the one into the other.\n// What is neither of the two never belongs here, nor does anything with a clock.\n", false},
		"a comment that does not touch the name": {describe, "// Package x turns the one into the other and never anything else, whatever one asks of it.\n\n", true},
	} {
		t.Run(name, func(t *testing.T) { caught(t, tc.rule(t, tc.source), tc.want) })
	}
	caught(t, undescribed("x", nil), true)
}
