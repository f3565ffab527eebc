package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo/edit"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

// machine is how slofuse does, or why nobody knows.
type machine struct {
	api.Status
	err error
}

func (m *machine) System(context.Context) (api.Status, error) { return m.Status, m.err }

// wellMachine is one that does all it should, with a destination, a heartbeat and a
// backend.
func wellMachine() *machine {
	ago := func(d time.Duration) *time.Time { return new(noon.Add(-d)) }
	return &machine{Status: api.Status{
		AsOf: noon, Version: "v1.2.3", StartedAt: ago(50 * time.Hour), Memory: new(int64(123_456_789)), Ready: true,
		Backends:      []api.BackendStatus{{Name: "main", Up: true, SLOs: 10, ReadTo: ago(30 * time.Second), Queries: 1200, Failed: 3, FailedBy: map[string]int64{"unavailable": 1, "too_slow": 2}, Seconds: new(0.042)}},
		Evaluation:    api.EvaluationStatus{SLOs: 10, Step: 30, LastSlot: ago(30 * time.Second), Behind: new(0.0)},
		Ledger:        api.LedgerStatus{Bytes: new(int64(4_200_000)), Accounts: new(12), Retention: new(34_560_000.0), Oldest: ago(720 * time.Hour), Coverage: new(0.9987)},
		Outbox:        api.OutboxStatus{Owed: new(0), Undeliverable: new(0)},
		Destinations:  []api.DestinationStatus{{Name: "on-call/slack/#on-call", Receiver: "on-call", Kind: "slack", Sent: ago(time.Hour)}},
		Heartbeats:    []api.HeartbeatStatus{{Name: "watch", LastSent: ago(time.Minute), Sent: 3000}},
		Configuration: api.ConfigurationStatus{File: "slofuse.yaml", SLOFiles: []string{"slos/*.yaml"}, LoadedAt: ago(50 * time.Hour)},
		Families:      []string{},
	}}
}

