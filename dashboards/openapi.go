package dashboards

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
)

// object is a part of a JSON document.
type object = map[string]any

var pathParam = regexp.MustCompile(`:([a-z_]+)`)

func enum[T ~string](codes ...T) object {
	return object{"type": "string", "enum": codes}
}

// paramSchema describes the parameters of the API.
func paramSchema(name string) object {
	switch name {
	case "as_of", "from", "to":
		return object{"type": "string", "format": "date"}
	case "year", "page", "per_page", "limit":
		return object{"type": "integer", "minimum": 1}
	case "month":
		return object{"type": "string", "pattern": `^\d{4}-\d{2}$`}
	case "layer":
		return enum(integrity.Layers()...)
	case "category":
		return enum(integrity.Categories()...)
	case "grade":
		return enum(integrity.Grades()...)
	case "stage":
		return enum(integrity.Stages()...)
	case "rule":
		return enum(integrity.Rules()...)
	case "basis":
		return enum(integrity.Bases()...)
	case "owner":
		return enum(integrity.Owners()...)
	case "kind":
		return enum(integrity.SignalKinds()...)
	case "state":
		return enum(letters.States()...)
	case "type":
		return enum(integrity.LetterKinds()...)
	case "overdue", "closed", "suggested", "machine", "sure":
		return enum("0", "1")
	case "lang":
		return enum("zh", "en")
	case "confirmed":
		return enum("no", "suggested", "yes", "person")
	case "linked":
		return enum("yes", "no", "none")
	case "integrity":
		return enum("yes", "no", "unknown", "all")
	case "measure":
		return enum(metrics.Measures()...)
	case "rows", "cols":
		return enum(metrics.Dimensions()...)
	}
	return object{"type": "string"}
}

var paramText = map[string]string{
	"as_of": "The day that is judged; today unless given.", "known_at": "What had been loaded by then; everything unless given. RFC 3339 or a day.",
	"from": "First day of the period.", "to": "Last day of the period.", "year": "A calendar year.", "month": "A month instead of from and to, 2026-03.",
	"unit": "Code or name; that unit and those below it.", "layer": "Layer of the post.", "category": "One of the seven categories.", "grade": "Grade of a risk point.",
	"stage": "Stage of the list of a risk point.", "tag": "Tag of a risk point, such as 重点部位; 关键少数 and 三重一大 are the columns of that name.", "leader": "Leader in charge.", "integrity": "Whether a signal concerns integrity; yes and unknown unless given.",
	"basis": "Who set the limit.", "owner": "Who owes the obligation.", "rule": "Obligation.", "status": "State of an obligation, or all, open (time is left), pressing (late or near); of signals: open, closed.", "kind": "Feed of a signal.",
	"suggested": "1: points that nobody has confirmed stand under their suggestion.", "machine": "0: signals classed by machine are unclassified.",
	"confirmed": "Risk points whose layer or category is open (no), and has a suggestion (suggested), that have both (yes), or that a person confirmed here (person).",
	"sure":      "1: only risk points whose suggestion is sure.", "linked": "Signals that belong to listed points (yes), to none (none), or of which nobody has said (no).", "signal": "ID of a signal.",
	"cell":         "Only what a distribution counts in one of its cells: dimension:code,dimension:code; unit:00 is that unit without those below it, leader: what has none.",
	"from_version": "Version of the list of the year from that is compared; the last one unless given.", "to_version": "Version of the list of the year to.",
	"batch":  "ID or number of a load: the rows that it brought or changed; risk points in force or not.",
	"number": "Number of a signal or check.", "q": "Searched in descriptions and texts.", "risk": "ID of a risk point.", "page": "From 1.",
	"per_page": "1 to 1000; 50 unless given.", "sort": "A field; a minus in front turns the order round.", "limit": "Most items of the answer.", "lang": "Language of the sentences of the answer; Chinese unless en.",
	"measure": "What is counted.", "rows": "Dimension of the rows.", "state": "State of a letter.", "type": "Kind of a letter.", "overdue": "1: an answer is owed and late.", "closed": "1: closed letters only.", "cols": "Dimension of the columns.",
}

// openAPI describes the API from the table of routes.
func (s *server) openAPI(c *fiber.Ctx) error {
	paths, known := object{}, schemas{}
	for _, r := range s.routes {
		if !r.api {
			continue
		}
		path := pathParam.ReplaceAllString(r.path, "{$1}")
		operations, ok := paths[path].(object)
		if !ok {
			operations = object{}
			paths[path] = operations
		}
		operations[strings.ToLower(r.method)] = operation(r, known)
	}
	known.of(reflect.TypeFor[apiError]())
	components := object{}
	for name, schema := range known {
		components[name] = schema
	}
	return c.JSON(object{
		"openapi":    "3.0.3",
		"info":       object{"title": "Qingfeng", "description": "Supervision of integrity risks.", "version": versionOr(s.Version)},
		"paths":      paths,
		"components": object{"schemas": components},
	})
}

func versionOr(v string) string {
	if v == "" {
		return "0"
	}
	return v
}

func text() object                 { return object{"type": "string"} }
func reference(name string) object { return object{"$ref": "#/components/schemas/" + name} }

func operation(r route, known schemas) object {
	params := []object{}
	for _, m := range pathParam.FindAllStringSubmatch(r.path, -1) {
		params = append(params, object{"name": m[1], "in": "path", "required": true, "schema": text()})
	}
	for _, name := range r.params {
		params = append(params, object{"name": name, "in": "query", "description": paramText[name], "schema": paramSchema(name)})
	}
	answer := object{"description": "The answer."}
	if r.answer == "file" {
		answer["content"] = object{"application/octet-stream": object{"schema": object{"type": "string", "format": "binary"}}}
	} else if t, ok := answerOf(r); ok {
		answer["content"] = object{"application/json": object{"schema": known.of(t)}}
	}
	failure := func(text string) object {
		return object{"description": text, "content": object{"application/json": object{"schema": known.of(reflect.TypeFor[apiError]())}}}
	}
	out := object{
		"summary": r.summary, "parameters": params,
		"responses": object{"200": answer, "400": failure("A parameter is wrong; the message says which and what is legal."), "404": failure("It does not exist."), "500": failure("It is ours; the request number finds the reason in the log.")},
	}
	if r.method == fiber.MethodPost && strings.HasSuffix(r.path, "/imports") {
		fields := object{"file": object{"type": "array", "items": object{"type": "string", "format": "binary"}}}
		for _, name := range []string{"kind", "dry_run", "strict", "unit", "year", "date", "sheet", "encoding", "grade_map", "map"} {
			fields[name] = text()
		}
		out["requestBody"] = object{"required": true, "content": object{"multipart/form-data": object{"schema": object{"type": "object", "required": []string{"file"}, "properties": fields}}}}
	}
	return out
}
