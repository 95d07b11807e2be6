package arch

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxFile is the largest file that may be committed, in bytes.
const maxFile = 1 << 20

// unwantedFile says what is wrong with a file by its path and size alone.
func unwantedFile(name string, size int64) []string {
	var wrong []string
	if size > maxFile {
		wrong = append(wrong, fmt.Sprintf("has %d bytes; at most %d are committed", size, maxFile))
	}
	if strings.HasSuffix(name, ".min.js") || strings.HasSuffix(name, ".min.css") {
		wrong = append(wrong, "is a file of others; make fetches it")
	}
	if b := path.Base(name); b == ".env" || strings.HasSuffix(b, ".pem") || strings.HasSuffix(b, ".key") || strings.HasPrefix(b, "id_rsa") {
		wrong = append(wrong, "looks like a secret")
	}
	return wrong
}

// unwantedText are texts that stand nowhere in the repository. The patterns are written
// so that they do not find themselves.
var unwantedText = []struct {
	pattern *regexp.Regexp
	what    string
}{
	{regexp.MustCompile(`(?:^|[^\w.~$}/-])/(?:work|root|home|Users)/[\w.]`), "a path of one machine"},
	{regexp.MustCompile(`[A-Z]:[\\]Users[\\]`), "a path of one machine"},
	{regexp.MustCompile(`(?i)\b(?:registry|proxy|deb|security|snapshot|index|files|sum)[.](?:npmjs|yarnpkg|npmmirror|golang|debian|pypi|pythonhosted|docker)\b`), "the host of a registry"},
	{regexp.MustCompile(`(?i)\b(?:pypi|goproxy|crates)[.](?:org|io|cn)\b`), "the host of a registry"},
	{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY`), "a private key"},
	{regexp.MustCompile(`\b(?:AKIA[0-9A-Z]{16}|gh[opsu]_[0-9A-Za-z]{36}|xox[abp]-[0-9A-Za-z-]{10,})`), "a token"},
	{regexp.MustCompile(`(?i)\b(?:password|passwd|secret|api_?key)\s*[:=]+\s*["'][^"'\s{}$<]{8,}["']`), "a password"},
	{regexp.MustCompile(`\b(?:TO` + `DO|FIX` + `ME|XX` + `X)\b`), "a mark of unfinished work"},
}

func unwantedIn(text string) []string {
	var wrong []string
	for _, u := range unwantedText {
		if at := u.pattern.FindStringIndex(text); at != nil {
			wrong = append(wrong, fmt.Sprintf("line %d holds %s: %q", 1+strings.Count(text[:at[0]], "\n"), u.what, text[at[0]:at[1]]))
		}
	}
	return wrong
}

// link finds the targets of Markdown links.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// brokenLinks returns the links of a Markdown file to files of the repository that are
// not there.
func brokenLinks(name, text string, exists func(path string) bool) []string {
	var wrong []string
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		target, _, _ := strings.Cut(m[1], "#")
		if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
			continue
		}
		if !exists(path.Join(path.Dir(name), target)) {
			wrong = append(wrong, "links to "+target+", which is not there")
		}
	}
	return wrong
}

func TestRepository(t *testing.T) {
	exists := func(name string) bool { _, err := os.Stat(filepath.Join(root, name)); return err == nil }
	for _, name := range committed(t) {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range unwantedFile(name, info.Size()) {
			t.Errorf("%s %s", name, wrong)
		}
		text := read(t, name)
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			continue // a picture or a file in another encoding
		}
		for _, wrong := range unwantedIn(text) {
			t.Errorf("%s %s", name, wrong)
		}
		if path.Ext(name) == ".md" {
			for _, wrong := range brokenLinks(name, text, exists) {
				t.Errorf("%s %s", name, wrong)
			}
		}
	}
}

func TestRepositoryRulesCatchViolations(t *testing.T) {
	const at = "/"
	for name, tc := range map[string]struct {
		text string
		want bool
	}{
		"a path of the author's machine":    {`open("` + at + `home/li/data.csv")`, true},
		"a path of a build machine":         {"see " + at + "work/main", true},
		"a path of a Mac":                   {at + "Users/li/x", true},
		"a path of a PC":                    {`C:` + `\Users\li`, true},
		"a path of the repository":          {"see docs/work/plan.md and ../home/x", false},
		"an address of our own":             {"http://127.0.0.1:8080/home/x", false},
		"a path that every Linux has":       {"/usr/bin/chromium", false},
		"a registry of packages":            {"https://registry" + ".npmjs.org/echarts", true},
		"a proxy of modules":                {"GOPROXY=https://proxy" + ".golang.org", true},
		"a mirror of Debian":                {"deb http://deb" + ".debian.org/debian", true},
		"the site of a language":            {"https://go.dev/doc", false},
		"a private key":                     {"-----BEGIN RSA" + " PRIVATE KEY-----", true},
		"a password in a file":              {`password = "` + `hunter2hunter2"`, true},
		"a password that a template fills":  {`password = "{{.Password}}"`, false},
		"a note that something is undone":   {"// TO" + "DO: later", true},
		"a number that looks like the mark": {"XX" + "XL", false},
	} {
		t.Run(name, func(t *testing.T) { caught(t, unwantedIn(tc.text), tc.want) })
	}
	for name, tc := range map[string]struct {
		path string
		size int64
		want bool
	}{
		"a file over a megabyte":     {"docs/film.gif", maxFile + 1, true},
		"a file of just a megabyte":  {"docs/film.gif", maxFile, false},
		"a library of others":        {"dashboards/assets/vendor/echarts.min.js", 10, true},
		"a script of ours":           {"dashboards/assets/charts.js", 10, false},
		"the key of a certificate":   {"deploy/server.pem", 10, true},
		"the environment of someone": {"deploy/.env", 10, true},
	} {
		t.Run(name, func(t *testing.T) { caught(t, unwantedFile(tc.path, tc.size), tc.want) })
	}
	there := func(p string) bool { return p == "docs/glossary.md" || p == "README.md" }
	for name, tc := range map[string]struct {
		text string
		want bool
	}{
		"a link to a file that is gone":      {"[x](old.md)", true},
		"a link to a file beside":            {"[x](glossary.md#codes)", false},
		"a link upwards":                     {"[x](../README.md)", false},
		"a link to the world":                {"[x](https://example.org/a.md)", false},
		"a link into the same page":          {"[x](#codes)", false},
		"a picture that nobody has made yet": {"![x](screenshots/none.png)", true},
	} {
		t.Run(name, func(t *testing.T) { caught(t, brokenLinks("docs/x.md", tc.text, there), tc.want) })
	}
}
