package config

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
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

	SmallCell   uint64 `toml:"small_cell"`    // k of the small-cell rule for petitions
	HalfYearOff bool   `toml:"half_year_off"` // switch the half-year checkpoint off

	HeadingAliases map[string]map[string]string `toml:"heading_aliases"` // kind → heading of the file → heading of the template
	CategoryWords  map[string]string            `toml:"category_words"`  // word of a source → category

	Report Report `toml:"report"`
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
}

// Default returns the settings of a laptop: the embedded engine, loopback only.
func Default() Config {
	return Config{
		Data: "./data", Listen: "127.0.0.1:8080", Lang: "zh", SmallCell: 3,
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
		},
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
		"QINGFENG_LISTEN": &c.Listen, "QINGFENG_ENGINE": &c.Engine, "QINGFENG_NOW": &c.Now, "QINGFENG_LANG": &c.Lang,
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
	return errors.Join(errs...)
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
