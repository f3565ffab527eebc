package breakdown

import (
	"cmp"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Part is what a part of a function counted: one gateway, one region.
type Part struct {
	ID           slo.ID
	Label, Value string
	slo.Counts
}

// PartShare is how much of the whole a part is.
type PartShare struct {
	Part
	OfBad   float64 // of the bad events, 0 to 1
	OfTotal float64 // of all events
}

// Suspect reports whether the part failed far more than its share: it has a fifth of
// the bad events or more, and half as much again as its share of the calls.
func (p PartShare) Suspect() bool { return p.OfBad >= 0.2 && p.OfBad >= 1.5*p.OfTotal }

// PartShares says of which parts the bad events of a whole were, largest share first
// and no more than most of each label; labels in the order of their names. Parts that
// counted nothing are left out. Shares are of what the whole counted, or of the sum of
// the parts of a label where that is more, so that no share is beyond one.
func PartShares(whole slo.Counts, parts []Part, most int) []PartShare {
	sums := map[string]slo.Counts{}
	for _, p := range parts {
		sums[p.Label] = sums[p.Label].Add(p.Counts)
	}
	var out []PartShare
	for _, p := range parts {
		if p.Total == 0 {
			continue
		}
		out = append(out, PartShare{
			Part: p, OfBad: share(p.Bad, max(whole.Bad, sums[p.Label].Bad)), OfTotal: share(p.Total, max(whole.Total, sums[p.Label].Total)),
		})
	}
	slices.SortFunc(out, func(a, b PartShare) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(b.Bad, a.Bad), cmp.Compare(b.Total, a.Total), cmp.Compare(a.Value, b.Value))
	})
	kept := map[string]int{}
	return slices.DeleteFunc(out, func(p PartShare) bool {
		kept[p.Label]++
		return kept[p.Label] > most
	})
}

func share(part, of int64) float64 {
	if of <= 0 {
		return 0
	}
	return float64(part) / float64(of)
}
