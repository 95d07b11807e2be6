package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"qingfeng/dashboards"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// matters tells what letters may be about, from the answers of the metrics.
type matters struct{ app *app }

// registry returns the register of letters.
func (a *app) registry() (*letters.Registry, error) {
	set := a.t.cfg.Letters
	s := letters.Settings{Issuer: cmp.Or(set.Issuer, a.t.cfg.Report.Issuer), Inspector: set.Inspector, Contact: set.Contact, CopyTo: strings.Join(set.CopyTo, "，"), Term: set.Term}
	if basis := a.t.cfg.Report.Basis; len(basis) > 0 {
		s.Source = basis[len(basis)-1] // the notice itself is named last
	}
	return letters.New(letters.Config{Database: a.store, Source: matters{a}, Mask: masked, Settings: s, Now: a.now, WorkDays: a.work})
}

// Matters returns what is past or near, of earlier years what is still undone, and what
// leaders owe, all as known at one moment.
func (m matters) Matters(ctx context.Context, who integrity.Principal, asOf integrity.Day) ([]letters.Matter, error) {
	snap, err := m.app.store.Snapshot(ctx, time.Time{})
	if err != nil {
		return nil, err
	}
	scope := metrics.Scope{AsOf: asOf, KnownAt: snap.KnownAt}
	units, err := m.app.metrics.Units(ctx, operator, scope)
	if err != nil {
		return nil, err
	}
	types := map[string]string{}
	for _, u := range units {
		types[u.Code] = u.Type
	}
	var out []letters.Matter
	seen := map[string]bool{}
	for _, status := range []integrity.Status{integrity.StatusOverdue, integrity.StatusDueSoon} {
		scope.Status = string(status)
		answer, err := m.app.metrics.Overdue(ctx, who, scope)
		if err != nil {
			return nil, err
		}
		all := answer.Rows() // with what earlier years left undone, whichever they are
		for i := range all {
			it := &all[i]
			key := it.Key()
			if it.Letter() == "" || seen[key] {
				continue
			}
			seen[key] = true
			matter := matterOf(it)
			matter.Office = types[it.Unit] == "委机关处室"
			matter.DataVersion = snap.Version()
			out = append(out, matter)
		}
	}
	leaders, err := m.app.metrics.LeaderBoard(ctx, who, metrics.Scope{AsOf: asOf, KnownAt: snap.KnownAt})
	if err != nil {
		return nil, err
	}
	for i := range leaders { // of this year and of all before it, also where others met the points
		row := &leaders[i]
		for k := range row.Own {
			if row.Own[k].Letter() == "" {
				continue
			}
			matter := matterOf(&row.Own[k])
			matter.DataVersion = snap.Version()
			if matter.Led = row.Units; len(row.Units) == 0 {
				matter.Former, matter.Led = true, ledThen(row, matter.Year)
			}
			out = append(out, matter)
		}
	}
	return out, nil
}

// Matter returns one of them, with the grade that its point had on the day it was due.
func (m matters) Matter(ctx context.Context, who integrity.Principal, asOf integrity.Day, key string) (letters.Matter, error) {
	all, err := m.Matters(ctx, who, asOf)
	if err != nil {
		return letters.Matter{}, err
	}
	i := slices.IndexFunc(all, func(m letters.Matter) bool { return m.Key == key })
	if i < 0 {
		return letters.Matter{}, fmt.Errorf("matter %q: %w", key, integrity.ErrNotFound)
	}
	found := all[i]
	if found.RiskID != "" {
		points, err := m.app.metrics.Risks(ctx, who, metrics.Scope{AsOf: min(found.Due, asOf), Risk: found.RiskID, Page: 1, PerPage: 1})
		if err != nil {
			return letters.Matter{}, err
		}
		for _, p := range points.Items {
			found.Grade = p.Grade
		}
	}
	return found, nil
}

func matterOf(it *obligation.Item) letters.Matter {
	m := letters.Matter{
		Key: it.Key(), Rule: it.Rule, Basis: it.Basis, Status: it.Status, Owner: it.Owner, Top: it.Whole, Unit: it.Unit, UnitName: it.UnitName, Year: it.Year,
		RiskID: it.RiskID, RiskNo: it.RiskNo, Subject: it.Subject, Number: it.Number, Since: it.Since, Due: it.Due, DaysLeft: it.DaysLeft, Required: it.Required, Done: it.Done,
		Clause: obligation.Quotation(it.Rule, it.Basis), Ask: it.Ask(), AsOf: it.AsOf(),
	}
	var notes []string
	if it.Removed {
		notes = append(notes, "移出时未完成")
	}
	if it.Unarranged {
		notes = append(notes, fmt.Sprintf("%d年调休未载入", it.Due.Year()))
	}
	m.Note = strings.Join(notes, "，")
	return m
}

