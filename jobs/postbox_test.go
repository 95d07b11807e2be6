package jobs

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"log/slog"
	"mime"
	"net"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// received is a letter as the server got it.
type received struct{ ID, To, Subject, Body string }

func read(t testing.TB, raw []byte) received {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("read a letter: %v", err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return received{m.Header.Get("Message-Id"), strings.Trim(m.Header.Get("To"), "<>"), subject, strings.ReplaceAll(string(body), "\r\n", "\n")}
}

// postbox is a mail server on this machine.
type postbox struct {
	t      testing.TB
	server *smtp.Server
	addr   *net.TCPAddr

	mu     sync.Mutex
	raw    [][]byte
	refuse func(to string) error // asked at every address
	user   string                // asked for, if not empty
}

func newPostbox(t testing.TB) *postbox {
	p := &postbox{t: t}
	p.server = p.listen(func(s *smtp.Server, l net.Listener) { _ = s.Serve(l) })
	return p
}

func (p *postbox) listen(serve func(*smtp.Server, net.Listener)) *smtp.Server {
	p.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.addr = l.Addr().(*net.TCPAddr)
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: p}, nil }))
	s.Domain, s.AllowInsecureAuth, s.ErrorLog = "localhost", true, log.New(io.Discard, "", 0)
	go serve(s, l)
	p.t.Cleanup(func() { _ = s.Close() })
	return s
}

// letters returns what has come in since the last call, by address.
func (p *postbox) letters() []received {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []received
	for _, raw := range p.raw {
		out = append(out, read(p.t, raw))
	}
	p.raw = nil
	slices.SortFunc(out, func(a, b received) int { return strings.Compare(a.To+a.ID, b.To+b.ID) })
	return out
}

func (p *postbox) set(refuse func(string) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = refuse
}

func (p *postbox) smtp() SMTP { return SMTP{Host: "127.0.0.1", Port: p.addr.Port, TLS: TLSNone} }

type session struct {
	box    *postbox
	authed bool
}

func (s *session) AuthMechanisms() []string {
	if s.box.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.box.user || password != "correct" {
			return smtp.ErrAuthFailed
		}
		s.authed = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.box.user != "" && !s.authed {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if s.box.refuse != nil {
		return s.box.refuse(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.raw = append(s.box.raw, raw)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

var (
	busy     = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back later"}
	unknown  = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such box"}
	errKill  = errors.New("killed")
	everyone = Recipients{
		Office: []string{"office@wjw.example"}, Inspectors: []string{"inspector@wjw.example"}, Leaders: []string{"leader@wjw.example"},
		Units: map[string]UnitRecipients{
			"13": {Clerk: []string{"clerk13@one.example"}, Head: []string{"head13@one.example"}},
			"14": {Clerk: []string{"clerk14@two.example"}, Head: []string{"head14@two.example"}},
		},
	}
	unitsFile = []string{"单位编码|单位名称|上级编码|类型|责任领导|启用日期",
		"00|市卫健委||||", "13|市第一医院|00|直属单位|周乙|2025-06-01", "14|市第二医院|00|直属单位|周乙|2025-06-01"}
	risksFile = []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级"}
)

func inspection(number, unit, day string) []string {
	return []string{"编号|单位|检查日期|风险点|检查人|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实",
		number + "|" + unit + "|" + day + "|1|钱一|是|查阅资料|是|是|是"}
}

func (s *stand) metrics() *metrics.Metrics {
	s.t.Helper()
	m, err := metrics.New(metrics.Config{Database: s.store, Now: func() time.Time { return s.now }})
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// mailing is the tasks of mail on the stand's database, with everything opened anew as
// after a restart.
func (s *stand) mailing(sender Sender, who Recipients) Mailing {
	s.t.Helper()
	return Mailing{Database: s.store, Obligations: s.metrics(), Recipients: who, Sender: sender, From: "qingfeng@wjw.example", BaseURL: "https://qingfeng.example",
		Lang: integrity.Chinese, Log: slog.New(slog.DiscardHandler)}
}

// run runs a job as of a moment and returns its result.
// named are the names of sources, units and offices, and what servers answer, which stay as they are in an English text.
var named = regexp.MustCompile(`[日常投诉信访举报·]*(热线|网站)|单位\d+|\([^)]*\)`)

func (s *stand) run(j Job, now string) Result {
	s.t.Helper()
	s.now = at(now)
	r, err := j.Run(s.t.Context(), s.now)
	if err != nil {
		s.t.Fatalf("%s at %s: %v", j.Name, now, err)
	}
	if hasHan := func(text string) bool {
		return strings.ContainsFunc(text, func(c rune) bool { return unicode.Is(unicode.Han, c) })
	}; !hasHan(r.Text.ZH) || r.Text.EN == "" || hasHan(named.ReplaceAllString(r.Text.EN, "")) {
		s.t.Errorf("%s at %s says %q and %q; want Chinese and English", j.Name, now, r.Text.ZH, r.Text.EN)
	}
	return r
}

func to(letters []received) string {
	var out []string
	for _, l := range letters {
		out = append(out, l.To[:strings.Index(l.To, "@")])
	}
	return strings.Join(out, " ")
}
