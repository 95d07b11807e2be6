package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestURLLeadsToTheFile(t *testing.T) {
	shape := regexp.MustCompile(`^/static/[a-z.-]+\.[0-9a-f]{16}\.(js|css|svg)$`)
	for _, name := range Names() {
		address := URL(name)
		if !shape.MatchString(address) {
			t.Errorf("URL(%q) = %q; want a name, a hash, an extension", name, address)
		}
		for _, path := range []string{address, strings.TrimPrefix(address, Prefix)} {
			a, ok := Open(path)
			if !ok || a.Name != name || string(a.Body) != Text(name) {
				t.Errorf("Open(%q) = %q, %t; want %q", path, a.Name, ok, name)
			}
			if !strings.HasSuffix(a.Type, "charset=utf-8") || !strings.HasPrefix(a.ETag, `"`) {
				t.Errorf("Open(%q): type %q, etag %q", path, a.Type, a.ETag)
			}
		}
	}
}

func TestUnknownAndOutdatedAddressesAreNotFound(t *testing.T) {
	for _, path := range []string{"", "/static/", "/static/charts.js", "/static/charts.0000000000000000.js", "/static/../assets.go", "vendor/echarts.min.js"} {
		if a, ok := Open(path); ok {
			t.Errorf("Open(%q) = %q; want not found", path, a.Name)
		}
	}
}

func TestUnknownNamePanics(t *testing.T) {
	for name, f := range map[string]func(){
		"URL": func() { URL("nothing.js") }, "Text": func() { Text("nothing.js") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s of an unknown name did not panic", name)
				}
			}()
			f()
		}()
	}
}

func TestEncodedFollowsTheHeader(t *testing.T) {
	a, _ := Open(URL("vendor/echarts.min.js"))
	for _, tc := range []struct{ name, header, want string }{
		{"no header", "", ""},
		{"the best of a browser's list", "gzip, deflate, br, zstd", "br"},
		{"gzip alone", "gzip", "gzip"},
		{"brotli refused by weight", "br;q=0, gzip;q=0.5", "gzip"},
		{"all refused", "br;q=0.0, gzip; q=0", ""},
		{"names in capitals", "GZIP", "gzip"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			body, encoding := a.Encoded(tc.header)
			if encoding != tc.want {
				t.Fatalf("encoding %q; want %q", encoding, tc.want)
			}
			if got := decoded(t, body, encoding); !bytes.Equal(got, a.Body) {
				t.Error("the encoded body is another file")
			}
			if encoding != "" && len(body)*2 > len(a.Body) {
				t.Errorf("%d of %d bytes left", len(body), len(a.Body))
			}
		})
	}
}

func decoded(t *testing.T, body []byte, encoding string) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch encoding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTokensAreTheLightOnes(t *testing.T) {
	tokens := Tokens()
	for name, want := range map[string]string{"seq-3": "#82a6c6", "surface": "#ffffff", "ink": "#15232b", "rule": "1px solid var(--line)"} {
		if tokens[name] != want {
			t.Errorf("Tokens()[%q] = %q; want %q", name, tokens[name], want)
		}
	}
}

// Both themes define the same colours, and styles use no token that does not exist.
func TestEveryTokenExists(t *testing.T) {
	light := Tokens()
	_, dark, ok := strings.Cut(Text("tokens.css"), `[data-theme="dark"]`)
	if !ok {
		t.Fatal("no dark theme")
	}
	for _, m := range declaration.FindAllStringSubmatch(dark, -1) {
		if light[m[1]] == "" {
			t.Errorf("--%s is dark only", m[1])
		}
	}
	used := regexp.MustCompile(`var\(--([a-z0-9-]+)\)`)
	for _, name := range []string{"tokens.css", "app.css"} {
		for _, m := range used.FindAllStringSubmatch(Text(name), -1) {
			if light[m[1]] == "" {
				t.Errorf("%s uses --%s, which does not exist", name, m[1])
			}
		}
	}
}

