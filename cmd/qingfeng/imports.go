package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"qingfeng/dashboards"
	"qingfeng/dashboards/export"
	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/jobs"
)

// imports lets pages and API load files through the ordinary loader.
type imports struct {
	app    *app
	loader *ingest.Loader
}

func (i imports) Import(ctx context.Context, who integrity.Principal, r dashboards.ImportRequest) (any, int, error) {
	kind, err := ingest.ParseKind(r.Kind)
	if err != nil {
		return nil, 0, err
	}
	req := ingest.Request{Kind: kind, Unit: r.Unit, Year: r.Year, Date: r.Date, Sheet: r.Sheet, Encoding: r.Encoding, GradeMap: r.GradeMap, Map: r.Map,
		DryRun: r.DryRun, Strict: r.Strict, Typed: r.Typed, Lang: r.Lang, MayMove: r.Unit == "", By: who.Name}
	if r.Progress != nil {
		req.Progress = func(p ingest.Progress) {
			r.Progress(dashboards.ImportProgress{Step: string(p.Step), File: p.File, Number: p.Number, Read: p.Read, Written: p.Written})
		}
	}
	for _, f := range r.Files {
		req.Files = append(req.Files, ingest.Source{Name: f.Name, Data: f.Data, Size: f.Size})
	}
	report, err := i.loader.Load(ctx, req)
	if errors.Is(err, ingest.ErrUnitUnknown) {
		err = fmt.Errorf("%w: %w", integrity.ErrInvalid, err)
	}
	if err == nil && r.DryRun && r.Rejects != nil && report.Totals.Rejected > 0 {
		var b bytes.Buffer
		if err = export.Workbook(&b, plainTable("拒收", report.Rejects())); err == nil {
			r.Rejects(dashboards.Download{Name: "rejects.xlsx", Body: b.Bytes()})
		}
	}
	return report, report.Outcome(), err
}

func (i imports) Batches(ctx context.Context, _ integrity.Principal) ([]dashboards.Batch, error) {
	infos, err := i.app.store.Batches(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]dashboards.Batch, len(infos))
	for n, b := range infos {
		out[n] = batchOf(b)
	}
	return out, nil
}

func batchOf(b store.BatchInfo) dashboards.Batch {
	out := dashboards.Batch{No: b.No, ID: b.ID, Kind: b.Kind, State: b.State, At: b.At, By: b.Principal, Revert: b.Revert, Report: b.Report}
	if t := b.TakenBack; t != nil {
		out.TakenBack = &dashboards.TakenBack{No: t.No, ID: t.ID, By: t.By, At: t.At}
	}
	return out
}

func (i imports) Batch(ctx context.Context, _ integrity.Principal, id string) (dashboards.Batch, error) {
	b, err := i.app.store.BatchByID(ctx, id)
	return batchOf(b), err
}

func (i imports) Rejects(ctx context.Context, _ integrity.Principal, id string) (dashboards.Download, error) {
	body, err := rejectsWorkbook(ctx, i.loader, id)
	if err != nil {
		return dashboards.Download{}, err
	}
	return dashboards.Download{Name: "rejects-" + id + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Body: body}, nil
}

// rejectsWorkbook writes the rejected rows of a batch as a workbook to correct.
func rejectsWorkbook(ctx context.Context, loader *ingest.Loader, batch string) ([]byte, error) {
	rows, err := loader.Rejects(ctx, batch)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := export.Workbook(&b, plainTable("拒收", rows)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (i imports) Revert(ctx context.Context, who integrity.Principal, id string) (dashboards.Batch, error) {
	b, err := i.loader.Revert(ctx, id, who.Name)
	if errors.Is(err, store.ErrReverted) {
		return dashboards.Batch{}, fmt.Errorf("%w: %w", dashboards.ErrReverted, err)
	}
	if err != nil {
		return dashboards.Batch{}, err
	}
	return i.Batch(ctx, who, b.ID)
}

// readings tells the form of an upload how files are read at present.
func readings(loader *ingest.Loader) func(kind string) dashboards.Reading {
	return func(name string) (out dashboards.Reading) {
		kind := ingest.Kind(name)
		for _, c := range loader.Readings(kind) {
			out.Columns = append(out.Columns, dashboards.ReadColumn{Heading: c.Heading, Required: c.Required, Also: c.Also, Configured: c.Configured})
		}
		if kind.Signals() {
			for _, w := range loader.CategoryWords() {
				out.Words = append(out.Words, dashboards.ReadWord{Word: w.Word, Category: w.Category})
			}
		}
		return out
	}
}

// blankForm are the headings of the empty form of a kind.
func blankForm(kind string) []string { return ingest.EmptyTable(ingest.Kind(kind)).Headings }

// tasks lets the page of jobs see and run them.
type tasks struct{ scheduler *jobs.Scheduler }

func (t tasks) List(ctx context.Context, lang integrity.Lang) ([]dashboards.JobInfo, error) {
	list, err := t.scheduler.List(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]dashboards.JobInfo, len(list))
	for i, j := range list {
		out[i] = dashboards.JobInfo{Name: j.Name, Schedule: j.Schedule, Next: j.Next}
		if r := j.Last; r != nil {
			out[i].Running, out[i].State, out[i].Period, out[i].Start, out[i].End = r.State == jobs.StateStarted, r.State, r.Period, r.BeganAt, r.EndedAt
			out[i].Result, out[i].Counts = r.Say(lang), r.Counts
		}
	}
	return out, nil
}

func (t tasks) Run(ctx context.Context, name string) error { return t.scheduler.RunNow(ctx, name) }
