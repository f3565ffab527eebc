package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// A wall clock never shows the same time twice, unlike the clocks of other tests.
func TestAlone_waits_for_late_samples_unless_asked_about_the_past(t *testing.T) {
	file := filepath.Join(t.TempDir(), "quick.yaml")
	writeFile(t, file, quickFile)
	for _, c := range []struct {
		about string
		at    string
		want  time.Time // end of the newest slot that is read
	}{
		{"now", "", wednesday.Add(-53 * time.Second)},
		{"the past", "2026-03-18T13:00:00Z", wednesday.Add(-67*time.Minute - 23*time.Second)},
		{"a moment ago", "2026-03-18T14:07:20Z", wednesday.Add(-53 * time.Second)},
	} {
		t.Run(c.about, func(t *testing.T) {
			var mu sync.Mutex
			var newest float64
			prom := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				if end, err := strconv.ParseFloat(r.FormValue("end"), 64); err == nil {
					newest = max(newest, end)
				}
				fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[]}}`)
			}))
			defer prom.Close()
			wall := newClock(wednesday)
			args := []string{"gate", "--prometheus.url", prom.URL}
			if c.at != "" {
				args = append(args, "--at", c.at)
			}
			cli := &cli{
				stdout: t.Output(), stderr: t.Output(), getenv: func(string) string { return "" }, wait: sleep,
				now: func() time.Time { return wall.advance(time.Millisecond) },
			}
			if code := cli.run(t.Context(), append(args, file)); code != exitUndecided {
				t.Errorf("exit code %d, want %d: there is no data", code, exitUndecided)
			}
			if got := time.Unix(int64(newest), 0); !got.Equal(c.want) {
				t.Errorf("read up to %v, want %v", got.UTC(), c.want)
			}
		})
	}
}
