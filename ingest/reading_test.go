package ingest

import (
	"slices"
	"testing"

	"qingfeng/internal/integrity"
)

func TestReadingsAreWhatFilesAreReadBy(t *testing.T) {
	l := &Loader{cfg: Config{HeadingAliases: map[Kind]map[string]string{KindComplaints: {"诉求内容": "内容", "来件日": "日期"}}},
		words: map[string]integrity.Category{"收费": integrity.CategoryPost, "态度": integrity.CategoryConduct, "医保": integrity.CategoryPost}}
	for _, kind := range Kinds() {
		known, err := headingsOf(kind, l.cfg.HeadingAliases[kind], nil)
		if err != nil {
			t.Fatal(err)
		}
		template, _ := Template(kind)
		var shown []string
		for _, r := range l.Readings(kind) {
			shown = append(shown, r.Heading)
			for _, also := range slices.Concat(r.Configured, []string{r.Heading}) {
				if got, _, _ := known.match(kind, []string{also}, func(string) bool { return false }); !slices.Contains(got.names[:], also) || len(got.unknown) > 0 {
					t.Errorf("%s: %s is shown for %s and not read", kind, also, r.Heading)
				}
			}
			if want := kind == KindComplaints && (r.Heading == "内容" || r.Heading == "日期"); want != (len(r.Configured) == 1) {
				t.Errorf("%s, %s: the configuration adds %q", kind, r.Heading, r.Configured)
			}
		}
		for _, h := range template {
			if !slices.Contains(shown, h) {
				t.Errorf("%s: the column %s is not shown", kind, h)
			}
		}
	}
	want := []WordOf{{"态度", integrity.CategoryConduct}, {"医保", integrity.CategoryPost}, {"收费", integrity.CategoryPost}}
	if got := l.CategoryWords(); !slices.Equal(got, want) {
		t.Errorf("words %v, want %v", got, want)
	}
}
