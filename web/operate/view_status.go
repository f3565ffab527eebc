package operate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// statusBody is how slofuse does.
type statusBody struct {
	Short    string
	Overall  ui.Badge
	Tiles    []ui.Tile
	Trouble  []check // of all groups, what has to be looked at
	Groups   []checkGroup
	Families []string
	Files    []string
	Loaded   []site.Change // what the reload changed that is in force
	Older    int           // of it that is not listed
}

// checkGroup is what is known of one part.
type checkGroup struct {
	Name, Empty string
	Checks      []check
}

// check is one thing that is well or not.
type check struct {
	Name   string
	Status ui.Badge
	Facts  []string
	Since  ui.Moment // of what is told last
	When   string    // what that moment is
	Reason string
	Advice string // what to do; empty when there is nothing to do
}

var (
	badgeWell    = ui.Badge{Icon: "ok", Word: "Well", Tone: "good"}
	badgeBad     = ui.Badge{Icon: "page", Word: "Broken", Tone: "page"}
	badgeLook    = ui.Badge{Icon: "ticket", Word: "Look", Tone: "ticket"}
	badgeWaiting = ui.Badge{Icon: "pending", Word: "Busy", Tone: "note"}
	badgeUnknown = ui.Badge{Icon: "stale", Word: "Unknown", Tone: "quiet"}
)

func statusOf(st api.Status) statusBody {
	body := statusBody{Groups: []checkGroup{
		{Name: "Backends", Empty: "None is configured.", Checks: backendChecks(st)},
		{Name: "Evaluation and history", Checks: []check{evaluationCheck(st), ledgerCheck(st), historyCheck(st)}},
		{Name: "Notifications", Empty: "There is no destination: nobody is told of anything.", Checks: append([]check{outboxCheck(st)}, destinationChecks(st)...)},
		{Name: "Configuration", Checks: []check{configurationCheck(st)}},
		{Name: "Heartbeats", Checks: heartbeatChecks(st)},
	}, Families: st.Families, Files: st.Configuration.SLOFiles, Tiles: statusTiles(st)}
	for _, group := range body.Groups {
		for _, c := range group.Checks {
			if c.Advice != "" {
				body.Trouble = append(body.Trouble, c)
			}
		}
	}
	body.Overall, body.Short = badgeWell, "All that slofuse does is on time."
	switch {
	case slices.ContainsFunc(body.Trouble, func(c check) bool { return c.Status == badgeBad }):
		body.Overall, body.Short = badgeBad, ui.Many(len(body.Trouble), "thing")+" to look at, and something is broken."
	case !st.Ready:
		body.Overall, body.Short = badgeWaiting, "Not ready yet: "+cmp.Or(st.Reason, "the first round is not over")+"."
	case len(body.Trouble) > 0:
		body.Overall, body.Short = badgeLook, ui.Many(len(body.Trouble), "thing")+" to look at."
	}
	return body
}

func statusTiles(st api.Status) []ui.Tile {
	out := []ui.Tile{
		{Name: "SLOs", Value: format.Count(int64(st.Evaluation.SLOs)), Note: "in force"},
		{Name: "Numbers are from", Value: "unknown", Note: "the last slot that was assessed"},
		{Name: "Waiting to be sent", Value: counted(st.Outbox.Owed), Note: "messages"},
		{Name: "Database", Value: "unknown", Note: "on disk"},
		{Name: "Memory", Value: "unknown", Note: "of the process"},
		{Name: "Up for", Value: "unknown", Note: "version " + cmp.Or(st.Version, "unknown")},
	}
	if at, b := st.Evaluation.LastSlot, st.Evaluation.Behind; at != nil && b != nil {
		out[1].Value, out[1].Note = format.Span(max(st.AsOf.Sub(*at), 0).Truncate(time.Second))+" ago", "on time"
		if *b > 0 {
			out[1].Note = format.Span(seconds(*b)) + " behind"
		}
	}
	if st.Ledger.Bytes != nil {
		out[3].Value = size(*st.Ledger.Bytes)
	}
	if st.Memory != nil {
		out[4].Value = size(*st.Memory)
	}
	if st.StartedAt != nil {
		out[5].Value = format.Span(st.AsOf.Sub(*st.StartedAt).Truncate(time.Second))
	}
	return out
}

func counted(n *int) string {
	if n == nil {
		return "unknown"
	}
	return format.Count(int64(*n))
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Truncate(time.Second)
}

