package dashboards

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

// apiError is the body of every refused API call.
type apiError struct {
	Error struct {
		Code      string `json:"code"`
		Message   string `json:"message"`
		RequestID string `json:"request_id"`
	} `json:"error"`
}

// errAway marks what failed because the database could not be reached.
var errAway = errors.New("the database cannot be reached")

// statusOf turns an error into a status, a stable word and a text for the caller, which
// never holds anything internal.
func statusOf(err error) (status int, code, message string) {
	var fe *fiber.Error
	switch {
	case errors.Is(err, integrity.ErrInvalid):
		return fiber.StatusBadRequest, "invalid", oneLine(err)
	case errors.Is(err, integrity.ErrNotFound), errors.As(err, &fe) && fe.Code == fiber.StatusNotFound:
		return fiber.StatusNotFound, "not_found", "not found"
	case errors.Is(err, ErrReverted):
		return fiber.StatusConflict, "reverted", "the batch was taken back before, or is itself the taking back of another"
	case errors.As(err, &fe) && fe.Code < 500:
		return fe.Code, strings.ReplaceAll(strings.ToLower(fiberWord(fe.Code)), " ", "_"), fe.Message
	case errors.Is(err, context.DeadlineExceeded):
		return fiber.StatusServiceUnavailable, "timeout", "the answer took too long"
	case errors.Is(err, errAway):
		return fiber.StatusServiceUnavailable, "unavailable", "数据库暂时连不上，请稍后重试 (the database cannot be reached at the moment; try again soon)"
	}
	return fiber.StatusInternalServerError, "internal", "internal error"
}

func fiberWord(code int) string { return fiber.NewError(code).Message }

// oneLine joins errors that were reported together.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// refusedConditions says in the words of the page which conditions of the address cannot be and how
// each is written; empty where something else is wrong as well.
func refusedConditions(lang integrity.Lang, err error) string {
	var out []string
	for _, e := range integrity.Refusals(err) {
		if e.Shape == integrity.ShapeName {
			out = append(out, view.T(lang, "error.name", e.Value))
			continue
		}
		out = append(out, view.T(lang, "error.condition", view.Word(lang, "param."+e.Name, e.Name), e.Value, howWritten(lang, e)))
	}
	return strings.Join(out, " ")
}

// howWritten says how a value is written.
func howWritten(lang integrity.Lang, e *integrity.Refused) string {
	switch e.Shape {
	case integrity.ShapeWhole:
		return view.T(lang, "error.how.whole", e.Low, e.High)
	case integrity.ShapeText:
		return view.T(lang, "error.how.text", e.High)
	case "":
		legal := make([]string, len(e.Legal))
		for i, code := range e.Legal {
			legal[i] = code
			if word := conditionWord(lang, e.Name, code); word != code {
				legal[i] = view.T(lang, "error.word", word, code)
			}
		}
		return view.T(lang, "error.how.choice", strings.Join(legal, view.T(lang, "list.comma")))
	}
	return view.T(lang, "error.how."+string(e.Shape))
}

// handleError answers every error, and logs those that are ours.
func (s *server) handleError(c *fiber.Ctx, err error) error {
	id := requestID(c)
	setHeaders(c, id)
	if s.Away != nil && s.Away(err) {
		err = errors.Join(errAway, err)
	}
	status, code, message := statusOf(err)
	if status >= 500 {
		s.Log.ErrorContext(c.UserContext(), "request failed", "request_id", id, "method", c.Method(), "path", c.Path(), "err", err)
	}
	if status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	c.Status(status)
	if strings.HasPrefix(c.Path(), "/api/") {
		var body apiError
		body.Error.Code, body.Error.Message, body.Error.RequestID = code, message, id
		return c.JSON(body)
	}
	page := errorPage{Page: s.frame(c, "", integrity.NoDay), Status: status, ID: id}
	page.Title = view.T(page.Lang, "error.title")
	switch {
	case status == fiber.StatusNotFound:
		page.Text = view.T(page.Lang, "error.notfound")
	case status == fiber.StatusRequestEntityTooLarge:
		page.Text = view.T(page.Lang, "error.large", uploadLimit>>20)
	case errors.Is(err, errAway):
		page.Text = view.T(page.Lang, "error.away")
	case status >= 500:
		page.Text = view.T(page.Lang, "error.internal", id)
	default:
		page.Text, page.Detail = view.T(page.Lang, "error.invalid"), cmp.Or(refusedConditions(page.Lang, err), message)
	}
	body, err := s.templates.Page("error", page.Lang, page)
	if err != nil {
		s.Log.ErrorContext(c.UserContext(), "error page failed", "request_id", id, "err", err)
		return c.SendString(page.Text)
	}
	return c.Type("html", "utf-8").Send(body)
}

type errorPage struct {
	view.Page
	Status       int
	Text, Detail string
	ID           string
}
