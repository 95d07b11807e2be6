package dashboards

import (
	"regexp"
	"strings"

	"qingfeng/internal/integrity"
)

// flagWords are the places where messages of a load name a flag of the command line. On a
// page the same thing is a field of the form.
var flagWords = regexp.MustCompile(`--[a-z]+(?:-[a-z]+)*`)

// flagFields are the fields for the flags that messages name.
var flagFields = map[string]string{
	"--unit": "dim.unit", "--date": "param.date", "--year": "param.year", "--sheet": "imports.sheet", "--encoding": "imports.encoding",
	"--grade-map": "imports.grademap", "--map": "imports.map", "--strict": "imports.strict",
}

// advice is a message of a load as a page says it: with the field in place of the flag.
func (r *request) advice(message string) string {
	if r.lang == integrity.Chinese { // which sets no space before a word
		message = strings.ReplaceAll(message, " --", "--")
	}
	return flagWords.ReplaceAllStringFunc(message, func(flag string) string {
		if field, ok := flagFields[flag]; ok {
			return r.t("imports.field", r.t(field))
		}
		return flag
	})
}
