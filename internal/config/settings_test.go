package config

import (
	"strings"
	"testing"

	"qingfeng/internal/integrity"
)

func TestSettingsAreListedAsInTheFileAndSecretsAreWithheld(t *testing.T) {
	c := Default()
	c.SmallCell = 5
	c.Mail.Password = "hunter2"
	c.CategoryWords = map[string]string{"服务态度": string(integrity.CategoryConduct)}
	c.Recipients.Units = map[string]UnitRecipients{"13": {Clerk: []string{"a@b.example", "c@d.example"}}}
	c.ClickHouse = "clickhouse://qingfeng:hunter2@db1:9000/qingfeng?secure=true&password=hunter2"
	got := map[string]Setting{}
	for _, s := range c.Settings() {
		if strings.Contains(s.Value, "hunter2") {
			t.Errorf("%s = %q tells a password", s.Name, s.Value)
		}
		got[s.Name] = s
	}
	for name, want := range map[string]Setting{
		"small_cell":                {Name: "small_cell", Value: "5", Changed: true},
		"listen":                    {Name: "listen", Value: "127.0.0.1:8080"},
		"mail.password":             {Name: "mail.password", Value: withheld, Changed: true},
		"category_words.服务态度":       {Name: "category_words.服务态度", Value: "conduct", Changed: true},
		"recipients.units.13.clerk": {Name: "recipients.units.13.clerk", Value: "a@b.example；c@d.example", Changed: true},
		"report.issuer":             {Name: "report.issuer", Value: "政治处"},
	} {
		if got[name] != want {
			t.Errorf("%s = %+v, want %+v", name, got[name], want)
		}
	}
	for _, broken := range []string{"clickhouse://a:hunter2@db 1:9000/%zz", "://hunter2"} {
		if got := withoutPassword(broken); strings.Contains(got, "hunter2") {
			t.Errorf("withoutPassword(%q) = %q", broken, got)
		}
	}
}

func TestTermsOfLettersAreBounded(t *testing.T) {
	for term, good := range map[int]bool{0: false, 1: true, 14: true, 90: true, 91: false} {
		c := Default()
		c.Letters.Term = term
		if err := c.Validate(); (err == nil) != good {
			t.Errorf("a term of %d working days: %v", term, err)
		}
	}
}
