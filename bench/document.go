package main

import (
	"context"
	"fmt"
	"os"
	"strings"
)

const preface = `# Benchmarks

Written by ` + "`make bench`" + `; not edited by hand. A section is measured anew with
` + "`go run ./bench -only NAME`" + `, where NAME is that of its marker.

The machine is small, shared and noisy, so times drift from day to day. What is compared ran side by side in one run;
read the ratios rather than the times. Every figure is a median of at least five, with the smallest and the largest.
`

// replace puts a body between the markers of a section, which come at the end of the
// document if they are not in it yet. It fails if one of the two markers is missing.
func replace(document, name, body string) (string, error) {
	begin, end := fmt.Sprintf("<!-- begin %s -->\n", name), fmt.Sprintf("<!-- end %s -->\n", name)
	inner := begin + body + "\n" + end
	before, rest, found := strings.Cut(document, begin)
	if !found {
		if strings.Contains(document, end) {
			return "", fmt.Errorf("section %s ends without a beginning", name)
		}
		return strings.TrimRight(document, "\n") + "\n\n" + inner, nil
	}
	_, after, found := strings.Cut(rest, end)
	if !found {
		return "", fmt.Errorf("section %s has no end", name)
	}
	return before + inner + after, nil
}

// include takes over a file of figures that the tests of a package write: its title goes,
// its headings go one level down.
func include(path string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("From [%s](../%s).\n\n%s", path, path, demote(string(text))), nil
	}
}

func demote(text string) string {
	var b strings.Builder
	code := false
	for line := range strings.Lines(text) {
		code = code != strings.HasPrefix(line, "```")
		switch {
		case code:
		case strings.HasPrefix(line, "# "):
			continue
		case strings.HasPrefix(line, "#"):
			line = "#" + line
		}
		b.WriteString(line)
	}
	return strings.TrimSpace(b.String())
}
