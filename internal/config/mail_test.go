package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func load(t *testing.T, text string, env map[string]string) (Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "qingfeng.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(file, func(name string) string { return env[name] })
}

func TestMailAndRecipientsComeFromTheFileAndThePasswordFromTheEnvironment(t *testing.T) {
	c, err := load(t, `
[mail]
host = "mail.wjw.example"
tls = "implicit"
user = "qingfeng"
from = "qingfeng@wjw.example"
base_url = "https://qingfeng.wjw.example/"
[recipients]
office = ["zzc@wjw.example"]
inspectors = ["jc@wjw.example"]
leaders = ["a@wjw.example", "b@wjw.example"]
reports = ["c@wjw.example"]
[recipients.units.13]
clerk = ["jb@one.example"]
head = ["fz@one.example"]
`, map[string]string{"QINGFENG_MAIL_PASSWORD": "from outside"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.Mail.Password != "from outside" || c.Mail.ServerPort() != 465 || c.MailBaseURL() != "https://qingfeng.wjw.example" || c.Mail.Lang != "zh" {
		t.Errorf("mail %+v, links to %s", c.Mail, c.MailBaseURL())
	}
	want := Recipients{Office: []string{"zzc@wjw.example"}, Inspectors: []string{"jc@wjw.example"}, Leaders: []string{"a@wjw.example", "b@wjw.example"}, Reports: []string{"c@wjw.example"},
		Units: map[string]UnitRecipients{"13": {Clerk: []string{"jb@one.example"}, Head: []string{"fz@one.example"}}}}
	if diff := cmp.Diff(want, c.Recipients); diff != "" {
		t.Errorf("recipients (-want +got):\n%s", diff)
	}
}

func TestMailSettingsThatCannotWorkAreNamed(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"nothing set":                          {"", ""},
		"no encryption on this machine":        {"[mail]\nhost=\"127.0.0.1\"\ntls=\"none\"", ""},
		"no encryption to another machine":     {"[mail]\nhost=\"10.0.0.5\"\ntls=\"none\"", "mail.tls none"},
		"an unknown way of encryption":         {"[mail]\ntls=\"ssl3\"", "mail.tls"},
		"a port beyond the last":               {"[mail]\nport=70000", "mail.port"},
		"a sender that is no address":          {"[mail]\nfrom=\"清风\"", "mail.from"},
		"links without a scheme":               {"[mail]\nbase_url=\"qingfeng\"", "mail.base_url"},
		"a language that nobody wrote":         {"[mail]\nlang=\"fr\"", "mail.lang"},
		"texts kept for no time at all":        {"[mail]\nkeep_days=0", "mail.keep_days"},
		"an office without an at sign":         {"[recipients]\noffice=[\"zzc\"]", "recipients.office"},
		"a clerk with a name in front":         {"[recipients.units.13]\nclerk=[\"Li <a@b.example>\"]", "recipients.units.13.clerk"},
		"a header smuggled into a head's line": {"[recipients.units.13]\nhead=[\"a@b.example\\nBcc: c@d.example\"]", "recipients.units.13.head"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := load(t, tc.text, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = c.Validate()
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Validate() = %v; want mention of %q", err, tc.want)
			}
		})
	}
}
