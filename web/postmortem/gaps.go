package postmortem

import (
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/format"
)

// Gap is a question that a fact asks: what was missing in tests, alerts or
// automation. Action is what may close it, for somebody to take or to drop.
type Gap struct {
	Fact, Question, Action string
}

// What is slow enough to ask about.
const (
	slowDetection = 5 * time.Minute
	slowAnswer    = 15 * time.Minute
	recentDeploy  = 2 * time.Hour
	mostGaps      = 20
)

// Gaps lists what the facts ask, the way the incident went: how it was noticed,
// who was told, what they had to work with, and how it ended.
func (r Report) Gaps() (out []Gap) {
	for _, look := range []func() []Gap{r.noticing, r.deploys, r.telling, r.answering, r.knowing, r.ending} {
		out = append(out, look()...)
	}
	return out[:min(len(out), mostGaps)]
}

func (r Report) noticing() []Gap {
	detect := r.Times().Detect
	switch {
	case r.Source:
		return nil
	case detect == nil:
		return []Gap{{"The first error is not known.", "Is the function counted finely enough to say when it began to fail?", "Find when it began"}}
	case *detect >= slowDetection:
		return []Gap{{"It opened " + format.Span(*detect) + " after the first error.", "Which alert would have been earlier?", "Review the policy and the objectives of the function"}}
	}
	return nil
}

func (r Report) deploys() []Gap {
	if d, ok := r.deploying(); ok {
		return []Gap{{fmt.Sprintf("Deploy %s was under way when it opened.", deployName(d)), "Which test would have failed before the deploy, and does the pipeline ask the gate?", "Add the test, and ask slofuse gate in the pipeline"}}
	}
	if d := r.Deploy; d != nil && r.OpenedAt.Sub(d.StartsAt) < recentDeploy && !d.StartsAt.After(r.OpenedAt) {
		return []Gap{{fmt.Sprintf("Deploy %s began %s before it opened.", deployName(*d), format.Span(r.OpenedAt.Sub(d.StartsAt))), "Did it cause this, and which test or gate would have stopped it?", "Decide whether the deploy is the cause"}}
	}
	if r.Deploy == nil && !r.Source {
		return []Gap{{"No deploy is known.", "Does the pipeline announce its deploys?", "Announce deploys: slofuse deploy start"}}
	}
	return nil
}

// telling is about messages that did not arrive.
func (r Report) telling() (out []Gap) {
	for _, d := range r.Deliveries {
		if d.State == alerting.DeliveryUndeliverable {
			fact := fmt.Sprintf("Nothing was delivered to %s", d.Destination)
			if d.LastError != "" {
				fact += ": " + d.LastError
			}
			out = append(out, Gap{fact + ".", "Who would have known, and since when is it broken?", "Mend the destination, and try it: slofuse receivers test"})
		}
	}
	if len(r.Deliveries) == 0 && r.Cause == "" {
		out = append(out, Gap{"No destination was owed a message.", "Where should this go?", "Review the route: slofuse routes test"})
	}
	if r.hadEvent(alerting.EventMuted) {
		out = append(out, Gap{"Messages were held back for a while.", "Did that cost time?", "Review what held them back"})
	}
	return out
}

func (r Report) answering() (out []Gap) {
	switch answer := r.Times().Answer; {
	case r.Cause != "": // that one is answered
	case answer == nil:
		out = append(out, Gap{"Nobody acknowledged it.", "Was anybody on it, and did the right people hear of it?", "Review who is told, and how"})
	case *answer >= slowAnswer:
		out = append(out, Gap{"It took " + format.Span(*answer) + " until somebody acknowledged it.", "What kept people from answering?", "Review the escalation"})
	}
	if r.hadEvent(alerting.EventEscalated) {
		out = append(out, Gap{"It was escalated.", "Why did the first one who was called not answer?", "Review the rota"})
	}
	return out
}

func (r Report) knowing() (out []Gap) {
	if r.Source {
		return nil
	}
	if r.Runbook == "" {
		out = append(out, Gap{"No runbook is linked.", "What would have helped whoever was called?", "Write a runbook, and link it: links.runbook"})
	}
	if len(r.DependsOn) == 0 {
		out = append(out, Gap{"No dependency is declared.", "What does the function call, and was that healthy?", "Declare depends_on"})
	}
	return out
}

func (r Report) ending() (out []Gap) {
	if r.hadEvent(alerting.EventReopened) || !r.Flapping.IsZero() {
		out = append(out, Gap{"It burned again after it had ended.", "Was the cause removed, or only its effect?", "Find what came back"})
	}
	if r.ResolvedBy != "" {
		out = append(out, Gap{"It was resolved by hand.", "Why did it not end by itself?", "Review when the alert ends"})
	}
	return out
}
