package dashboards

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// A check written on a page goes the way of every other: it is one row of a file of the
// kind inspections, loaded by the same loader. A correction is a load of the same number, and
// so is voiding: the row then has a reason in 作废理由, whatever brought the check.

// recordFile is the name of the file that a check written on the page becomes.
func recordFile(number string) string { return "现场登记-" + number + ".csv" }

// recordedNumber is the form of the numbers given here.
var recordedNumber = regexp.MustCompile(`^JC[0-9]{8}-[0-9A-HJKMNP-TV-Z]{5}$`)

// newNumber names a check: the day and five characters that are not taken for each other.
func newNumber(day integrity.Day) string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var raw [5]byte
	_, _ = rand.Read(raw[:]) // never fails; the program stops instead
	for i, b := range raw {
		raw[i] = letters[int(b)%len(letters)]
	}
	return "JC" + day.UTC().Format("20060102") + "-" + string(raw[:])
}

// mayRecord reports whether somebody may write checks.
func mayRecord(who integrity.Principal) bool {
	return who.Role == integrity.RoleInspector || who.Role == integrity.RoleOffice
}

// checkForm is a check as it is written on the page: everything is text, so that what was
// typed is there again when it has to be mended.
type checkForm struct {
	Number, Unit, Date, Inspector, Leader       string
	TookPart                                    bool
	Points, Methods                             []string
	PowerRegular, RulesFollowed, MeasuresDone   string   // 是, 否 or empty
	Finding, Severity, Due, Fixed, Risk, Others string   // Risk is the point it was opened from, Others are points without a box
	Void                                        string   // why it counts no more
	Covered                                     []string // IDs of the points that the check covers as it stands
}

type recordPage struct {
	view.Page
	Heading    string
	Form       checkForm
	UnitName   string
	Known      bool   // the number stands already: this corrects it
	Voided     string // why it was voided
	Units      []view.Choice
	Points     []pointBox
	Methods    []view.Choice
	Questions  []question3
	Severities []view.Choice
	Problems   []string
	Back       string
}

// pointBox is a risk point that the check may cover.
type pointBox struct {
	No          string
	Description string
	Chosen      bool
}

// question3 is one of the three questions of the notice.
type question3 struct{ Name, Text, Answer string }

// recordRoutes are the addresses of checks written on pages.
func (s *server) recordRoutes() []route {
	return []route{
		{method: fiber.MethodGet, path: "/check", page: "check", handle: s.checkWrite},
		{method: fiber.MethodPost, path: "/check", slow: true, handle: s.checkSave},
		{method: fiber.MethodPost, path: "/check/void", slow: true, handle: s.checkVoid},
	}
}

var errMayNotRecord = fiber.NewError(fiber.StatusForbidden, "only inspectors and the political department write checks")

// checkWrite shows the form: empty for a unit or a point, filled for a number.
func (s *server) checkWrite(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	if !mayRecord(r.who) {
		return errMayNotRecord
	}
	form := checkForm{Unit: r.scope.Unit, Date: integrity.DayOf(s.Now()).String(), Number: newNumber(integrity.DayOf(s.Now())), Risk: r.scope.Risk}
	return r.checkForm(func(ctx context.Context) (checkForm, error) { return r.opened(ctx, form) }, nil)
}

// opened is the form as it is opened: of the number that was asked for, or for a point.
func (r *request) opened(ctx context.Context, form checkForm) (checkForm, error) {
	if r.scope.Number != "" {
		check, err := r.checkByNumber(ctx, r.scope.Number)
		return formOf(check), err
	}
	if form.Risk != "" {
		versions, err := r.versions(ctx, form.Risk)
		if err != nil {
			return form, err
		}
		form.Unit, form.Points = versions[0].Unit, []string{strconv.Itoa(versions[0].No)}
	}
	return form, nil
}

// checkByNumber returns the check of a number, voided or not, or integrity.ErrNotFound.
func (r *request) checkByNumber(ctx context.Context, number string) (integrity.Check, error) {
	for _, status := range []string{"", "voided"} {
		found, err := r.s.Metrics.Checks(ctx, r.who, metrics.Scope{AsOf: integrity.DayOf(r.s.Now()), Number: number, Status: status, Page: 1, PerPage: 2})
		if err != nil {
			return integrity.Check{}, err
		}
		for _, check := range found.Items {
			if check.Number == number {
				return check, nil
			}
		}
	}
	return integrity.Check{}, fmt.Errorf("check %q: %w", number, integrity.ErrNotFound)
}

