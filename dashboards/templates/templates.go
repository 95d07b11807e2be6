package templates

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"strings"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

//go:embed *.html
var files embed.FS

// Set is all templates, parsed, in both languages.
type Set struct {
	pages map[integrity.Lang]map[string]*template.Template // "" is the parts alone
}

// New parses the templates. url makes the address of a static file from its name.
func New(url func(name string) string) (*Set, error) { return parse(files, url) }

func parse(tree fs.FS, url func(name string) string) (*Set, error) {
	names, err := fs.Glob(tree, "*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	s := &Set{pages: map[integrity.Lang]map[string]*template.Template{}}
	for _, lang := range []integrity.Lang{integrity.Chinese, integrity.English} {
		parts, err := template.New("parts").Funcs(view.Funcs(lang, url)).ParseFS(tree, "_*.html")
		if err != nil {
			return nil, fmt.Errorf("parse template parts: %w", err)
		}
		s.pages[lang] = map[string]*template.Template{"": parts}
		for _, name := range names {
			if strings.HasPrefix(name, "_") {
				continue
			}
			page, err := parts.Clone()
			if err == nil {
				_, err = page.ParseFS(tree, name)
			}
			if err != nil {
				return nil, fmt.Errorf("parse template %s: %w", name, err)
			}
			s.pages[lang][strings.TrimSuffix(name, ".html")] = page
		}
	}
	return s, nil
}

// Page returns a page within its frame. data is the struct of that page; it embeds
// view.Page.
func (s *Set) Page(name string, lang integrity.Lang, data any) ([]byte, error) {
	t, ok := s.pages[lang][name]
	if !ok || name == "" {
		return nil, fmt.Errorf("%w: page %q in language %q", integrity.ErrNotFound, name, lang)
	}
	return execute(t, "_layout", data)
}

// Part returns one part alone, for what is loaded into a page later. It is looked for in
// a page when page is not empty.
func (s *Set) Part(page, part string, lang integrity.Lang, data any) ([]byte, error) {
	t, ok := s.pages[lang][page]
	if !ok || t.Lookup(part) == nil {
		return nil, fmt.Errorf("%w: part %q of page %q in language %q", integrity.ErrNotFound, part, page, lang)
	}
	return execute(t, part, data)
}

// execute writes into a buffer: half a page is worse than an error.
func execute(t *template.Template, name string, data any) ([]byte, error) {
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, name, data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return out.Bytes(), nil
}
