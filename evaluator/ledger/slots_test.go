package ledger_test

import (
	"testing"

	"github.com/slofuse/slofuse/evaluator/ledger"
)

func TestInstantsAreRoundedToSlots(t *testing.T) {
	for _, tc := range []struct{ at, floor, ceil int64 }{
		{0, 0, 0}, {1, 0, 30}, {29, 0, 30}, {30, 30, 30}, {31, 30, 60}, {-1, -30, 0}, {-30, -30, -30}, {-31, -60, -30},
	} {
		if floor, ceil := ledger.Floor(tc.at, 30), ledger.Ceil(tc.at, 30); floor != tc.floor || ceil != tc.ceil {
			t.Errorf("%d lies in (%d, %d], want (%d, %d]", tc.at, floor, ceil, tc.floor, tc.ceil)
		}
	}
}