func formOf(x integrity.Check) checkForm {
	f := checkForm{
		Number: x.Number, Unit: x.Unit, Date: x.CheckedOn.String(), Inspector: x.Inspector, Leader: x.Leader, TookPart: x.LeaderTookPart,
		PowerRegular: yesNo(x.PowerRegular).(string), RulesFollowed: yesNo(x.RulesFollowed).(string), MeasuresDone: yesNo(x.MeasuresDone).(string),
		Finding: x.Finding, Due: dayOrEmpty(x.DueOn), Fixed: dayOrEmpty(x.FixedOn),
	}
	for _, m := range x.Methods {
		f.Methods = append(f.Methods, string(m))
	}
	if x.Severity > 0 {
		f.Severity = strconv.Itoa(x.Severity)
	}
	if len(x.RiskIDs) == 1 {
		f.Risk = x.RiskIDs[0]
	}
	// What the words of a file mean (1、3、5-8, 全部) was found out when it was loaded: the boxes show that.
	f.Covered, f.Others = x.RiskIDs, x.RiskRef
	return f
}

// byNumber is a cell that names points by their numbers, or all of them.
var byNumber = regexp.MustCompile(`^([0-9\s、,，;；~\-–—至到第条项号个点]+|全部|全部风险点|所有)$`)

func dayOrEmpty(d integrity.Day) string {
	if d == integrity.NoDay || d == integrity.Forever {
		return ""
	}
	return d.String()
}

// checkFound is what a form of a check is made from.
type checkFound struct {
	form   checkForm
	units  []integrity.Unit
	known  bool   // the number stands already
	voided string // why it was voided
	points []pointBox
}

// checkFound asks for what a form shows beside what was typed.
func (r *request) checkFound(ctx context.Context, opened func(context.Context) (checkForm, error)) (out checkFound, err error) {
	if out.form, err = opened(ctx); err != nil {
		return out, err
	}
	f := &out.form
	out.units = r.units(ctx)
	if i := slices.IndexFunc(out.units, func(u integrity.Unit) bool { return u.Code == f.Unit || u.Name == f.Unit }); i >= 0 {
		f.Unit = out.units[i].Code
	} else if f.Unit != "" {
		return out, cmp.Or(ctx.Err(), fmt.Errorf("unit %q: %w", f.Unit, integrity.ErrNotFound))
	}
	if r.c.Method() != fiber.MethodGet || r.scope.Number != "" { // a number made for this form stands for nothing yet
		standing, err := r.checkByNumber(ctx, f.Number)
		switch {
		case err == nil:
			out.known, out.voided = true, standing.VoidReason
		case !errors.Is(err, integrity.ErrNotFound):
			return out, err
		}
	}
	if f.Unit == "" {
		return out, nil
	}
	if out.points, err = r.pointBoxes(ctx, *f); err != nil {
		return out, err
	}
	if len(f.Covered) > 0 && len(chosen(out.points)) == len(f.Covered) && byNumber.MatchString(f.Others) {
		f.Others = "" // the boxes say it
	}
	return out, nil
}

// chosen are the numbers of the points whose boxes are ticked.
func chosen(boxes []pointBox) (out []string) {
	for _, b := range boxes {
		if b.Chosen {
			out = append(out, b.No)
		}
	}
	return out
}

// asItStands leaves the cell of the points as it was written where nobody changed it: a file that is
// loaded again finds its check as it was, and the numbers of another year's list mean other points.
func (r *request) asItStands(f checkForm, standing integrity.Check) (checkForm, error) {
	if f.Others != "" && f.Others != standing.RiskRef { // written anew
		f.Points = nil
		return f, nil
	}
	shown, err := r.pointBoxes(r.ctx, formOf(standing))
	if err == nil && slices.Equal(chosen(shown), f.Points) {
		f.Points, f.Others = nil, standing.RiskRef
	}
	return f, err
}

// asTyped is a form as somebody has filled it in.
func asTyped(f checkForm) func(context.Context) (checkForm, error) {
	return func(context.Context) (checkForm, error) { return f, nil }
}

