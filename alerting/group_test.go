package alerting

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func TestWhenAQuietMessageMayLeave(t *testing.T) {
	wait, none := 45*time.Second, time.Duration(0)
	key := grouped{Destination{Receiver: "team", Name: "team/slack/0"}, "g"}
	for what, tc := range map[string]struct {
		last  time.Time // when the last message of the group leaves; zero: the group is new
		known bool
		route Route
		want  time.Time
	}{
		"the first of a group waits 30 s":              {want: noon.Add(30 * time.Second)},
		"or as long as its route says":                 {route: Route{GroupWait: &wait}, want: noon.Add(wait)},
		"or not at all":                                {route: Route{GroupWait: &none}, want: noon},
		"another incident joins what still waits":      {last: noon.Add(12 * time.Second), want: noon.Add(12 * time.Second)},
		"and what leaves now":                          {last: noon, want: noon},
		"one that comes too late waits an interval":    {last: noon.Add(-time.Minute), want: noon.Add(4 * time.Minute)},
		"as its route says":                            {last: noon.Add(-time.Minute), route: Route{GroupInterval: 10 * time.Minute}, want: noon.Add(9 * time.Minute)},
		"after a long silence it waits for others":     {last: noon.Add(-time.Hour), want: noon.Add(30 * time.Second)},
		"a follower keeps the interval":                {last: noon.Add(-time.Minute), known: true, want: noon.Add(4 * time.Minute)},
		"a follower after the interval leaves at once": {last: noon.Add(-time.Hour), known: true, want: noon},
		"a follower joins what still waits":            {last: noon.Add(12 * time.Second), known: true, want: noon.Add(12 * time.Second)},
		"a clock that is set back keeps nothing":       {last: noon.Add(2 * time.Hour), known: true, want: noon},
	} {
		t.Run(what, func(t *testing.T) {
			g := groups{}
			g.note(key, tc.last)
			if got := g.notBefore(key, standing{known: tc.known, route: tc.route}, noon); !got.Equal(tc.want) {
				t.Errorf("not before %v, want %v", got, tc.want)
			}
		})
	}
}

// waits is how long each message is kept, and by which group.
func waits(told []Notification) (out []string) {
	for _, n := range told {
		wait := time.Duration(0)
		if !n.NotBefore.IsZero() {
			wait = n.NotBefore.Sub(n.DecidedAt)
		}
		out = append(out, n.Incident.Function+" "+n.Kind+" "+n.Group+" "+wait.String())
	}
	return out
}

func wantWaits(t *testing.T, told []Notification, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, waits(told)); diff != "" {
		t.Fatalf("waits (-want +got):\n%s", diff)
	}
}

// refund adds an SLO of another function of the same team.
func (s *scene) refund() {
	o := chargeCard("refunds")
	o.ID.Function = "refund"
	s.slos = append(s.slos, o)
	s.worlds[o.ID] = newWorld().healthy(30 * 24 * time.Hour)
}

func TestWhatIsToldTogetherWaits(t *testing.T) {
	byOwner := func(labels map[string]string, _ time.Time) []Route {
		return []Route{{Destinations: []Destination{{Receiver: "team", Name: "team/slack/0"}}, Group: "team:" + labels["owner"]}}
	}
	s := newScene(t, "availability", "latency")
	s.routes = byOwner
	s.slos[0].MaxSeverity = slo.SeverityTicket
	s.slos[1].MaxSeverity = slo.SeverityTicket
	s.refund()
	first := s.until(map[string]int64{"availability": 100})
	wantWaits(t, first, "charge-card opened team:team-checkout 30s")
	s.restart() // the distance is kept over a restart
	second := s.until(map[string]int64{"availability": 100, "latency": 100})
	left := second[0].DecidedAt.Sub(first[0].NotBefore)
	wantWaits(t, second, "charge-card alert team:team-checkout "+(5*time.Minute-left).String())
	s.acknowledge()
	wantWaits(t, s.store.told(), "charge-card acked team:team-checkout 0s")
	wantWaits(t, s.until(map[string]int64{"availability": 100, "latency": 100, "refunds": 100}), "refund opened team:team-checkout 0s") // it is a page
}

func TestAnEndWaitsForNobody(t *testing.T) {
	s := newScene(t, "availability")
	s.slos[0].MaxSeverity = slo.SeverityTicket
	wantWaits(t, s.until(outage), "charge-card opened "+s.incident().ID+" 30s")
	if _, err := s.engine.Resolve(t.Context(), s.incident().ID, "ada", "", true); err != nil {
		t.Fatal(err)
	}
	wantWaits(t, s.store.told(), "charge-card resolved "+s.incident().ID+" 0s")
}
