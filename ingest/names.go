package ingest

import (
	"sync"

	"qingfeng/ingest/mask"
	"qingfeng/internal/integrity"
)

// Named reports whether files of the kind may name those who wrote, or whom they wrote about: in
// their texts, in their own names and in those of their sheets. Originals of these are not kept.
// What the other kinds say of persons is said of their duty: who answers for a point, checks,
// signs, approves; who is heard is not named there (heard.go).
func (k Kind) Named() bool { return integrity.NamesReporters(string(k)) }

// ShownName is the name of a file of a kind, of an entry of an archive or of a sheet, as it may be
// stored, logged and shown (requirements section 3, reporter identity).
func ShownName(kind Kind, name string) string { return shownName(kind, name, nil) }

// shownName is ShownName where units are known: a file may well be named after one.
func shownName(kind Kind, name string, units []string) string {
	if kind.Named() {
		return mask.FileName(name, units)
	}
	name, _ = mask.Text(name)
	return name
}

// shownNames is shownName for one load, for several goroutines at a time. Every problem of a load
// names its file and sheet, of which there are few, while units are many: each name is worked out
// once.
func shownNames(kind Kind, d *directory) func(string) string {
	units := sync.OnceValue(d.written)
	var known sync.Map
	return func(name string) string {
		shown, ok := known.Load(name)
		if !ok {
			shown, _ = known.LoadOrStore(name, shownName(kind, name, units()))
		}
		return shown.(string)
	}
}
