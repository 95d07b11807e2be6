package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"qingfeng/internal/integrity"
)

// Config is everything that can be set. The names in the file are the toml tags, those
// in the environment QINGFENG_ and the name in capitals.
type Config struct {
	Data            string `toml:"data"`              // directory of everything that is kept
	ClickHouse      string `toml:"clickhouse"`        // external server; empty = embedded engine
	Cluster         string `toml:"cluster"`           // name of a cluster of the external server
	Listen          string `toml:"listen"`            // address of the web server
	Engine          string `toml:"engine"`            // path of libchdb.so or of a clickhouse binary
	Now             string `toml:"now"`               // RFC 3339: a fixed clock for demonstrations and checks
	AllowFixedClock bool   `toml:"allow_fixed_clock"` // allow a fixed clock with an external database
	Lang            string `toml:"lang"`              // zh or en, of messages on the command line
	LogLevel        string `toml:"log_level"`         // debug, info, warn or error; empty = info of serve, warn of other commands
	Inbox           string `toml:"inbox"`             // folder that serve watches and loads; empty = none
	InboxSettle     int    `toml:"inbox_settle"`      // seconds for which a file there must stand still before it is taken
	InboxKeep       int    `toml:"inbox_keep"`        // days after which an original of complaints or petitions that nobody mended is deleted from failed/

	SmallCell   uint64 `toml:"small_cell"`    // k of the small-cell rule for petitions
	JobLease    int    `toml:"job_lease"`     // seconds without a sign of life after which another server takes a task over
	HalfYearOff bool   `toml:"half_year_off"` // switch the half-year checkpoint off
	Workdays    string `toml:"workdays"`      // file of holidays and make-up days of further years; empty = those shipped

	HeadingAliases map[string]map[string]string `toml:"heading_aliases"` // kind → heading of the file → heading of the template
	CategoryWords  map[string]string            `toml:"category_words"`  // word of a source → category

	Report     Report     `toml:"report"`
	Letters    Letters    `toml:"letters"`
	Mail       Mail       `toml:"mail"`
	Recipients Recipients `toml:"recipients"`
}

// Report is what stands around the numbers of the monthly report (requirements R02).
type Report struct {
	Issuer     string   `toml:"issuer"`      // 编者
	Mark       string   `toml:"mark"`        // 内部资料 注意保存
	Basis      []string `toml:"basis"`       // 依据文件
	ReportedTo string   `toml:"reported_to"` // 报
	SentTo     string   `toml:"sent_to"`     // 送
	IssuedTo   string   `toml:"issued_to"`   // 发
	FirstMonth string   `toml:"first_month"` // 2025-01: the month of issue no. 1 in 总第n期; empty = January of the year before
	Leaders    []string `toml:"leaders"`     // 委领导, in official order
	Title      string   `toml:"title"`       // of the monthly report
	HalfTitle  string   `toml:"half_title"`  // of the half-year's
	YearTitle  string   `toml:"year_title"`  // of the year's
}

// Letters is what stands in every letter to a unit.
type Letters struct {
	Issuer    string   `toml:"issuer"`    // 督办单位; empty = the issuer of the report
	Inspector string   `toml:"inspector"` // who reminds the issuer of what it owes itself
	Contact   string   `toml:"contact"`   // 反馈方式与联系人, by office; empty = a sentence with the issuer
	CopyTo    []string `toml:"copy_to"`   // 抄送, of supervision letters
	Term      int      `toml:"term"`      // working days that the addressee gets
}

// Mail is how notices leave the house. Without a host they stay: as files in the folder
// outbox of the data directory.
type Mail struct {
	Host     string `toml:"host"`      // of the mail server; empty = the folder
	Port     int    `toml:"port"`      // 0 = 587 for starttls, 465 for implicit, 25 for none
	TLS      string `toml:"tls"`       // starttls, implicit, or none: only to a server on this machine
	User     string `toml:"user"`      // empty = without login
	Password string `toml:"password"`  // better in QINGFENG_MAIL_PASSWORD than in the file
	CAFile   string `toml:"ca_file"`   // PEM: trusted in place of the system's certificates
	From     string `toml:"from"`      // address of the sender
	BaseURL  string `toml:"base_url"`  // of the links in mails; empty = http:// and listen
	Lang     string `toml:"lang"`      // zh or en, of the mails
	KeepDays int    `toml:"keep_days"` // days for which the text of a sent mail is kept
}

