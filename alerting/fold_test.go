package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func message(sequence int, status Status, kind string, loud bool) Notification {
	return Notification{
		EventID: string(rune('a' + sequence)), Status: status, Kind: kind, Reason: kind + " reason", Loud: loud,
		DecidedAt: noon.Add(time.Duration(sequence) * time.Minute),
		Incident:  Incident{OpenedAt: noon, ResolvedAt: noon.Add(29 * time.Minute), Sequence: sequence},
	}
}

func TestFold(t *testing.T) {
	opened, rose := message(1, StatusFiring, EventOpened, false), message(2, StatusFiring, EventSeverity, true)
	joined, resolved := message(3, StatusFiring, EventAlert, false), message(4, StatusResolved, EventResolved, false)
	acked := message(5, StatusFiring, EventAcked, false)
	acked.Incident.State = IncidentAcked
	for _, c := range []struct {
		name   string
		owed   []Notification
		told   bool
		id     string
		loud   bool
		reason string
		folded []string
	}{
		{name: "one message is itself", owed: []Notification{opened}, id: "b", reason: "opened reason"},
		{name: "the latest tells the others", owed: []Notification{opened, joined}, id: "d", reason: "alert reason", folded: []string{"opened"}},
		{name: "a rise that was not told stays loud", owed: []Notification{rose, joined}, told: true, id: "d", loud: true, reason: "alert reason", folded: []string{"severity"}},
		{name: "an end is not loud", owed: []Notification{rose, resolved}, told: true, id: "e", reason: "resolved reason", folded: []string{"severity"}},
		{name: "what somebody is on by then rings nobody", owed: []Notification{rose, acked}, id: "f", reason: "acked reason", folded: []string{"severity"}},
		{
			name: "an end nobody knew the beginning of says that it is late", owed: []Notification{opened, resolved}, id: "e",
			reason: "late, opened 12:00 UTC, resolved 12:29 UTC, resolved reason", folded: []string{"opened"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Fold(c.owed, c.told)
			if got.EventID != c.id || got.Loud != c.loud || got.Reason != c.reason {
				t.Errorf("got %s (loud %v): %s; want %s (loud %v): %s", got.EventID, got.Loud, got.Reason, c.id, c.loud, c.reason)
			}
			if diff := cmp.Diff(c.folded, kinds(got.Folded)); diff != "" {
				t.Errorf("folded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	t.Run("names that run together have keys of their own", func(t *testing.T) {
		seen := map[string][2]string{}
		parts := []string{"", "a", "b", "ab", "a/b", "/", "a\x00", "\x00a", "checkout", "check", "out"}
		for _, service := range parts {
			for _, function := range parts {
				key := incidentKey(service, function)
				if other, ok := seen[key]; ok {
					t.Errorf("%q and %q share a key", other, [2]string{service, function})
				}
				seen[key] = [2]string{service, function}
			}
		}
	})
	t.Run("an id can stand in a URL", func(t *testing.T) {
		id := incidentID(incidentKey("GET /cart/{id}", "?#%"), noon)
		if strings.ContainsFunc(id, func(r rune) bool {
			return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
		}) {
			t.Errorf("id %q", id)
		}
	})
	t.Run("an event id tells opening, change and destination apart", func(t *testing.T) {
		base := Incident{Key: "k", OpenedAt: noon, Sequence: 1}
		here, there := Destination{Name: "a"}, Destination{Name: "b"}
		later, next := base, base
		later.OpenedAt, next.Sequence = noon.Add(time.Hour), 2
		seen := map[string]bool{eventID(base, here): true, eventID(base, there): true, eventID(later, here): true, eventID(next, here): true}
		if len(seen) != 4 || !seen[eventID(base, here)] {
			t.Errorf("%d ids for four events", len(seen))
		}
	})
}

func TestAgreed(t *testing.T) {
	got := agreed([]map[string]string{{"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "x"}})
	if diff := cmp.Diff(map[string]string{"a": "1"}, got); diff != "" {
		t.Errorf("agreed labels (-want +got):\n%s", diff)
	}
	if agreed(nil) != nil {
		t.Error("labels out of nothing")
	}
}

func TestOweBoundsTheTimeline(t *testing.T) {
	i := Incident{Key: "k", OpenedAt: noon, Severity: slo.SeverityPage}
	for range 3 * maxTimeline {
		i.Timeline = append(i.Timeline, Event{Kind: EventAlert})
	}
	i.Timeline = append(i.Timeline, Event{Kind: EventAcked})
	told := snapshot(i).Timeline
	if n := len(told); n != maxTimeline || told[n-1].Kind != EventAcked {
		t.Errorf("%d events, want the last %d", n, maxTimeline)
	}
}

func TestRouteLabels(t *testing.T) {
	i := Incident{
		Service: "checkout", Function: "charge-card", Owner: "team", Severity: slo.SeverityTicket,
		ID: "a1", Labels: map[string]string{"severity": "page", "tier": "critical"},
	}
	want := map[string]string{"service": "checkout", "function": "charge-card", "owner": "team", "severity": "ticket", "tier": "critical", "incident": "a1"}
	if diff := cmp.Diff(want, routeLabels(i)); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if i.Labels["severity"] != "page" {
		t.Error("the labels of the incident were changed")
	}
}
