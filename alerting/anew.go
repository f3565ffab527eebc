package alerting

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// anew reports whether a tier that is as severe as the alert began to burn in this slot,
// or burns again after it was below its rate. A tier that follows while one as fast has
// burned all along, as a slow one does in a long outage, is nothing new.
func (d *decision) anew(prev Alert, severity slo.Severity) bool {
	return slices.ContainsFunc(d.readings, func(r reading) bool {
		hold, held := d.holds[r.tier.Name]
		return held && d.capped(hold.Severity) >= severity && r.begins(prev, hold) && !d.burnedAlong(prev, r.tier.Short)
	})
}

// begins reports whether a tier that holds now did not burn in the slot before.
func (r reading) begins(prev Alert, now Hold) bool {
	before, held := prev.Holds[r.tier.Name]
	return (r.over || r.shortOver) && now.BelowSince.IsZero() && (!held || !before.BelowSince.IsZero())
}

// burnedAlong reports whether a tier with a short window that is no longer than this
// burned in the slot before and does now.
func (d *decision) burnedAlong(prev Alert, short time.Duration) bool {
	return slices.ContainsFunc(d.readings, func(r reading) bool {
		before, held := prev.Holds[r.tier.Name]
		now, holds := d.holds[r.tier.Name]
		return held && holds && before.BelowSince.IsZero() && now.BelowSince.IsZero() && r.tier.Short <= short
	})
}