// size writes bytes as people say them.
func size(bytes int64) string {
	value, unit := float64(bytes), "B"
	for _, next := range []string{"KB", "MB", "GB", "TB"} {
		if value < 1000 {
			break
		}
		value, unit = value/1000, next
	}
	if value < 10 && unit != "B" {
		return fmt.Sprintf("%.1f %s", value, unit)
	}
	return fmt.Sprintf("%.0f %s", value, unit)
}

func pointed(t *time.Time) ui.Moment {
	if t == nil {
		return ui.Moment{}
	}
	return ui.MomentOf(*t)
}

func backendChecks(st api.Status) (out []check) {
	for _, b := range st.Backends {
		c := check{Name: b.Name, Status: badgeWell, Since: pointed(b.ReadTo), When: "read up to", Facts: []string{ui.Many(b.SLOs, "SLO")}}
		if b.Seconds != nil {
			c.Facts = append(c.Facts, "answers in "+format.Latency(b.Seconds)+" on average", format.Count(b.Queries)+" queries since the start")
		}
		if b.Failed > 0 {
			c.Facts = append(c.Facts, format.Count(b.Failed)+" of them failed"+waysOf(b.FailedBy))
		}
		if !b.Up {
			c.Status, c.Reason = badgeBad, b.Reason
			c.Since, c.When = pointed(b.Since), "down since"
			c.Advice = "Look whether it runs and can be reached from here. Its numbers stand still and nothing is resolved until it answers; what was missed is read afterwards."
		}
		out = append(out, c)
	}
	return out
}

// ways are the ways in which a query fails, for people.
var ways = map[string]string{
	"bad_answer": "answers that cannot be read", "bad_query": "queries it refused", "denied": "not let in", "partial": "answers with parts missing",
	"too_much": "answers that are too large", "too_slow": "took too long", "unavailable": "no answer",
}

// waysOf says how queries failed, the most frequent way first.
func waysOf(by map[string]int64) string {
	names := slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) })
	var out []string
	for _, name := range names {
		out = append(out, format.Count(by[name])+" "+cmp.Or(ways[name], name))
	}
	if len(out) == 0 {
		return ""
	}
	return " and were asked again: " + strings.Join(out, ", ")
}

// late is how far behind evaluation is no trouble yet.
const late = time.Minute

func evaluationCheck(st api.Status) check {
	e := st.Evaluation
	c := check{Name: "Evaluation", Status: badgeWell, Since: pointed(e.LastSlot), When: "last slot ended", Facts: []string{"a round every " + slo.FormatDuration(seconds(e.Step))}}
	if e.Step == 0 {
		c.Facts = nil
	}
	if e.Skipped > 0 {
		c.Facts = append(c.Facts, ui.Many(int(e.Skipped), "slot")+" skipped since the start")
	}
	switch {
	case e.Behind == nil:
		c.Status, c.Reason = badgeWaiting, "the first round is not over"
	case seconds(*e.Behind) > late:
		c.Status, c.Reason = badgeLook, format.Span(seconds(*e.Behind))+" behind"
		c.Advice = "See whether the backends answer slowly, or the machine has too little CPU. What is missed is counted later, and decided on with the next round."
	case *e.Behind > 0:
		c.Status, c.Reason = badgeWaiting, format.Span(seconds(*e.Behind))+" behind"
	}
	return c
}

func ledgerCheck(st api.Status) check {
	l := st.Ledger
	c := check{Name: "Ledger", Status: badgeWell, Since: pointed(l.Oldest), When: "goes back to"}
	if l.Accounts != nil {
		c.Facts = append(c.Facts, ui.Many(*l.Accounts, "account")+", one for each indicator that is or was counted")
	}
	if l.Bytes != nil {
		c.Facts = append(c.Facts, size(*l.Bytes)+" on disk, with the journal")
	}
	if l.Retention != nil {
		c.Facts = append(c.Facts, "counts are kept for "+slo.FormatDuration(seconds(*l.Retention)))
	}
	if l.Trouble != "" {
		c.Status, c.Reason = badgeBad, l.Trouble
		c.Advice = "Nothing can be written down. Make room on the disk and look at the rights of the file; it is tried again by itself."
	}
	return c
}

