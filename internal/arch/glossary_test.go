package arch

import (
	"fmt"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
)

// undefined returns the codes that a glossary has no row for, in the words that people
// read.
func undefined[T interface {
	~string
	Label(integrity.Lang) string
}](glossary string, codes []T) []string {
	var wrong []string
	for _, c := range codes {
		if row := fmt.Sprintf("| `%s` | %s |", string(c), c.Label(integrity.Chinese)); c != "" && !strings.Contains(glossary, row) {
			wrong = append(wrong, "lacks the row "+row)
		}
	}
	return wrong
}

func TestGlossaryHasEveryCode(t *testing.T) {
	glossary := read(t, "docs/glossary.md")
	for _, wrong := range [][]string{
		undefined(glossary, integrity.Layers()), undefined(glossary, integrity.Categories()), undefined(glossary, integrity.Grades()),
		undefined(glossary, integrity.Stages()), undefined(glossary, integrity.SignalKinds()), undefined(glossary, integrity.Methods()),
		undefined(glossary, integrity.Bases()), undefined(glossary, integrity.Rules()),
	} {
		for _, w := range wrong {
			t.Errorf("docs/glossary.md %s", w)
		}
	}
	for _, s := range integrity.Statuses() {
		row := fmt.Sprintf("| `%s` | %s | %s |", s, s.Label(integrity.BasisNotice, integrity.Chinese), s.Label(integrity.BasisSystem, integrity.Chinese))
		if !strings.Contains(glossary, row) {
			t.Errorf("docs/glossary.md lacks the row %s", row)
		}
	}
	caught(t, undefined("| `middle` | 中层岗位 | heads |", integrity.Layers()), true)
	caught(t, undefined("| `general` | 一般 | x |\n| `important` | 重要 | x |\n| `ungraded` | 未评级 | x |", integrity.Grades()), false)
}