// ledThen are the units that a leader was in charge of when a year before ended.
func ledThen(row *obligation.LeaderRow, year int) []string {
	for _, own := range row.OwnUnmet {
		if own.Year == year {
			return own.Units
		}
	}
	return nil
}

// Units returns the codes of the units that somebody sees.
func (m matters) Units(ctx context.Context, who integrity.Principal, unit string) ([]string, error) {
	units, err := m.app.metrics.Units(ctx, who, metrics.Scope{Unit: unit})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(units))
	for i, u := range units {
		out[i] = u.Code
	}
	return out, nil
}

// mostNamed bounds how many points and checks of a unit are asked for names, the newest first.
const mostNamed = 1000

// Names returns the offices of the people on record as heads and leaders and, of a unit, of
// those whom its list and its checks name.
func (m matters) Names(ctx context.Context, unit string) (map[string]string, error) {
	units, err := m.app.metrics.Units(ctx, operator, metrics.Scope{})
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	add := func(name, office string) {
		if utf8.RuneCountInString(name) > 1 {
			out[name] = office
		}
	}
	if unit != "" { // heads and leaders below are written over these
		scope := metrics.Scope{AsOf: integrity.DayOf(m.app.now()), Unit: unit, Page: 1, PerPage: mostNamed}
		points, err := m.app.metrics.Risks(ctx, operator, scope)
		if err != nil {
			return nil, err
		}
		checks, err := m.app.metrics.Checks(ctx, operator, scope)
		if err != nil {
			return nil, err
		}
		add := personal(add)
		for _, c := range checks.Items {
			for _, name := range strings.Split(c.Inspector, "、") {
				add(name, "检查人员")
			}
		}
		for _, p := range points.Items {
			for _, name := range p.Persons {
				add(name, "责任人员")
			}
			add(p.Head, "处室单位负责人")
		}
	}
	for _, u := range units {
		for _, head := range u.Heads {
			add(head, "主要负责人")
		}
	}
	for _, u := range units {
		add(u.Leader, "责任领导")
	}
	return out, nil
}

// personal keeps an add to what can be the name of a person: lists say 全体人员 or 各科室 too.
func personal(add func(name, office string)) func(name, office string) {
	return func(name, office string) {
		runes := []rune(name)
		if n := len(runes); n >= 2 && n <= 4 && !strings.ContainsRune("全各本相", runes[0]) && !strings.ContainsRune("科室处部院组员人长任", runes[n-1]) {
			add(name, office)
		}
	}
}

func lettersCommand(t *terminal) *cobra.Command {
	root := &cobra.Command{Use: "letters", Short: "督办单、提醒函、履责提示单 (letters to units)", Args: exactly(cobra.NoArgs), RunE: func(*cobra.Command, []string) error {
		return usage{errors.New("list, matters, show, draft, print, export, issue …")}
	}}
	root.AddCommand(lettersList(t), lettersMatters(t), lettersShow(t), lettersDraft(t), lettersPrint(t), lettersExport(t))
	for _, e := range letters.Events() {
		if e != letters.EventDraft {
			root.AddCommand(lettersStep(t, e))
		}
	}
	return root
}

// withLetters opens the app and its register.
func (t *terminal) withLetters(cmd *cobra.Command, do func(context.Context, *app, *letters.Registry) error) error {
	return t.with(cmd.Context(), func(a *app) error {
		r, err := a.registry()
		if err != nil {
			return err
		}
		return do(cmd.Context(), a, r)
	})
}

// letterFilter adds the conditions of the register to a command.
func letterFilter(cmd *cobra.Command) func() (letters.Filter, error) {
	var f letters.Filter
	var state, kind, rule string
	p := cmd.Flags()
	p.StringVar(&state, "state", "", "状态 (state)")
	p.StringVar(&kind, "kind", "", "文种 (supervision, reminder, duty)")
	p.StringVar(&rule, "rule", "", "义务 (obligation)")
	p.StringVar(&f.Unit, "unit", "", "单位及其下属 (unit and those below)")
	p.IntVar(&f.Year, "year", 0, "年份 (year)")
	p.BoolVar(&f.Overdue, "overdue", false, "只列反馈逾期的 (answers overdue only)")
	p.BoolVar(&f.Done, "closed", false, "只列已销号的：整改销号台账 (closed ones only)")
	return func() (letters.Filter, error) {
		var errs []error
		if state != "" {
			s, err := letters.ParseState(state)
			f.State, errs = s, append(errs, err)
		}
		if kind != "" {
			k, err := integrity.ParseLetterKind(kind)
			f.Kind, errs = k, append(errs, err)
		}
		if rule != "" {
			r, err := integrity.ParseRule(rule)
			f.Rule, errs = r, append(errs, err)
		}
		return f, errors.Join(errs...)
	}
}