func statusServer(t *testing.T, m *machine) *web.Server {
	t.Helper()
	config := newFleet().config()
	config.System = m
	s, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestThePageOfTheStatusSaysThatAllIsWell(t *testing.T) {
	body := text(get(t, statusServer(t, wellMachine()), "/status").Body.String())
	for _, want := range []string{
		"Status Well", "All that slofuse does is on time.", "Well main read up to 2026-03-01 11:59:30 UTC", "10 SLOs · answers in 42 ms on average · 1,200 queries since the start · 3 of them failed and were asked again: 2 took too long, 1 no answer",
		"a round every 30s", "12 accounts, one for each indicator that is or was counted · 4.2 MB on disk, with the journal · counts are kept for 400d", "Numbers are from 30 s ago on time", "What the last reload changed Nothing is written differently", "goes back to 2026-01-30 12:00:00 UTC", "0 messages owed", "on-call/slack/#on-call took one last 2026-03-01 11:00:00 UTC",
		"slofuse.yaml in force since", "3,000 sent since the start", "slos/*.yaml", "Memory 123 MB", "version v1.2.3",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
	if strings.Contains(body, "What to do") {
		t.Errorf("there is something to do: %s", body)
	}
}

// Whatever is not well has a word, a reason and what to do; what is not known is not
// shown as well.
func TestWhatIsNotWellSaysWhatToDo(t *testing.T) {
	for what, tc := range map[string]struct {
		change func(*machine)
		want   []string
	}{
		"a backend is down": {func(m *machine) {
			m.Backends[0].Up, m.Backends[0].Reason, m.Backends[0].Since = false, "connection refused", new(noon.Add(-time.Minute))
		}, []string{"Status Broken", "1 thing to look at, and something is broken", "Broken main connection refused", "Look whether it runs", "down since 2026-03-01 11:59:00 UTC"}},
		"it is behind":                {func(m *machine) { m.Evaluation.Behind = new(300.0) }, []string{"Status Look", "5 m behind", "too little CPU"}},
		"it is a little behind":       {func(m *machine) { m.Evaluation.Behind = new(30.0) }, []string{"Status Well", "Busy Evaluation", "30 s behind"}},
		"nothing can be written":      {func(m *machine) { m.Ledger.Trouble = "disk full" }, []string{"Status Broken", "disk full", "Make room on the disk"}},
		"history is read":             {func(m *machine) { m.Ledger.Done, m.Ledger.Total, m.Ledger.Reading = 3, 1000, 7 }, []string{"Status Well", "Busy History", "3 of 1,000 pages", "budgets of 7 SLOs are not known yet"}},
		"something is owed for long":  {func(m *machine) { m.Outbox.Owed, m.Outbox.Oldest = new(2), new(noon.Add(-time.Hour)) }, []string{"Status Broken", "2 messages owed", "owed for 1 h", "Somebody was not told"}},
		"something is owed for a bit": {func(m *machine) { m.Outbox.Owed, m.Outbox.Oldest = new(2), new(noon.Add(-time.Second)) }, []string{"Status Well", "2 messages owed"}},
		"a destination is deaf": {func(m *machine) {
			d := &m.Destinations[0]
			d.Owed, d.Oldest, d.LastError = 1, new(noon.Add(-2*time.Minute)), "HTTP 503"
		}, []string{"Broken on-call/slack/#on-call HTTP 503", "nothing is lost", "owed since"}},
		"a destination refused": {func(m *machine) {
			m.Destinations[0].Undeliverable, m.Destinations[0].LastError = 3, "channel_not_found"
		}, []string{"Status Look", "3 messages it never took", "slofuse receivers test on-call"}},
		"a destination is new": {func(m *machine) { m.Destinations[0].Sent = nil }, []string{"Status Well", "Unknown on-call/slack/#on-call", "never used"}},
		"the reload failed":    {func(m *machine) { m.Configuration.Error, m.Configuration.TriedAt = "line 7: what", &noon }, []string{"Status Broken", "line 7: what", "the reload failed 2026-03-01 12:00:00 UTC", "stays in force"}},
		"no heart beats":       {func(m *machine) { m.Heartbeats[0].Reason = "the last round was too long ago" }, []string{"Status Look", "withheld: the last round"}},
		"nobody listens":       {func(m *machine) { m.Heartbeats = nil }, []string{"Status Look", "when slofuse itself stops, nobody notices", "Name one under heartbeats"}},
		"it is not ready":      {func(m *machine) { m.Ready, m.Evaluation.Behind = false, nil }, []string{"Status Busy", "Not ready yet: the first round is not over."}},
		"nothing is known": {func(m *machine) {
			m.Outbox, m.Ledger, m.Memory, m.StartedAt = api.OutboxStatus{}, api.LedgerStatus{}, nil, nil
		}, []string{"Unknown Outbox", "Unknown History", "Memory unknown", "Up for unknown"}},
		"a family is too large": {func(m *machine) { m.Families = []string{"batch-.* has 2,000 members"} }, []string{"Not everything that was found is evaluated", "2,000 members"}},
	} {
		m := wellMachine()
		tc.change(m)
		body := text(get(t, statusServer(t, m), "/status").Body.String())
		for _, line := range tc.want {
			if !strings.Contains(body, line) {
				t.Errorf("%s: does not say %q: %s", what, line, body)
			}
		}
	}
}

func TestTheStatusForPrograms(t *testing.T) {
	m := wellMachine()
	if got := decode[api.Status](t, get(t, statusServer(t, m), "/api/v1/status")); got.Version != "v1.2.3" || len(got.Backends) != 1 || *got.Ledger.Accounts != 12 {
		t.Errorf("%+v", got)
	}
	m.err = errors.New("disk")
	if w := get(t, statusServer(t, m), "/api/v1/status"); w.Code != http.StatusInternalServerError {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	f := newFleet()
	f.status = site.Status{
		NotReady: "the first round is not over", Behind: time.Minute, CatchUp: &site.CatchUp{Done: 1, Total: 2}, Storage: "disk full", Families: []string{"batch"},
		Reload: site.Reload{At: noon, Err: "line 7"}, Backends: []site.Backend{{Name: "main", Since: noon, Reason: "refused"}},
	}
	got := decode[api.Status](t, get(t, f.server(t), "/api/v1/status"))
	if got.Ready || *got.Evaluation.Behind != 60 || got.Ledger.Total != 2 || got.Ledger.Trouble != "disk full" || got.Families[0] != "batch" || got.Configuration.Error != "line 7" ||
		!got.Configuration.TriedAt.Equal(noon) || got.Backends[0].Reason != "refused" || got.Backends[0].Up || got.Outbox.Owed != nil {
		t.Errorf("without a system %+v", got)
	}
}

func TestNothingOfTheStatusBecomesMarkup(t *testing.T) {
	for _, payload := range payloads {
		m := wellMachine()
		m.Version, m.Reason, m.Families, m.Ledger.Trouble = payload, payload, []string{payload}, payload
		m.Backends[0] = api.BackendStatus{Name: payload, Reason: payload}
		m.Destinations[0].Name, m.Destinations[0].Receiver, m.Destinations[0].LastError, m.Destinations[0].Undeliverable = payload, payload, payload, 1
		m.Heartbeats[0].Name, m.Heartbeats[0].Reason = payload, payload
		m.Configuration = api.ConfigurationStatus{File: payload, SLOFiles: []string{payload}, Error: payload}
		w := get(t, statusServer(t, m), "/status")
		if w.Code != http.StatusOK {
			t.Errorf("%q: status %d", payload, w.Code)
		}
		for _, problem := range foreign(w.Body.String()) {
			t.Errorf("%q: %s", payload, problem)
		}
	}
}

func TestTheStatusListsWhatTheLastReloadChanged(t *testing.T) {
	m := wellMachine()
	config := newFleet().config()
	config.System = m
	loaded := *m.Configuration.LoadedAt
	receiver := []edit.Subject{{Name: "receiver pager", File: "slofuse.yaml"}}
	config.Edits = diaryOfEdits{
		{At: loaded, Kind: edit.Added, Subjects: receiver},
		{At: loaded.Add(-time.Hour), Kind: edit.Removed, Subjects: receiver},
	}
	s, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	body := text(get(t, s, "/status").Body.String())
	if !strings.Contains(body, "What the last reload changed Settings changed receiver pager added") || strings.Contains(body, "receiver pager removed") {
		t.Error(body)
	}
}
