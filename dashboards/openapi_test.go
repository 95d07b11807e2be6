package dashboards

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// schemaOf follows a reference of the description.
func schemaOf(t *testing.T, doc object, schema object) object {
	t.Helper()
	ref, ok := schema["$ref"].(string)
	if !ok {
		return schema
	}
	var at any = doc
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		m, ok := at.(object)
		if !ok || m[part] == nil {
			t.Fatalf("the description refers to %s, which it does not have", ref)
		}
		at = m[part]
	}
	return at.(object)
}

// faults says where a value does not keep to a schema: types, what is required, words, bounds.
func faults(t *testing.T, doc, schema object, value any, at string) (out []string) {
	t.Helper()
	schema = schemaOf(t, doc, schema)
	fault := func(format string, args ...any) { out = append(out, at+": "+fmt.Sprintf(format, args...)) }
	if all, ok := schema["allOf"].([]any); ok {
		if value == nil && schema["nullable"] == true {
			return nil
		}
		for _, part := range all {
			out = append(out, faults(t, doc, part.(object), value, at)...)
		}
		return out
	}
	if len(schema) == 0 || len(schema) == 1 && schema["description"] != nil {
		return nil // anything
	}
	if value == nil {
		if schema["nullable"] != true {
			fault("null")
		}
		return out
	}
	switch schema["type"] {
	case "object":
		m, ok := value.(object)
		if !ok {
			fault("%T is no object", value)
			return out
		}
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, there := m[name.(string)]; !there {
				fault("lacks %s", name)
			}
		}
		properties, _ := schema["properties"].(object)
		for name, s := range properties {
			if v, there := m[name]; there {
				out = append(out, faults(t, doc, s.(object), v, at+"."+name)...)
			}
		}
		for name, v := range m {
			if _, described := properties[name]; described {
				continue
			}
			switch more := schema["additionalProperties"].(type) {
			case bool:
				if !more {
					fault("has %s, which is not described", name)
				}
			case object:
				out = append(out, faults(t, doc, more, v, at+"."+name)...)
			}
		}
	case "array":
		list, ok := value.([]any)
		if !ok {
			fault("%T is no array", value)
			return out
		}
		items, _ := schema["items"].(object)
		for i, v := range list {
			out = append(out, faults(t, doc, items, v, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case "integer":
		n, ok := value.(float64)
		least, bounded := schema["minimum"].(float64)
		if !ok || n != math.Trunc(n) || bounded && n < least {
			fault("%v is no whole number from %v on", value, schema["minimum"])
		}
	case "number":
		if _, ok := value.(float64); !ok {
			fault("%v is no number", value)
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			fault("%v is neither true nor false", value)
		}
	case "string":
		s, ok := value.(string)
		words, closed := schema["enum"].([]any)
		if !ok || closed && !slices.Contains(words, any(s)) {
			fault("%v is not one of %v", value, words)
		}
		switch layout := map[any]string{"date": time.DateOnly, "date-time": time.RFC3339Nano}[schema["format"]]; {
		case !ok || layout == "" || s == "" && schema["format"] == "date":
		default:
			if _, err := time.Parse(layout, s); err != nil {
				fault("%q is no %s", s, schema["format"])
			}
		}
	default:
		fault("the description gives no type: %v", schema)
	}
	return out
}

func testAnswersKeepToTheDescription(t *testing.T, s *site) {
	doc := read[object](s, "/api/v1/openapi.json")
	checked := 0
	for _, r := range allRoutes(s) {
		if !r.api || r.method != "GET" {
			continue
		}
		operation := doc["paths"].(object)[pathParam.ReplaceAllString(r.path, "{$1}")].(object)["get"].(object)
		content := operation["responses"].(object)["200"].(object)["content"].(object)
		a := s.get(s.address(r))
		if _, file := content["application/octet-stream"]; file {
			if a.status != 200 || strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
				t.Errorf("%s = %d, %s; want a file", r.path, a.status, a.header.Get("Content-Type"))
			}
			continue
		}
		var value any
		if err := json.Unmarshal(a.body, &value); err != nil || a.status != 200 {
			t.Errorf("%s = %d, %v", r.path, a.status, err)
			continue
		}
		checked++
		schema := content["application/json"].(object)["schema"].(object)
		for _, f := range faults(t, doc, schema, value, r.path) {
			t.Errorf("%s", f)
		}
		// What is wrong is answered in the shape of errors.
		var wrong any
		if err := json.Unmarshal(s.get(s.address(r)+"?no_such_parameter=1").body, &wrong); err != nil {
			t.Errorf("%s with an unknown parameter: %v", r.path, err)
			continue
		}
		failure := operation["responses"].(object)["400"].(object)["content"].(object)["application/json"].(object)["schema"].(object)
		for _, f := range faults(t, doc, failure, wrong, r.path+" (400)") {
			t.Errorf("%s", f)
		}
	}
	if checked < 20 {
		t.Errorf("only %d answers were checked", checked)
	}
}

func TestFaultsAreFound(t *testing.T) {
	schema := object{"type": "object", "required": []any{"n", "list"}, "properties": object{
		"n": object{"type": "integer", "minimum": 0.0}, "word": object{"type": "string", "enum": []any{"a", "b"}},
		"list": object{"type": "array", "items": object{"type": "boolean"}}, "hidden": object{"type": "integer", "nullable": true}, "day": object{"type": "string", "format": "date"},
	}, "additionalProperties": false}
	for text, want := range map[string]int{
		`{"n":1,"list":[true],"word":"a","hidden":null}`: 0,
		`{"list":[]}`:                     1,
		`{"n":1.5,"list":[]}`:             1,
		`{"n":-1,"list":[]}`:              1,
		`{"n":1,"list":[1]}`:              1,
		`{"n":1,"list":{}}`:               1,
		`{"n":null,"list":[]}`:            1,
		`{"n":1,"list":[],"word":"c"}`:    1,
		`[]`:                              1,
		`{"n":"1","list":[1,2],"word":1}`: 4,
		`{"n":1,"list":[],"more":1}`:      1,
		`{"n":1,"list":[],"day":"soon"}`:  1,
	} {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if got := faults(t, object{}, schema, value, ""); len(got) != want {
			t.Errorf("%s has the faults %v; want %d", text, got, want)
		}
	}
}

// TestEveryAnswerIsDescribedDownToItsFields holds the description to the types: every JSON answer
// has one, every field a meaning, and every meaning a field.
func TestEveryAnswerIsDescribedDownToItsFields(t *testing.T) {
	known, used := schemas{}, map[string]bool{}
	for _, r := range allRoutes(newEmptySite(t)) {
		if !r.api || r.answer == "file" {
			continue
		}
		if _, ok := answerOf(r); !ok {
			t.Errorf("the type that %s %s answers is not said", r.method, r.path)
		}
	}
	for _, v := range answers {
		known.of(reflect.TypeOf(v))
	}
	known.of(reflect.TypeFor[apiError]())
	known["ApiError.error"] = known["ApiError"]["properties"].(object)["error"].(object) // which has no name of its own
	for name, schema := range known {
		properties, _ := schema["properties"].(object)
		for field, property := range properties {
			if meanings[name+"."+field] != "" {
				used[name+"."+field] = true
			} else if used[field] = true; meanings[field] == "" {
				t.Errorf("%s.%s has no meaning", name, field)
			}
			if p := property.(object); p["type"] == nil && p["allOf"] == nil && p["$ref"] == nil && !slices.Contains([]string{"report"}, field) {
				t.Errorf("%s.%s has no type: %v", name, field, property)
			}
		}
	}
	for name := range meanings {
		if !used[name] {
			t.Errorf("the meaning of %s belongs to no field", name)
		}
	}
}
