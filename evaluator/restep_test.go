package evaluator_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
)

func TestCatchUp_after_the_step_was_changed(t *testing.T) {
	const quarter, half = 15 * time.Second, 30 * time.Second
	for _, steps := range [][2]time.Duration{{quarter, half}, {half, quarter}, {half, time.Minute}} {
		t.Run(steps[0].String()+" to "+steps[1].String(), func(t *testing.T) {
			book, err := ledger.Open(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			fake := newScript("charge")
			for i, now := range []time.Time{hour0.Add(-7*time.Minute + quarter), ready} {
				e := start(t, fake, func(c *evaluator.Config) {
					c.Ledger, c.Step, c.Delay = book, steps[i], 30*time.Second
					c.Logger = slog.New(slog.NewTextHandler(&log, nil))
				})
				catchUp(t, e, now)
				if err := e.Tick(t.Context(), now); err != nil {
					t.Fatal(err)
				}
				if fake.take(); i == 0 {
					continue
				}
				catchUp(t, e, now)
				if again := fake.take(); len(again) > 0 {
					t.Errorf("everything was read, and it asks again: %v", spans(again))
				}
				if a := e.Assess(e.SLOs()[0], hour0); a.Window.Total != 7*86_400*10 || a.Window.Coverage != 1 {
					t.Errorf("window %+v", a.Window)
				}
			}
			if strings.Contains(log.String(), "lost data") {
				t.Errorf("the backend lost nothing: %s", log.String())
			}
		})
	}
}
