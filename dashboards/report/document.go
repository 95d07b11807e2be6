package report

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/charts"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// document is what the template shows, in the order of the page.
type document struct {
	Style   template.CSS
	Title   string
	Extract string
	Mark    string
	CopyNo  string
	Issue   string
	Issuer  string
	Date    string
	Signer  string
	Cut     string
	Mending string // what a further version is for
	Draft   bool
	Body    []section
	Annexes []section
	Foot    foot

	figures []bulletin.Figure
	changes []bulletin.Change
}

// foot is the 版记.
type foot struct{ ReportedTo, SentTo, IssuedTo, Issuer, Date, Copies string }

// section is a heading and what stands under it. Wide ones lie on landscape pages.
type section struct {
	Title  string
	Wide   bool
	Break  bool // begins a page
	Blocks []block
}

// Figured reports whether the heading has to stay with a drawing.
func (s section) Figured() bool { return len(s.Blocks) > 0 && s.Blocks[0].Figure != nil }

// Parted reports whether the heading has to stay with that of its first part.
func (s section) Parted() bool { return len(s.Blocks) > 0 && s.Blocks[0].Heading != "" }

// block is one of a heading, a paragraph, a note, a table, a drawing, or the checksum.
type block struct {
	Heading string
	Text    string
	Note    string
	Table   *table
	Figure  *figure
	Sums    []pair // what identifies the file; the checksum comes last
}

type pair struct{ Label, Value string }

// figure is a drawing and what it shows. The drawing is an image within the file rather
// than an element of the page: office programs leave elements of SVG out.
type figure struct {
	No            int
	Caption       string
	Width, Height int          // px
	Source        template.URL // data:image/svg+xml
}

// composer numbers tables, figures and sections as they come.
type composer struct {
	b                *Builder
	f                *facts
	s                summary
	tables, drawings int
	opt              bulletin.Choice
	figures          []bulletin.Figure // of the sentences and tables so far
	drawing          errgroup.Group    // drawings on their way
	// crowded says that what else stands before the annexes leaves no room for a table of
	// all units within four pages.
	crowded bool
	// roomy says that the tables of all units by category and by stage fit before the annexes;
	// else they stand in 附件2.
	roomy bool
}

// manyUnits is how many units a table of all of them may have before the annexes.
const manyUnits = 36

func (b *Builder) compose(ctx context.Context, f *facts, opt bulletin.Choice) (*document, error) {
	c := &composer{b: b, f: f, s: f.summary(), opt: opt}
	c.figures = c.s.figures()
	in := f.insights
	c.crowded = len(f.units) > manyUnits || len(in.HotSpots)+len(in.BlindSpots)+len(in.GradeReviews) > 0 || len(in.Letters) > 2 || utf8.RuneCountInString(opt.Advice) > 160
	c.roomy = !c.crowded && len(f.units) <= fewUnits && opt.Advice == ""
	w := f.period.words()
	set := b.cfg.Settings
	number := opt.Number
	if number == (bulletin.Number{}) {
		number = bulletin.Next(f.period.Code, nil, set.FirstMonth)
	}
	issue := bulletin.Name(f.period.Code, number)
	if opt.Version > 1 {
		issue += fmt.Sprintf("　第%d版（更正）", opt.Version)
	}
	issued := opt.IssuedOn
	if issued == integrity.NoDay {
		issued = f.loadDay()
	}
	d := &document{
		Style: template.CSS(numbered), Title: cmp.Or(set.Titles[f.period.kind()], w.title), Extract: f.extract, Mark: set.Mark, CopyNo: opt.CopyNo, Issue: issue,
		Issuer: set.Issuer + "编", Date: issued.Chinese(), Signer: opt.Signer, Cut: f.cut(), Draft: !opt.Issued,
		Foot: foot{ReportedTo: set.ReportedTo, SentTo: set.SentTo, IssuedTo: set.IssuedTo, Issuer: set.Issuer, Date: "待签发"},
	}
	if opt.Issued {
		d.Foot.Date = issued.Chinese() + "印发"
	}
	if f.extract != "" {
		d.Foot.ReportedTo, d.Foot.SentTo, d.Foot.IssuedTo = "", "", f.extract
	}
	if opt.Copies > 0 {
		d.Foot.Copies = fmt.Sprintf("共印%d份", opt.Copies)
	}
	parts := []func(context.Context) section{c.keyPoints, c.distribution, c.supervision, c.reviews}
	if f.extract == "" {
		parts = append(parts, c.signals, c.focus)
	}
	for _, part := range parts {
		d.Body = append(d.Body, part(ctx))
	}
	if f.insights.Letters != nil {
		d.Body = append(d.Body, c.letters())
	}
	if advice := paragraphs(opt.Advice); len(advice) > 0 {
		d.Body = append(d.Body, section{Title: "工作建议", Blocks: advice})
	}
	for i := range d.Body {
		d.Body[i].Title = ordinals[i] + "、" + d.Body[i].Title
	}
	d.Annexes = c.annexes(ctx, d)
	if err := c.drawing.Wait(); err != nil {
		return nil, err
	}
	d.figures = c.figures
	return d, nil
}

