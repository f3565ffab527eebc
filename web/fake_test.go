package web_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/live"
	"github.com/slofuse/slofuse/web/site"
)

// noon is when every test takes place.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fleet is everything a server asks for, kept in memory.
type fleet struct {
	live        *live.Hub // nil: pages hear of nothing
	slos        []slo.SLO
	assessments map[slo.ID]slo.Assessment
	alerts      []alerting.Alert
	incidents   []alerting.Incident
	status      site.Status
	reloadErr   error
	reloads     int
	err         error // what reading fails with
	askedAt     time.Time
	account     slo.Account
	increments  []slo.Increment
	annotations []slo.Annotation
	comparison  slo.Comparison
	verify      func() // while a verification is under way; may be nil
	reading     func() // while the slots of a span are read; may be nil
	askedFor    []time.Duration
	summed      [][2]time.Time        // the spans that were summed up
	past        map[slo.ID]slo.Counts // of each period before
	signals     []slo.Signal
	trouble     error // of every signal
	planned     []suppress.Maintenance
	silences    []suppress.Silence
	deploys     []suppress.Deploy
	details     int                   // how often the detail of an SLO was asked for
	counted     func(*slo.WindowSum)  // changes what was counted; may be nil
	detailed    func(*slo.DetailStep) // the same of a step of detail
	buckets     map[slo.ID][]slo.Bucket
}

func (f *fleet) SLOs() []slo.SLO { return f.slos }

func (f *fleet) Assess(_ context.Context, slos []slo.SLO, at time.Time, windows ...time.Duration) ([]slo.Assessment, error) {
	f.askedAt, f.askedFor = at, windows
	out := make([]slo.Assessment, len(slos))
	for i, s := range slos {
		out[i] = f.assessments[s.ID]
	}
	return out, f.err
}

func (f *fleet) History(_ context.Context, s slo.SLO, from, to time.Time, step time.Duration) ([]slo.Point, error) {
	if f.err != nil {
		return nil, f.err
	}
	var out []slo.Point
	var sum slo.Counts
	for t := from.Add(step); !t.After(to); t = t.Add(step) {
		counts := slo.Counts{Total: int64(step / time.Second * 10)}
		counts.Bad = counts.Total / 2500
		if to.Sub(t) < s.Window.Length/40 {
			counts.Bad *= 5
		}
		sum = sum.Add(counts)
		expected := s.Objective.Allowed(int64(to.Sub(from)/time.Second) * 10)
		out = append(out, slo.Point{Time: t, Counts: counts, Scale: s.SLI.Scale(), Coverage: 1, Remaining: new(1 - float64(sum.Bad)/expected)})
	}
	return out, nil
}

func (f *fleet) Account(slo.SLO) slo.Account { return f.account }

func (f *fleet) Increments(_ slo.SLO, from, to time.Time, _ int) (out []slo.Increment) {
	if f.reading != nil {
		f.reading()
	}
	for _, inc := range f.increments {
		if inc.End > from.Unix() && inc.End <= to.Unix() {
			out = append(out, inc)
		}
	}
	return out
}

func (f *fleet) Annotations(slo.SLO, time.Time, time.Time) []slo.Annotation { return f.annotations }

func (f *fleet) Verify(_ context.Context, _ slo.SLO, from, to time.Time, _ func(time.Time)) (slo.Comparison, error) {
	if f.verify != nil {
		f.verify()
	}
	c := f.comparison
	c.From, c.To = from, to
	return c, f.err
}

func (f *fleet) Signals() []slo.Signal { return f.signals }

// SignalHistory counts the steps; the first is not known.
func (f *fleet) SignalHistory(_ context.Context, _ slo.Signal, from, to time.Time, step time.Duration) ([]slo.SignalPoint, error) {
	var out []slo.SignalPoint
	for t := from.Add(step); !t.After(to); t = t.Add(step) {
		p := slo.SignalPoint{Time: t}
		if n := float64(len(out)); n > 0 {
			p.Value = &n
		}
		out = append(out, p)
	}
	return out, f.err
}

