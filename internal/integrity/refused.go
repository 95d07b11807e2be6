package integrity

import (
	"errors"
	"fmt"
	"strings"
)

// Shape is how a value is written of which no list says what it may be.
type Shape string

const (
	ShapeDay    Shape = "day"    // 2026-03-05
	ShapeMoment Shape = "moment" // 2026-03-05, or 2026-03-05T09:00:00+08:00
	ShapeMonth  Shape = "month"  // 2026-03
	ShapeWhole  Shape = "whole"  // a whole number from Low to High
	ShapeText   Shape = "text"   // at most High characters
	ShapeID     Shape = "id"     // key of a record, as FormatID writes it
	ShapeCell   Shape = "cell"   // dimension:code,dimension:code
	ShapePeriod Shape = "period" // of a report: 2026-06, 2026-H1 or 2026
	// ShapeName is that of a name: there is no parameter Value, and Legal are those that there are.
	ShapeName Shape = "name"
)

// Refused is a value that a parameter of a question cannot have. It wraps ErrInvalid. Who asked is told
// from it in words of the page, of the API or of the command line; nobody reads its text for that.
type Refused struct {
	Name      string   // of the parameter, or of the kind of word where no parameter is known
	Value     string   // as it was given
	Legal     []string // all that it may be; nil where Shape says how it is written
	Shape     Shape
	Low, High int
}

// shown is how much of a value a message repeats, in characters.
const shown = 60

func (e *Refused) Error() string {
	value := e.Value
	if r := []rune(value); len(r) > shown {
		value = string(r[:shown]) + "…"
	}
	switch e.Shape {
	case ShapeName:
		legal := strings.Join(e.Legal, " ")
		if legal == "" {
			legal = "none"
		}
		return fmt.Sprintf("%v: parameter %q; legal: %s", ErrInvalid, value, legal)
	case ShapeDay:
		return fmt.Sprintf("%v: %s %q; write a day such as 2026-03-05", ErrInvalid, e.Name, value)
	case ShapeMoment:
		return fmt.Sprintf("%v: %s %q; write 2026-03-05 or 2026-03-05T09:00:00+08:00", ErrInvalid, e.Name, value)
	case ShapeMonth:
		return fmt.Sprintf("%v: %s %q; write a month such as 2026-03", ErrInvalid, e.Name, value)
	case ShapeWhole:
		return fmt.Sprintf("%v: %s %q; write a whole number from %d to %d", ErrInvalid, e.Name, value, e.Low, e.High)
	case ShapeText:
		return fmt.Sprintf("%v: %s %q is longer than %d characters", ErrInvalid, e.Name, value, e.High)
	case ShapeID:
		return fmt.Sprintf("%v: %s %q is no key of a record", ErrInvalid, e.Name, value)
	case ShapePeriod:
		return fmt.Sprintf("%v: %s %q; write 2026-06, 2026-H1 or 2026", ErrInvalid, e.Name, value)
	case ShapeCell:
		return fmt.Sprintf("%v: %s %q; write dimension:code", ErrInvalid, e.Name, value)
	}
	return fmt.Sprintf("%v: %s %q; legal: %s", ErrInvalid, e.Name, value, strings.Join(e.Legal, " "))
}

func (e *Refused) Unwrap() error { return ErrInvalid }

// As is err with the name of the parameter that it is about; what refuses no value is returned as it is.
func As(name string, err error) error {
	var refused *Refused
	if !errors.As(err, &refused) {
		return err
	}
	named := *refused
	named.Name = name
	return &named
}

// Refusals are the values that an error refuses, in their order; none where it is about something else
// as well.
func Refusals(err error) []*Refused {
	var out []*Refused
	switch e := err.(type) {
	case *Refused:
		return []*Refused{e}
	case interface{ Unwrap() error }:
		return Refusals(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			found := Refusals(part)
			if found == nil {
				return nil
			}
			out = append(out, found...)
		}
	}
	return out
}
