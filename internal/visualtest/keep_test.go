package visualtest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhatIsKeptLiesInTheArtifactsOfTheProject(t *testing.T) {
	root := t.TempDir()
	within := filepath.Join(root, "dashboards", "report")
	for _, err := range []error{os.MkdirAll(within, 0o755), os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o644)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(within)
	for _, body := range []string{"first", "second"} {
		Keep(t, "page.png", []byte(body))
		got, err := os.ReadFile(filepath.Join(root, "artifacts", "dashboards", "report", "page.png"))
		if err != nil || string(got) != body {
			t.Errorf("kept %q, %v; want %q", got, err, body)
		}
	}
}