func (f *fleet) SignalTrouble(slo.Signal) error { return f.trouble }

func (f *fleet) Alerts(context.Context) ([]alerting.Alert, error) { return f.alerts, f.err }

func (f *fleet) Incidents(_ context.Context, limit int) ([]alerting.Incident, error) {
	var out []alerting.Incident
	for _, i := range f.incidents {
		if i.Open() {
			out = append(out, i)
		} else if limit > 0 {
			out, limit = append(out, i), limit-1
		}
	}
	return out, f.err
}

func (f *fleet) OpenIncidents(ctx context.Context) ([]alerting.Incident, error) {
	return f.Incidents(ctx, 0)
}

func (f *fleet) Incident(_ context.Context, id string) (alerting.Incident, error) {
	i, err := f.incident(id)
	if err != nil {
		return alerting.Incident{}, err
	}
	return *i, f.err
}

func (f *fleet) incident(id string) (*alerting.Incident, error) {
	n := slices.IndexFunc(f.incidents, func(i alerting.Incident) bool { return i.ID == id })
	if n < 0 {
		return nil, errors.Join(errors.New("select"), site.ErrUnknownIncident)
	}
	return &f.incidents[n], nil
}

func (f *fleet) Acknowledge(_ context.Context, id, by, comment string) (alerting.Incident, error) {
	i, err := f.incident(id)
	if err != nil {
		return alerting.Incident{}, err
	}
	if !i.Open() {
		return alerting.Incident{}, site.ErrResolved
	}
	i.State, i.AckedBy, i.AckComment, i.AckedAt = alerting.IncidentAcked, by, comment, noon
	i.AckUntil = noon.Add(4 * time.Hour)
	return *i, nil
}

func (f *fleet) Resolve(_ context.Context, id, by, comment string, force bool) (alerting.Incident, error) {
	i, err := f.incident(id)
	if err != nil {
		return alerting.Incident{}, err
	}
	burning := slices.ContainsFunc(i.Alerts, func(a alerting.Alert) bool { return a.Phase == alerting.PhaseFiring })
	switch {
	case !i.Open():
		return alerting.Incident{}, site.ErrResolved
	case burning && !force:
		return alerting.Incident{}, site.ErrStillBurning
	}
	i.State, i.ResolvedAt = alerting.IncidentResolved, noon
	i.Timeline = append(i.Timeline, alerting.Event{At: noon, Kind: "resolved", By: by, Text: comment})
	return *i, nil
}

func (f *fleet) Maintenances(context.Context) ([]suppress.Maintenance, error) {
	return f.planned, f.err
}

func (f *fleet) Announce(_ context.Context, m suppress.Maintenance) (suppress.Maintenance, error) {
	m.ID, m.MadeAt = fmt.Sprintf("m-%d", len(f.planned)+1), noon
	f.planned = append(f.planned, m)
	return m, f.err
}

func (f *fleet) Withdraw(_ context.Context, id, by string) (suppress.Maintenance, error) {
	for i := range f.planned {
		if m := &f.planned[i]; m.ID == id {
			m.WithdrawnAt, m.WithdrawnBy = noon, by
			return *m, f.err
		}
	}
	return suppress.Maintenance{}, site.ErrUnknownMaintenance
}

func (f *fleet) Status() site.Status { return f.status }

func (f *fleet) Reload(context.Context) error { f.reloads++; return f.reloadErr }

// member describes one SLO of a fleet briefly.
type member struct {
	service, function, name, owner string
	objective                      string
	total, bad                     int64   // over the window
	burn                           float64 // over every burn window
	state                          slo.DataState
	reason                         string
	phase                          alerting.Phase
	severity                       slo.Severity
	p99                            float64
}

