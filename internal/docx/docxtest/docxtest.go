package docxtest

import (
	"archive/zip"
	"bytes"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"
)

// Parts returns the parts of an Office file (docx, xlsx) by their names.
func Parts(t testing.TB, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

// Text is the text of a Word document, as Plain gives it.
func Text(t testing.TB, file []byte) string {
	t.Helper()
	text, ok := Parts(t, file)["word/document.xml"]
	if !ok {
		t.Fatal("the file is no Word document")
	}
	return Plain([]byte(text))
}

var markup = regexp.MustCompile(`<style>(?s).*?</style>|<[^>]*>`)

// Plain is the text of a page or a document without markup, with one space between words.
func Plain(page []byte) string {
	return strings.Join(strings.Fields(html.UnescapeString(markup.ReplaceAllString(string(page), " "))), " ")
}
