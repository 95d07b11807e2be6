package svg

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// What a drawing consists of. Anything else is an error, so that a new version of the
// library cannot bring scripts, images or addresses into a report unseen.
var elements = words(`svg g path rect circle ellipse line polyline polygon text tspan defs clipPath pattern linearGradient stop`)

var attributes = words(`viewBox width height x y dx dy x1 y1 x2 y2 cx cy r rx ry d points transform patternUnits patternTransform
	fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
	stroke-miterlimit opacity clip-path id text-anchor dominant-baseline paint-order xml:space offset stop-color stop-opacity
	gradientUnits`)

// styles are what a style attribute may say; each becomes an attribute of its own, so that a
// drawing may stand on a page whose policy forbids style attributes.
var styles = words(`font-size font-weight font-style font-family`)

// droppedStyles serve a mouse, or white space that no label has.
var droppedStyles = words(`cursor white-space`)

func words(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

// dropped attributes serve a mouse or the format's versions, not the looks. The style sheet
// of a drawing, which is dropped as well, only holds what :hover does.
var dropped = words(`xmlns version baseProfile class pointer-events cursor`)

var (
	local  = regexp.MustCompile(`^url\(#([^()"'\s]+)\)$`)
	number = regexp.MustCompile(`-?\d+\.\d{3,}`)
)

// frame is what a drawing gets around it.
type frame struct {
	title  string // its name
	family string // font family of its texts, said once
	prefix string // of its identifiers
}

// rewrite reads a drawing and writes it anew within a frame.
func rewrite(drawing string, f frame) (string, error) {
	var out strings.Builder
	ids := map[string]string{}
	rename := func(id string) string {
		if ids[id] == "" {
			ids[id] = f.prefix + "-" + strconv.Itoa(len(ids))
		}
		return ids[id]
	}
	dec := xml.NewDecoder(strings.NewReader(drawing))
	var open []string
	for {
		tok, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("read drawing: %w", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			if name == "style" {
				if err := skip(dec); err != nil {
					return "", err
				}
				continue
			}
			if !elements[name] || tok.Name.Space != "" {
				return "", fmt.Errorf("read drawing: element <%s> is not allowed", name)
			}
			out.WriteString("<" + name)
			if len(open) == 0 {
				out.WriteString(` xmlns="http://www.w3.org/2000/svg" role="img"`)
				if f.title != "" {
					write(&out, "aria-label", f.title)
				}
				if f.family != "" {
					write(&out, "font-family", f.family)
				}
			}
			if err := writeAttributes(&out, tok, f.family, rename); err != nil {
				return "", err
			}
			out.WriteString(">")
			open = append(open, name)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != tok.Name.Local {
				return "", fmt.Errorf("read drawing: </%s> closes nothing", tok.Name.Local)
			}
			open = open[:len(open)-1]
			out.WriteString("</" + tok.Name.Local + ">")
		case xml.CharData:
			// Text stands in texts only; the line breaks between elements are dropped.
			if len(open) > 0 && (open[len(open)-1] == "text" || open[len(open)-1] == "tspan") {
				out.WriteString(escape(string(tok)))
			}
		}
	}
	if len(open) > 0 {
		return "", fmt.Errorf("read drawing: <%s> is not closed", open[len(open)-1])
	}
	if out.Len() == 0 {
		return "", errors.New("read drawing: it is empty")
	}
	return out.String(), nil
}

// skip reads to the end of a style sheet.
func skip(dec *xml.Decoder) error {
	for {
		tok, err := dec.RawToken()
		if err != nil {
			return fmt.Errorf("read drawing: style sheet: %w", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			return fmt.Errorf("read drawing: <%s> in a style sheet", tok.Name.Local)
		case xml.EndElement:
			return nil
		}
	}
}

func writeAttributes(out *strings.Builder, e xml.StartElement, family string, rename func(string) string) error {
	seen := map[string]bool{}
	for _, a := range e.Attr {
		name := a.Name.Local
		if a.Name.Space != "" {
			name = a.Name.Space + ":" + name
		}
		switch {
		case dropped[name] || a.Name.Space == "xmlns" || strings.HasPrefix(name, "ecmeta_") || seen[name]:
			continue
		case name == "style":
			if err := writeStyle(out, a.Value, family); err != nil {
				return fmt.Errorf("read drawing: style of <%s>: %w", e.Name.Local, err)
			}
			continue
		case !attributes[name]:
			return fmt.Errorf("read drawing: attribute %s of <%s> is not allowed", name, e.Name.Local)
		}
		seen[name] = true
		value := a.Value
		switch {
		case name == "id":
			value = rename(value)
		case strings.Contains(value, "url("):
			m := local.FindStringSubmatch(value)
			if m == nil {
				return fmt.Errorf("read drawing: %s of <%s> refers to %q", name, e.Name.Local, value)
			}
			value = "url(#" + rename(m[1]) + ")"
		}
		if name == "d" || name == "transform" || name == "points" {
			value = number.ReplaceAllStringFunc(value, round)
		}
		write(out, name, value)
	}
	return nil
}

// writeStyle writes the declarations of a style attribute as attributes. The family of the
// frame is inherited and not repeated.
func writeStyle(out *strings.Builder, style, family string) error {
	for declaration := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(declaration, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case name == "" || droppedStyles[name] || name == "font-family" && value == family:
			continue
		case !styles[name] || strings.ContainsAny(value, `\(@`):
			return fmt.Errorf("%q is not allowed", declaration)
		}
		write(out, name, value)
	}
	return nil
}

// round keeps two decimals, a fiftieth of what a printer can show.
func round(s string) string {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	s = strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

func write(out *strings.Builder, name, value string) {
	out.WriteString(" " + name + `="` + escape(value) + `"`)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(s string) string { return escaper.Replace(s) }
