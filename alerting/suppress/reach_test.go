package suppress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

// promises are SLOs of the names given, of two services.
func promises(names ...string) (out []slo.SLO) {
	for _, name := range names {
		service, rest, _ := strings.Cut(name, "/")
		function, objective, _ := strings.Cut(rest, "/")
		out = append(out, slo.SLO{ID: slo.ID{Service: service, Function: function, Name: objective}})
	}
	return out
}

func firing(o slo.SLO, severity slo.Severity, ago time.Duration, by ...alerting.Muting) alerting.Alert {
	return alerting.Alert{ID: o.ID, Phase: alerting.PhaseFiring, Severity: severity, Since: noon.Add(-ago), MutedBy: by}
}

func TestReach_counts_what_matchers_are_about(t *testing.T) {
	slos := promises("checkout/charge/availability", "checkout/charge/latency", "checkout/refund/availability", "media/upload/availability")
	other := alerting.Muting{Kind: alerting.MutingDeploy, ID: "d1"}
	open := []alerting.Incident{
		{ID: "i1", Severity: slo.SeverityTicket, Alerts: []alerting.Alert{firing(slos[2], slo.SeverityTicket, time.Hour)}},
		{ID: "i2", Severity: slo.SeverityPage, Alerts: []alerting.Alert{
			firing(slos[0], slo.SeverityPage, time.Minute), firing(slos[1], slo.SeverityTicket, 2*time.Hour),
			{ID: slos[0].ID, Phase: alerting.PhaseOK},
		}},
		{ID: "i3", Severity: slo.SeverityPage, Alerts: []alerting.Alert{firing(slos[3], slo.SeverityPage, time.Minute, other)}},
		{ID: "i4", Severity: slo.SeverityPage, Alerts: []alerting.Alert{{ID: slo.ID{Service: "checkout", Function: "gone"}, Phase: alerting.PhaseFiring}}},
	}
	for _, tc := range []struct {
		matchers        string
		slos, functions int
		services        string
		alerts          string // the functions and SLOs, in order
		pages, tickets  int
		incidents       string // with ! when nobody would be told
	}{
		{`service="checkout"`, 3, 2, "checkout", "charge/availability charge/latency refund/availability", 1, 2, "i2! i1!"},
		{`service="checkout",severity="ticket"`, 3, 2, "checkout", "charge/latency refund/availability", 0, 2, "i2 i1!"},
		{`slo="availability"`, 3, 3, "checkout media", "charge/availability upload/availability refund/availability", 2, 1, "i2 i3! i1!"},
		{`service="media"`, 1, 1, "media", "upload/availability", 1, 0, "i3!"},
		{`service="chekout"`, 0, 0, "", "", 0, 0, ""},
	} {
		r := suppress.ReachOf(slos, open, matching(t, tc.matchers).MatchAlert)
		var alerts, incidents []string
		for _, a := range r.Alerts {
			alerts = append(alerts, a.ID.Function+"/"+a.ID.Name)
		}
		for _, i := range r.Incidents {
			name := i.ID
			if i.Quiet {
				name += "!"
			}
			incidents = append(incidents, name)
		}
		if r.SLOs != tc.slos || len(r.Functions) != tc.functions || strings.Join(r.Services, " ") != tc.services {
			t.Errorf("%s: %d SLOs, functions %v, services %v", tc.matchers, r.SLOs, r.Functions, r.Services)
		}
		if got := strings.Join(alerts, " "); got != tc.alerts || r.Of(slo.SeverityPage) != tc.pages || r.Of(slo.SeverityTicket) != tc.tickets {
			t.Errorf("%s: alerts %s, %d pages, %d tickets", tc.matchers, got, r.Of(slo.SeverityPage), r.Of(slo.SeverityTicket))
		}
		if got := strings.Join(incidents, " "); got != tc.incidents {
			t.Errorf("%s: incidents %s, want %s", tc.matchers, got, tc.incidents)
		}
	}
}

