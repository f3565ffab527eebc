package suppress

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Hold is something that holds messages back or takes time out of error budgets, kept
// or not yet: what two of them have in common does not depend on their kind.
type Hold struct {
	Kind, ID, By, Reason string
	From                 time.Time
	Until                time.Time // zero: until it is ended
	Recurring            bool
	Mute, Correct        bool
	spans                func(from, to time.Time) []Span
	takes                func(slo.SLO, slo.Severity) bool
}

// Hold is the silence as one.
func (s Silence) Hold() Hold {
	return Hold{
		Kind: alerting.MutingSilence, ID: s.ID, By: s.Author, Reason: s.Reason, From: s.StartsAt, Until: s.Span().To, Mute: true,
		spans: func(from, to time.Time) []Span { return merge([]Span{s.Span().within(Span{From: from, To: to})}) },
		takes: s.Matchers.MatchAlert,
	}
}

// Hold is the window as one; one that was taken back holds nothing.
func (m Maintenance) Hold() Hold {
	return Hold{
		Kind: alerting.MutingMaintenance, ID: m.ID, By: m.Author, Reason: m.Reason, From: m.StartsAt, Until: m.EndsAt, Recurring: len(m.Recurring) > 0,
		Mute: m.Mute && !m.Withdrawn(), Correct: m.Correct && !m.Withdrawn(), spans: m.Spans, takes: m.Matchers.MatchAlert,
	}
}

// Overlap is another hold, and what it has in common with one.
type Overlap struct {
	Hold
	SLOs, Of      int  // how many of the SLOs of the one it takes, too
	Mutes         bool // both hold messages back
	Corrects      bool // both take the time out of the budgets
	First         Span // the first time that both go on
	Same          bool // it takes every alert that the one takes
	Whole, Length bool // and does all that the one does; for all of its time
}

// All reports whether the one adds nothing to it.
func (o Overlap) All() bool { return o.Whole && o.Length }

// Holds are silences and windows beside each other, over the same SLOs. It is not safe
// for concurrent use.
type Holds struct {
	slos []slo.SLO
	list []Hold
	from time.Time
	took map[string][]taking // by kind and id; what a hold takes is worked out once
}

// taking is which alerts of an SLO something takes.
type taking uint8

const (
	takesPages taking = 1 << iota
	takesTickets
)

// NewHolds gathers what goes on at an instant or later. It looks ahead as far as a
// window may last.
func NewHolds(slos []slo.SLO, silences []Silence, windows []Maintenance, from time.Time) *Holds {
	h := &Holds{slos: slos, from: from, took: map[string][]taking{}}
	for _, x := range silences {
		if x.Span().To.After(from) {
			h.list = append(h.list, x.Hold())
		}
	}
	for _, m := range windows {
		if !m.Withdrawn() && (m.EndsAt.IsZero() || m.EndsAt.After(from)) {
			h.list = append(h.list, m.Hold())
		}
	}
	return h
}

// Beside says which of them do at the same time as one, kept or not, what that one does,
// to some of the same SLOs.
func (h *Holds) Beside(one Hold) (out []Overlap) {
	to := h.from.Add(MaxMaintenance)
	spans := one.spans(h.from, to)
	for _, other := range h.list {
		if other.ID == one.ID && other.Kind == one.Kind {
			continue
		}
		o := Overlap{Hold: other, Mutes: one.Mute && other.Mute, Corrects: one.Correct && other.Correct}
		if !o.Mutes && !o.Corrects {
			continue
		}
		if o.First, o.Length = common(spans, other.spans(h.from, to)); o.First.empty() {
			continue
		}
		if h.share(&o, one); o.SLOs > 0 {
			out = append(out, o)
		}
	}
	return out
}

// share counts what both take.
func (h *Holds) share(o *Overlap, one Hold) {
	ours, theirs := h.taken(one), h.taken(o.Hold)
	o.Same = true
	for i := range ours {
		if ours[i] != 0 {
			o.Of++
		}
		if ours[i]&theirs[i] != 0 {
			o.SLOs++
		}
		o.Same = o.Same && ours[i]&^theirs[i] == 0
	}
	o.Whole = o.Same && one.Mute == o.Mutes && one.Correct == o.Corrects
}

func (h *Holds) taken(one Hold) []taking {
	key := one.Kind + " " + one.ID
	if known, ok := h.took[key]; ok {
		return known
	}
	out := make([]taking, len(h.slos))
	for i := range h.slos {
		if one.takes(h.slos[i], slo.SeverityPage) {
			out[i] |= takesPages
		}
		if one.takes(h.slos[i], slo.SeverityTicket) {
			out[i] |= takesTickets
		}
	}
	h.took[key] = out
	return out
}

// common is the first time that is in both lists of spans, and whether the first list
// is in the second one as a whole.
func common(ours, theirs []Span) (first Span, whole bool) {
	whole = true
	for _, x := range ours {
		within := false
		for _, y := range theirs {
			both := x.within(y)
			if !both.empty() && (first.empty() || both.From.Before(first.From)) {
				first = both
			}
			within = within || both == x
		}
		whole = whole && within
	}
	return first, whole && !first.empty()
}
