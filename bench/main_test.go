package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReplace(t *testing.T) {
	const document = "# T\n\n<!-- begin a -->\nold\n<!-- end a -->\n\ntext\n"
	for name, tc := range map[string]struct {
		document, section, want string
		fails                   bool
	}{
		"a section that is there":       {document, "a", "# T\n\n<!-- begin a -->\nnew\n<!-- end a -->\n\ntext\n", false},
		"a section that is not there":   {document, "b", document + "\n<!-- begin b -->\nnew\n<!-- end b -->\n", false},
		"a section without an end":      {"<!-- begin a -->\nold\n", "a", "", true},
		"a section without a beginning": {"old\n<!-- end a -->\n", "a", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := replace(tc.document, tc.section, "new")
			if (err != nil) != tc.fails {
				t.Fatalf("replace: %v", err)
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestDemoteKeepsCode(t *testing.T) {
	got := demote("# Title\n\nText\n\n## Part\n\n```sh\n# comment\n```\n## End\n")
	if want := "Text\n\n### Part\n\n```sh\n# comment\n```\n### End"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseBench(t *testing.T) {
	const out = `goos: linux
BenchmarkA/x-2         	       3	 400000000 ns/op	  10.00 MB/s	       5 B/op
BenchmarkB             	       1	1000000000 ns/op
BenchmarkA/x-2         	       3	 200000000 ns/op	  20.00 MB/s	       5 B/op
PASS
`
	got := parseBench(out)
	want := []*measured{{name: "A/x", seconds: []float64{0.4, 0.2}, speed: []float64{10, 20}, unit: "MB/s"}, {name: "B", seconds: []float64{1}}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(measured{})); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	g := goBenchmark{pkg: "./p", text: "What.", ratios: []ratio{{"B", "A/x", "twice as it were"}}}
	table, err := g.table(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| A/x | 300 ms | 200 ms – 400 ms | 15 MB/s |", "| B | 1.00 s | 1.00 s – 1.00 s |  |", "| twice as it were (B ÷ A/x) | 3.33 |"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	g.ratios[0].to = "gone"
	if _, err := g.table(got); err == nil {
		t.Error("a ratio to a benchmark that is gone is not noticed")
	}
	if _, err := g.table(nil); err == nil {
		t.Error("a run without any benchmark is not noticed")
	}
}

func TestSectionsAreToldApart(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sections {
		if s.name == "" || s.title == "" || seen[s.name] {
			t.Errorf("section %q, %q: the name is missing or there twice", s.name, s.title)
		}
		seen[s.name] = true
	}
}
