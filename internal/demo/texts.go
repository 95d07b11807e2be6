package demo

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"qingfeng/internal/integrity"
)

//go:embed texts/*.txt
var textFiles embed.FS

// topic is a field of work with the measures and the steps of supervision that fit it.
type topic struct {
	name                           string
	tags                           []string
	bases, focuses, ways, measures []string
}

// riskText is a description of a risk point to be spelled for a unit.
type riskText struct {
	topic    *topic
	category integrity.Category
	layer    integrity.Layer
	grade    integrity.Grade
	kinds    string
	keyFew   bool
	major    bool
	post     string
	text     string
}

// signalText is a text of a complaint, petition, finding or comparison.
type signalText struct {
	category  integrity.Category // CategoryUnclassified where none is meant
	layer     integrity.Layer
	integrity integrity.Integrity
	lead      string // nature of a petition, model of a comparison
	kinds     string
	text      string
}

type texts struct {
	risks                                        []riskText
	results                                      map[integrity.Category][]string // what a risk may lead to
	complaints, petitions, findings, comparisons []signalText
	openings, endings                            []string // of complaints
}

var loadTexts = sync.OnceValue(func() texts {
	risks, results := parseRisks("texts/risks.txt")
	return texts{
		risks: risks, results: results,
		openings: marked("texts/complaints.txt", "L "), endings: marked("texts/complaints.txt", "E "),
		complaints: parseSignals("texts/complaints.txt", func(t *signalText, f []string) string {
			t.category, t.integrity, t.layer = categoryOf(f[0]), integrity.Integrity(f[1]), layerOf(f[3])
			return f[2]
		}),
		petitions: parseSignals("texts/petitions.txt", func(t *signalText, f []string) string {
			t.lead, t.category, t.layer = f[0], categoryOf(f[1]), layerOf(f[3])
			return f[2]
		}),
		findings: parseSignals("texts/findings.txt", func(t *signalText, f []string) string {
			t.category = categoryOf(f[0])
			return f[1]
		}),
		comparisons: parseSignals("texts/comparisons.txt", func(t *signalText, f []string) string {
			t.lead, t.category = f[0], categoryOf(f[1])
			return f[2]
		}),
	}
})

// lines yields the lines of an embedded file without comments.
func lines(path string) []string {
	b, err := textFiles.ReadFile(path)
	if err != nil {
		panic(err) // the file is linked in above
	}
	return slices.DeleteFunc(strings.Split(string(b), "\n"), func(l string) bool {
		return l == "" || strings.HasPrefix(l, "# ")
	})
}

// parseRisks reads the texts of risk points, and what a risk of each category may lead to.
func parseRisks(path string) (out []riskText, results map[integrity.Category][]string) {
	results = map[integrity.Category][]string{}
	var t *topic
	for _, line := range lines(path) {
		mark, rest, _ := strings.Cut(line, " ")
		switch mark {
		case "##":
			name, tags, _ := strings.Cut(rest, " | ")
			t = &topic{name: name, tags: strings.Fields(tags)}
		case "R":
			category, text, _ := strings.Cut(rest, " | ")
			results[categoryOf(category)] = append(results[categoryOf(category)], text)
		case "B":
			t.bases = append(t.bases, rest)
		case "F":
			t.focuses = append(t.focuses, rest)
		case "W":
			t.ways = append(t.ways, rest)
		case "M":
			t.measures = append(t.measures, rest)
		case "D":
			parts := strings.SplitN(rest, " | ", 3)
			f := strings.Fields(parts[0])
			out = append(out, riskText{
				topic: t, category: categoryOf(f[0]), layer: layerOf(f[1]), grade: gradeOf(f[2]), kinds: f[3],
				keyFew: strings.Contains(f[4], "k"), major: strings.Contains(f[4], "t"), post: parts[1], text: parts[2],
			})
		default:
			panic(fmt.Sprintf("%s: %q", path, line))
		}
	}
	return out, results
}

// marked returns the lines of a file that begin with a mark, without it.
func marked(path, mark string) []string {
	var out []string
	for _, line := range lines(path) {
		if text, ok := strings.CutPrefix(line, mark); ok {
			out = append(out, text)
		}
	}
	return out
}

// parseSignals reads lines "fields | text"; set stores the fields and returns the kinds.
// Lines marked with one capital letter are not its business.
func parseSignals(path string, set func(*signalText, []string) string) []signalText {
	var out []signalText
	for _, line := range lines(path) {
		if 'A' <= line[0] && line[0] <= 'Z' {
			continue
		}
		head, text, ok := strings.Cut(line, " | ")
		if !ok {
			panic(fmt.Sprintf("%s: %q", path, line))
		}
		t := signalText{category: integrity.CategoryUnclassified, layer: integrity.LayerUnclassified, text: text}
		t.kinds = set(&t, strings.Fields(head))
		out = append(out, t)
	}
	return out
}

// The three below panic on a word that is not a code: the files are part of the program.

func categoryOf(code string) integrity.Category {
	if code == "-" {
		return integrity.CategoryUnclassified
	}
	return must(integrity.ParseCategory(code))
}

func layerOf(code string) integrity.Layer {
	if code == "-" {
		return integrity.LayerUnclassified
	}
	return must(integrity.ParseLayer(code))
}

func gradeOf(code string) integrity.Grade { return must(integrity.ParseGrade(code)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