// add puts an SLO into the fleet, in the order of the IDs.
func (f *fleet) add(m member) {
	f.describe(m)
	slices.SortFunc(f.slos, func(a, b slo.SLO) int { return a.ID.Compare(b.ID) })
}

func (f *fleet) describe(m member) {
	objective := slo.MustObjective(m.objective)
	id := slo.ID{Service: m.service, Function: m.function, Name: m.name}
	s := slo.SLO{
		ID: id, Owner: m.owner, Objective: objective, Policy: "default",
		Description: "calls of " + m.function + " that the caller gets an answer to",
		Labels:      map[string]string{"tier": "critical"},
		Window:      slo.Window{Name: "30d", Length: 30 * 24 * time.Hour},
		SLI: slo.SLI{Ratio: &slo.Ratio{
			Total: []slo.Selector{{Metric: "function_calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: m.function}}}},
			Bad:   []slo.Selector{{Metric: "function_calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: m.function}, {Label: "code", Op: slo.MatchRegexp, Value: "5.."}}}},
		}},
		Guard:  slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
		Source: slo.Source{File: "slos/" + m.service + ".yaml", Line: 14, Column: 5},
		Tiers: []slo.Tier{
			{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage},
			{Name: "slow", BurnRate: 6, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityPage},
			{Name: "steady", BurnRate: 4, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityTicket},
			{Name: "drain", BurnRate: 1, Long: 72 * time.Hour, Short: 6 * time.Hour, Severity: slo.SeverityTicket},
		},
	}
	f.slos = append(f.slos, s)
	f.assessments[id] = assess(s, m)
	if m.phase != "" {
		f.alerts = append(f.alerts, alerting.Alert{
			ID: id, Phase: m.phase, Severity: m.severity, Tier: "fast", Since: noon.Add(-12 * time.Minute), Reason: m.reason,
		})
	}
}

func assess(s slo.SLO, m member) slo.Assessment {
	if m.state == "" {
		m.state = slo.StateOK
	}
	a := slo.Assessment{
		ID: s.ID, Objective: s.Objective, AsOf: noon, State: m.state,
		Window: slo.WindowSum{
			Length: s.Window.Length, From: noon.Add(-s.Window.Length), To: noon,
			Counts: slo.Counts{Total: m.total, Bad: m.bad}, Coverage: 1,
		},
	}
	if m.phase == "" {
		a.Reason = m.reason
	} else {
		a.RecentErrors = []slo.ClassCount{{Labels: map[string]string{"code": "503", "gateway": "north"}, Bad: 7}}
	}
	for _, length := range append(s.BurnWindows(), 20*time.Minute, 4*time.Hour) {
		total := int64(float64(m.total) * float64(length) / float64(s.Window.Length))
		bad := int64(m.burn * s.Objective.Allowed(total))
		coverage := 1.0
		if !m.state.Measured() {
			coverage = 0.2
		}
		a.Burns = append(a.Burns, slo.WindowSum{Length: length, From: noon.Add(-length), To: noon, Counts: slo.Counts{Total: total, Bad: bad}, Coverage: coverage})
	}
	if m.total > 0 {
		a.CallsPerSecond = new(float64(m.total) / s.Window.Length.Seconds())
		a.Errors = []slo.ClassCount{{Labels: map[string]string{"code": "500"}, Bad: m.bad / 8}, {Labels: map[string]string{"code": "503", "gateway": "north"}, Bad: m.bad * 6 / 8}}
	}
	if m.p99 > 0 {
		a.Latency = &slo.Quantiles{Window: time.Hour, P50: new(m.p99 / 9), P95: new(m.p99 / 2), P99: &m.p99}
	}
	return a
}

// newFleet is a fleet with one SLO of each kind of trouble.
func newFleet() *fleet {
	f := &fleet{
		assessments: map[slo.ID]slo.Assessment{},
		status:      site.Status{Backends: []site.Backend{{Name: "main", Up: true}}},
	}
	page, ticket := slo.SeverityPage, slo.SeverityTicket
	f.add(member{service: "checkout", function: "charge-card", name: "availability", owner: "team-checkout", objective: "99.9%", total: 12351720, bad: 10605, burn: 20.1, phase: alerting.PhaseFiring, severity: page, reason: "burn rate 20.1 over 1h and 31.0 over 5m, both at or over 14.4", p99: 0.84})
	f.add(member{service: "checkout", function: "charge-card", name: "latency", owner: "team-checkout", objective: "99%", total: 12351720, bad: 31000, burn: 0.3, p99: 0.84})
	f.add(member{service: "checkout", function: "GET /cart/{id}", name: "availability", owner: "team-checkout", objective: "99.95%", total: 88351720, bad: 60605, burn: 4.4, phase: alerting.PhaseFiring, severity: ticket, reason: "burn rate 4.4 over 6h and 5.2 over 30m, both at or over 4", p99: 0.12})
	f.add(member{service: "identity", function: "login", name: "availability", owner: "team-identity", objective: "99.9%", total: 5000000, bad: 1200, burn: 0.4, phase: alerting.PhaseRecovering, severity: page, reason: "below 14.4 over 5m since 11:54", p99: 0.3})
	f.add(member{service: "media", function: "thumbnail", name: "availability", owner: "team-media", objective: "99%", total: 900000, bad: 12060, burn: 0.9, p99: 4.2})
	f.add(member{service: "media", function: "transcode", name: "availability", owner: "team-media", objective: "99%", total: 900, bad: 1, state: slo.StateIdle, reason: "no calls for 42 m", p99: 61})
	f.add(member{service: "notify", function: "fan-out", name: "availability", owner: "team-growth", objective: "99.5%", total: 250000, bad: 10, state: slo.StateNoData, reason: "the series have been gone for 25 m"})
	f.add(member{service: "notify", function: "send-email", name: "availability", owner: "team-growth", objective: "99.5%", state: slo.StateSourceDown, reason: "backend main: connection refused"})
	f.add(member{service: "onboarding", function: "verify-address", name: "availability", owner: "team-growth", objective: "99.5%", total: 9000, bad: 3, burn: 0, state: slo.StateNew, reason: "seen for 2 h"})
	f.add(member{service: "flags", function: "evaluate", name: "availability", owner: "team-platform", objective: "99.99%", total: 999999999, bad: 400, burn: 0, p99: 0.0021})
	f.incidents = []alerting.Incident{burningIncident(f), {
		ID: "inc-2", Key: "k2", State: alerting.IncidentResolved, Severity: ticket, Service: "media", Function: "thumbnail", Owner: "team-media",
		OpenedAt: noon.Add(-26 * time.Hour), ResolvedAt: noon.Add(-25 * time.Hour), AckedBy: "lin",
		Timeline: []alerting.Event{{At: noon.Add(-26 * time.Hour), Kind: "opened", Text: "drain tier"}},
	}}
	return f
}

func burningIncident(f *fleet) alerting.Incident {
	return alerting.Incident{
		ID: "inc-1", Key: "checkout-charge-card-1", State: alerting.IncidentOpen, Severity: slo.SeverityPage,
		Service: "checkout", Function: "charge-card", Owner: "team-checkout", Labels: map[string]string{"tier": "critical"},
		Fingerprint: map[string]string{"code": "503", "gateway": "north"}, Kinds: []map[string]string{{"code": "503", "gateway": "north"}},
		Affected: []alerting.Affected{{Incident: "inc-3", Service: "media", Function: "upload", Owner: "team-media", Severity: slo.SeverityTicket, Since: noon.Add(-9 * time.Minute)}}, Alerts: []alerting.Alert{f.alerts[0]},
		OpenedAt: noon.Add(-12 * time.Minute), Flapping: noon.Add(-2 * time.Minute),
		Timeline: []alerting.Event{
			{At: noon.Add(-12 * time.Minute), Kind: "opened", Text: "fast tier of availability: burn rate 20.1 over 1h"},
			{At: noon.Add(-12 * time.Minute), Kind: "notified", Text: "slack #slo"},
		},
		Deliveries: []alerting.Delivery{
			{Receiver: "default", Destination: "slack #slo", EventID: "e1", State: "sent", Attempts: 1, DecidedAt: noon.Add(-12 * time.Minute), SentAt: noon.Add(-12*time.Minute + time.Second)},
			{Receiver: "checkout-pager", Destination: "webhook hooks.example.com", EventID: "e2", State: "owed", Attempts: 4, LastError: "503 Service Unavailable", DecidedAt: noon.Add(-12 * time.Minute), NextAttempt: noon.Add(time.Minute)},
			{Receiver: "checkout-pager", Destination: "slack #gone", EventID: "e3", State: "undeliverable", Attempts: 1, LastError: "channel_not_found", DecidedAt: noon.Add(-12 * time.Minute)},
		},
	}
}

// basis is one query of each sort.
func basis(s slo.SLO, a slo.Assessment) slo.Basis {
	if s.SLI.Ratio == nil || len(s.SLI.Ratio.Total) == 0 {
		return slo.Basis{}
	}
	selector := s.SLI.Ratio.Total[0].String()
	return slo.Basis{
		ByHand: "By hand it may differ.",
		Queries: []slo.Query{
			{Name: "growth", About: "How much the counters grew.", PromQL: "sum(" + selector + ")", Step: 30 * time.Second, From: a.AsOf.Add(-90 * time.Second), To: a.AsOf},
			{Name: "total by hand", About: "All calls of the window.", PromQL: "sum_over_time(" + selector + "[30d:5m])", To: a.AsOf, ByHand: true, Expect: new(float64(a.Window.Total))},
		},
		Annotations: []slo.Annotation{{End: noon.Add(-time.Hour).Unix(), Width: 1200, Kind: slo.Bridged, Text: "4,000 events are spread over 20m"}},
	}
}

// config is a server over the fleet, with a quiet log.
func (f *fleet) config() site.Config {
	registry := prometheus.NewRegistry()
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "slofuse_test_total", Help: "Counts nothing."})
	registry.MustRegister(counter)
	return site.Config{
		Journal: f,

		Objectives: f, Alerts: f, Responder: f, Operations: f, Ledger: f, Periods: f, Signals: f, Maintenance: f, Silences: f, Deploys: f, Limits: f, Gatherer: registry,
		Counts: f, Past: f, Sources: f,
		Hosts: []string{"slo.example.com", "monitor:9095"}, Version: "v0.1.0",
		Live:      f.live,
		Exemplars: &kept{},
		TraceLink: func(s slo.SLO, _ time.Time, trace string) string {
			return "https://traces.example.com/" + s.ID.Name + "/" + trace
		},
		Now:    func() time.Time { return noon.Add(250 * time.Millisecond) },
		Logger: slog.New(slog.DiscardHandler),
		Basis:  basis,
		Links: func(s slo.SLO, _, _ time.Time) map[string]string {
			return map[string]string{"runbook": "https://runbooks.example.com/" + s.ID.Name, "note": "javascript:alert(1)"}
		},
	}
}

func (f *fleet) server(t testing.TB) *web.Server {
	t.Helper()
	s, err := web.New(f.config())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// get asks as a browser does when the path is a page, and as a program otherwise.
func get(t testing.TB, h http.Handler, target string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "localhost:9095"
	if !strings.HasPrefix(target, "/api/") {
		r.Header.Set("Accept", "text/html")
	}
	return do(h, r)
}

func do(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	return apiDocument().observe(h, r)
}

func post(h http.Handler, target, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Host = "localhost:9095"
	r.Header.Set("Content-Type", contentType)
	return do(h, r)
}
