package survey

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/slofuse/slofuse/internal/starter"
	"github.com/slofuse/slofuse/slo"
)

// finest is the exponent of the smallest threshold that is proposed, 31.25 ms in
// seconds.
const finest = -5

// native fills in the bounds of functions whose histograms are native: the power of
// two above their 99th percentile, which is a bound of every such histogram.
func (s *survey) native(ctx context.Context, found *starter.Found, histogram slo.Selector) error {
	over, err := s.affordable(ctx, histogram)
	if err != nil {
		return err
	}
	grown := fmt.Sprintf("sum by (%s) (increase(%s[%s]))", found.Function, histogram, slo.FormatDuration(over))
	slow, err := s.sums(ctx, fmt.Sprintf("topk(1000, histogram_quantile(0.99, %s))", grown), found.Function)
	if err != nil {
		return err
	}
	shares := map[float64]map[string]float64{}
	for i := range found.Functions {
		f := &found.Functions[i]
		q, ok := slow[f.Name]
		if !ok || len(f.Bounds) > 0 || !(q > 0) || math.IsInf(q, 1) {
			continue
		}
		bound := math.Pow(2, max(math.Ceil(math.Log2(q)), finest))
		if shares[bound] == nil {
			if shares[bound], err = s.sums(ctx, fmt.Sprintf("histogram_fraction(0, %g, %s)", bound, grown), found.Function); err != nil {
				return err
			}
		}
		f.Bounds = []starter.Bound{{Upper: time.Duration(bound * float64(found.Duration.Unit)), Share: shares[bound][f.Name]}}
	}
	return nil
}
