package dashboards

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// The schemas of the API's answers are made from the Go types that are answered, so that a
// field cannot be there and not be described.

// answers are the types of what the addresses of the API answer as JSON, by method and path.
var answers = map[string]any{
	"GET /distribution": metrics.Distribution{}, "GET /trend": metrics.Trend{}, "GET /days": metrics.Days{}, "GET /overdue": metrics.Overdue{},
	"GET /hotspots": metrics.HotSpots{}, "GET /repeats": metrics.Repeats{}, "GET /blindspots": metrics.BlindSpots{}, "GET /grade-review": metrics.GradeReview{},
	"GET /checkup": metrics.CheckUp{}, "GET /missing-lists": metrics.MissingLists{}, "GET /lists/:unit/diff": metrics.ListDiff{},
	"GET /outlook": list[obligation.OutlookRow]{}, "GET /leaders": list[obligation.LeaderRow]{}, "GET /unit-board": list[obligation.UnitRow]{},
	"GET /stages": list[obligation.StageRow]{}, "GET /flags": list[metrics.Flag]{}, "GET /units": list[integrity.Unit]{}, "GET /sources": list[metrics.Source]{}, "GET /outcome": metrics.Outcome{},
	"GET /kept": metrics.List[metrics.Kept]{}, "GET /opinions": metrics.Opinions{}, "GET /filing": metrics.FilingList{}, "GET /filing-changes": metrics.FilingChanges{}, "GET /summary": metrics.Summary{},
	"GET /risks": metrics.Page[integrity.RiskPoint]{}, "GET /signals": metrics.Page[integrity.Signal]{}, "GET /checks": metrics.Page[integrity.Check]{},
	"GET /signals/:id/versions": list[metrics.SignalVersion]{}, "GET /ledger": metrics.Page[integrity.LedgerEntry]{}, "GET /directory": metrics.Page[integrity.Unit]{},
	"GET /links": metrics.Page[metrics.LinkCandidate]{}, "GET /confirmations": metrics.Page[openPoint]{}, "POST /confirmations": Confirmed{},
	"GET /metrics/definitions": list[obligation.Definition]{}, "GET /jobs": list[JobInfo]{}, "GET /admin": administration{},
	"GET /imports": list[Batch]{}, "GET /imports/:id": Batch{}, "POST /imports": importReport{}, "POST /imports/:id/revert": Batch{},
	"GET /letters": list[letters.Line]{}, "GET /letters/matters": list[letters.Matter]{}, "GET /letters/:id": letters.Line{},
	"POST /letters": letters.Line{}, "POST /letters/:id/:event": letters.Line{},
	"GET /reports": list[bulletin.Dossier]{}, "GET /reports/:period": bulletin.Dossier{}, "POST /reports/:period/issue": bulletin.Issue{},
	"GET /openapi.json": object{},
}

// answerOf is the type that a route answers, and whether it is known.
func answerOf(r route) (reflect.Type, bool) {
	v, ok := answers[r.method+" "+strings.TrimPrefix(r.path, "/api/v1")]
	return reflect.TypeOf(v), ok
}

// legalWords are the legal codes of types that are codes.
var legalWords = map[reflect.Type][]string{
	reflect.TypeFor[integrity.Layer]():      codesOf(integrity.Layers()),
	reflect.TypeFor[integrity.Category]():   codesOf(integrity.Categories()),
	reflect.TypeFor[integrity.Grade]():      codesOf(integrity.Grades()),
	reflect.TypeFor[integrity.Stage]():      append(codesOf(integrity.Stages()), ""),
	reflect.TypeFor[integrity.SignalKind](): codesOf(integrity.SignalKinds()),
	reflect.TypeFor[integrity.Method]():     codesOf(integrity.Methods()),
	reflect.TypeFor[integrity.Basis]():      codesOf(integrity.Bases()),
	reflect.TypeFor[integrity.Rule]():       append(codesOf(integrity.Rules()), ""),
	reflect.TypeFor[integrity.Status]():     append(codesOf(integrity.Statuses()), ""),
	reflect.TypeFor[integrity.Integrity]():  codesOf(integrity.Integrities()),
	reflect.TypeFor[integrity.Role]():       codesOf(integrity.Roles()),
	reflect.TypeFor[integrity.Owner]():      append(codesOf(integrity.Owners()), ""),
	reflect.TypeFor[integrity.LetterKind](): codesOf(integrity.LetterKinds()),
	reflect.TypeFor[letters.State]():        codesOf(letters.States()),
	reflect.TypeFor[letters.Event]():        codesOf(letters.Events()),
}

func codesOf[T ~string](codes []T) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return out
}

// schemas are the components of the description: one for each struct that is answered.
type schemas map[string]object

// of returns the schema of a type, and adds those that it is made of.
func (s schemas) of(t reflect.Type) object {
	if t.Kind() == reflect.Pointer {
		inner := s.of(t.Elem())
		if ref, ok := inner["$ref"]; ok {
			return object{"allOf": []object{{"$ref": ref}}, "nullable": true}
		}
		inner["nullable"] = true
		return inner
	}
	switch {
	case len(legalWords[t]) > 0:
		return object{"type": "string", "enum": legalWords[t]}
	case t == reflect.TypeFor[integrity.Day]():
		return object{"type": "string", "format": "date", "description": "YYYY-MM-DD of Asia/Shanghai; empty for none"}
	case t == reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[json.RawMessage](), t.Kind() == reflect.Interface:
		return object{}
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice, reflect.Array:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	}
	name := schemaName(t)
	if name == "" {
		return s.fields(t)
	}
	if _, known := s[name]; !known {
		s[name] = nil // a type may hold itself
		s[name] = s.fields(t)
	}
	return reference(name)
}

// fields is the schema of a struct: the fields that encoding/json writes, those of embedded
// structs among them. What is not left out when empty is required, and nothing else comes.
func (s schemas) fields(t reflect.Type) object {
	properties, required := object{}, []string{}
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		for f := range t.Fields() {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case name == "-" || !f.IsExported() && !f.Anonymous:
				continue
			case f.Anonymous && name == "":
				add(f.Type)
				continue
			case name == "":
				name = f.Name
			}
			property := s.of(f.Type)
			if text := meanings[schemaName(t)+"."+name]; text != "" {
				property = described(property, text)
			} else if text := meanings[name]; text != "" {
				property = described(property, text)
			}
			properties[name] = property
			if !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") {
				required = append(required, name)
			}
		}
	}
	add(t)
	slices.Sort(required)
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

// described is a schema with a description; a reference takes one beside it only within allOf.
func described(schema object, text string) object {
	if _, ok := schema["$ref"]; ok {
		return object{"allOf": []object{schema}, "description": text}
	}
	if more, ok := schema["description"].(string); ok {
		text += "; " + more
	}
	schema["description"] = text
	return schema
}

// schemaName names the schema of a struct: its own name, of a generic one with that of what it
// holds.
func schemaName(t reflect.Type) string {
	name, held, generic := strings.Cut(t.Name(), "[")
	if generic {
		name += " " + held[strings.LastIndex(held, ".")+1:len(held)-1]
	}
	var b strings.Builder
	for part := range strings.FieldsSeq(name) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
