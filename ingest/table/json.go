package table

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const (
	// jsonObject bounds one object of a JSON file, in bytes.
	jsonObject = 16 << 20
	// jsonAhead and jsonAheadBytes bound how many objects are looked at for the
	// heading: writers that leave out empty values need more than the first.
	jsonAhead      = 256
	jsonAheadBytes = 1 << 20
)

// stretch fails when one value takes more than jsonObject bytes.
type stretch struct {
	r    io.Reader
	left int
}

func (s *stretch) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, tooLarge("一个对象超过 %d MB", "one object is larger than %d MB", jsonObject>>20)
	}
	n, err := s.r.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}

// jsonReader yields the objects of a file: of an array, of the array "items" in
// an object, or one after the other.
type jsonReader struct {
	src  *stretch
	dec  *json.Decoder
	list bool // inside an array
	wrap bool // the array is a member of an object
	one  *jsonRow
	over bool
}

type jsonRow struct {
	keys   []string
	values map[string]string
	size   int
}

func (r *jsonRow) set(key, value string) {
	if _, twice := r.values[key]; !twice {
		r.keys = append(r.keys, key)
	}
	r.values[key] = value
	r.size += len(key) + len(value)
}

var errNoObjects = &fault{code: CodeUnreadable, text: Text{
	`JSON 应为对象的数组、{"items":[…]} 或每行一个对象`,
	`JSON must be an array of objects, {"items":[…]} or one object a line`,
}}

func (o *opener) json(name string, text *bufio.Reader) error {
	src := &stretch{r: text, left: jsonObject}
	j := &jsonReader{src: src, dec: json.NewDecoder(src)}
	j.dec.UseNumber()
	t := &Table{File: name, Format: "json", Index: 1}
	if err := j.start(); err != nil {
		return jsonFault(err)
	}
	if !j.list {
		t.Format = "jsonl"
	}
	// The first objects are read before the table is handed out: a file that is no
	// list of objects has no table.
	var ahead []*jsonRow
	size := 0
	var pending error
	for len(ahead) < jsonAhead && size < jsonAheadBytes {
		row, err := j.next()
		if err != nil {
			pending = err
			break
		}
		ahead = append(ahead, row)
		size += row.size
	}
	if len(ahead) == 0 {
		if errors.Is(pending, io.EOF) {
			return errNoContent
		}
		return jsonFault(pending)
	}
	return told(o.table(t, func(emit emit) error { return o.objects(t, j, ahead, pending, emit) }))
}

// objects emits the heading and a row for each object.
func (o *opener) objects(t *Table, j *jsonReader, ahead []*jsonRow, pending error, emit emit) error {
	column := map[string]int{}
	var heading []string
	for _, row := range ahead {
		for _, key := range row.keys {
			if _, known := column[key]; !known {
				column[key] = len(heading)
				heading = append(heading, key)
			}
		}
	}
	if len(heading) > maxColumns {
		return errColumns
	}
	named := trimCells(heading)
	if len(named) == 0 {
		return errNoContent
	}
	if !emit(Row{Number: 1, Cells: named}, nil) {
		return errStopped
	}
	unknown := map[string]bool{}
	for number := 2; ; number++ {
		var row *jsonRow
		err := pending
		switch {
		case len(ahead) > 0:
			row, ahead, err = ahead[0], ahead[1:], nil
		case pending == nil:
			row, err = j.next()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return jsonFault(err)
		}
		cells := make([]string, len(heading))
		var re *RowError
		for _, key := range row.keys {
			i, known := column[key]
			if !known {
				if !unknown[key] && len(unknown) < maxColumns {
					unknown[key] = true
					o.notice(t, NoticeKeyUnknown, number, "对象的键“"+key+"”不在表头中，未读取", "the key "+fmt.Sprintf("%q", key)+" is not in the heading and was left out")
				}
				continue
			}
			var long bool
			if cells[i], long = o.cut(row.values[key]); long {
				re = o.cellTooLarge(i + 1)
			}
		}
		if cells = trimCells(cells); len(cells) == 0 {
			continue
		}
		if !emit(Row{Number: number, Cells: cells}, re) {
			return errStopped
		}
	}
}