func historyCheck(st api.Status) check {
	l := st.Ledger
	c := check{Name: "History", Status: badgeWell}
	if l.Coverage != nil {
		c.Facts = append(c.Facts, format.Share(*l.Coverage, true)+" of the time of all windows is known")
	} else {
		c.Status = badgeUnknown
	}
	if l.Total > 0 && l.Done < l.Total {
		c.Status, c.Reason = badgeWaiting, fmt.Sprintf("reading what is missing, most recent first: %s of %s pages", format.Count(int64(l.Done)), format.Count(int64(l.Total)))
	}
	if l.Reading > 0 {
		c.Facts = append(c.Facts, "budgets of "+ui.Many(l.Reading, "SLO")+" are not known yet")
	}
	return c
}

func outboxCheck(st api.Status) check {
	o := st.Outbox
	c := check{Name: "Outbox", Status: badgeWell, Since: pointed(o.Oldest), When: "the oldest was decided"}
	if o.Owed == nil {
		c.Status = badgeUnknown
		return c
	}
	c.Facts = []string{ui.Many(*o.Owed, "message") + " owed"}
	if o.Oldest != nil && st.AsOf.Sub(*o.Oldest) > 5*time.Minute {
		c.Status, c.Reason = badgeBad, "owed for "+format.Span(st.AsOf.Sub(*o.Oldest).Truncate(time.Second))
		c.Advice = "Somebody was not told of what burns. Look at the destination below that owes it."
	}
	if o.Undeliverable != nil && *o.Undeliverable > 0 {
		c.Facts = append(c.Facts, ui.Many(*o.Undeliverable, "message")+" undeliverable, of incidents that are kept")
	}
	return c
}

func destinationChecks(st api.Status) (out []check) {
	for _, d := range st.Destinations {
		c := check{Name: d.Name, Status: badgeWell, Since: pointed(d.Sent), When: "took one last", Reason: d.LastError}
		if d.Sent == nil {
			c.Status, c.Facts = badgeUnknown, []string{"never used: slofuse receivers test sends it a marked test"}
		}
		if d.Undeliverable > 0 {
			c.Status, c.Facts = badgeLook, append(c.Facts, ui.Many(d.Undeliverable, "message")+" it never took")
			c.Advice = "Correct the receiver, then try it: slofuse receivers test " + d.Receiver
		}
		if d.Owed > 0 {
			c.Status, c.Facts = badgeWaiting, append(c.Facts, ui.Many(d.Owed, "message")+" owed")
			if d.Oldest != nil && st.AsOf.Sub(*d.Oldest) > time.Minute {
				c.Status, c.Advice = badgeBad, "It does not take what it is owed. See the reason; it is tried again by itself, and nothing is lost."
				c.Since, c.When = pointed(d.Oldest), "owed since"
			}
		}
		if d.Kind == "" {
			c.Facts = append(c.Facts, "no longer configured")
		}
		out = append(out, c)
	}
	return out
}

func configurationCheck(st api.Status) check {
	k := st.Configuration
	c := check{Name: cmp.Or(k.File, "from flags"), Status: badgeWell, Since: pointed(k.LoadedAt), When: "in force since", Facts: []string{ui.Many(st.Evaluation.SLOs, "SLO") + " in force"}}
	if k.Error != "" {
		c.Status, c.Reason = badgeBad, strings.TrimSpace(k.Error)
		c.Since, c.When = pointed(k.TriedAt), "the reload failed"
		c.Advice = "The old configuration stays in force. Correct the file; slofuse check shows the same mistakes. It is read again when it changes."
	}
	return c
}

func heartbeatChecks(st api.Status) (out []check) {
	if len(st.Heartbeats) == 0 {
		return []check{{
			Name: "Heartbeat", Status: badgeLook, Reason: "none is configured: when slofuse itself stops, nobody notices",
			Advice: "Name one under heartbeats in the configuration: a service outside that calls somebody when it hears nothing.",
		}}
	}
	for _, h := range st.Heartbeats {
		c := check{Name: h.Name, Status: badgeWell, Since: pointed(h.LastSent), When: "sent last", Facts: []string{format.Count(h.Sent) + " sent since the start"}}
		if h.Failed > 0 {
			c.Facts = append(c.Facts, format.Count(h.Failed)+" failed")
		}
		if h.Reason != "" {
			c.Status, c.Reason = badgeLook, "withheld: "+h.Reason
			c.Advice = "Whoever watches it is told that slofuse does not do its whole work. See the reason."
		} else if h.LastSent == nil {
			c.Status = badgeUnknown
		}
		out = append(out, c)
	}
	return out
}
