package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed tokens.css app.css charts.js imports.js inbox.js icon.svg vendor/echarts.min.js vendor/htmx.min.js
var files embed.FS

// Prefix is the path under which the server offers the files.
const Prefix = "/static/"

// CacheControl is the header for every file: the address changes with the content.
const CacheControl = "public, max-age=31536000, immutable"

// Asset is one static file.
type Asset struct {
	Name string // as in the source tree: charts.js, vendor/echarts.min.js
	Body []byte // not to be changed
	Type string // media type
	ETag string // quoted, from the content

	gzip, brotli func() []byte
}

// Encoded returns the body in the best encoding that the header Accept-Encoding allows,
// and the name of that encoding, empty for the plain body. A file is compressed once.
func (a Asset) Encoded(acceptEncoding string) (body []byte, encoding string) {
	allowed := map[string]bool{}
	for part := range strings.SplitSeq(acceptEncoding, ",") {
		name, q, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";q=")
		allowed[strings.ToLower(name)] = strings.Trim(q, "0.") != "" || q == ""
	}
	switch {
	case allowed["br"]:
		return a.brotli(), "br"
	case allowed["gzip"]:
		return a.gzip(), "gzip"
	}
	return a.Body, ""
}

// The table of the operating system differs from machine to machine.
var types = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml; charset=utf-8"}

// loaded is read once, at the first question.
var loaded = sync.OnceValue(func() (all struct{ byName, byPath map[string]Asset }) {
	all.byName, all.byPath = map[string]Asset{}, map[string]Asset{}
	// An embedded tree cannot fail to be read; a missing file stops the build.
	_ = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		hash := hex.EncodeToString(sum[:8])
		ext := path.Ext(name)
		a := Asset{
			Name: name, Body: body, Type: types[ext], ETag: `"` + hash + `"`,
			gzip: sync.OnceValue(func() []byte { return gzipped(body) }),
			brotli: sync.OnceValue(func() []byte {
				var out bytes.Buffer
				w := brotli.NewWriterLevel(&out, 9) // the last two levels cost seconds for one percent
				_, _ = w.Write(body)                // a buffer takes everything
				_ = w.Close()
				return out.Bytes()
			}),
		}
		all.byName[name] = a
		all.byPath[strings.TrimSuffix(path.Base(name), ext)+"."+hash+ext] = a
		return nil
	})
	return all
})

// Compress compresses all files in advance, so that the first reader does not wait for it.
func Compress() {
	for _, a := range loaded().byName {
		a.brotli()
		a.gzip()
	}
}

func gzipped(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a legal one
	_, _ = w.Write(body)                                    // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// Open returns the file of an address made by URL, with or without Prefix. An address
// with an outdated hash is not found.
func Open(address string) (Asset, bool) {
	a, ok := loaded().byPath[strings.TrimPrefix(address, Prefix)]
	return a, ok
}

// URL returns the address of a file by its name in this directory. It panics when there
// is no such file: names are written in templates, not by users.
func URL(name string) string {
	for address, a := range loaded().byPath {
		if a.Name == name {
			return Prefix + address
		}
	}
	panic("assets: no file " + name)
}

// Names returns the names of all files, sorted.
func Names() []string { return slices.Sorted(maps.Keys(loaded().byName)) }

// Text returns a file as text, for what is written into a document instead of linked: the
// tokens and styles of the report, the source of the chart library for drawing without a
// browser. It panics like URL.
func Text(name string) string {
	a, ok := loaded().byName[name]
	if !ok {
		panic("assets: no file " + name)
	}
	return string(a.Body)
}

var declaration = regexp.MustCompile(`--([a-z0-9-]+)\s*:\s*([^;}]+)[;}]`)

// Tokens returns the design tokens with their light values, which are those of paper:
// seq-3 → #82a6c6.
var Tokens = sync.OnceValue(func() map[string]string {
	css := Text("tokens.css")
	// The light values are the first block; the dark ones come in a block of their own.
	light, _, _ := strings.Cut(css[strings.Index(css, ":root"):], "}")
	out := map[string]string{}
	for _, m := range declaration.FindAllStringSubmatch(light+"}", -1) {
		out[m[1]] = strings.TrimSpace(m[2])
	}
	return out
})
