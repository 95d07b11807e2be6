package dashboards

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Files of 64 MB are taken, one byte more is refused, and a request that announces much
// more is refused before it is read.
func TestAnUploadAtItsLimit(t *testing.T) {
	s := newSite(t)
	base := s.listen(t)
	file := append([]byte("%PDF-1.7\n"), make([]byte, uploadLimit)...) // refused by its first bytes
	for _, tc := range []struct {
		name   string
		size   int
		status int
	}{
		{"files of 64 MB", uploadLimit, http.StatusOK},
		{"a byte more", uploadLimit + 1, http.StatusRequestEntityTooLarge},
	} {
		r := upload(base+"/api/v1/imports?kind=units&dry_run=1", nil, map[string][]byte{"a.pdf": file[:tc.size]})
		r.RequestURI = ""
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != tc.status {
			t.Errorf("%s = %d, want %d", tc.name, answer.StatusCode, tc.status)
		}
	}
	page := upload(base+"/imports?kind=units", nil, map[string][]byte{"a.pdf": file[:uploadLimit+1]})
	page.RequestURI = ""
	shown, err := http.DefaultClient.Do(page)
	if err != nil {
		t.Fatal(err)
	}
	defer shown.Body.Close()
	if text, err := io.ReadAll(shown.Body); err != nil || !strings.Contains(string(text), "请分几次上传") {
		t.Errorf("the page of an upload that is too large does not say what to do: %d, %v", shown.StatusCode, err)
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := conn.Write([]byte("POST /api/v1/imports?kind=units HTTP/1.1\r\nHost: " + u.Host + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000000\r\n\r\n--b\r\n")); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 64)
	n, err := conn.Read(answer)
	if !strings.Contains(string(answer[:n]), " 413 ") {
		t.Errorf("a request of 1 GB is answered %q, %v; want 413 at once", answer[:n], err)
	}
}
