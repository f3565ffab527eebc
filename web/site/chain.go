package site

import (
	"cmp"
	"context"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

// How far a chain of calls is followed, and how many functions of each side it shows.
const (
	chainDepth = 5
	mostChain  = 30
)

// ChainView is a function among those it calls and those that call it.
type ChainView struct {
	Down, Up             []Neighbour // in the order of an indented list
	HiddenDown, HiddenUp int         // functions that are not listed
	Burning              int         // of those that are, not counting the function itself
	First                *firstView  // nil unless a neighbour burns
}

// firstView is what began first of all in a chain that burns.
type firstView struct {
	Name, URL string
	At        ui.Moment
	Own       bool // it is the function itself
	Alone     bool // nothing else burns
}

// Neighbour is a function of a chain, as its worst SLO stands.
type Neighbour struct {
	Name, URL string // service/function and its page; no page for one without SLOs
	Via       string // the function it is met by, where that is not the one the chain is of
	Depth     int    // 1 is called by, or calls, the function itself
	Status    ui.Badge
	SLO       string // the worst one's name
	SLOURL    string
	Burn      string // its burn rate over the last hour
	Left      string // of its budget
	Reason    string
	Since     ui.Moment // when it began to burn; empty while it does not
	Order     string    // when that was beside the function: "4 m before"; empty when either does not burn
	Before    bool      // it began before
	Incident  string    // the page of its open incident
}

// Burns reports whether an alert of the neighbour is up.
func (n Neighbour) Burns() bool { return n.Since.Datetime != "" }

// ChainOf finds what a function depends on and what depends on it, with one
// assessment for all, and gives the function's own SLOs along. Whether a neighbour
// began before is told against an instant; zero is when the function itself began, if
// it burns.
func (s *Server) ChainOf(ctx context.Context, of slo.ID, began time.Time) (own []listing.Row, v ChainView, err error) {
	of = of.OfFunction()
	all := s.Objectives.SLOs()
	graph := slo.NewCallGraph(all)
	down, hiddenDown := graph.Down(of, chainDepth, mostChain)
	up, hiddenUp := graph.Up(of, chainDepth, mostChain)
	rows, err := s.functionRows(ctx, all, of, down, up)
	if err != nil {
		return nil, v, err
	}
	states := map[slo.ID]FunctionState{}
	for id, rows := range rows {
		states[id] = StateOf(rows)
	}
	if began.IsZero() {
		began = states[of].began
	}
	v.HiddenDown, v.HiddenUp = hiddenDown, hiddenUp
	for _, hop := range down {
		v.Down = append(v.Down, neighbourOf(hop, states[hop.Function], of, began))
	}
	for _, hop := range up {
		v.Up = append(v.Up, neighbourOf(hop, states[hop.Function], of, began))
	}
	v.tell(states, of)
	return rows[of], v, nil
}

// functionRows assesses the SLOs of a function and of all that a chain leads to at
// once.
func (s *Server) functionRows(ctx context.Context, all []slo.SLO, of slo.ID, chains ...[]slo.Hop) (map[slo.ID][]listing.Row, error) {
	wanted := map[slo.ID]bool{of: true}
	for _, hops := range chains {
		for _, hop := range hops {
			wanted[hop.Function] = true
		}
	}
	var slos []slo.SLO
	for i := range all {
		if wanted[all[i].ID.OfFunction()] {
			slos = append(slos, all[i])
		}
	}
	rows, err := s.Assemble(ctx, slos, time.Time{})
	if err != nil {
		return nil, err
	}
	out := map[slo.ID][]listing.Row{}
	for _, row := range rows {
		id := row.SLO.ID.OfFunction()
		out[id] = append(out[id], row)
	}
	return out, nil
}

// FunctionState is how a function stands.
type FunctionState struct {
	Worst listing.Row
	known bool      // it has an SLO
	began time.Time // the earliest of its alerts that are up; zero without any
}

// StateOf is the state of a function by the rows of its SLOs, of which there is one at least.
func StateOf(rows []listing.Row) FunctionState {
	st := FunctionState{began: BeganOf(rows)}
	if st.Worst, st.known = listing.Worst(rows); !st.known {
		st.Worst, st.known = rows[0], true
	}
	return st
}

// BeganOf is when the first of a function's alerts that are up began.
func BeganOf(rows []listing.Row) (began time.Time) {
	for i := range rows {
		if at := beganAt(rows[i].Alert); !at.IsZero() && (began.IsZero() || at.Before(began)) {
			began = at
		}
	}
	return began
}

// beganAt is when an alert began to burn; zero while it does not. One that is not yet
// let fire burns since it is pending.
func beganAt(a alerting.Alert) time.Time {
	switch {
	case a.Active() && !a.FiringSince.IsZero():
		return a.FiringSince
	case a.Active() || a.Phase == alerting.PhasePending:
		return a.Since
	}
	return time.Time{}
}

// tell counts what burns and says what began first, the function itself among it.
func (v *ChainView) tell(states map[slo.ID]FunctionState, of slo.ID) {
	var first slo.ID
	burning := 0
	for id, st := range states {
		if st.began.IsZero() {
			continue
		}
		burning++
		if by := st.began.Compare(states[first].began); first.IsZero() || by < 0 || by == 0 && id.Compare(first) < 0 {
			first = id
		}
	}
	v.Burning = burning
	if !states[of].began.IsZero() {
		v.Burning--
	}
	if v.Burning > 0 {
		v.First = &firstView{
			Name: ui.FunctionTitle(first), URL: ui.FunctionPath(first), At: ui.MomentOf(states[first].began), Own: first == of, Alone: burning == 1,
		}
	}
}

func neighbourOf(hop slo.Hop, st FunctionState, of slo.ID, began time.Time) Neighbour {
	n := Neighbour{Name: ui.FunctionTitle(hop.Function), Depth: hop.Depth}
	if hop.Via != of {
		n.Via = ui.FunctionTitle(hop.Via)
	}
	if !st.known {
		n.Status = ui.Badge{Icon: "new", Word: "No SLO", Tone: "quiet", Hint: "no SLO in force is about it, so nothing is known of it"}
		return n
	}
	r := &st.Worst
	a := &r.Assessment
	n.URL, n.Status, n.SLO, n.SLOURL = ui.FunctionPath(hop.Function), ui.StatusBadge(r.Status()), r.SLO.ID.Name, ui.SLOPath(r.SLO.ID)
	hour, _ := a.Burn(time.Hour)
	n.Burn, n.Left = ui.BurnText(a, hour), ui.BudgetOf(a).Text
	n.Reason = cmp.Or(r.Alert.Reason, a.Reason)
	if r.Incident != "" {
		n.Incident = ui.IncidentPath(r.Incident)
	}
	n.Since = ui.MomentOf(st.began)
	n.Order, n.Before = orderOf(st.began, began)
	return n
}

// orderOf says when something began beside something else; empty when either did not.
func orderOf(at, began time.Time) (text string, before bool) {
	if at.IsZero() || began.IsZero() {
		return "", false
	}
	switch by := at.Sub(began).Truncate(time.Second); {
	case by < 0:
		return format.Span(-by) + " before", true
	case by > 0:
		return format.Span(by) + " after", false
	}
	return "at the same time", false
}
