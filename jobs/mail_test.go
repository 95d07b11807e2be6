package jobs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

func letter() Letter {
	return Letter{ID: "abc-1", From: "qingfeng@wjw.example", To: "clerk@one.example", Date: at("2026-03-11 08:00"), Subject: "廉洁风险防控提醒", Body: "第一行\n第二行\n"}
}

// certificate makes a certificate for this machine that signs itself, and a file of it.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP("127.0.0.1")}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

func TestLettersTravelEncryptedOrStayOnThisMachine(t *testing.T) {
	pair, file := certificate(t)
	secured := &tls.Config{Certificates: []tls.Certificate{pair}}
	offering := func(t *testing.T, c *tls.Config, implicit bool, user string) *postbox {
		p := &postbox{t: t, user: user}
		p.server = p.listen(func(s *smtp.Server, l net.Listener) {
			s.TLSConfig = c
			if implicit {
				l = tls.NewListener(l, c)
			}
			_ = s.Serve(l)
		})
		return p
	}
	for name, tc := range map[string]struct {
		server   *tls.Config
		implicit bool
		user     string // that the server asks for
		smtp     SMTP
		want     error
	}{
		"plain on this machine":                           {nil, false, "", SMTP{TLS: TLSNone}, nil},
		"plain with a login":                              {nil, false, "qingfeng", SMTP{TLS: TLSNone, User: "qingfeng", Password: "correct"}, nil},
		"encrypted after the greeting":                    {secured, false, "", SMTP{TLS: TLSStart, CAFile: file}, nil},
		"encrypted after the greeting, with a login":      {secured, false, "qingfeng", SMTP{TLS: TLSStart, CAFile: file, User: "qingfeng", Password: "correct"}, nil},
		"encrypted from the first byte":                   {secured, true, "", SMTP{TLS: TLSImplicit, CAFile: file}, nil},
		"a server that cannot encrypt is not told a word": {nil, false, "", SMTP{TLS: TLSStart, CAFile: file}, errUnreachable},
		"a certificate nobody trusts":                     {secured, false, "", SMTP{TLS: TLSStart}, errUnreachable},
		"a login that is not accepted":                    {nil, false, "qingfeng", SMTP{TLS: TLSNone, User: "qingfeng", Password: "wrong"}, errUnreachable},
		"certificates that are not there":                 {secured, false, "", SMTP{TLS: TLSStart, CAFile: file + ".none"}, errUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			box := offering(t, tc.server, tc.implicit, tc.user)
			tc.smtp.Host, tc.smtp.Port = "127.0.0.1", box.addr.Port
			err := tc.smtp.Send(t.Context(), letter())
			if !errors.Is(err, tc.want) {
				t.Fatalf("Send() = %v, want %v", err, tc.want)
			}
			var want []received
			if tc.want == nil {
				want = []received{{"<abc-1@wjw.example>", "clerk@one.example", "廉洁风险防控提醒", "第一行\n第二行\n"}}
			}
			if diff := cmp.Diff(want, box.letters()); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
		})
	}
}

func TestALetterWithABadAddressIsRefusedBeforeItLeaves(t *testing.T) {
	l := letter()
	l.To = "clerk@one.example\r\nBcc: all@one.example"
	box := newPostbox(t)
	if err := box.smtp().Send(t.Context(), l); !errors.Is(err, errRefused) {
		t.Errorf("Send() = %v", err)
	}
	if got := box.letters(); len(got) != 0 {
		t.Errorf("received %v", got)
	}
}

func TestAFolderThatCannotBeWrittenIsAServerAway(t *testing.T) {
	file := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (Folder{file}).Send(t.Context(), letter()); !errors.Is(err, errUnreachable) {
		t.Errorf("Send() = %v", err)
	}
}

func TestPausesDoubleUpToSixHours(t *testing.T) {
	var got []string
	for n := range uint32(10) {
		got = append(got, pause(n+1).String())
	}
	if want := "5m0s 10m0s 20m0s 40m0s 1h20m0s 2h40m0s 5h20m0s 6h0m0s 6h0m0s 6h0m0s"; strings.Join(got, " ") != want {
		t.Errorf("pauses %v, want %s", got, want)
	}
}
