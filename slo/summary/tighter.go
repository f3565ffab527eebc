package summary

import (
	"strconv"

	"github.com/slofuse/slofuse/slo"
)

// tenth is the objective with a tenth of the error budget: 99.99 % for 99.9 %. It is
// none where that has more digits than an objective may.
func tenth(o slo.Objective) slo.Objective {
	const digits = 12
	tighter, err := slo.ParseObjective(strconv.FormatFloat(100-o.ErrorRatio()*10, 'g', digits, 64) + "%")
	if err != nil {
		return slo.Objective{}
	}
	return tighter
}
