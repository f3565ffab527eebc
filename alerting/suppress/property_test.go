package suppress_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

// draw makes up what was announced around noon: some of it ended early, some taken
// back.
func draw(t *testing.T, r *rand.Rand) (silences []suppress.Silence, deploys []suppress.Deploy, windows []suppress.Maintenance) {
	at := func() time.Time { return noon.Add(time.Duration(r.IntN(7200)-3600) * time.Second) }
	for i := range r.IntN(4) {
		s := quiet(t)
		s.ID, s.StartsAt = fmt.Sprint("s", i), at()
		s.EndsAt = s.StartsAt.Add(time.Duration(1+r.IntN(3600)) * time.Second)
		if r.IntN(2) == 0 {
			s.WithdrawnAt = at()
		}
		silences = append(silences, s)
	}
	for i := range r.IntN(4) {
		d := rollout()
		d.ID, d.StartsAt = fmt.Sprint("d", i), at()
		d.EndsAt = d.StartsAt.Add(time.Duration(1+r.IntN(7200)) * time.Second)
		if r.IntN(2) == 0 {
			d.EndedAt, d.Status = at(), suppress.DeployStatuses()[r.IntN(3)]
		}
		if r.IntN(4) == 0 {
			d.WithdrawnAt = at()
		}
		deploys = append(deploys, d)
	}
	for i := range r.IntN(3) {
		m := window(t)
		m.ID, m.StartsAt, m.Mute = fmt.Sprint("m", i), at(), r.IntN(3) > 0
		m.EndsAt = m.StartsAt.Add(time.Duration(1+r.IntN(3600)) * time.Second)
		if r.IntN(4) == 0 {
			m.WithdrawnAt = at()
		}
		windows = append(windows, m)
	}
	return silences, deploys, windows
}

// Nothing mutes outside its window, and when all windows are over nothing does.
// Whoever is muted knows until when; who pierces is muted by no deploy.
func TestNothingMutesOutsideItsWindow(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 4))
		silences, deploys, windows := draw(t, r)
		spans := map[string]suppress.Span{}
		for _, s := range silences {
			spans[s.ID] = s.Span()
		}
		for _, d := range deploys {
			if !d.Withdrawn() {
				spans[d.ID] = d.Span()
			}
		}
		for _, m := range windows {
			if m.Mute && !m.Withdrawn() {
				spans[m.ID] = suppress.Span{From: m.StartsAt, To: m.EndsAt}
			}
		}
		set := suppress.NewSet(noon.Add(-2*time.Hour), silences, deploys, windows)
		for second := -2 * 3600; second <= 4*3600; second += 1 + r.IntN(300) {
			m := page(time.Duration(second) * time.Second)
			m.Alert.Severity = slo.Severity(1 + r.IntN(2))
			m.Alert.Holds = map[string]alerting.Hold{"fast": {Since: m.At.Add(-time.Duration(r.IntN(600)) * time.Second), Severity: slo.SeverityPage}}
			mutedBy, pierced := set.Mute(m)
			muted := map[string]bool{}
			for _, by := range mutedBy {
				muted[by.ID] = true
				if by.Until.Before(m.At) || by.Until.Equal(m.At) {
					t.Fatalf("seed %d: %s mutes at %s, until %s", seed, by.ID, m.At, by.Until)
				}
				if by.Kind == alerting.MutingDeploy && len(pierced) > 0 {
					t.Fatalf("seed %d: %s mutes what pierced: %v", seed, by.ID, pierced)
				}
			}
			for id, span := range spans {
				within := !m.At.Before(span.From) && m.At.Before(span.To)
				if muted[id] && !within || within && !muted[id] && (id[0] != 'd' || len(pierced) == 0) {
					t.Fatalf("seed %d: %s of %s to %s mutes at %s: %v", seed, id, span.From, span.To, m.At, muted[id])
				}
			}
			if second >= 3*3600 && len(mutedBy)+len(pierced) > 0 {
				t.Fatalf("seed %d: all is over, and %+v mutes", seed, mutedBy)
			}
		}
	}
}