// start goes to the first object.
func (j *jsonReader) start() error {
	tok, err := j.dec.Token()
	if err != nil {
		return err
	}
	switch tok {
	case json.Delim('['):
		j.list = true
		return nil
	case json.Delim('{'):
	default:
		return errNoObjects
	}
	// The members are those of the first object of a JSON lines file, until one is
	// called items and is an array.
	j.one = &jsonRow{values: map[string]string{}}
	for j.dec.More() {
		key, err := j.key()
		if err != nil {
			return err
		}
		if key == "items" {
			tok, err := j.dec.Token()
			if err != nil {
				return err
			}
			if tok == json.Delim('[') {
				j.list, j.wrap, j.one = true, true, nil
				return nil
			}
			if _, nested := tok.(json.Delim); nested {
				return errNoObjects
			}
			j.one.set(key, jsonScalar(tok))
			continue
		}
		value, err := j.value()
		if err != nil {
			return err
		}
		j.one.set(key, value)
	}
	_, err = j.dec.Token()
	return err
}

func (j *jsonReader) key() (string, error) {
	tok, err := j.dec.Token()
	if err != nil {
		return "", err
	}
	key, ok := tok.(string)
	if !ok {
		return "", errNoObjects
	}
	return tidy([]byte(key)), nil
}

// value reads a value as text.
func (j *jsonReader) value() (string, error) {
	var raw json.RawMessage
	if err := j.dec.Decode(&raw); err != nil {
		return "", err
	}
	return jsonText(raw)
}

// next returns the next object, or io.EOF.
func (j *jsonReader) next() (*jsonRow, error) {
	if row := j.one; row != nil {
		j.one = nil
		return row, nil
	}
	if j.over {
		return nil, io.EOF
	}
	j.src.left = jsonObject
	if j.list && !j.dec.More() {
		j.over = true
		// The closing bracket must be there: a file cut short must not pass for a
		// short file.
		if _, err := j.dec.Token(); err != nil {
			return nil, noEOF(err)
		}
		for j.wrap && j.dec.More() {
			if _, err := j.key(); err != nil {
				return nil, noEOF(err)
			}
			j.src.left = jsonObject
			if _, err := j.value(); err != nil {
				return nil, noEOF(err)
			}
		}
		return nil, io.EOF
	}
	tok, err := j.dec.Token()
	if err != nil {
		if j.list {
			err = noEOF(err)
		}
		return nil, err
	}
	if tok != json.Delim('{') {
		return nil, errNoObjects
	}
	row := &jsonRow{values: map[string]string{}}
	for j.dec.More() {
		key, err := j.key()
		if err != nil {
			return nil, noEOF(err)
		}
		value, err := j.value()
		if err != nil {
			return nil, noEOF(err)
		}
		row.set(key, value)
	}
	if _, err := j.dec.Token(); err != nil {
		return nil, noEOF(err)
	}
	return row, nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// jsonFault names damage in JSON as such, and the ends of context and limits as they are.
func jsonFault(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return unreadable(err, "JSON 不完整或格式有误", "the JSON is incomplete or malformed")
	}
	return err
}

// jsonText writes a value as the text of a cell: an array of plain values one a
// line, anything deeper as JSON.
func jsonText(raw json.RawMessage) (string, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	tok, err := dec.Token()
	if err != nil {
		return "", err
	}
	if tok == json.Delim('{') {
		return compactJSON(raw)
	}
	if tok != json.Delim('[') {
		return jsonScalar(tok), nil
	}
	var lines bytes.Buffer
	for first := true; dec.More(); first = false {
		tok, err := dec.Token()
		if err != nil {
			return "", err
		}
		if _, nested := tok.(json.Delim); nested {
			return compactJSON(raw)
		}
		if !first {
			lines.WriteByte('\n')
		}
		lines.WriteString(jsonScalar(tok))
	}
	return lines.String(), nil
}

func compactJSON(raw json.RawMessage) (string, error) {
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		return "", err
	}
	return tidy(out.Bytes()), nil
}

func jsonScalar(tok json.Token) string {
	switch v := tok.(type) {
	case string:
		return tidy([]byte(v))
	case json.Number:
		return plainNumber(v.String())
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}
