package fleet_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

// pages reads 30 days at steps of an hour in pages of a day, as a backfill does.
func pages(b *testing.B, f *fleet.Fleet, query string) (samples int64) {
	b.Helper()
	for day := range 30 {
		end := now.Truncate(time.Hour).AddDate(0, 0, -day)
		result, read := exec(b, f, query, end.Add(-23*time.Hour), end, time.Hour)
		if len(result) == 0 {
			b.Fatalf("%s: nothing on day %d", query, day)
		}
		samples += read
	}
	return samples
}

func growth(metric string) string {
	return fmt.Sprintf(`(last_over_time(%[1]s[1h]) - last_over_time(%[1]s[1h] offset 1h)) >= 0 or last_over_time(%[1]s[1h])`, metric)
}

func BenchmarkThirtyDays(b *testing.B) {
	for name, query := range map[string]string{
		"calls":       `sum by (function,code) (` + growth(`function_calls_total{function=~".+"}`) + `)`,
		"two buckets": `sum by (function,le) (` + growth(`function_call_duration_seconds_bucket{le=~"1\\.0|\\+Inf"}`) + `)`,
		"all buckets": `sum by (function,le) (` + growth(`function_call_duration_seconds_bucket`) + `)`,
		"resets":      `sum by (function) (resets(function_calls_total[61m]))`,
	} {
		for _, skip := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/skip=%v", name, skip), func(b *testing.B) {
				f := newFleet(b, fleet.Options{Seed: 1, SkipUnread: skip})
				var samples int64
				for b.Loop() {
					samples += pages(b, f, query)
				}
				b.ReportMetric(float64(samples)/b.Elapsed().Seconds()/1e6, "Msamples/s")
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		f := newFleet(b, fleet.Options{Seed: 1})
		for _, fn := range f.Functions() {
			if _, err := f.Truth(fn.Service, fn.Name, now.AddDate(0, 0, -30), now); err != nil {
				b.Fatal(err)
			}
		}
	}
}