var ordinals = []string{"一", "二", "三", "四", "五", "六", "七", "八"}

// sub numbers the parts of a section: （一）, （二）…
func sub(n int, title string) block { return block{Heading: "（" + ordinals[n] + "）" + title} }

// loadDay is the day of the last load, or the judged day where nothing is loaded.
func (f *facts) loadDay() integrity.Day {
	if f.knownAt.IsZero() {
		return f.asOf
	}
	return integrity.DayOf(f.knownAt)
}

// cut says up to which day the numbers go and when they were loaded.
func (f *facts) cut() string {
	text := "数据截至" + f.asOf.Chinese() + "24时"
	if f.knownAt.IsZero() {
		return text + "（尚未装载数据）"
	}
	t := f.knownAt.In(integrity.Shanghai)
	return fmt.Sprintf("%s（%s%d时装载，数据版本%s）", text, integrity.DayOf(t).Chinese(), t.Hour(), f.version)
}

func paragraphs(text string) []block {
	var out []block
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, block{Text: line})
		}
	}
	return out
}

func texts(sentences []string) []block {
	var out []block
	for _, s := range sentences {
		out = append(out, block{Text: s})
	}
	return out
}

func (c *composer) table(t *table) block {
	c.tables++
	t.No = c.tables
	c.figures = append(c.figures, t.figures()...)
	return block{Table: t}
}

// figureWidth is the width of a drawing in px. On paper it is 156 mm wide, a little less
// than that, so that its texts keep their size.
const figureWidth = 620

// figure begins a drawing, which is there once c.drawing has been waited for: several are
// drawn at once.
func (c *composer) figure(ctx context.Context, caption string, option charts.Option, height int) block {
	c.drawings++
	f := &figure{No: c.drawings, Caption: caption, Width: figureWidth, Height: height}
	c.drawing.Go(func() error {
		drawing, err := c.b.cfg.Renderer.Render(ctx, option, figureWidth, height, assets.Tokens())
		f.Source = template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(drawing)))
		return err
	})
	return block{Figure: f}
}

func (c *composer) keyPoints(context.Context) section {
	return section{Title: c.f.period.words().this + "要情", Blocks: texts(c.s.keySentences())}
}

func (c *composer) distribution(ctx context.Context) section {
	d := c.f.now.risks
	o := charts.HeatmapOptions{Rows: metrics.DimLayer, Cols: metrics.DimCategory, Lang: integrity.Chinese, Totals: true,
		Title: "在册廉洁风险点数，三个层面与七类风险，数字见下表"}
	drawing := c.figure(ctx, "在册廉洁风险点（个），三个层面 × 七类风险", charts.Heatmap(d, o), 30+28*len(d.Rows))
	numbers := c.table(risksTable("在册廉洁风险点（重要/全部，个；与上图同一数据；明细见附件2）", metrics.DimLayer, d))
	blocks := []block{drawing, numbers}
	if c.roomy {
		blocks = append(blocks, c.byUnit("明细、图见附件2"))
	}
	return section{Title: "风险分布", Blocks: blocks}
}

