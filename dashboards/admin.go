package dashboards

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

// Finding is one line of the self-check.
type Finding struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// Setting is one setting in force, named as in the file; secrets are withheld.
type Setting struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Changed bool   `json:"changed"` // from the default
}

// TableSize is what a table of the database takes up.
type TableSize struct {
	Table string `ch:"table" json:"table"`
	Rows  uint64 `ch:"rows" json:"rows"`
	Bytes uint64 `ch:"bytes" json:"bytes"`
	Parts uint64 `ch:"parts" json:"parts"`
}

// WorkYear is what the calendar of working days knows of a year.
type WorkYear struct {
	Year     int  `json:"year"`
	Arranged bool `json:"arranged"` // holidays and make-up days are in the table
	Off      int  `json:"off"`      // days off in the table
	Work     int  `json:"work"`     // weekend days on which people work
	Workdays int  `json:"workdays"` // of the whole year
}

// Copy is a backup that was restored and counted after it was made.
type Copy struct {
	Name   string    `json:"name"`
	State  string    `json:"state"` // verified, or removed for a newer one
	MadeAt time.Time `json:"made_at"`
	Bytes  uint64    `json:"bytes"`
	Tables int       `json:"tables"`
	Rows   uint64    `json:"rows"`
}

// Administration tells how the installation does. It changes nothing: settings are the
// business of the file, tasks of the page of jobs.
type Administration interface {
	SelfCheck(ctx context.Context) []Finding
	Settings() []Setting
	Storage(ctx context.Context) ([]TableSize, error)
	Calendar() []WorkYear // newest first
	Backups(ctx context.Context) ([]Copy, error)
}

// adminRoutes are those of the page of administration, where there is one.
func (s *server) adminRoutes() []route {
	if s.Administration == nil {
		return nil
	}
	return []route{
		{method: fiber.MethodGet, path: "/admin", page: "admin", params: clocks, handle: s.admin},
		{method: fiber.MethodGet, path: "/api/v1/admin", api: true, summary: "Self-check, settings in force, sizes, working days and backups.", answer: "object", handle: s.apiAdmin},
	}
}

type adminPage struct {
	view.Page
	Check                      Card[checkedCard]
	Storage, Backups, Settings Card[view.Table]
	Calendar                   Card[calendarCard]
}

// checkedCard is the self-check and how many of its findings are faults.
type checkedCard struct {
	Faults, Checked int
	Table           view.Table
}

// calendarCard is the years that working days are known of, and the sentence about the current
// one where its arrangement is not; empty when all is well.
type calendarCard struct {
	Unarranged string
	Table      view.Table
}

func (s *server) admin(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	p := adminPage{Page: r.frame("admin")}
	p.AsOf = integrity.NoDay
	d := r.deck()
	deal(d, &p.Check, func(ctx context.Context) (checkedCard, error) {
		found := s.Administration.SelfCheck(ctx)
		out := checkedCard{Checked: len(found), Table: r.findingTable(found)}
		for _, f := range found {
			if !f.OK {
				out.Faults++
			}
		}
		return out, ctx.Err()
	}, "check")
	deal(d, &p.Storage, func(ctx context.Context) (view.Table, error) {
		sizes, err := s.Administration.Storage(ctx)
		return r.storageTable(sizes), err
	}, "storage")
	deal(d, &p.Backups, func(ctx context.Context) (view.Table, error) {
		copies, err := s.Administration.Backups(ctx)
		return r.backupTable(copies), err
	}, "backups")
	deal(d, &p.Calendar, func(context.Context) (calendarCard, error) {
		years := s.Administration.Calendar()
		out := calendarCard{Table: r.calendarTable(years)}
		year := integrity.DayOf(s.Now()).Year()
		for _, y := range years {
			if y.Year == year && !y.Arranged {
				out.Unarranged = r.t("admin.unarranged", y.Year)
			}
		}
		return out, nil
	}, "calendar")
	deal(d, &p.Settings, func(context.Context) (view.Table, error) { return r.settingTable(s.Administration.Settings()), nil }, "settings")
	if err := d.done(); err != nil {
		return err
	}
	return r.render("admin", p)
}

func (s *server) apiAdmin(c *fiber.Ctx) error {
	ctx := c.UserContext()
	sizes, err := s.Administration.Storage(ctx)
	if err != nil {
		return err
	}
	copies, err := s.Administration.Backups(ctx)
	if err != nil {
		return err
	}
	return c.JSON(administration{listOf(s.Administration.SelfCheck(ctx)).Items, listOf(s.Administration.Settings()).Items, listOf(sizes).Items,
		listOf(s.Administration.Calendar()).Items, listOf(copies).Items})
}

// administration is the page of administration as numbers.
type administration struct {
	Check    []Finding   `json:"check"`
	Settings []Setting   `json:"settings"`
	Storage  []TableSize `json:"storage"`
	Workdays []WorkYear  `json:"workdays"`
	Backups  []Copy      `json:"backups"`
}

