package web_test

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Counted is 250 calls a second, of which one in 2,500 is bad.
func (f *fleet) Counted(s slo.SLO, bounds []time.Time) []slo.Point {
	var out []slo.Point
	for i := 1; i < len(bounds); i++ {
		p := slo.Point{Time: bounds[i], Scale: s.SLI.Scale(), Coverage: 1}
		p.Total = int64(bounds[i].Sub(bounds[i-1])/time.Second) * 250
		p.Bad = p.Total / 2500
		if f.counted != nil {
			f.counted(&p)
		}
		out = append(out, p)
	}
	return out
}