// checkForm renders the form with what was typed and what is wrong with it.
func (r *request) checkForm(opened func(context.Context) (checkForm, error), problems []string) error {
	p := recordPage{Page: r.frame("checks"), Problems: problems, Back: r.only("/checks")}
	p.AsOf = integrity.DayOf(r.s.Now())
	p.Title = r.t("check.write")
	var found Card[checkFound]
	d := r.deck()
	deal(d, &found, func(ctx context.Context) (checkFound, error) { return r.checkFound(ctx, opened) })
	if err := d.done(); err != nil {
		return err
	}
	if !r.blocked() {
		p.fill(r, found.Value)
	}
	if len(problems) > 0 {
		r.c.Status(fiber.StatusUnprocessableEntity)
	}
	return r.render("check", p)
}

// fill shows what was found in the form.
func (p *recordPage) fill(r *request, found checkFound) {
	f := found.form
	p.Form, p.Known, p.Voided, p.Points = f, found.known, found.voided, found.points
	p.Units = []view.Choice{{Label: r.t("check.choose")}}
	for _, u := range found.units {
		if u.Code == f.Unit {
			p.UnitName = u.Name
		}
		p.Units = append(p.Units, view.Choice{Value: u.Code, Label: u.Name, Selected: u.Code == f.Unit})
	}
	p.Heading = r.t("check.write")
	if p.Known {
		p.Heading = r.t("check.correct", f.Number)
	}
	p.Title = p.Heading
	if f.Risk != "" {
		p.Back = r.only("/risks/" + f.Risk)
	}
	for _, m := range integrity.Methods() {
		p.Methods = append(p.Methods, view.Choice{Value: string(m), Label: m.Label(r.lang), Selected: slices.Contains(f.Methods, string(m))})
	}
	p.Questions = []question3{
		{"power_regular", r.t("check.q1"), f.PowerRegular}, {"rules_followed", r.t("check.q2"), f.RulesFollowed}, {"measures_done", r.t("check.q3"), f.MeasuresDone},
	}
	p.Severities = []view.Choice{{Label: "—"}}
	for n := 1; n <= 5; n++ {
		p.Severities = append(p.Severities, view.Choice{Value: strconv.Itoa(n), Label: strconv.Itoa(n), Selected: f.Severity == strconv.Itoa(n)})
	}
}

// pointBoxes are the points of the unit in force today, to be ticked.
func (r *request) pointBoxes(ctx context.Context, f checkForm) ([]pointBox, error) {
	found, err := r.s.Metrics.Risks(ctx, r.who, metrics.Scope{AsOf: integrity.DayOf(r.s.Now()), Unit: f.Unit, Page: 1, PerPage: 1000})
	if err != nil {
		return nil, err
	}
	var out []pointBox
	for _, p := range found.Items {
		if p.Unit == f.Unit { // not those of units below
			no := strconv.Itoa(p.No)
			out = append(out, pointBox{No: no, Description: p.Description, Chosen: slices.Contains(f.Points, no) || slices.Contains(f.Covered, p.ID)})
		}
	}
	return out, nil
}

// readCheck reads what was typed.
func readCheck(c *fiber.Ctx) checkForm {
	many := func(name string) []string {
		var out []string
		for _, v := range c.Request().PostArgs().PeekMulti(name) {
			out = append(out, string(v))
		}
		return out
	}
	text := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	return checkForm{
		Number: text("number"), Unit: text("unit"), Date: text("date"), Inspector: text("inspector"), Leader: text("leader"), TookPart: text("took_part") != "",
		Points: many("point"), Methods: many("method"), Others: text("others"),
		PowerRegular: text("power_regular"), RulesFollowed: text("rules_followed"), MeasuresDone: text("measures_done"),
		Finding: text("finding"), Severity: text("severity"), Due: text("due"), Fixed: text("fixed"), Risk: text("risk"), Void: text("reason"),
	}
}

// missing names what the form lacks before anything is loaded: the three answers, a way of
// checking, who checked, a point.
func (r *request) missing(f checkForm) []string {
	var out []string
	for _, need := range []struct {
		key    string
		absent bool
	}{
		{"check.need.date", f.Date == ""}, {"check.need.points", len(f.Points) == 0 && f.Others == ""}, {"check.need.inspector", f.Inspector == ""},
		{"check.need.methods", len(f.Methods) == 0}, {"check.need.answers", f.PowerRegular == "" || f.RulesFollowed == "" || f.MeasuresDone == ""},
	} {
		if need.absent {
			out = append(out, r.t(need.key))
		}
	}
	return out
}

