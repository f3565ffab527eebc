package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTheStartPageOfEveryNight opens the start page in the states that a demo hardly
// shows: nothing sticks out, nothing is cut and nobody is kept out. With -artifacts it
// leaves a picture of each, light on a phone and dark on a desk.
func TestTheStartPageOfEveryNight(t *testing.T) {
	b := browse(t, newFleet())
	for _, n := range nights() {
		server := n.fleet.server(t)
		b.handler.Store(server)
		for width, scheme := range map[int64]string{390: "light", 1280: "dark"} {
			b.prefer(t, scheme)
			b.open(t, n.path, width)
			if over := evaluate[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s at %d: %d pixels too wide, by %s", n.name, width, over, evaluate[string](t, b, widest))
			}
			if cut := evaluate[string](t, b, cutOff); cut != "" {
				t.Errorf("%s at %d: cut: %s", n.name, width, cut)
			}
			for _, violation := range append(b.violations(t), b.complaints()...) {
				t.Errorf("%s at %d, %s: %s", n.name, width, scheme, violation)
			}
			b.picture(t, fmt.Sprintf("%s-%d.png", n.name, width))
		}
	}
}

// cutOff names the elements whose text does not fit and is hidden.
const cutOff = `[...document.querySelectorAll("main *")].filter(e => getComputedStyle(e).overflowX !== "visible" && !e.matches(".hidden, svg, svg *") && e.scrollWidth > e.clientWidth + 1)
	.map(e => e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 60)).join("; ")`

// picture keeps the whole page as it is.
func (b *tab) picture(t *testing.T, name string) {
	t.Helper()
	png, err := chromedp.Run(b, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name), png, 0o600); err != nil {
		t.Fatal(err)
	}
}