func lettersList(t *terminal) *cobra.Command {
	var format string
	cmd := &cobra.Command{Use: "list", Short: "函件台账 (the register)", Args: exactly(cobra.NoArgs)}
	filter := letterFilter(cmd)
	cmd.Flags().StringVar(&format, "format", "", "json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		f, err := filter()
		if err != nil {
			return err
		}
		return t.withLetters(cmd, func(ctx context.Context, a *app, r *letters.Registry) error {
			all, err := r.Letters(ctx, operator, f)
			if err != nil {
				return err
			}
			today := integrity.DayOf(a.now())
			lines := make([]letters.Line, len(all))
			for i, l := range all {
				lines[i] = letters.NewLine(l, today)
			}
			if format == "json" {
				return t.json(metrics.ListOf(lines))
			}
			w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
			for _, l := range lines {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, orDash(l.Code), l.KindLabel, l.StateLabel, l.Until, l.Addressee, l.Matter)
			}
			return w.Flush()
		})
	}
	return cmd
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func lettersMatters(t *terminal) *cobra.Command {
	var format string
	cmd := &cobra.Command{Use: "matters", Short: "可以发函而未发的事项 (what a letter may be drafted about)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		return t.withLetters(cmd, func(ctx context.Context, _ *app, r *letters.Registry) error {
			all, err := r.Matters(ctx, operator)
			if err != nil {
				return err
			}
			if format == "json" {
				return t.json(metrics.ListOf(all))
			}
			w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
			for _, m := range all {
				kind, _ := m.Kind() // those that get no letter are not listed
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", m.Key, kind.Label(t.cfg.Language()), m.UnitName, m.Due, m.DaysLeft)
			}
			return w.Flush()
		})
	}}
	cmd.Flags().StringVar(&format, "format", "", "json")
	return cmd
}

// find returns the letter with an id or a number, written 〔2026〕3号 or 2026-3.
func find(ctx context.Context, r *letters.Registry, name string) (*letters.Letter, error) {
	if l, err := r.Letter(ctx, operator, name); !errors.Is(err, integrity.ErrNotFound) {
		return l, err
	}
	all, err := r.Letters(ctx, operator, letters.Filter{})
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if l.Number > 0 && (l.Code() == name || name == strconv.Itoa(l.Year)+"-"+strconv.Itoa(l.Number)) {
			return l, nil
		}
	}
	return nil, fmt.Errorf("没有这份函件 (no such letter) %q: %w", name, integrity.ErrNotFound)
}

func lettersShow(t *terminal) *cobra.Command {
	return &cobra.Command{Use: "show ID", Short: "一份函件及其经过 (a letter and its log)", Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
		return t.withLetters(cmd, func(ctx context.Context, a *app, r *letters.Registry) error {
			l, err := find(ctx, r, args[0])
			if err != nil {
				return err
			}
			return t.json(letters.NewLine(l, integrity.DayOf(a.now())))
		})
	}}
}

func lettersDraft(t *terminal) *cobra.Command {
	var all bool
	var by string
	cmd := &cobra.Command{Use: "draft KEY… | --all", Short: "拟稿，事项见 letters matters (draft letters)", Args: exactly(cobra.ArbitraryArgs), RunE: func(cmd *cobra.Command, args []string) error {
		if all == (len(args) > 0) {
			return usage{errors.New("给出事项，或 --all (give keys of matters, or --all)")}
		}
		return t.withLetters(cmd, func(ctx context.Context, a *app, r *letters.Registry) error {
			if all {
				matters, err := r.Matters(ctx, operator)
				if err != nil {
					return err
				}
				for _, m := range matters {
					args = append(args, m.Key)
				}
			}
			drafts := []letters.Line{}
			for _, key := range args {
				l, err := r.Draft(ctx, signed(by), key)
				if err != nil {
					return err
				}
				drafts = append(drafts, letters.NewLine(l, integrity.DayOf(a.now())))
			}
			return t.json(metrics.ListOf(drafts))
		})
	}}
	cmd.Flags().BoolVar(&all, "all", false, "全部可发函的事项 (all matters)")
	cmd.Flags().StringVar(&by, "by", "", "经办人 (who does it)")
	return cmd
}