// file is the check as a file of one row.
func (f checkForm) file() []byte {
	methods := make([]string, len(f.Methods))
	for i, m := range f.Methods {
		methods[i] = integrity.Method(m).Label(integrity.Chinese)
	}
	points := strings.Join(f.Points, "、")
	if points == "" {
		points = f.Others
	}
	tookPart := "否"
	if f.TookPart {
		tookPart = "是"
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	// A buffer takes everything; Flush has nothing to report.
	_ = w.Write([]string{"编号", "单位", "检查日期", "风险点", "检查人", "检查领导", "责任领导参与", "监督方法", "权力运行是否规范", "文件制度是否执行", "防控措施是否落实", "发现问题", "严重程度", "整改期限", "整改完成日期", "作废理由"})
	_ = w.Write([]string{f.Number, f.Unit, f.Date, points, f.Inspector, f.Leader, tookPart, strings.Join(methods, "、"), f.PowerRegular, f.RulesFollowed, f.MeasuresDone, f.Finding, f.Severity, f.Due, f.Fixed, f.Void})
	w.Flush()
	return b.Bytes()
}

// checkSave loads the check, or shows the form again with what is to be mended.
func (s *server) checkSave(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	if !mayRecord(r.who) {
		return errMayNotRecord
	}
	f := readCheck(c)
	standing, err := r.checkByNumber(r.ctx, f.Number)
	if err != nil && (!errors.Is(err, integrity.ErrNotFound) || !recordedNumber.MatchString(f.Number)) {
		return err
	}
	if problems := r.missing(f); len(problems) > 0 {
		return r.checkForm(asTyped(f), problems)
	}
	if err == nil {
		if f, err = r.asItStands(f, standing); err != nil {
			return err
		}
	}
	f.Void = ""
	problems, err := r.loadCheck(f)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return r.checkForm(asTyped(f), problems)
	}
	return c.Redirect(recordedAt(f, "recorded"), fiber.StatusSeeOther)
}

// loadCheck loads a check and returns what the loader refuses in it.
func (r *request) loadCheck(f checkForm) (problems []string, err error) {
	body := f.file()
	report, _, err := r.s.Imports.Import(r.ctx, r.who, ImportRequest{
		Kind: "inspections", Strict: true, Typed: true, Lang: r.lang,
		Files: []Upload{{Name: recordFile(f.Number), Data: bytes.NewReader(body), Size: int64(len(body))}},
	})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(report)
	if err != nil {
		return nil, fmt.Errorf("write the report of a load: %w", err)
	}
	result, err := readReport(text)
	if err != nil {
		return nil, err
	}
	for _, file := range result.Files {
		for _, p := range file.Errors {
			problems = append(problems, strings.Join([]string{p.Column, p.Value, p.Message}, "　"))
		}
	}
	return problems, nil
}

// recordedAt is where a check is seen after it was written: at its point, else in the list.
func recordedAt(f checkForm, how string) string {
	if f.Risk != "" {
		return address("/risks/"+f.Risk, url.Values{}, how, f.Number)
	}
	if how == "voided" {
		return address("/checks", url.Values{}, how, f.Number)
	}
	return address("/checks", url.Values{}, "number", f.Number, how, f.Number)
}

// checkVoid loads a check once more, with the reason why it counts no more. Saving its form brings
// it back.
func (s *server) checkVoid(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	if !mayRecord(r.who) {
		return errMayNotRecord
	}
	typed := readCheck(c)
	standing, err := r.checkByNumber(r.ctx, typed.Number)
	switch {
	case err != nil:
		return err
	case standing.VoidReason != "":
		return fmt.Errorf("check %q is voided: %w", typed.Number, integrity.ErrNotFound)
	}
	f := formOf(standing)
	f.Points, f.Others = nil, standing.RiskRef // as they stand, whatever the list is today
	f.Void, f.Risk = typed.Void, typed.Risk
	if f.Void == "" {
		return r.checkForm(asTyped(formOf(standing)), []string{r.t("check.need.reason")})
	}
	problems, err := r.loadCheck(f)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return r.checkForm(asTyped(formOf(standing)), problems)
	}
	return c.Redirect(recordedAt(f, "voided"), fiber.StatusSeeOther)
}