// Recipients are the e-mail addresses of those who are told what is due.
type Recipients struct {
	Office     []string                  `toml:"office"`     // 政治处
	Inspectors []string                  `toml:"inspectors"` // 检查组
	Leaders    []string                  `toml:"leaders"`    // 委领导: one digest a week
	Reports    []string                  `toml:"reports"`    // each issued report, as an attachment
	Units      map[string]UnitRecipients `toml:"units"`      // by 单位编码
}

// UnitRecipients are the addresses of one unit.
type UnitRecipients struct {
	Clerk []string `toml:"clerk"` // 经办人
	Head  []string `toml:"head"`  // 主要负责人
}

// Default returns the settings of a laptop: the embedded engine, loopback only.
func Default() Config {
	return Config{
		Data: "./data", Listen: "127.0.0.1:8080", Lang: "zh", InboxSettle: 10, InboxKeep: 30, SmallCell: 3, JobLease: 60,
		Report: Report{
			Issuer: "政治处",
			Mark:   "内部资料　注意保存",
			Basis: []string{
				"《关于进一步加强廉洁风险防控工作的实施办法（试行）》",
				"《关于开展廉洁风险排查工作的通知》",
			},
			ReportedTo: "委党委，市纪委、市监委",
			SentTo:     "驻委纪检监察组",
			IssuedTo:   "各处室、市直各医疗卫生单位",
			Leaders:    []string{},
			Title:      "廉洁风险防控监督月报",
			HalfTitle:  "廉洁风险防控监督半年报",
			YearTitle:  "廉洁风险防控监督年报",
		},
		Letters:    Letters{Inspector: "检查组", CopyTo: []string{"驻委纪检监察组", "责任领导（分管委领导）"}, Term: 14},
		Mail:       Mail{TLS: "starttls", From: "qingfeng@localhost", Lang: "zh", KeepDays: 180},
		Recipients: Recipients{Office: []string{}, Inspectors: []string{}, Leaders: []string{}, Reports: []string{}, Units: map[string]UnitRecipients{}},
	}
}

// Load returns the defaults overridden by the file, which may be empty for none, and by
// the environment.
func Load(file string, getenv func(string) string) (Config, error) {
	c := Default()
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return c, fmt.Errorf("read the configuration: %w", err)
		}
		d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			return c, fmt.Errorf("%w: configuration %s: %w", integrity.ErrInvalid, file, err)
		}
	}
	for name, to := range map[string]*string{
		"QINGFENG_DATA": &c.Data, "QINGFENG_CLICKHOUSE": &c.ClickHouse, "QINGFENG_CLICKHOUSE_CLUSTER": &c.Cluster,
		"QINGFENG_LISTEN": &c.Listen, "QINGFENG_ENGINE": &c.Engine, "QINGFENG_NOW": &c.Now, "QINGFENG_LANG": &c.Lang, "QINGFENG_LOG_LEVEL": &c.LogLevel, "QINGFENG_INBOX": &c.Inbox,
		"QINGFENG_MAIL_PASSWORD": &c.Mail.Password,
	} {
		if v := getenv(name); v != "" {
			*to = v
		}
	}
	return c, nil
}

