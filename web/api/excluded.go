package api

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
)

// fromExcluded is what is excluded from the SLO window, beside what was measured.
func fromExcluded(a slo.Assessment) Excluded {
	if !a.Window.Excluded.Any() {
		return Excluded{}
	}
	raw := a.Window.AsMeasured()
	out := excludedOf(a.Scale, a.Window.Excluded)
	out.Text = BothNumbers(a)
	out.Measured = &Measured{
		SLI: known(raw.SuccessRatio()), RemainingRatio: known(a.Remaining(raw)),
		Good: a.Scale.Events(raw.Good()), Bad: a.Scale.Events(raw.Bad), Total: a.Scale.Events(raw.Total),
	}
	for _, c := range a.Corrections {
		out.Corrections = append(out.Corrections, Correction{
			Maintenance: c.ID, Reason: c.Reason, From: c.From.UTC(), To: c.To.UTC(), Slots: int64(c.Excluded.Slots),
			Bad: a.Scale.Events(c.Excluded.Bad), Total: a.Scale.Events(c.Excluded.Total),
		})
	}
	return out
}

func excludedOf(scale slo.Scale, x slo.Exclusion) Excluded {
	return Excluded{
		Slots: int64(x.Slots), Bad: scale.Events(x.Bad), Total: scale.Events(x.Total), Good: scale.Events(x.Good()), Share: finite(x.Share),
	}
}

// excludedOrNil is nil for nothing.
func excludedOrNil(scale slo.Scale, x slo.Exclusion) *Excluded {
	if !x.Any() {
		return nil
	}
	out := excludedOf(scale, x)
	return &out
}

// BothNumbers says what is left of the SLO window and what was measured, and what makes
// the difference: "99.95% good as corrected, 99.71% as measured; budget left 51%, 12%
// as measured; 14 slots are excluded by maintenance m1: new disks". It is empty where
// nothing is excluded.
func BothNumbers(a slo.Assessment) string {
	w, raw := a.Window, a.Window.AsMeasured()
	switch {
	case !w.Excluded.Any():
		return ""
	case w.Reading():
		return w.Excluded.Phrase() + by(a.Corrections)
	}
	return fmt.Sprintf("%s good as corrected, %s as measured; budget left %s, %s as measured; %s%s",
		format.SLI(w.SuccessRatio()), format.SLI(raw.SuccessRatio()), format.Left(a.Remaining(w)), format.Left(a.Remaining(raw)),
		w.Excluded.Phrase(), by(a.Corrections))
}

// mostNamed is how many maintenances are named in a sentence.
const mostNamed = 3

// by names what corrects, each maintenance once.
func by(corrections []slo.Correction) string {
	var names []string
	for _, c := range corrections {
		if name := strings.TrimSuffix(c.ID+": "+c.Reason, ": "); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if more := len(names) - mostNamed; more > 0 {
		names = append(names[:mostNamed], fmt.Sprintf("and %d more", more))
	}
	return strings.TrimSuffix(" "+strings.Join(names, ", "), " ")
}

// ExcludedText says what is not in the counts of a window: "without 60 slots that are
// excluded, 18,000 bad of 18,000"; empty where nothing is.
func ExcludedText(x *Excluded) string {
	if x == nil {
		return ""
	}
	slots := "slots that are"
	if x.Slots == 1 {
		slots = "slot that is"
	}
	return fmt.Sprintf("without %s %s excluded by maintenance, %s bad of %s", format.Count(x.Slots), slots, format.Events(x.Bad), format.Events(x.Total))
}
