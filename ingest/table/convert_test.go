package table

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// officeStub is a program that takes the arguments of LibreOffice and does what
// the lines of shell say, with $in, $out and $to set from them.
func officeStub(t *testing.T, lines string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	script := `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --convert-to) to="$2"; shift;;
    --outdir) out="$2"; shift;;
    -env:UserInstallation=file://*) profile="${1#*file://}";;
    --*) ;;
    *) in="$1";;
  esac
  shift
done
mkdir -p "$out"
` + lines + "\n"
	if err := os.WriteFile(filepath.Join(dir, "soffice"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLibreOfficeIsFoundAndLeavesNothingBehind(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	saved := filepath.Join(t.TempDir(), "converted.docx")
	if err := os.WriteFile(saved, docxOf(t, "", tbl(tr(tc("序号"), tc("描述")))), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := officeStub(t, `[ "$to" = docx ] && [ "$(head -c 1 "$in" | od -An -tx1)" = " d0" ] && [ -s "$profile/user/registrymodifications.xcu" ] && cp '`+saved+`' "$out/in.docx"`)
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	g := read(t, "旧.doc", []byte(compoundOf("WordDocument", 1<<12, nil)), Options{})
	if len(g.Tables) != 1 {
		t.Fatalf("got %+v", g)
	}
	diff(t, "rows", g.Tables[0].Rows, [][]string{{"序号", "描述"}})
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

func TestLibreOfficeThatFails(t *testing.T) {
	old := compoundOf("Workbook", 1<<12, nil)
	for _, tc := range []struct{ name, lines, code string }{
		{"it ends with an error", "exit 1", CodeUnreadable},
		{"it gives no file", "exit 0", CodeUnreadable},
		{"it gives too much", `head -c 3000 /dev/zero > "$out/in.xlsx"`, CodeTooLarge},
		{"it does not end", "sleep 60 & sleep 60", CodeTimeLimit},
		{"it takes too much memory", "tail -c 900000000 /dev/zero | tail -n 1 > /dev/null", CodeTooLarge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			opt := Options{Convert: LibreOffice(filepath.Join(officeStub(t, tc.lines), "soffice"), 2000)}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			start := time.Now()
			g := readContext(ctx, "旧.xls", []byte(old), opt)
			diff(t, "errors", strings.Join(g.Errors, " "), tc.code)
			if took := time.Since(start); took > 8*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
