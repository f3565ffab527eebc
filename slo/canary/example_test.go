package canary_test

import (
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
)

// How many calls a canary needs to pass four times of five, and how long that takes, when
// it gets a tenth of all calls and both sides fail as often as a quarter of the budget
// lets them. Docs show this table.
func ExampleTest_Need() {
	once := canary.DefaultTest()
	for _, text := range []string{"99%", "99.9%", "99.95%", "99.99%"} {
		o := slo.MustObjective(text)
		fmt.Printf("| %s |", text)
		n := once.Need(o, o.ErrorRatio()/4, 0.1, 0.8)
		fmt.Printf(" %s |", slo.FormatCount(n))
		for _, perSecond := range []int64{1, 10, 100} {
			fmt.Printf(" %s |", slo.FormatDuration(time.Duration(n/perSecond)*time.Second))
		}
		fmt.Println()
	}
	// Output:
	// | 99% | 625 | 10m25s | 1m2s | 6s |
	// | 99.9% | 6,276 | 1h44m36s | 10m27s | 1m2s |
	// | 99.95% | 12,560 | 3h29m20s | 20m56s | 2m5s |
	// | 99.99% | 62,784 | 17h26m24s | 1h44m38s | 10m27s |
}
