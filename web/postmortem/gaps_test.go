package postmortem_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/postmortem"
)

// smooth is an incident that leaves nothing to ask.
func smooth() postmortem.Report {
	r := full()
	r.FirstError = minutes(-2)
	r.Deploy.StartsAt, r.Deploy.EndsAt = minutes(-300), minutes(-290)
	r.Deliveries = r.Deliveries[:1]
	r.Timeline = []alerting.Event{r.Timeline[0], {At: minutes(3), Kind: alerting.EventAcked, By: "mia"}, r.Timeline[len(r.Timeline)-1]}
	return r
}

func TestGaps(t *testing.T) {
	event := func(kind string) func(*postmortem.Report) {
		return func(r *postmortem.Report) {
			r.Timeline = append(r.Timeline, alerting.Event{At: minutes(1), Kind: kind})
		}
	}
	for want, change := range map[string]func(*postmortem.Report){
		"":                                      func(*postmortem.Report) {},
		"It opened 14 m after the first error.": func(r *postmortem.Report) { r.FirstError = minutes(-14) },
		"The first error is not known.":         func(r *postmortem.Report) { r.FirstError = time.Time{} },
		"Deploy v42 was under way when it opened.":     func(r *postmortem.Report) { r.Deploy.StartsAt, r.Deploy.EndsAt = minutes(-1), minutes(1) },
		"Deploy v42 began 1 h before it opened.":       func(r *postmortem.Report) { r.Deploy.StartsAt, r.Deploy.EndsAt = minutes(-60), minutes(-50) },
		"No deploy is known.":                          func(r *postmortem.Report) { r.Deploy = nil },
		"Nothing was delivered to slack #slo: gone.":   func(r *postmortem.Report) { r.Deliveries[0].State, r.Deliveries[0].LastError = "undeliverable", "gone" },
		"No destination was owed a message.":           func(r *postmortem.Report) { r.Deliveries = nil },
		"Messages were held back for a while.":         event(alerting.EventMuted),
		"Nobody acknowledged it.":                      func(r *postmortem.Report) { r.Timeline = r.Timeline[:1] },
		"It took 20 m until somebody acknowledged it.": func(r *postmortem.Report) { r.Timeline[1].At = minutes(20) },
		"It was escalated.":                            event(alerting.EventEscalated),
		"No runbook is linked.":                        func(r *postmortem.Report) { r.Runbook = "" },
		"No dependency is declared.":                   func(r *postmortem.Report) { r.DependsOn = nil },
		"It burned again after it had ended.":          event(alerting.EventReopened),
		"It was resolved by hand.":                     func(r *postmortem.Report) { r.ResolvedBy = "mia" },
	} {
		r := smooth()
		change(&r)
		var facts []string
		for _, g := range r.Gaps() {
			facts = append(facts, g.Fact)
			if g.Question == "" || g.Action == "" {
				t.Errorf("%q asks %q and suggests %q", g.Fact, g.Question, g.Action)
			}
		}
		if got := strings.Join(facts, "; "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What folded into another incident is answered there, and what is about a backend
// has no runbook of a function.
func TestGaps_are_not_asked_of_whom_they_do_not_concern(t *testing.T) {
	r := smooth()
	r.Cause, r.Timeline, r.Deliveries = "inc-7", r.Timeline[:1], nil
	if got := r.Gaps(); len(got) != 0 {
		t.Errorf("of one that folded: %+v", got)
	}
	r = smooth()
	r.Source, r.Runbook, r.DependsOn, r.FirstError, r.Deploy = true, "", nil, time.Time{}, nil
	if got := r.Gaps(); len(got) != 0 {
		t.Errorf("of a backend: %+v", got)
	}
}

func TestTimes(t *testing.T) {
	r := full()
	r.AckedAt, r.AckedBy = minutes(35), "noa" // a second acknowledgement
	got := r.Times()
	if *got.Detect != 14*time.Minute || *got.Answer != 18*time.Minute || *got.Mend != 40*time.Minute || *got.Overall != 54*time.Minute || got.AckedBy != "mia" {
		t.Errorf("%+v", got)
	}
	open := bare().Times()
	if open.Detect != nil || open.Answer != nil || open.Mend != nil || open.Overall != nil {
		t.Errorf("of what is not known: %+v", open)
	}
}
