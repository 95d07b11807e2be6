package ingest

import (
	"cmp"
	"maps"
	"slices"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// Reading is one column of a kind as files are read at present: its heading in the template, and
// which other headings are taken for it.
type Reading struct {
	Heading    string
	Required   bool
	Also       []string // writings that the program knows
	Configured []string // writings that the configuration adds, in order
}

// Readings returns the columns of a kind with all headings that are taken for them, those of the
// configuration included.
func (l *Loader) Readings(k Kind) []Reading {
	var out []Reading
	added := l.cfg.HeadingAliases[k]
	for _, c := range columns[k] {
		if c.field == fBatch {
			continue
		}
		r := Reading{Heading: c.heading, Required: c.required, Also: slices.Clone(c.aliases)}
		for _, from := range slices.Sorted(maps.Keys(added)) {
			if h, err := headingsOf(k, map[string]string{from: added[from]}, nil); err == nil {
				if at, ok := h.find(from, likeness.Fold(from)); ok && columns[k][at.column].field == c.field {
					r.Configured = append(r.Configured, from)
				}
			}
		}
		out = append(out, r)
	}
	return out
}

// Signals reports whether files of the kind hold signals.
func (k Kind) Signals() bool { return k.signalKind() != "" }

// WordOf is a word of a source and the category that it is taken for.
type WordOf struct {
	Word     string
	Category integrity.Category
}

// CategoryWords returns the words of sources for the seven categories that are in force, by
// category in official order, then by word.
func (l *Loader) CategoryWords() []WordOf {
	var out []WordOf
	for w, c := range l.words {
		out = append(out, WordOf{w, c})
	}
	order := integrity.Categories()
	slices.SortFunc(out, func(a, b WordOf) int {
		return cmp.Or(slices.Index(order, a.Category)-slices.Index(order, b.Category), cmp.Compare(a.Word, b.Word))
	})
	return out
}
