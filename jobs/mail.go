package jobs

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"qingfeng/internal/integrity"
)

// Letter is one mail to one address.
type Letter struct {
	ID       string // stable over all attempts; the Message-ID is made of it
	From, To string
	Date     time.Time
	Subject  string
	Body     string // plain text
	Attached []Attachment
}

// Attachment is a file that goes with a letter. Type is its media type.
type Attachment struct {
	Name, Type string
	Body       []byte
}

// Sender hands letters on. An error that is neither of the two below is the letter's own
// and passes.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

var (
	errUnreachable = errors.New("邮件服务器无法连接 (mail server not reachable)") // no letter will get through now
	errRefused     = errors.New("收件地址被拒绝 (address refused)")             // this one never will
)

// MessageID returns the Message-ID of a letter, without angle brackets.
func (l Letter) MessageID() string {
	_, domain, _ := strings.Cut(l.From, "@")
	return l.ID + "@" + strings.TrimSuffix(domain, ">")
}

func (l Letter) message() (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingB64))
	if err := msg.From(l.From); err != nil {
		return nil, fmt.Errorf("sender %q: %w", l.From, err)
	}
	if err := msg.To(l.To); err != nil {
		return nil, fmt.Errorf("%w: %q: %w", errRefused, l.To, err)
	}
	msg.SetMessageIDWithValue(l.MessageID())
	msg.SetDateWithValue(l.Date.In(integrity.Shanghai))
	msg.Subject(l.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // keeps answering machines quiet
	msg.SetBodyString(mail.TypeTextPlain, l.Body)
	for _, a := range l.Attached {
		if err := msg.AttachReader(a.Name, bytes.NewReader(a.Body), mail.WithFileContentType(mail.ContentType(a.Type))); err != nil {
			return nil, fmt.Errorf("attach %s: %w", a.Name, err)
		}
	}
	return msg, nil
}

// The ways to a mail server.
const (
	TLSStart    = "starttls" // plain, then encrypted before anything is said
	TLSImplicit = "implicit" // encrypted from the first byte
	TLSNone     = "none"     // for a server on this machine
)

// SMTP is a mail server. User is empty where the server asks for no login; CAFile names
// certificates in PEM to trust instead of the system's.
type SMTP struct {
	Host           string
	Port           int
	TLS            string
	User, Password string
	CAFile         string
}

// sendTimeout is how long one letter may take.
const sendTimeout = 30 * time.Second

// Send gives a letter to the server. Each letter has a connection of its own: there are
// few, and one that fails spoils no other.
func (s SMTP) Send(ctx context.Context, l Letter) error {
	msg, err := l.message()
	if err != nil {
		return err
	}
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTimeout(sendTimeout)}
	switch s.TLS {
	case TLSNone:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	case TLSImplicit:
		options = append(options, mail.WithSSL())
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.CAFile != "" {
		text, err := os.ReadFile(s.CAFile)
		if err != nil {
			return fmt.Errorf("%w: %w", errUnreachable, err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return fmt.Errorf("%w: %s holds no certificate", errUnreachable, s.CAFile)
		}
		options = append(options, mail.WithTLSConfig(&tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: pool}))
	}
	if s.User != "" {
		auth := mail.SMTPAuthAutoDiscover
		if s.TLS == TLSNone {
			auth = mail.SMTPAuthPlainNoEnc // loopback only, as the configuration checks
		}
		options = append(options, mail.WithSMTPAuth(auth), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(s.Host, options...)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnreachable, err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnreachable, err)
	}
	// Whether the letter was accepted is known by then.
	defer func() { _ = client.CloseWithSMTPClient(connection) }()
	err = client.SendWithSMTPClient(connection, msg)
	if msg.IsDelivered() {
		return nil // accepted, whatever went wrong with the goodbye
	}
	var send *mail.SendError
	if errors.As(err, &send) && send.Reason == mail.ErrSMTPRcptTo && !send.IsTemp() {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	if err != nil {
		return fmt.Errorf("send a mail: %w", err)
	}
	return nil
}

// Folder keeps letters as files in place of a server: NAME.eml, which mail programs open.
type Folder struct{ Dir string }

// Send writes a letter, whole or not at all; the same letter again takes its place.
func (f Folder) Send(_ context.Context, l Letter) error {
	msg, err := l.message()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return fmt.Errorf("%w: %w", errUnreachable, err)
	}
	path := f.path(l.ID)
	if err := os.WriteFile(path+".part", b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("%w: %w", errUnreachable, err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		return fmt.Errorf("%w: %w", errUnreachable, err)
	}
	return nil
}

// Forget erases a letter; one that is not there is no error.
func (f Folder) Forget(id string) error {
	if err := os.Remove(f.path(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("erase a mail: %w", err)
	}
	return nil
}

func (f Folder) path(id string) string { return filepath.Join(f.Dir, id+".eml") }
