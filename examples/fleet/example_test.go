package fleet_test

import (
	"fmt"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

// A gateway fails for ten minutes, and the fleet knows how many calls that cost.
func Example() {
	clock := time.Date(2026, 3, 18, 14, 0, 0, 0, time.UTC)
	f, err := fleet.New(fleet.Options{Seed: 1, Now: func() time.Time { return clock }})
	if err != nil {
		fmt.Println(err)
		return
	}
	fault, err := f.Start(fleet.Fault{
		Kind: fleet.ErrorBurn, Service: "checkout", Function: "charge-card", Gateway: "acme-pay", Share: 0.5,
	}, clock)
	if err != nil {
		fmt.Println(err)
		return
	}
	clock = clock.Add(10 * time.Minute)
	if fault, err = f.Stop(fault.ID, clock); err != nil {
		fmt.Println(err)
		return
	}
	c, err := f.Truth("checkout", "charge-card", fault.From, fault.To)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f %% of the calls failed\n", 100*float64(c.ServerErrors())/float64(c.Total))
	// Output: 30.0 % of the calls failed
}