// byUnit is the table of the points of each unit by category.
func (c *composer) byUnit(hint string) block {
	return c.table(risksTable("在册廉洁风险点（重要/全部，个；"+hint+"）", metrics.DimUnit, c.f.withoutTop(c.f.byUnit)))
}

func (c *composer) supervision(context.Context) section {
	n := 0
	next := func(title string) block { n++; return sub(n-1, title) }
	progress := c.f.progressTable()
	if c.crowded && len(progress.Rows) > fewUnits {
		progress = c.f.progressByType()
	}
	blocks := []block{next("风险点检查进度"), c.table(progress)}
	if c.f.extract == "" {
		blocks = append(blocks, next("责任领导履职"))
		if leaders := c.f.leadersTable(); len(leaders.Rows) == 0 {
			blocks = append(blocks, block{Text: "没有登记责任领导。"})
		} else {
			leaders.Breaks = c.crowded
			blocks = append(blocks, c.table(leaders))
		}
	}
	blocks = append(blocks, next("检查方法与发现问题"), block{Text: c.f.checksOfYear() + c.f.methodsSentence()})
	return section{Title: "监督检查履责情况", Blocks: blocks}
}

// checksOfYear says how many checks were made in the year and what they found.
func (f *facts) checksOfYear() string {
	var checks, findings, fixed int
	for _, r := range f.board {
		if !r.Closed {
			checks, findings, fixed = checks+r.Checks, findings+r.Findings, fixed+r.Fixed
		}
	}
	text := fmt.Sprintf("本年度累计检查%s次", num(checks))
	if checks == 0 {
		text = "本年度没有检查记录"
	}
	switch {
	case findings == 0:
		return text + "，没有发现问题。"
	case fixed == findings:
		return fmt.Sprintf("%s，发现问题%s个，已全部整改。", text, num(findings))
	case fixed == 0:
		return fmt.Sprintf("%s，发现问题%s个，尚无整改完成的。", text, num(findings))
	}
	return fmt.Sprintf("%s，发现问题%s个，已整改%s个，%s。", text, num(findings), num(fixed), share(fixed, findings))
}

func (c *composer) reviews(context.Context) section {
	t := c.f.stagesTable(c.s.q1, c.f.courses())
	if c.roomy {
		t = c.f.coursesTable(c.f.courses())
		t.Class = "tight cols" // on an upright page
	}
	return section{Title: "动态排查、审定与备案", Blocks: []block{c.table(t)}}
}

func (c *composer) signals(context.Context) section {
	return section{Title: "线索情况", Blocks: []block{c.table(c.f.signalsTable())}}
}

// trend is the drawing of the signals by month, and its table.
func (c *composer) trend(ctx context.Context) []block {
	f := c.f
	t := f.trend
	t.Series = slices.Clone(t.Series)
	for i := range t.Series {
		t.Series[i].Label = shortKind(signalMeasures[i].kind)
	}
	const height = 180
	drawing := c.figure(ctx, "每月线索件数（涉廉和待判，不含信访举报）", charts.Trend(t, charts.TrendOptions{Title: "每月线索件数，数字见下表", Height: height}), height)
	return []block{drawing, c.table(f.trendTable())}
}

