package dashboards

import "testing"

func TestThePlaceOfAProblemNamesDocumentAndSheet(t *testing.T) {
	for _, tc := range []struct {
		name string
		p    problem
		want string
	}{
		{"a file that was given itself needs no name", problem{Table: 1, Row: 5}, ""},
		{"of an archive the document comes first", problem{File: "第一医院/a.docx", Table: 2, Row: 5}, "第一医院/a.docx #2"},
		{"a sheet is called by its name", problem{File: "a.xlsx", Sheet: "一季度", Table: 3}, "a.xlsx 一季度"},
	} {
		if got := tc.p.Place(); got != tc.want {
			t.Errorf("%s: %+v is placed at %q; want %q", tc.name, tc.p, got, tc.want)
		}
	}
}
