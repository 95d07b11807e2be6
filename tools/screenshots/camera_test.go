package main

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A picture that fails now and then ends the run, and all after it stay old: opened twice, and waited
// waited for in a document that is gone, one of some fifty did.
func TestManyPicturesAreTakenOneAfterAnother(t *testing.T) {
	opened := 0
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" {
			return
		}
		opened++
		fmt.Fprint(w, `<!doctype html><meta charset="utf-8"><body><script>
			document.body.style.background = localStorage.getItem("qingfeng.theme") === "dark" ? "#000" : "#fff";
			document.body.className = "loading";
			setTimeout(function () { document.body.className = ""; document.body.style.borderTop = "450px solid #00f"; }, 5);
		</script>`)
	}))
	defer site.Close()
	c, err := newCamera(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	const rounds = 8
	for n := range rounds {
		for _, theme := range themes {
			picture, err := c.take(fmt.Sprintf("%s/%d", site.URL, n), theme)
			if err != nil {
				t.Fatalf("picture %d, %s: %v", n, theme, err)
			}
			p, err := png.Decode(bytes.NewReader(picture))
			if err != nil {
				t.Fatal(err)
			}
			top, rest := rgba(p.At(width/2, 100)), rgba(p.At(width/2, height-100))
			if top != (color.RGBA{0, 0, 0xff, 0xff}) {
				t.Fatalf("picture %d, %s, was taken before its page stood: %v", n, theme, top)
			}
			if want := map[string]uint8{"light": 0xff, "dark": 0}[theme]; rest != (color.RGBA{want, want, want, 0xff}) {
				t.Fatalf("picture %d, %s, is of another theme: %v", n, theme, rest)
			}
		}
	}
	if opened != rounds*len(themes) {
		t.Errorf("%d pictures opened their pages %d times", rounds*len(themes), opened)
	}
}