// Intranet browsers lag: nothing newer than Chromium 86.
func TestNothingTooNewForOldBrowsers(t *testing.T) {
	comments := regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	for name, banned := range map[string]*regexp.Regexp{
		"app.css":    regexp.MustCompile(`:has\(|light-dark\(|@layer|@container|@scope|@property|@starting-style|color-mix|aspect-ratio|:is\(|:where\(|:user-valid|:user-invalid|(^|[\s;{])inset(-inline|-block)?:|oklch|[0-9](dvh|svh|lvh|cqw|cqi|lh)\b|accent-color|text-wrap|scrollbar-gutter|overflow:clip|subgrid|content-visibility|(width|height)\s*[<>]|&\s*[.:#\[]`),
		"tokens.css": regexp.MustCompile(`light-dark\(|color-mix|oklch`),
		"charts.js":  regexp.MustCompile(`\?\?|\|\|=|&&=|\?\.[a-z(\[]|=>|\.at\(|replaceAll|replaceChildren|structuredClone|showPicker|hasOwn\(|findLast|Promise\.any|innerHTML|eval\(|new Function`),
	} {
		if m := banned.FindString(comments.ReplaceAllString(Text(name), "")); m != "" {
			t.Errorf("%s uses %q", name, m)
		}
	}
	for _, name := range []string{"app.css", "tokens.css"} {
		if rule := nested(comments.ReplaceAllString(Text(name), "")); rule != "" {
			t.Errorf("%s has the rule %q within another", name, rule)
		}
	}
	if strings.Contains(Text("app.css"), "url(http") || strings.Contains(Text("app.css"), "@import") {
		t.Error("app.css loads something")
	}
}

// nested returns the head of the first rule that stands within another rule; within an
// at-rule such as @media is where rules may stand.
func nested(css string) string {
	var open []string
	head := 0
	for i, r := range css {
		switch r {
		case '{':
			rule := strings.TrimSpace(css[head:i])
			if n := len(open); n > 0 && !strings.HasPrefix(open[n-1], "@") {
				return rule
			}
			open, head = append(open, rule), i+1
		case '}':
			open, head = open[:max(len(open)-1, 0)], i+1
		case ';':
			head = i + 1
		}
	}
	return ""
}

func TestNestedRulesAreSeen(t *testing.T) {
	for css, want := range map[string]string{
		"a{color:red} b{color:blue}":              "",
		"@media print{a{color:red} b{top:0}} c{}": "",
		"a{color:red;b{color:blue}}":              "b",
		"@media print{a{b{top:0}}}":               "b",
		"@page{size:A4}":                          "",
	} {
		if got := nested(css); got != want {
			t.Errorf("nested(%q) = %q; want %q", css, got, want)
		}
	}
}

// themes are the tokens as they stand in light and in dark.
func themes() map[string]map[string]string {
	light := Tokens()
	dark := maps.Clone(light)
	_, block, _ := strings.Cut(Text("tokens.css"), `[data-theme="dark"]`)
	for _, m := range declaration.FindAllStringSubmatch(block, -1) {
		dark[m[1]] = m[2]
	}
	return map[string]map[string]string{"light": light, "dark": dark}
}

// Text on its ground keeps a contrast of 4.5 to 1 in both themes (WCAG 2.2, 1.4.3).
func TestTextIsLegible(t *testing.T) {
	pairs := [][2]string{
		{"ink", "surface"}, {"ink-2", "surface"}, {"ink-3", "surface"}, {"ink-2", "bg"}, {"ink-3", "bg"}, {"ink-2", "surface-2"},
		{"accent", "surface"}, {"accent", "bg"}, {"accent-2", "accent-soft"}, {"on-accent", "accent"}, {"red-t", "surface"}, {"red-t", "red-soft"},
		{"yellow-t", "yellow-soft"}, {"blue-t", "blue-soft"}, {"met-t", "met-soft"}, {"late-t", "late-soft"}, {"track-t", "track-soft"},
		{"g-important-t", "g-important"},
		{"seq-t0", "seq-0"}, {"seq-t1", "seq-1"}, {"seq-t2", "seq-2"}, {"seq-t3", "seq-3"}, {"seq-t4", "seq-4"}, {"seq-t5", "seq-5"},
	}
	for theme, tokens := range themes() {
		for _, p := range pairs {
			if c := contrast(t, tokens[p[0]], tokens[p[1]]); c < 4.5 {
				t.Errorf("%s: --%s on --%s has a contrast of %.2f", theme, p[0], p[1], c)
			}
		}
	}
}
