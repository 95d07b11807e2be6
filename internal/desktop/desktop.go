package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"
)

// Chromium returns the path of the browser, or an error that says how to install it.
func Chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium; install it with: apt-get install -y chromium")
}

// OldChromium returns the path of Chromium 86, the oldest that pages have to work in. Make
// unpacks it into bin/chromium-86 of the project, where it is looked for from the working
// directory upwards.
func OldChromium() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "bin", "chromium-86", "chromium")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no Chromium 86; unpack it with: make oldbrowser")
		}
	}
}

// Until waits until an expression is true of the page that stands in the tab of ctx, asking every
// 20 ms until ctx ends. Each question goes to the page that is there when it is asked;
// chromedp.Poll asks the one it last heard of, which after a navigation may be gone.
func Until(ctx context.Context, expression string) error {
	for {
		switch yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")")); {
		case err != nil:
			return fmt.Errorf("ask the page for %s: %w", expression, err)
		case yes:
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", expression, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Print prints a page as a person does, without the browser's own head and foot, and returns
// the PDF.
func Print(ctx context.Context, page []byte) ([]byte, error) {
	browser, err := Chromium()
	if err != nil {
		return nil, err
	}
	return printWith(ctx, page, browser, "--no-pdf-header-footer")
}

// PrintOld is Print by Chromium 86.
func PrintOld(ctx context.Context, page []byte) ([]byte, error) {
	browser, err := OldChromium()
	if err != nil {
		return nil, err
	}
	return printWith(ctx, page, browser, "--print-to-pdf-no-header")
}

func printWith(ctx context.Context, page []byte, browser, bare string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "qingfeng-print-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(in, page, 0o600); err != nil {
		return nil, err
	}
	if err := run(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"),
		bare, "--print-to-pdf="+out, "file://"+in); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return os.ReadFile(out)
}

var pageObject = regexp.MustCompile(`/Type /Page\b[^s]`)

// Pages counts the pages of a PDF that Chromium printed.
func Pages(pdf []byte) int { return len(pageObject.FindAll(pdf, -1)) }

// Resave opens files in LibreOffice Writer and saves each in dir in another format: an ending,
// or an ending and the name of a filter. Make test installs the program.
func Resave(ctx context.Context, dir, to string, files ...string) error {
	office, err := exec.LookPath("soffice")
	if err != nil {
		return errors.New("no LibreOffice; install it with: apt-get install -y --no-install-recommends libreoffice-writer-nogui")
	}
	args := []string{"--headless", "--norestore", "--writer", "-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--convert-to", to, "--outdir", dir}
	if err := run(ctx, office, append(args, files...)...); err != nil {
		return fmt.Errorf("save as %s: %w", to, err)
	}
	return nil
}

// run runs a program to its end. Both are scripts around the one that works, or start others:
// when the context ends, all of them do.
func run(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	return nil
}
