package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Replica is one of several servers that scraped the same targets into one
// store, by the values of the replica labels. Without replica labels there is
// one, and it is empty.
type Replica string

// endOfValue follows every value in a [Replica]: no label value holds it, since it
// is no UTF-8.
const endOfValue = "\xff"

// ReplicaOf reads the replica off the labels of a series.
func ReplicaOf(labels map[string]string, names []string) Replica {
	var values strings.Builder
	for _, name := range names {
		values.WriteString(labels[name])
		values.WriteString(endOfValue)
	}
	return Replica(values.String())
}

// on narrows a selector to one replica.
func (r Replica) on(s slo.Selector, names []string) slo.Selector {
	values := strings.Split(string(r), endOfValue)
	s.Matchers = slices.Clone(s.Matchers)
	for i, name := range names {
		s.Matchers = append(s.Matchers, slo.Matcher{Label: name, Op: slo.MatchEqual, Value: values[i]})
	}
	return s
}

// Patience is how long a replica may go without a sample and is still there. It is
// longer than any usual time between two scrapes, so that meanwhile a replica has
// seen all there is.
const Patience = 150 * time.Second

// PerReplica asks in which slots each replica has a sample of an indicator.
func (g *Group) PerReplica(gr Grain) string {
	return fmt.Sprintf("count by (%s) (%s)", g.byReplica(), last(g.spokesman(g.selector()), gr.Width, 0))
}

// coveragePart is half of the [Patience]: whoever is silent for longer has no sample
// in some part, wherever the silence begins.
const coveragePart = Patience / 2

// Coverage asks in how many of the [CoverageParts] of each slot a replica has a
// sample of an indicator.
func (g *Group) Coverage(gr Grain) string {
	present := fmt.Sprintf("count by (%s) (%s)", g.byReplica(), last(g.spokesman(g.selector()), coveragePart, 0))
	return fmt.Sprintf("count_over_time((%s)[%dms:%s])", present, (gr.Width - 500*time.Millisecond).Milliseconds(), seconds(coveragePart))
}

// CoverageParts is how many parts [Group.Coverage] cuts a slot into.
func CoverageParts(width time.Duration) float64 { return float64(width / coveragePart) }

func (g *Group) byReplica() string { return sortedNames(g.equal, g.replica) }

// Takeover is where one replica takes over from another: what counts are the
// samples of From up to an instant At, in Unix seconds, and those of To after it.
// Both look at the same counters, so that the samples of both are one series. It
// matters to slots that grew from a sample of From: those of the [Patience] after At,
// in which To sees every series for the first time.
type Takeover struct {
	From, To Replica
	At       int64

	// Who was in force before From, up to Before, if From was there for less than
	// Patience: it may not have seen every series.
	Earlier Replica
	Before  int64
}

// Next is the takeover by another replica at a later instant, when the one that took
// over by t was there until some instant.
func (t Takeover) Next(from, to Replica, until, at int64) Takeover {
	next := Takeover{From: from, To: to, At: at}
	if time.Duration(until-t.At)*time.Second < Patience {
		next.Earlier, next.Before = t.From, t.At
	}
	return next
}

// Growth is [Group.Growth] of slots in the [Patience] after a takeover, whose ends
// are multiples of their width. The answers have no replica labels. Where a value is
// below that of the other replica, the replica's own series says whether it was
// reset: the clocks of two servers differ.
func (t Takeover) Growth(g *Group, gr Grain) string {
	s, by, now := t.To.on(g.selector(), g.replica), ignoring(g.replica), t.now(g, gr)
	own := fmt.Sprintf("%s unless resets(%s[%s] offset %s) > 0", last(s, Patience, gr.Width), s, seconds(Patience), seconds(gr.Width))
	grown := fmt.Sprintf("%s or %s %s or %s %s", g.grownFrom(now, t.before(g, gr)), by, g.grownFrom(now, own), by, now)
	return fmt.Sprintf("sum by (%s) (%s)", sortedNames(g.equal, slices.Collect(maps.Keys(g.labels))), t.unlessTold(g, grown, gr))
}

// grownFrom is by how much values are above those of another replica, where they are.
func (g *Group) grownFrom(now, before string) string {
	by := ignoring(g.replica)
	if g.native {
		return fmt.Sprintf("((%s - %s (%s)) and %s (histogram_count(%s) >= %s histogram_count(%s)))", now, by, before, by, now, by, before)
	}
	return fmt.Sprintf("((%s - %s (%s)) >= 0)", now, by, before)
}

// Births is [Group.Births] of such slots: series that none of the replicas had.
func (t Takeover) Births(g *Group, gr Grain) string {
	born := births(t.To.on(g.selector(), g.replica), gr)
	return t.unlessTold(g, fmt.Sprintf("%s unless %s %s", born, ignoring(g.replica), t.left(g, gr)), gr)
}

func (t Takeover) now(g *Group, gr Grain) string {
	return last(t.To.on(g.selector(), g.replica), gr.Width, 0)
}

// left is what had been counted when the next replica took over.
func (t Takeover) left(g *Group, gr Grain) string {
	if t.Before == 0 {
		return t.lastOf(t.From, g, gr.Lookback, t.At)
	}
	while := time.Duration(t.At-t.Before) * time.Second
	return fmt.Sprintf("(%s or %s %s)", t.lastOf(t.From, g, while, t.At), ignoring(g.replica), t.lastOf(t.Earlier, g, gr.Lookback, t.Before))
}

func (Takeover) lastOf(r Replica, g *Group, span time.Duration, at int64) string {
	return fmt.Sprintf("last_over_time(%s[%s] @ %d)", r.on(g.selector(), g.replica), seconds(span), at)
}

// before is the value that a slot grew from: what the next replica saw since it took
// over, else what had been counted then, else what the next one saw earlier.
func (t Takeover) before(g *Group, gr Grain) string {
	since := fmt.Sprintf("last_over_time((%s and on () vector(time()) > %d)[%s:%s] offset %s)",
		t.now(g, gr), t.At, seconds(Patience), seconds(gr.Width), seconds(gr.Width))
	earlier := last(t.To.on(g.selector(), g.replica), gr.Lookback, gr.Width)
	return fmt.Sprintf("%s or %s %s or %s %s", since, ignoring(g.replica), t.left(g, gr), ignoring(g.replica), earlier)
}

// unlessTold is [Group.unlessTold] as the next replica sees it.
func (t Takeover) unlessTold(g *Group, series string, gr Grain) string {
	return g.untold(series, t.To.on(g.selector(), g.replica), gr, append([]string{"le"}, g.replica...))
}

func ignoring(names []string) string { return fmt.Sprintf("ignoring (%s)", joinNames(names)) }