// Validate reports everything that is wrong at once; every error wraps
// integrity.ErrInvalid.
func (c Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: "+format, append([]any{integrity.ErrInvalid}, args...)...))
	}
	if c.Data == "" {
		bad("data is empty")
	}
	if c.Inbox != "" && filepath.Clean(c.Inbox) == filepath.Clean(c.Data) {
		bad("inbox is the data directory itself; give it a folder of its own")
	}
	if c.InboxSettle < 1 || c.InboxSettle > 3600 {
		bad("inbox_settle %d; 1 to 3600 seconds", c.InboxSettle)
	}
	if c.InboxKeep < 1 || c.InboxKeep > 365 {
		bad("inbox_keep %d; 1 to 365 days", c.InboxKeep)
	}
	if !slices.Contains([]string{"", "debug", "info", "warn", "error"}, c.LogLevel) {
		bad("log_level %q; legal: debug info warn error", c.LogLevel)
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		bad("listen %q; write 127.0.0.1:8080", c.Listen)
	}
	if c.Lang != "zh" && c.Lang != "en" {
		bad("lang %q; write zh or en", c.Lang)
	}
	if c.Now != "" {
		if _, err := time.Parse(time.RFC3339, c.Now); err != nil {
			bad("now %q; write 2026-11-22T09:00:00+08:00", c.Now)
		}
		if c.ClickHouse != "" && !c.AllowFixedClock {
			bad("a fixed clock (now) with an external database; give --allow-fixed-clock if it is meant")
		}
	}
	for word, code := range c.CategoryWords {
		if _, err := integrity.ParseCategory(code); err != nil {
			bad("category_words: %q = %q", word, code)
		}
	}
	if c.Report.FirstMonth != "" {
		if _, err := time.Parse("2006-01", c.Report.FirstMonth); err != nil {
			bad("report.first_month %q; write 2025-01", c.Report.FirstMonth)
		}
	}
	// A system outside the secrecy grading may not hold anything graded, so neither may its
	// marks claim to be.
	for name, text := range map[string]string{"mark": c.Report.Mark, "title": c.Report.Title, "half_title": c.Report.HalfTitle, "year_title": c.Report.YearTitle} {
		for _, grade := range []string{"绝密", "机密", "秘密"} {
			if strings.Contains(text, grade) {
				bad("report.%s %q; a grade of secrecy has no place here", name, text)
			}
		}
	}
	if c.JobLease < 1 || c.JobLease > 3600 {
		bad("job_lease %d; 1 to 3600 seconds", c.JobLease)
	}
	if c.Letters.Term < 1 || c.Letters.Term > 90 {
		bad("letters.term %d; 1 to 90 working days", c.Letters.Term)
	}
	c.Mail.validate(bad)
	c.Recipients.validate(bad)
	return errors.Join(errs...)
}

func (m Mail) validate(bad func(format string, args ...any)) {
	switch m.TLS {
	case "starttls", "implicit":
	case "none":
		if ip := net.ParseIP(m.Host); m.Host != "" && m.Host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			bad("mail.tls none with host %q: without encryption only a server on this machine", m.Host)
		}
	default:
		bad("mail.tls %q; write starttls, implicit or none", m.TLS)
	}
	if m.Port < 0 || m.Port > 65535 {
		bad("mail.port %d", m.Port)
	}
	if a, err := mail.ParseAddress(m.From); err != nil || a.Address != m.From {
		bad("mail.from %q; write an address like qingfeng@wjw.example", m.From)
	}
	if m.BaseURL != "" {
		if u, err := url.Parse(m.BaseURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			bad("mail.base_url %q; write https://qingfeng.example", m.BaseURL)
		}
	}
	if m.Lang != "zh" && m.Lang != "en" {
		bad("mail.lang %q; write zh or en", m.Lang)
	}
	if m.KeepDays < 1 {
		bad("mail.keep_days %d; at least 1", m.KeepDays)
	}
}

// ServerPort returns the port of the mail server.
func (m Mail) ServerPort() int {
	switch {
	case m.Port != 0:
		return m.Port
	case m.TLS == "implicit":
		return 465
	case m.TLS == "none":
		return 25
	}
	return 587
}

// MailBaseURL returns what the links in mails begin with, without a slash at the end.
func (c Config) MailBaseURL() string {
	if c.Mail.BaseURL != "" {
		return strings.TrimRight(c.Mail.BaseURL, "/")
	}
	return "http://" + c.Listen
}

func (r Recipients) validate(bad func(format string, args ...any)) {
	check := func(where string, addresses []string) {
		for _, a := range addresses {
			if p, err := mail.ParseAddress(a); err != nil || p.Address != a {
				bad("recipients.%s: %q is no e-mail address", where, a)
			}
		}
	}
	check("office", r.Office)
	check("inspectors", r.Inspectors)
	check("leaders", r.Leaders)
	check("reports", r.Reports)
	for _, code := range slices.Sorted(maps.Keys(r.Units)) {
		check("units."+code+".clerk", r.Units[code].Clerk)
		check("units."+code+".head", r.Units[code].Head)
	}
}

// Clock returns the clock of the settings: the fixed one, or the machine's.
func (c Config) Clock() integrity.Clock {
	if t, err := time.Parse(time.RFC3339, c.Now); err == nil {
		return func() time.Time { return t }
	}
	return time.Now
}

// Language returns the language of messages.
func (c Config) Language() integrity.Lang {
	if c.Lang == "en" {
		return integrity.English
	}
	return integrity.Chinese
}
