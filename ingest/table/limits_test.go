package table

import (
	"slices"
	"strings"
	"testing"
)

// The limits are those that people are told: what Limits{} means is part of the promise.
func TestTheLimitsAreThoseThatPeopleAreTold(t *testing.T) {
	want := Limits{Unpacked: 512 << 20, FreeRatio: 64 << 20, Ratio: 100, Entries: 2000, Document: 64 << 20, Rows: 1_048_576, CellChars: 32_767}
	if got := (Limits{}).withDefaults(); got != want {
		t.Errorf("limits %+v, want %+v", got, want)
	}
}

// TestLimitsAtTheirEdges reads for each limit what just fits and what is one more. The
// larger limits are set small: that the usual ones are right is shown above.
func TestLimitsAtTheirEdges(t *testing.T) {
	entries := func(n int) []byte {
		parts := map[string]string{}
		for i := range n {
			parts[itoa(i)+".csv"] = "a,b\n1,2\n"
		}
		return zipOf(t, parts)
	}
	sheet := func(rows int) []byte {
		var b strings.Builder
		for i := range rows {
			b.WriteString(`<row r="` + itoa(i+1) + `"><c r="A` + itoa(i+1) + `"><v>1</v></c></row>`)
		}
		return zipOf(t, bookParts(b.String()))
	}
	cell := func(chars int) []byte { return []byte("a,b\n" + strings.Repeat("长", chars) + ",2\n") }
	unpacked := func(bytes int) []byte {
		return zipOf(t, map[string]string{"a.csv": ("a,b\n" + strings.Repeat("1,2\n", bytes/4))[:bytes]})
	}
	for _, tc := range []struct {
		name         string
		limits       Limits
		fits, beyond []byte
		code         string
	}{
		{"entries of an archive", Limits{}, entries(2000), entries(2001), CodeTooLarge},
		{"characters of a cell", Limits{}, cell(32_767), cell(32_768), CodeCellTooLarge},
		{"rows of a sheet", Limits{Rows: 50}, sheet(50), sheet(51), CodeTooLarge},
		{"bytes unpacked", Limits{Unpacked: 1 << 16}, unpacked(1 << 16), unpacked(1<<16 + 1), CodeTooLarge},
		{"nesting", Limits{}, zipOf(t, map[string]string{"a.csv": "a,b\n1,2\n"}), zipOf(t, map[string]string{"a.zip": string(zipOf(t, map[string]string{"a.csv": "a,b\n1,2\n"}))}), CodeFormatUnknown},
		{"a ratio of less than a hundred past what is free", Limits{FreeRatio: 1 << 16}, unpacked(1 << 16), unpacked(1 << 20), CodeTooLarge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			codes := func(data []byte) []string {
				g := read(t, "f", data, Options{Limits: tc.limits})
				out := slices.Clone(g.Errors)
				for _, table := range g.Tables {
					out = append(out, table.Errors...)
				}
				return out
			}
			if got := codes(tc.fits); len(got) > 0 {
				t.Errorf("what just fits gives %v", got)
			}
			if got := codes(tc.beyond); !slices.Contains(got, tc.code) {
				t.Errorf("one more gives %v, want %s", got, tc.code)
			}
		})
	}
}
