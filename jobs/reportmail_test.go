package jobs

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingfeng/internal/bulletin"
)

// attached returns subject, text and the one attachment of a mail.
func attached(t *testing.T, raw []byte) (subject, text, name string, file []byte) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			return subject, text, name, file
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		if err != nil {
			t.Fatal(err)
		}
		if p.FileName() == "" {
			text = strings.ReplaceAll(string(body), "\r\n", "\n")
			continue
		}
		name, file = p.FileName(), body
	}
}

func TestEachIssuedVersionIsMailedOnceToEachAddress(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-11-03 09:00")
	p := &press{html: "<p>一"}
	reports := s.reports(p)
	box := newPostbox(t)
	deliver := func(now string) Result {
		t.Helper()
		m := s.mailing(box.smtp(), Recipients{Reports: []string{"a@wjw.example", "b@wjw.example", "a@wjw.example"}})
		m.Reports = reports
		return s.run(Deliver(m), now)
	}
	raw := func() [][]byte {
		box.mu.Lock()
		defer box.mu.Unlock()
		out := box.raw
		box.raw = nil
		return out
	}
	if r := deliver("2026-11-03 09:05"); r.Counts["sent"] != 0 || len(raw()) != 0 {
		t.Fatalf("nothing was issued, sent %v", r)
	}
	first, err := reports.Issue(t.Context(), author, "2026-10", bulletin.Order{Signer: "主任"})
	if err != nil {
		t.Fatal(err)
	}
	deliver("2026-11-03 09:10")
	deliver("2026-11-03 09:20")
	got := raw()
	if len(got) != 2 {
		t.Fatalf("%d mails; want one for each of two addresses", len(got))
	}
	subject, text, name, file := attached(t, got[0])
	if subject != "廉洁风险防控监督报告 2026年第10期（总第22期）" || name != "2026-10.html" || !strings.Contains(text, "签发人：主任") || !strings.Contains(text, first.SHA256) {
		t.Errorf("mail %q, %s, %q", subject, name, text)
	}
	if sum := sha256.Sum256(file); hex.EncodeToString(sum[:]) != first.SHA256 {
		t.Errorf("the attachment is %q", file)
	}

	p.html = "<p>二"
	if _, err := reports.Issue(t.Context(), author, "2026-10", bulletin.Order{Signer: "主任", Reason: "补录", Seen: 1}); err != nil {
		t.Fatal(err)
	}
	deliver("2026-11-04 09:10")
	deliver("2026-11-04 09:20")
	if got = raw(); len(got) != 2 {
		t.Fatalf("%d mails about the further version; want 2", len(got))
	}
	if subject, text, name, _ := attached(t, got[1]); !strings.HasSuffix(subject, "（更正，第2版）") || name != "2026-10-v2.html" || !strings.Contains(text, "更正原因：补录") {
		t.Errorf("mail %q, %s, %q", subject, name, text)
	}
}

func TestWithoutAServerAReportBecomesAFileAndOldIssuesAreNotSent(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-06-03 09:00")
	reports := s.reports(&press{html: "<p>"})
	for n, month := range []string{"2026-05", "2026-10"} {
		s.now = at([]string{"2026-06-03 09:00", "2026-11-03 09:00"}[n])
		if _, err := reports.Issue(t.Context(), author, month, bulletin.Order{Signer: "主任"}); err != nil {
			t.Fatal(err)
		}
	}
	folder := Folder{Dir: t.TempDir()}
	m := s.mailing(folder, Recipients{Reports: []string{"a@wjw.example"}})
	m.Reports = reports
	s.run(Deliver(m), "2026-11-04 09:00")
	files, err := filepath.Glob(filepath.Join(folder.Dir, "*.eml"))
	if err != nil || len(files) != 1 || filepath.Base(files[0]) != "report-2026-10-v1-1.eml" {
		t.Fatalf("files %v, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, file := attached(t, raw); string(file) != "<p>2026-10 2026年第6期（总第18期） issued=true" {
		t.Errorf("the attachment is %q", file)
	}
}