func (c *composer) focus(context.Context) section {
	in := c.f.insights
	var blocks []block
	n := 0
	part := func(title, none string, found int, unit, names string) {
		text := none
		if found > 0 {
			text = fmt.Sprintf("共%d%s：%s（见附件2）。", found, unit, names)
		}
		blocks = append(blocks, sub(n, title), block{Text: text})
		n++
	}
	if in.HotSpots != nil {
		var found []string
		text := c.f.period.words().this + "无统计上显著偏高的情况。"
		if len(in.HotSpots) > 0 {
			text = ""
			found = append(found, fmt.Sprintf("共%d处：%s", len(in.HotSpots), firstOf(each(in.HotSpots, HotSpot.named))))
		}
		if len(in.Runs) > 0 {
			found = append(found, fmt.Sprintf("单月不突出、近三个月合计显著偏高共%d处：%s", len(in.Runs), firstOf(each(in.Runs, HotSpot.named))))
		}
		if len(found) > 0 {
			text += strings.Join(found, "；") + "（见附件2）。"
		}
		blocks = append(blocks, sub(n, "显著偏高（不代表存在违纪违法问题）"), block{Text: text})
		n++
		for _, q := range in.Quiet {
			blocks = append(blocks, block{Note: q})
		}
	}
	if in.BlindSpots != nil {
		part("盲区", "没有发现盲区。", len(in.BlindSpots), "处", firstByUnit(in.BlindSpots, "", "", func(s BlindSpot) (string, string) { return s.UnitName, s.Category.Label(integrity.Chinese) }))
	}
	blocks = append(append(blocks, sub(n, "逾期与督办")), texts(c.s.lateSentences())...)
	n++
	if in.GradeReviews != nil {
		part("等级复核建议", "没有建议复核等级的风险点。", len(in.GradeReviews), "个", firstByUnit(in.GradeReviews, "清单第", "项", func(g GradeReview) (string, string) { return g.UnitName, strconv.Itoa(g.No) }))
	}
	if in.GradeReviews == nil && in.ReviewsWithheld != "" {
		blocks = append(blocks, sub(n, "等级复核建议"), block{Text: in.ReviewsWithheld})
	}
	if missing := in.missing(); missing != "" {
		blocks = append(blocks, block{Note: "本期没有计算的部分：" + missing + "。"})
	}
	return section{Title: "需关注的重点", Blocks: blocks}
}

// named is what a sentence says of a cell: one is called a slow rise only among the runs.
func (h HotSpot) named() string {
	text := fmt.Sprintf("%s%s%s件（预期%.1f件", h.UnitName, h.Category.Label(integrity.Chinese), number(h.Count), h.Expected)
	if h.Slow {
		text += "，缓升"
	}
	return text + "）"
}

func each[T any](all []T, name func(T) string) []string {
	var out []string
	for _, v := range all {
		out = append(out, name(v))
	}
	return out
}

// lists are the rows of what section six names.
func (c *composer) lists() []block {
	in := c.f.insights
	var out []block
	for _, t := range []*table{hotSpotsTable(in.HotSpots), runsTable(in.Runs), blindSpotsTable(in.BlindSpots), gradeReviewsTable(in.GradeReviews)} {
		if len(t.Rows) > 0 {
			out = append(out, c.table(t))
		}
	}
	return out
}

// missing names what has not been calculated.
func (in Insights) missing() string {
	var out []string
	for _, p := range []struct {
		absent bool
		name   string
	}{{in.HotSpots == nil, "显著偏高"}, {in.BlindSpots == nil, "盲区"}, {in.GradeReviews == nil && in.ReviewsWithheld == "", "等级复核建议"}, {in.Letters == nil, "上期督办事项落实情况"}} {
		if p.absent {
			out = append(out, p.name)
		}
	}
	return strings.Join(out, "、")
}

func (c *composer) letters() section {
	s := section{Title: c.f.period.words().last + "督办事项落实情况"}
	if len(c.f.insights.Letters) == 0 {
		s.Blocks = []block{{Text: c.f.period.words().last + "没有督办事项。"}}
		return s
	}
	s.Blocks = []block{c.table(lettersTable(c.f.insights.Letters))}
	return s
}