func (r *request) findingTable(found []Finding) view.Table {
	t := view.Table{Caption: r.t("admin.check"), Hide: true, Class: "cards", Columns: []view.Column{{Label: r.t("admin.check.name")}, {Label: r.t("admin.check.state")}, {Label: r.t("admin.check.detail")}}}
	for _, f := range found {
		pill := view.Pill{Class: "met", Text: r.t("admin.fine")}
		if !f.OK {
			pill = view.Pill{Class: "overdue", Text: r.t("admin.fault")}
		}
		t.Rows = append(t.Rows, []view.Cell{{Text: r.itemLabel(f.Name), Head: true}, {Pill: &pill}, {Text: f.Detail}})
	}
	return t
}

// itemLabel is the word for an item of the self-check; tasks keep the name under which
// they are run.
func (r *request) itemLabel(name string) string {
	switch name {
	case "engine", "version", "schema", "disk", "clock", "time zone", "working days":
		return r.t("admin.item." + name)
	}
	return name
}

func (r *request) storageTable(sizes []TableSize) view.Table {
	t := view.Table{Caption: r.t("admin.storage"), Hide: true, Class: "tight", Empty: r.t("admin.storage.none"),
		Columns: []view.Column{{Label: r.t("admin.table")}, {Label: r.t("admin.rows"), Class: "num"}, {Label: r.t("admin.size"), Class: "num"}, {Label: r.t("admin.parts"), Class: "num"}}}
	var sum TableSize
	line := func(name string, x TableSize) []view.Cell {
		return []view.Cell{{Text: name, Head: true}, {Text: view.Number(x.Rows), Class: "num"}, {Text: megabytes(x.Bytes), Class: "num"}, {Text: view.Number(x.Parts), Class: "num"}}
	}
	for _, x := range sizes {
		sum.Rows, sum.Bytes, sum.Parts = sum.Rows+x.Rows, sum.Bytes+x.Bytes, sum.Parts+x.Parts
		t.Rows = append(t.Rows, line(x.Table, x))
	}
	if len(sizes) > 0 {
		t.Foot = line(r.t("admin.sum"), sum)
	}
	return t
}

func (r *request) backupTable(copies []Copy) view.Table {
	t := view.Table{Caption: r.t("admin.backups"), Hide: true, Class: "cards", Empty: r.t("admin.backups.none"),
		Columns: []view.Column{{Label: r.t("admin.backup")}, {Label: r.t("admin.made")}, {Label: r.t("admin.check.state")}, {Label: r.t("admin.rows"), Class: "num"}, {Label: r.t("admin.size"), Class: "num"}}}
	for _, x := range copies {
		pill := view.Pill{Class: "met", Text: r.t("admin.backup.verified")}
		if x.State != "verified" {
			pill = view.Pill{Class: "on_track", Text: r.t("admin.backup.removed")}
		}
		t.Rows = append(t.Rows, []view.Cell{{Text: x.Name, Head: true}, {Text: instant(x.MadeAt)}, {Pill: &pill}, {Text: view.Number(x.Rows), Class: "num"}, {Text: megabytes(x.Bytes), Class: "num"}})
	}
	return t
}

func (r *request) calendarTable(years []WorkYear) view.Table {
	t := view.Table{Caption: r.t("admin.workdays"), Hide: true, Class: "tight",
		Columns: []view.Column{{Label: r.t("admin.year")}, {Label: r.t("admin.check.state")}, {Label: r.t("admin.off"), Class: "num"}, {Label: r.t("admin.work"), Class: "num"}, {Label: r.t("admin.days"), Class: "num"}}}
	for _, y := range years {
		pill := view.Pill{Class: "met", Text: r.t("admin.arranged")}
		if !y.Arranged {
			pill = view.Pill{Class: "due_soon", Text: r.t("admin.notarranged")}
		}
		t.Rows = append(t.Rows, []view.Cell{{Text: strconv.Itoa(y.Year), Head: true}, {Pill: &pill},
			{Text: strconv.Itoa(y.Off), Class: "num"}, {Text: strconv.Itoa(y.Work), Class: "num"}, {Text: strconv.Itoa(y.Workdays), Class: "num"}})
	}
	return t
}

func (r *request) settingTable(settings []Setting) view.Table {
	t := view.Table{Caption: r.t("admin.settings"), Hide: true, Class: "cards", Columns: []view.Column{{Label: r.t("admin.setting")}, {Label: r.t("admin.value")}, {Label: ""}}}
	for _, x := range settings {
		value, note := x.Value, ""
		if value == "" {
			value = r.t("admin.unset")
		}
		if x.Changed {
			note = r.t("admin.changed")
		}
		t.Rows = append(t.Rows, []view.Cell{{Text: x.Name, Head: true}, {Text: value}, {Text: note, Class: "note"}})
	}
	return t
}

// megabytes writes a size with one decimal.
func megabytes(n uint64) string { return fmt.Sprintf("%s MB", view.Decimal(float64(n)/(1<<20), 1)) }
