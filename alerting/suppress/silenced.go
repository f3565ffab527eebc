package suppress

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Silenced is what mutes an alert, with the silences as they stand at an instant: one
// that was added or ended since the alert was decided on shows at once. What else
// mutes it is as it was decided.
func Silenced(o slo.SLO, a alerting.Alert, silences []Silence, at time.Time) []alerting.Muting {
	if !a.Active() {
		return a.MutedBy
	}
	var out []alerting.Muting
	for _, s := range silences {
		if muting, ok := s.mute(alerting.Mutable{SLO: o, Alert: a, At: at}); ok {
			out = append(out, muting)
		}
	}
	return append(out, slices.DeleteFunc(slices.Clone(a.MutedBy), func(m alerting.Muting) bool { return m.Kind == alerting.MutingSilence })...)
}
