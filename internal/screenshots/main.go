// Command screenshots takes pictures of a running demo: those of the README, or of
// every page in each width and scheme, to look at.
//
//	make screenshots                                      # docs/images
//	go run ./internal/screenshots -all -out /tmp/pictures # of http://127.0.0.1:8480
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	url := flag.String("url", "http://127.0.0.1:8480", "the demo's `URL`")
	out := flag.String("out", "docs/images", "the `FOLDER` for the pictures")
	chromium := flag.String("chromium", "chromium", "the browser's `FILE`")
	all := flag.Bool("all", false, "take every page at 390, 1280 and 1920 pixels, light and dark")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *url, *out, *chromium, *all); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

// patience is how long a demo may take to read its month.
const patience = 5 * time.Minute

func run(ctx context.Context, url, out, chromium string, all bool) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	incident, err := settled(ctx, url, patience)
	if err != nil {
		return err
	}
	list := readme(incident)
	if all {
		list = every(incident)
	}
	browser, quit := open(ctx, chromium)
	defer quit()
	for _, shot := range list {
		picture, err := browser.take(url, shot)
		if err != nil {
			return fmt.Errorf("%s: %w", shot.path, err)
		}
		name := filepath.Join(out, shot.name+".png")
		if err := os.WriteFile(name, picture, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s  %4d kB  %s\n", name, len(picture)/1000, shot.path)
	}
	return nil
}
