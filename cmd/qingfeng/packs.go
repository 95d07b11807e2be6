package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"qingfeng/dashboards/pack"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// packs makes inspection packs.
func (a *app) packs() (*pack.Builder, error) {
	renderer, err := drawing()
	if err != nil {
		return nil, err
	}
	return pack.New(pack.Config{Metrics: a.metrics, Renderer: renderer, Mark: a.t.cfg.Report.Mark, Version: version})
}

// exportPack writes the inspection pack of the scope's unit as a page to print, or its
// check form as a table to fill in and load.
func (a *app) exportPack(ctx context.Context, s metrics.Scope, out string) error {
	if s.Unit == "" {
		return usage{fmt.Errorf("%w: 请给出 --unit 编码或名称 (give --unit CODE or NAME)", integrity.ErrInvalid)}
	}
	b, err := a.packs()
	if err != nil {
		return err
	}
	switch strings.ToLower(filepath.Ext(out)) {
	case ".html", ".htm":
		body, err := b.Build(ctx, operator, s)
		if err != nil {
			return err
		}
		return writeFile(out, body)
	case ".xlsx", ".csv":
		form, err := b.Form(ctx, operator, s)
		if err != nil {
			return err
		}
		return writeTable(out, form)
	}
	return usage{fmt.Errorf("%s: 资料包写 .html，预填的检查表写 .xlsx 或 .csv (write .html, or .xlsx and .csv for the check form)", out)}
}