// signed is the operator under a name of their own.
func signed(by string) integrity.Principal {
	who := operator
	if by != "" {
		who.Name = by
	}
	return who
}

func lettersPrint(t *terminal) *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "print ID --out FILE.html|.docx", Short: "打印稿 (the letter as a file)", Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
		write := map[string]func(*letters.Letter) ([]byte, error){".html": (*letters.Letter).HTML, ".docx": (*letters.Letter).DOCX}[strings.ToLower(filepath.Ext(out))]
		if write == nil {
			return usage{errors.New("请给出 --out FILE.html 或 .docx (give --out FILE.html or .docx)")}
		}
		return t.withLetters(cmd, func(ctx context.Context, _ *app, r *letters.Registry) error {
			l, err := find(ctx, r, args[0])
			if err != nil {
				return err
			}
			body, err := write(l)
			if err != nil {
				return err
			}
			return writeFile(out, body)
		})
	}}
	cmd.Flags().StringVar(&out, "out", "", "输出文件 .html 或 .docx (output file)")
	return cmd
}

func lettersExport(t *terminal) *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "export --out FILE.xlsx|.csv", Short: "导出台账；--closed 为整改销号台账 (the register as a table)", Args: exactly(cobra.NoArgs)}
	filter := letterFilter(cmd)
	cmd.Flags().StringVar(&out, "out", "", "输出文件 .xlsx 或 .csv (output file)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		f, err := filter()
		if err != nil {
			return err
		}
		if out == "" {
			return usage{errOut}
		}
		return t.withLetters(cmd, func(ctx context.Context, a *app, r *letters.Registry) error {
			all, err := r.Letters(ctx, operator, f)
			if err != nil {
				return err
			}
			return writeTable(out, dashboards.LetterTable(all, f.Done, integrity.DayOf(a.now())))
		})
	}
	return cmd
}

// lettersStep is the command of one step with a letter.
func lettersStep(t *terminal, e letters.Event) *cobra.Command {
	var d letters.Details
	var by, on, to string
	cmd := &cobra.Command{Use: strings.ReplaceAll(string(e), "_", "-") + " ID", Short: e.Label(integrity.Chinese) + " (" + strings.ToLower(e.Label(integrity.English)) + ")",
		Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
			if e == letters.EventIssue && by == "" {
				return usage{errors.New("签发须由人办理，请给出 --by (a person issues; give --by)")}
			}
			var errs []error
			for _, day := range []struct {
				text string
				to   *integrity.Day
			}{{on, &d.On}, {to, &d.To}} {
				if day.text != "" {
					v, err := integrity.ParseDay(day.text)
					*day.to, errs = v, append(errs, err)
				}
			}
			if err := errors.Join(errs...); err != nil {
				return err
			}
			return t.withLetters(cmd, func(ctx context.Context, a *app, r *letters.Registry) error {
				l, err := find(ctx, r, args[0])
				if err != nil {
					return err
				}
				if l, err = r.Act(ctx, signed(by), l.ID, e, d); err != nil {
					return err
				}
				return t.json(letters.NewLine(l, integrity.DayOf(a.now())))
			})
		}}
	p := cmd.Flags()
	p.StringVar(&by, "by", "", "经办人 (who does it)")
	for _, f := range letters.Fields(e) {
		switch f.Name {
		case letters.FieldOn:
			p.StringVar(&on, f.Name, "", f.Label(t.cfg.Language()))
		case letters.FieldTo:
			p.StringVar(&to, f.Name, "", f.Label(t.cfg.Language()))
		case letters.FieldPerson:
			p.StringVar(&d.Person, f.Name, "", f.Label(t.cfg.Language()))
		case letters.FieldBearer:
			p.StringVar(&d.Bearer, f.Name, "", f.Label(t.cfg.Language()))
		case letters.FieldText:
			p.StringVar(&d.Text, f.Name, "", f.Label(t.cfg.Language()))
		case letters.FieldEvidence:
			p.StringArrayVar(&d.Evidence, f.Name, nil, f.Label(t.cfg.Language()))
		case letters.FieldDemand:
			p.StringVar(&d.Demand, f.Name, "", f.Label(t.cfg.Language()))
		case letters.FieldContact:
			p.StringVar(&d.Contact, f.Name, "", f.Label(t.cfg.Language()))
		}
	}
	return cmd
}
