package incidents

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// callHeadline answers whether anything is on fire.
type callHeadline struct {
	Text, Icon, Tone string
	Note             string    // what is meant by it
	Since            ui.Moment // of a calm: when the last incident ended
	Ago              string
	Elsewhere        string // what burns that the filter leaves out
}

// pileView counts the incidents of one pile.
type pileView struct {
	ui.Badge
	N string
}

// watched says what a calm stands on.
type watched struct {
	SLOs    string
	Unknown string    // empty when all is known
	Why     []ui.Link // lists of what is not known, by why
	None    bool      // there is no SLO at all
}

var pileBadges = []struct {
	pile triage.Pile
	ui.Badge
}{
	{triage.Paging, ui.Badge{Icon: "page", Word: "paging", Tone: "page", Hint: "wakes somebody, and nobody has taken it"}},
	{triage.Ticket, ui.Badge{Icon: "ticket", Word: "ticket", Tone: "ticket", Hint: "waits for somebody in working hours"}},
	{triage.Acknowledged, ui.Badge{Icon: "ok", Word: "acknowledged", Tone: "note", Hint: "somebody has taken it"}},
	{triage.HeldBack, ui.Badge{Icon: "muted", Word: "held back", Tone: "quiet", Hint: "a silence, a deploy or maintenance keeps its messages back"}},
	{triage.Folded, ui.Badge{Icon: "rising", Word: "folded", Tone: "quiet", Hint: "burns because of another incident, which is told of instead"}},
}

func (b *board) piles() (out []pileView) {
	counts := triage.Count(b.open)
	for _, p := range pileBadges {
		if n := counts[p.pile]; n > 0 {
			if p.pile == triage.Ticket && n > 1 {
				p.Word += "s"
			}
			out = append(out, pileView{Badge: p.Badge, N: format.Count(int64(n))})
		}
	}
	return out
}

// headline says of cases, the most urgent first, what calls for somebody.
func (b *board) headline(cases []triage.Case) callHeadline {
	paging, untold, tickets := functionsOn(cases, triage.Paging), distinctFunctions(b.untoldPages()), functionsOn(cases, triage.Ticket)
	switch {
	case len(paging) > 0:
		return callHeadline{Icon: "page", Tone: "page", Text: calling(paging), Note: b.untoldText()}
	case len(untold) > 0:
		return callHeadline{Icon: "page", Tone: "page", Text: calling(untold), Note: b.untoldText()}
	case len(tickets) > 0:
		return callHeadline{Icon: "ticket", Tone: "ticket", Text: "Nothing pages. " + ui.Many(len(tickets), "ticket") + ": " + namesOf(tickets)}
	case len(b.open) > 0:
		return callHeadline{Icon: "ok", Tone: "note", Text: "Nothing calls for anybody", Note: "What burns is taken, held back or put down to another incident."}
	case len(b.loose) > 0:
		return b.stillCounted()
	}
	return b.calm()
}

// calm says that nothing burns, as far as that is known.
func (b *board) calm() callHeadline {
	h := callHeadline{Icon: "ok", Tone: "good", Text: "Nothing burns", Note: "No incident in two weeks."}
	measured := 0
	for i := range b.slos {
		if b.mine(i) && b.known[i].State.Measured() {
			measured++
		}
	}
	if measured == 0 {
		h = callHeadline{Icon: "stale", Tone: "quiet", Text: "Nothing is known", Note: "No SLO has numbers of now, so nothing can be said to burn or not."}
	}
	h.Elsewhere = b.elsewhere()
	var last time.Time
	for _, r := range b.records {
		if r.ResolvedAt.After(last) {
			last = r.ResolvedAt
		}
	}
	if !last.IsZero() && measured > 0 {
		h.Note, h.Since, h.Ago = "", ui.MomentOf(last), ui.Ago(b.now, last)
	}
	return h
}

// elsewhere says what is open that the filter leaves out.
func (b *board) elsewhere() string {
	if n := b.all - len(b.open); n > 0 {
		return ui.Many(n, "incident") + " of other teams"
	}
	return ""
}

// mine reports whether an SLO is of the owner who is asked for.
func (b *board) mine(i int) bool { return b.owner == "" || b.slos[i].Owner == b.owner }

func (b *board) watched() watched {
	total, unknown := 0, map[slo.DataState]int{}
	for i := range b.slos {
		if !b.mine(i) {
			continue
		}
		total++
		if state := b.known[i].State; !state.Measured() {
			unknown[cmp.Or(state, slo.StateStale)]++
		}
	}
	w := watched{SLOs: ui.Many(total, "SLO"), None: total == 0}
	n := 0
	for _, state := range []slo.DataState{slo.StateSourceDown, slo.StateNoData, slo.StateStale, slo.StateInvalid} {
		if unknown[state] > 0 {
			q := url.Values{"state": {string(state)}}
			if b.owner != "" {
				q.Set("owner", b.owner)
			}
			w.Why = append(w.Why, ui.Link{Name: format.Count(int64(unknown[state])) + " " + ui.StateBadge(state).Word, URL: "/slos?" + q.Encode()})
			n += unknown[state]
		}
	}
	if n > 0 {
		w.Unknown = format.Count(int64(n)) + " unknown"
	}
	return w
}

// owners are all there are, by name.
func (b *board) owners() []string {
	all := make([]string, len(b.slos))
	for i := range b.slos {
		all[i] = b.slos[i].Owner
	}
	return ui.Distinct(all)
}

// chips are the owners with the most open incidents, as links that show these alone.
func (b *board) chips() []ui.Chip {
	if b.owner != "" {
		return []ui.Chip{{Text: b.owner, URL: ownerPath(ui.PathOnCall, b.owner), Current: true, Count: len(b.open)}, {Text: "All owners", URL: ui.PathOnCall, Count: b.all}}
	}
	counts := map[string]int{}
	for _, i := range b.open {
		counts[i.Owner]++
	}
	var out []ui.Chip
	for owner, n := range counts {
		if owner != "" {
			out = append(out, ui.Chip{Text: owner, Count: n, URL: ownerPath(ui.PathOnCall, owner)})
		}
	}
	if len(out) < 2 { // there is nothing to choose
		return nil
	}
	slices.SortFunc(out, func(a, b ui.Chip) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text)) })
	return out[:min(len(out), mostOwners)]
}
