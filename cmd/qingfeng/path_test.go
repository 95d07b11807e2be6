package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qingfeng/internal/form"
	"qingfeng/internal/integrity"
	"qingfeng/internal/visualtest"
)

// wholePath goes from a form that a unit sent in to the printed report, as a user does: upload,
// heatmap, cell, point, check, light, report.
func wholePath(t *testing.T, ctx context.Context, s *shell, base string) {
	t.Helper()
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		limited, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := chromedp.Do(limited, steps...); err != nil {
			t.Fatal(err)
		}
	}
	text := func(selector string) string {
		t.Helper()
		return ask(t, ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q).textContent`, selector)))
	}
	picture := func(name string) {
		t.Helper()
		visualtest.Keep(t, "path-"+name+".png", ask(t, ctx, chromedp.FullScreenshot(100)))
	}
	// counted is what the report of October has to say: points in force, and checks of the year.
	counted := func() (points, checks int) {
		t.Helper()
		var d distribution
		getJSON(t, base+"/api/v1/distribution?as_of=2026-10-31", &d)
		var board struct {
			Items []struct {
				Checks int
				Closed bool
			}
		}
		getJSON(t, base+"/api/v1/unit-board?as_of=2026-10-31", &board)
		for _, u := range board.Items {
			if !u.Closed {
				checks += u.Checks
			}
		}
		return d.Total, checks
	}
	_, checksBefore := counted()
	const unit, description = "疾病预防控制处", "疫苗采购需求由经办人一人提出"

	var sent bytes.Buffer
	if err := form.WriteDocx(&sent, form.Form{UnitName: unit, Date: integrity.Date(2026, 1, 12), Points: []integrity.RiskPoint{{
		No: 1, Description: description, Measures: []string{"需求由处务会集体研究"}, Path: []string{"查阅处务会记录"}, Grade: integrity.GradeImportant, Head: "郎星河", Persons: []string{"杜若谷"},
	}}}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.dir, "清单.docx")
	if err := os.WriteFile(file, sent.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	do(chromedp.Navigate(base+"/imports"), chromedp.WaitReady(chromedp.CSS("main")),
		chromedp.SetUploadFiles(chromedp.CSS(`input[name="file"]`), []string{file}), chromedp.Click(chromedp.CSS(`button[name="dry_run"][value="1"]`)), chromedp.WaitVisible(chromedp.CSS("#confirm")))
	picture("1-rehearsal")
	do(chromedp.Click(chromedp.CSS("#confirm")), chromedp.WaitNotPresent(chromedp.CSS("#confirm")), chromedp.WaitVisible(chromedp.CSS("#result")))

	do(chromedp.Navigate(base+"/heatmap?rows=unit&cols=category"), chromedp.WaitReady(chromedp.CSS("#map-table")))
	picture("2-heatmap")
	cell := fmt.Sprintf(`#map-table tr:has(th[title=%q]) td:nth-child(9) a`, unit) // the form has no column for the category
	if got := text(cell); got != "1 / 1" {
		t.Fatalf("the cell of the new point says %q", got)
	}
	// Of so many units the table is folded below the drawing.
	do(chromedp.Click(chromedp.CSS("details:has(#map-table) > summary")), chromedp.Click(chromedp.CSS(cell)), chromedp.WaitVisible(chromedp.CSS("#drawer-rows")))
	picture("3-cell")
	do(chromedp.Click(chromedp.CSS("#drawer-rows a")), chromedp.WaitVisible(chromedp.CSS(".stepper")))
	if got := text("h1"); got != description {
		t.Errorf("the cell leads to %q", got)
	}
	before := text(".head .pill")
	picture("4-point")
	do(chromedp.Click(chromedp.CSS("#record")), chromedp.WaitVisible(chromedp.CSS("form#check")))
	for _, name := range []string{"power_regular", "rules_followed", "measures_done"} {
		do(chromedp.Click(chromedp.CSS(`input[name="` + name + `"][value="是"]`)))
	}
	do(chromedp.SendKeys(chromedp.CSS(`input[name="inspector"]`), "郑七"), chromedp.Click(chromedp.CSS(`input[name="method"][value="documents"]`)))
	ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("#check-date").value="2026-03-05";true`))
	picture("5-check")
	do(chromedp.Click(chromedp.CSS("#save")), chromedp.WaitVisible(chromedp.CSS("#said")))
	if after := text(".head .pill"); after == before {
		t.Errorf("the light is %q before and after the check", after)
	}
	picture("6-light")

	points, checks := counted()
	if checks != checksBefore+1 {
		t.Errorf("%d checks before, %d after", checksBefore, checks)
	}
	do(chromedp.Navigate(base + "/reports/2026-10.html"))
	pdf := ask(t, ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	visualtest.Keep(t, "path-7-report.pdf", pdf)
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v; install it with: apt-get install -y poppler-utils", err)
	}
	printed := strings.Join(strings.Fields(string(out)), "")
	for _, want := range []string{"廉洁风险防控监督月报", fmt.Sprintf("共有在册廉洁风险点%d个", points), fmt.Sprintf("本年度累计检查%d次", checks)} {
		if !strings.Contains(printed, want) {
			t.Errorf("the printed report lacks %q: %.600s", want, printed)
		}
	}
}

// ask runs a step that has an answer.
func ask[T any](t *testing.T, ctx context.Context, step chromedp.Action[T]) T {
	t.Helper()
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(limited, step)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