func (c *composer) annexes(ctx context.Context, d *document) []section {
	f := c.f
	late := section{Title: "逾期清单、进度滞后清单", Break: true}
	for _, basis := range integrity.Bases() {
		t := f.lateTable(basis)
		if len(t.Rows) == 0 {
			late.Blocks = append(late.Blocks, block{Text: t.Caption + "：无。"})
			continue
		}
		late.Blocks = append(late.Blocks, c.table(t))
	}
	if own := f.ownTable(); len(own.Rows) > 0 {
		late.Blocks = append(late.Blocks, c.table(own))
	}
	wide := section{Title: "各单位一览", Wide: true, Break: true, Blocks: []block{c.table(f.keyTable())}}
	overview := f.boardTables()
	if !c.roomy {
		overview = append(overview, f.coursesTable(f.courses()))
	}
	for _, t := range overview {
		wide.Blocks = append(wide.Blocks, c.table(t))
	}
	more := section{Title: "各单位一览（续）", Break: true, Blocks: append(c.unitHeatmap(ctx), c.table(f.methodsTable()))}
	if f.extract == "" {
		more.Blocks = append(more.Blocks, c.table(f.eventsTable(metrics.DimUnit)), c.table(f.eventsTable(metrics.DimCategory)))
		more.Blocks = slices.Concat(more.Blocks, c.trend(ctx), c.lists())
	}
	quality := section{Title: "数据质量与装载", Break: true, Blocks: texts(f.qualitySentences())}
	if f.extract == "" {
		quality.Blocks = append(quality.Blocks, c.table(f.sourcesTable()))
	}
	rules := section{Title: "指标口径与依据条款", Blocks: texts(c.basis())}
	for _, r := range countingRules {
		rules.Blocks = append(rules.Blocks, block{Note: r})
	}
	rules.Blocks = append(rules.Blocks, c.table(definitionsTable()), c.table(noticeTable()))
	out := []section{late, wide, more, quality, rules, {Title: "校验信息", Blocks: append(c.mending(d), block{Sums: c.sums()})}}
	n := 0
	for i := range out {
		if i != 2 { // the second part of 附件2
			n++
		}
		out[i].Title = fmt.Sprintf("附件%d　%s", n, out[i].Title)
	}
	return out
}

// unitHeatmap is the unit × category drawing, in as many parts of the same length as it
// takes that none is taller than a page.
func (c *composer) unitHeatmap(ctx context.Context) []block {
	const perPage, rowHeight = 36, 26
	d := c.f.withoutTop(c.f.byUnit)
	o := charts.HeatmapOptions{Rows: metrics.DimUnit, Cols: metrics.DimCategory, Lang: integrity.Chinese, Totals: true,
		Title: "在册廉洁风险点数，处室、单位与七类风险，数字见下表"}
	var out []block
	caption := "在册廉洁风险点（个），处室、单位 × 七类风险"
	parts := max((len(d.Rows)+perPage-1)/perPage, 1)
	for i := range parts {
		from, to := i*len(d.Rows)/parts, (i+1)*len(d.Rows)/parts
		part := d
		part.Rows, part.Cells = d.Rows[from:to], d.Cells[from*len(d.Cols):to*len(d.Cols)]
		out = append(out, c.figure(ctx, caption, charts.Heatmap(part, o), 30+rowHeight*max(to-from, 1)))
		caption = "在册廉洁风险点（个），处室、单位 × 七类风险（续）"
	}
	if c.roomy {
		return out
	}
	return append(out, c.byUnit("与上图同一数据"))
}

func (c *composer) basis() []string {
	if len(c.b.cfg.Settings.Basis) == 0 {
		return nil
	}
	return []string{"依据：" + strings.Join(c.b.cfg.Settings.Basis, "；") + "。"}
}

func (c *composer) sums() []pair {
	loaded := "—"
	if !c.f.knownAt.IsZero() {
		loaded = c.f.knownAt.In(integrity.Shanghai).Format(time.RFC3339Nano)
	}
	return []pair{{"期间", c.f.period.Code}, {"版次", fmt.Sprintf("第%d版", max(c.opt.Version, 1))}, {"统计日", day(c.f.asOf)}, {"数据版本", c.f.version}, {"装载时刻", loaded}, {"程序版本", c.b.cfg.Version}}
}
