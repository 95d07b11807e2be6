package visualtest

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// The grid that a picture is brought down to, whatever its size.
const (
	cols = 32
	rows = 40
)

// A window of so many blocks is the smallest thing that may be missed: a card, a chart.
const (
	windowCols = 8
	windowRows = 4
)

// scale makes the ink of a page, at most 60 levels of grey, use the range of a byte.
const scale = 4

// Tolerance is how far the ink of a window may be from what it was, in levels of grey. On the
// overview other fonts came to 1.2 to 2.8, a card or a chart that is missing to 5.3 and more.
const Tolerance = 4.0

// Grid returns how much ink each block of a picture has: the mean step from one pixel to the
// next, which is the same for dark on light and light on dark. The height of a page does not
// matter.
func Grid(picture image.Image) *image.Gray {
	box := picture.Bounds()
	grey := func(x, y int) int { return int(color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y) }
	out := image.NewGray(image.Rect(0, 0, cols, rows))
	for y := range rows {
		for x := range cols {
			left, right := box.Min.X+x*box.Dx()/cols, box.Min.X+(x+1)*box.Dx()/cols
			var steps, n int
			for py := box.Min.Y + y*box.Dy()/rows; py < box.Min.Y+(y+1)*box.Dy()/rows; py++ {
				for px := left + 1; px < right; px++ {
					step := grey(px, py) - grey(px-1, py)
					steps += max(step, -step)
					n++
				}
			}
			out.SetGray(x, y, color.Gray{Y: uint8(min(scale*steps/max(n, 1), 255))})
		}
	}
	return out
}

// Difference returns by how much the ink of the window that changed most has changed, in levels
// of grey.
func Difference(a, b *image.Gray) float64 {
	most := 0
	for y := 0; y+windowRows <= rows; y++ {
		for x := 0; x+windowCols <= cols; x++ {
			sum := 0
			for dy := range windowRows {
				for dx := range windowCols {
					sum += int(a.GrayAt(x+dx, y+dy).Y) - int(b.GrayAt(x+dx, y+dy).Y)
				}
			}
			most = max(most, sum, -sum)
		}
	}
	return float64(most) / (windowCols * windowRows * scale)
}

// Read decodes a PNG.
func Read(t testing.TB, body []byte) image.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("read a picture: %v", err)
	}
	return picture
}

// Golden returns the grid kept in testdata/visual, after writing it anew where update is set.
func Golden(t testing.TB, name string, now *image.Gray, update bool) *image.Gray {
	t.Helper()
	path := filepath.Join("testdata", "visual", name+".png")
	if update {
		var b bytes.Buffer
		if err := errors.Join(png.Encode(&b, now), os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is missing; run with -update and look at the page", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	kept, ok := Read(t, body).(*image.Gray)
	if !ok || kept.Bounds() != now.Bounds() {
		t.Fatalf("%s is not a grid of %d × %d", path, cols, rows)
	}
	return kept
}

// Same holds a picture to the one kept under a name.
func Same(t testing.TB, name string, picture image.Image, update bool) {
	t.Helper()
	now := Grid(picture)
	if d := Difference(Golden(t, name, now, update), now); d > Tolerance {
		t.Errorf("%s looks other than it did: its ink differs by %.1f, %.1f may be; look at it, and run with -update if it is meant", name, d, Tolerance)
	}
}

// Other holds a picture to be unlike the one kept under a name: that what is missing in it
// would be seen.
func Other(t testing.TB, name string, picture image.Image) {
	t.Helper()
	now := Grid(picture)
	if d := Difference(Golden(t, name, now, false), now); d <= Tolerance {
		t.Errorf("%s passes for what it was, though something is missing: its ink differs by %.1f only", name, d)
	}
}
