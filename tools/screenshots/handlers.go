package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// handlers is the code that makes pages: the declarations of package dashboards, and of those that
// draw for it, by package and name.
type handlers struct {
	by    map[declared][]declaration
	pages map[string]string // name of a page → name of its handler
}

type declared struct{ folder, name string }

type declaration struct {
	text string
	uses []declared
}

// drawing are the folders whose code shows on pages. What metrics answer is not theirs: another
// number is no other page.
var drawing = []string{"dashboards", "dashboards/charts", "dashboards/view"}

// plumbing are the files that say who may ask and how an answer travels, not what it shows.
var plumbing = []string{"api.go", "config.go", "errors.go", "openapi.go", "openapi_meanings.go", "openapi_types.go", "rights.go", "routes.go", "security.go", "server.go"}

// readHandlers reads the code below the root of the project.
func readHandlers(root string) (*handlers, error) {
	h := &handlers{by: map[declared][]declaration{}, pages: map[string]string{}}
	for _, folder := range drawing {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if err := h.read(folder, name, string(text)); err != nil {
				return nil, err
			}
		}
	}
	return h, nil
}

func (h *handlers) read(folder, name, text string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if folder == drawing[0] {
		h.routes(file)
		if slices.Contains(plumbing, filepath.Base(name)) {
			return nil
		}
	}
	for _, d := range file.Decls {
		one := declaration{text: text[files.Position(d.Pos()).Offset:files.Position(d.End()).Offset], uses: usesOf(folder, d)}
		for _, name := range namesOf(d) {
			at := declared{folder, name}
			h.by[at] = append(h.by[at], one)
		}
	}
	return nil
}

// routes finds the handlers of pages: page(path, name, s.handler), add(name, …, s.handler, …), or
// the fields page and handle of a route.
func (h *handlers) routes(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		var names []ast.Expr
		var handler ast.Expr
		switch n := n.(type) {
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "page" || f.Name == "add") {
				if at := slices.IndexFunc(n.Args, isMethod); at > 0 {
					names, handler = n.Args[:at], n.Args[at]
				}
			}
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					switch key, _ := kv.Key.(*ast.Ident); {
					case key == nil:
					case key.Name == "page":
						names = []ast.Expr{kv.Value}
					case key.Name == "handle":
						handler = kv.Value
					}
				}
			}
		}
		if handler == nil || !isMethod(handler) {
			return true
		}
		for _, name := range names {
			if literal, ok := name.(*ast.BasicLit); ok {
				if page, err := strconv.Unquote(literal.Value); err == nil {
					h.pages[page] = handler.(*ast.SelectorExpr).Sel.Name
				}
			}
		}
		return true
	})
}

func isMethod(e ast.Expr) bool {
	_, ok := e.(*ast.SelectorExpr)
	return ok
}

// namesOf are the names that a declaration gives; none of an import.
func namesOf(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []string{d.Name.Name}
	case *ast.GenDecl:
		var out []string
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				out = append(out, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					out = append(out, n.Name)
				}
			}
		}
		return out
	}
	return nil
}

// usesOf are the names that a declaration may use: too many rather than too few.
func usesOf(folder string, d ast.Decl) []declared {
	var out []declared
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if from, ok := n.X.(*ast.Ident); ok && slices.Contains(drawing, drawing[0]+"/"+from.Name) {
				out = append(out, declared{drawing[0] + "/" + from.Name, n.Sel.Name})
			}
		case *ast.Ident:
			out = append(out, declared{folder, n.Name})
		}
		return true
	})
	return out
}

// write writes the code that a page is made by: its handler, and what that uses.
func (h *handlers) write(w io.Writer, page string) error {
	first, ok := h.pages[page]
	if !ok {
		return fmt.Errorf("no handler of the page %s", page)
	}
	seen := map[declared]bool{{drawing[0], first}: true}
	queue := []declared{{drawing[0], first}}
	var texts []string
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, d := range h.by[at] {
			texts = append(texts, d.text)
			for _, use := range d.uses {
				if !seen[use] {
					seen[use] = true
					queue = append(queue, use)
				}
			}
		}
	}
	if len(texts) == 0 {
		return fmt.Errorf("no code of %s, the handler of the page %s", first, page)
	}
	slices.Sort(texts) // a declaration may move to another file
	for _, text := range slices.Compact(texts) {
		if _, err := fmt.Fprintf(w, "%d\n%s", len(text), text); err != nil {
			return err
		}
	}
	return nil
}