// What is foreseen is what happens: of every alert the messages are held back then,
// and of no other.
func TestReach_is_what_a_silence_then_mutes(t *testing.T) {
	slos := promises("checkout/charge/availability", "checkout/refund/latency", "media/upload/availability")
	for _, matchers := range []string{`service="checkout"`, `severity="page"`, `slo!="latency",function=~".+"`, `service=~"m.*",severity="ticket"`} {
		s := quiet(t)
		s.Matchers = matching(t, matchers)
		set := suppress.NewSet(noon, []suppress.Silence{s}, nil, nil)
		for _, severity := range []slo.Severity{slo.SeverityTicket, slo.SeverityPage} {
			for _, o := range slos {
				alert := firing(o, severity, time.Hour)
				reach := suppress.ReachOf(slos, []alerting.Incident{{ID: "i1", Alerts: []alerting.Alert{alert}}}, s.Matchers.MatchAlert)
				muted, _ := set.Mute(alerting.Mutable{SLO: o, Alert: alert, At: noon})
				if len(reach.Alerts) != len(muted) {
					t.Errorf("%s: %s of %s: foreseen %d, muted by %d", matchers, severity, o.ID, len(reach.Alerts), len(muted))
				}
			}
		}
	}
}

func TestExtended_makes_a_silence_longer_and_nothing_else(t *testing.T) {
	for _, tc := range []struct {
		what    string
		now, to time.Time
		change  func(*suppress.Silence)
		want    string // empty: it is extended
	}{
		{"an hour", noon, noon.Add(2 * time.Hour), nil, ""},
		{"one that is planned", noon.Add(-time.Hour), noon.Add(2 * time.Hour), nil, ""},
		{"to its end", noon, noon.Add(time.Hour), nil, "is not after 2026-03-01T13:00:00Z, when it ends anyway"},
		{"to be shorter", noon, noon.Add(time.Minute), nil, "end it now"},
		{"one that is over", noon.Add(time.Hour), noon.Add(2 * time.Hour), nil, "over already"},
		{"one that was ended", noon, noon.Add(2 * time.Hour), func(s *suppress.Silence) { s.WithdrawnAt = noon }, "over already"},
		{"beyond the longest", noon, noon.AddDate(0, 0, 8), nil, "at most 7d"},
	} {
		s := quiet(t)
		if tc.change != nil {
			tc.change(&s)
		}
		got, err := s.Extended(tc.to, tc.now, suppress.DefaultMaxSilence)
		if tc.want != "" {
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: %v, want %q", tc.what, err, tc.want)
			}
			continue
		}
		if err != nil || !got.EndsAt.Equal(tc.to) || !got.StartsAt.Equal(s.StartsAt) || got.Author != s.Author {
			t.Errorf("%s: %+v, %v", tc.what, got, err)
		}
	}
}

func TestExtended_and_Ended_move_the_end_of_a_window(t *testing.T) {
	weekly := func(m *suppress.Maintenance) { m.EndsAt = time.Time{} }
	for _, tc := range []struct {
		what   string
		change func(*suppress.Maintenance)
		to     time.Time // zero: ended at noon and a half
		want   string
	}{
		{"extended", nil, noon.Add(2 * time.Hour), ""},
		{"extended to less", nil, noon.Add(time.Minute), "is not after"},
		{"extended without an end", weekly, noon.Add(2 * time.Hour), "goes on until it is ended"},
		{"extended for months", nil, noon.AddDate(0, 2, 0), "at most 31d"},
		{"extended after it was taken back", func(m *suppress.Maintenance) { m.WithdrawnAt = noon }, noon.Add(2 * time.Hour), "over already"},
		{"ended", nil, time.Time{}, ""},
		{"ended without an end", weekly, time.Time{}, ""},
		{"ended before it began", func(m *suppress.Maintenance) { m.StartsAt = noon.Add(45 * time.Minute) }, time.Time{}, "take it back"},
		{"ended after its end", func(m *suppress.Maintenance) { m.EndsAt = noon.Add(30 * time.Minute) }, time.Time{}, "over already"},
		{"ended after it was taken back", func(m *suppress.Maintenance) { m.WithdrawnAt = noon }, time.Time{}, "over already"},
	} {
		m := window(t)
		if tc.change != nil {
			tc.change(&m)
		}
		want, become := tc.to, m.Extended
		if want.IsZero() {
			want, become = noon.Add(30*time.Minute), m.Ended
		}
		got, err := become(want)
		if tc.want == "" && (err != nil || !got.EndsAt.Equal(want) || !got.StartsAt.Equal(m.StartsAt)) {
			t.Errorf("%s: %+v, %v", tc.what, got, err)
		}
		if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: %v, want %q", tc.what, err, tc.want)
		}
	}
}
