package inbox

import (
	"regexp"
	"strings"

	"qingfeng/internal/integrity"
)

// flag is where a message of a load names a flag of the command line.
var flag = regexp.MustCompile(`--[a-z]+(?:-[a-z]+)*`)

// fields are the names, in both languages, of what the page Imports has in place of the
// flags: whoever puts files into a folder has no command line.
var fields = map[string][2]string{
	"--unit": {"单位", "Unit"}, "--date": {"日期", "Date"}, "--year": {"年度", "Year"}, "--sheet": {"只读工作表", "Only the sheet"}, "--encoding": {"文本编码", "Encoding"},
	"--grade-map": {"等级对照", "Grades of another scale"}, "--map": {"表头对照", "Headings of the file"}, "--strict": {"有一行不对，就整份不入库", "All rows or none"},
}

// advice is a message of a load as the report of the inbox says it.
func advice(message string, lang integrity.Lang) string {
	if lang == integrity.Chinese { // which sets no space before a word
		message = strings.ReplaceAll(message, " --", "--")
	}
	return flag.ReplaceAllStringFunc(message, func(name string) string {
		field, ok := fields[name]
		switch {
		case !ok:
			return name
		case lang == integrity.English:
			return "the field “" + field[1] + "” of the page Imports"
		}
		return "网页“导入”的“" + field[0] + "”一栏"
	})
}
