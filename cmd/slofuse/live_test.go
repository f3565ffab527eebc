package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/live"
	"github.com/slofuse/slofuse/web/site"
)

func TestOnlySLOsThatShowSomethingElseAreTold(t *testing.T) {
	id := slo.ID{Service: "s", Function: "f", Name: "n"}
	base := slo.Assessment{ID: id, State: slo.StateOK, Window: slo.WindowSum{Counts: slo.Counts{Total: 100, Bad: 1}, Coverage: 1}, Burns: []slo.WindowSum{{Length: time.Hour, Counts: slo.Counts{Total: 10}}}}
	for what, c := range map[string]struct {
		change func(*slo.Assessment)
		told   bool
	}{
		"nothing but the time": {func(a *slo.Assessment) { a.AsOf, a.Window.To = wednesday, wednesday }, false},
		"one more call":        {func(a *slo.Assessment) { a.Window.Total++ }, true},
		"one more bad":         {func(a *slo.Assessment) { a.Window.Bad++ }, true},
		"the state":            {func(a *slo.Assessment) { a.State = slo.StateIdle }, true},
		"the reason":           {func(a *slo.Assessment) { a.Reason = "x" }, true},
		"what is known":        {func(a *slo.Assessment) { a.Window.Coverage = 0.9 }, true},
		"history was read":     {func(a *slo.Assessment) { a.Window.Unread = time.Hour }, true},
		"a burn window":        {func(a *slo.Assessment) { a.Burns = []slo.WindowSum{{Length: time.Hour, Counts: slo.Counts{Total: 9}}} }, true},
		"a further window":     {func(a *slo.Assessment) { a.Reports = []slo.WindowSum{{Length: time.Hour}} }, true},
		"another SLO":          {func(a *slo.Assessment) { a.ID.Name = "new" }, true},
	} {
		now := base
		c.change(&now)
		got := changedSLOs(map[slo.ID]slo.Assessment{id: base}, []slo.Assessment{now})
		if told := slices.Equal(got, []string{now.ID.String()}); told != c.told || !told && len(got) > 0 {
			t.Errorf("%s: told %q", what, got)
		}
	}
}

func TestARoundOfALargeHouseIsOneEvent(t *testing.T) {
	s := &service{live: live.New(live.Options{First: 1, Keep: 100, Readers: 1})}
	before, after := &round{assessments: map[slo.ID]slo.Assessment{}}, make([]slo.Assessment, 10000)
	for i := range after {
		after[i] = slo.Assessment{ID: slo.ID{Service: "s", Function: fmt.Sprint(i), Name: "n"}, Window: slo.WindowSum{Counts: slo.Counts{Total: 2}}}
		before.assessments[after[i].ID] = slo.Assessment{ID: after[i].ID, Window: slo.WindowSum{Counts: slo.Counts{Total: 1}}}
	}
	for _, c := range []struct {
		before *round
		after  []slo.Assessment
		events uint64
	}{{before, after, 1}, {nil, after[:1], 1}, {before, after[:20], 20}, {before, after[:21], 1}, {before, nil, 0}} {
		from := s.live.Seq()
		s.tellSLOs(c.before, c.after)
		if got := s.live.Seq() - from; got != c.events {
			t.Errorf("%d changed: %d events, want %d", len(c.after), got, c.events)
		}
	}
}

func TestWhatIsNewsOfAStatus(t *testing.T) {
	base := site.Status{Behind: 65 * time.Second, Backends: []site.Backend{{Name: "a", Up: true}}, CatchUp: &site.CatchUp{Done: 1, Total: 3}}
	for what, c := range map[string]struct {
		change func(*site.Status)
		news   bool
	}{
		"a second later":        {func(st *site.Status) { st.Behind += time.Second }, false},
		"another catch-up":      {func(st *site.Status) { st.CatchUp = &site.CatchUp{Done: 1, Total: 3} }, false},
		"a minute later":        {func(st *site.Status) { st.Behind += time.Minute }, true},
		"a backend is down":     {func(st *site.Status) { st.Backends = []site.Backend{{Name: "a"}} }, true},
		"more is caught up":     {func(st *site.Status) { st.CatchUp = &site.CatchUp{Done: 2, Total: 3} }, true},
		"it is caught up":       {func(st *site.Status) { st.CatchUp = nil }, true},
		"the disk is full":      {func(st *site.Status) { st.Storage = "full" }, true},
		"a reload went wrong":   {func(st *site.Status) { st.Reload.Err = "x" }, true},
		"a family is too large": {func(st *site.Status) { st.Families = []string{"x"} }, true},
	} {
		now := base
		c.change(&now)
		if got := outline(now) != outline(base); got != c.news {
			t.Errorf("%s: news is %v", what, got)
		}
	}
}

// TestPagesAreToldOfAnIncident breaks a function and looks at what the hub was told.
func TestPagesAreToldOfAnIncident(t *testing.T) {
	s := newStory(t, configuration{})
	reader, err := s.service.live.Subscribe(0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	s.burn()
	events, err := reader.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, string(e.Kind))
		if e.Kind == live.Incident {
			if code, _ := s.get("/incidents/" + e.ID); code != 200 {
				t.Errorf("there is no incident %s: status %d", e.ID, code)
			}
		}
	}
	if got := strings.Join(kinds, " "); !strings.Contains(got, "incident slo") {
		t.Errorf("told of %s", got)
	}
	if got := s.metric("slofuse_live_readers"); got != "1" {
		t.Errorf("the metric counts %s readers", got)
	}
}

// TestPagesAreToldWhatBecameOfAMessage lets a page be sent, which happens after its
// incident was told of.
func TestPagesAreToldWhatBecameOfAMessage(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	_, page := s.burn()
	select {
	case <-s.attempted.some:
	case <-time.After(patience):
		t.Fatal("nobody said that the page was sent")
	}
	incident := page.body.Incident.ID
	if got := s.attempted.take(); !slices.Equal(got, []string{incident}) {
		t.Fatalf("a page of %q was sent, and said of %q", incident, got)
	}
	if got := s.heardOf(func() { s.attempted.tell(incident) }); got != "incident "+incident {
		t.Errorf("pages heard %q", got)
	}
}

func TestPagesAreToldOfTheAudit(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	if got := s.heardOf(func() { s.recordOwn(t.Context(), "signal", "reload", nil) }); got != "audit 1" {
		t.Errorf("pages heard %q", got)
	}
}

// heardOf is what pages hear of something that is done.
func (s *story) heardOf(do func()) string {
	s.t.Helper()
	reader, err := s.live.Subscribe(0)
	if err != nil {
		s.t.Fatal(err)
	}
	defer reader.Close()
	do()
	events, err := reader.Next(s.t.Context())
	if err != nil || len(events) != 1 {
		s.t.Fatalf("heard %v: %v", events, err)
	}
	return string(events[0].Kind) + " " + events[0].ID
}
