package postmortem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
)

// page is a Markdown document that grows.
type page struct {
	strings.Builder
	Report
	zone *time.Location
}

// Markdown writes the report in the Markdown that code hosts render, with tables.
func (r Report) Markdown() []byte {
	p := &page{Report: r, zone: r.Zone}
	if p.zone == nil {
		p.zone = time.UTC
	}
	p.head()
	p.impact()
	p.budgets()
	p.timeline()
	p.causes()
	p.response()
	p.gaps()
	p.actions()
	return []byte(p.String())
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) row(cells ...string) { p.line("| %s |", strings.Join(cells, " | ")) }

// table begins a table.
func (p *page) table(heads ...string) {
	p.row(heads...)
	p.line("|%s", strings.Repeat(" --- |", len(heads)))
}

func (p *page) at(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.In(p.zone).Format("2006-01-02 15:04:05")
}

func (p *page) head() {
	p.line("# Post-mortem: %s of %s, %s\n", plain(p.Function), plain(p.Service), p.OpenedAt.In(p.zone).Format("2 January 2006"))
	about := "a draft"
	if p.Open() {
		about = "a draft, while the incident goes on"
	}
	p.line("Written by slofuse on %s: %s. All times are in %s. Incident %s%s.\n", p.at(p.Written), about, plain(p.zone.String()), linked(p.ID, p.URL), p.owner())
	p.line("## Summary\n\n%s\n", p.summary())
}

func (p *page) owner() string {
	if p.Owner == "" {
		return ""
	}
	return ", owned by " + plain(p.Owner)
}

// summary tells the incident in a few sentences.
func (p *page) summary() string {
	var told []string
	tell := func(format string, args ...any) { told = append(told, fmt.Sprintf(format, args...)) }
	what := "A " + p.Severity.String()
	if !p.ResolvedAt.IsZero() {
		tell("%s about %s of %s was open for %s.", what, plain(p.Function), plain(p.Service), format.Span(p.ResolvedAt.Sub(p.OpenedAt)))
	} else {
		tell("%s about %s of %s has been open for %s, and goes on.", what, plain(p.Function), plain(p.Service), format.Span(p.Written.Sub(p.OpenedAt).Truncate(time.Second)))
	}
	if worst, ok := p.worst(); ok {
		tell("For %s, %s.", plain(worst.ID.Name), inWords(worst.Impact))
	}
	if len(p.Fingerprint) > 0 {
		tell("Most of what failed had %s.", plain(slo.FormatClass(p.Fingerprint)))
	}
	t := p.Times()
	if t.Failed != nil {
		tell("It failed for %s, from the first error until the last.", format.Span(t.Failed.Truncate(time.Second)))
	}
	if t.Detect != nil {
		tell("It opened %s after the first error.", format.Span(*t.Detect))
	}
	if t.Answer != nil {
		tell("%s acknowledged it after %s.", plain(person(t.AckedBy)), format.Span(*t.Answer))
	}
	return strings.Join(told, " ")
}

// worst is the loss that spent the largest share of a budget; that of a part only
// where there is no other.
func (r Report) worst() (worst Loss, ok bool) {
	for _, l := range r.Losses {
		if l.Known && (!ok || worst.Part && !l.Part || worst.Part == l.Part && spent(l) > spent(worst)) {
			worst, ok = l, true
		}
	}
	return worst, ok
}

func spent(l Loss) float64 {
	if l.Spent == nil {
		return -1
	}
	return *l.Spent
}

// inWords is an impact as a sentence without its end.
func inWords(i slo.Impact) string {
	text := fmt.Sprintf("%s of %s %s failed", format.Events(i.Bad), format.Events(i.Total), i.Noun)
	if i.Share != nil {
		text += " (" + format.Part(*i.Share) + ")"
	}
	if i.Spent != nil {
		return text + ", which is " + format.Part(*i.Spent) + " of the error budget"
	}
	return text
}

func person(by string) string {
	if by == "" {
		return "Somebody"
	}
	return by
}

func (p *page) impact() {
	p.line("## Impact\n")
	p.table("What", "When ("+plain(p.zone.String())+")", "After the first error", "By")
	first := p.at(p.FirstError)
	if p.FirstError.IsZero() && !p.Looked.IsZero() {
		first = "unknown: none stands out since " + p.at(p.Looked)
	}
	p.row("First error", first, "", "")
	for _, m := range p.moments() {
		p.row(m.name, m.when, m.after, m.by)
	}
	p.line("")
	if !p.Source {
		p.line("- **Who noticed, and what it was like for them:** _to be written by people: slofuse counts calls, not customers_\n")
	}
}

// moment is a row of what happened when. Without an instant it did not happen, or it
// is not known.
type moment struct {
	at                    time.Time
	name, when, after, by string
}

// moments are those after the first error in the order in which they were, and then
// those that are still to come.
func (p *page) moments() []moment {
	t := p.Times()
	acked := moment{t.Acked, "Acknowledged", "not acknowledged", "", ""}
	if !t.Acked.IsZero() {
		acked.when, acked.after, acked.by = p.at(t.Acked), p.after(t.Acked), plain(person(t.AckedBy))
	}
	resolved := moment{p.ResolvedAt, "Resolved", "not yet", "", ""}
	if !p.ResolvedAt.IsZero() {
		resolved.when, resolved.after, resolved.by = p.at(p.ResolvedAt), p.after(p.ResolvedAt), p.resolvedBy()
	}
	last := moment{p.lastError(), "Last error", p.lastText(), "", ""}
	if !last.at.IsZero() {
		last.after = p.after(last.at)
	}
	out := []moment{{p.OpenedAt, "Opened", p.at(p.OpenedAt), p.after(p.OpenedAt), "slofuse"}, acked, last, resolved}
	slices.SortStableFunc(out, func(a, b moment) int {
		return cmp.Or(boolOrder(a.at.IsZero(), b.at.IsZero()), a.at.Compare(b.at))
	})
	return out
}

// boolOrder puts false before true.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// lastText is when it stopped to fail, as far as that is known.
func (p *page) lastText() string {
	switch {
	case p.Burns && p.ResolvedAt.IsZero():
		return "it goes on"
	case p.Burns:
		return p.at(p.ResolvedAt) + ", when it was resolved"
	}
	return p.at(p.LastError)
}

func (p *page) resolvedBy() string {
	if p.ResolvedBy == "" {
		return "slofuse, as measured"
	}
	return plain(p.ResolvedBy) + ", by hand"
}

// after is how long after the first error something was.
func (p *page) after(at time.Time) string {
	if d := between(p.FirstError, at); d != nil {
		return format.Span(*d)
	}
	return "unknown"
}

func (p *page) budgets() {
	p.line("### Budgets lost\n")
	if p.Source {
		p.line("Unknown: a backend did not answer, and what is not measured is not counted.\n")
		return
	}
	if len(p.Losses) == 0 {
		p.line("Unknown: no objective of the incident is on record.\n")
		return
	}
	p.table("Objective", "Promise", "Failed", "Of", "Share", "Budget lost", "As much as a total failure of", "To know")
	for _, l := range p.Losses {
		name := plain(l.ID.Name)
		if l.Description != "" {
			name += ": " + plain(l.Description)
		}
		if !l.Known {
			p.row(name, plain(l.Objective), "unknown", "unknown", "unknown", "unknown", "unknown", plain(notKnown(l)))
			continue
		}
		p.row(name, plain(l.Objective+" over "+l.Window), format.Events(l.Bad), format.Events(l.Total)+" "+l.Noun, share(l.Share), share(l.Spent), length(l.Lost), plain(l.Reason))
	}
	p.line("\nCounted from the first error until %s, with what fails anyway.\n", p.counted())
}

// counted is until when losses are counted.
func (p *page) counted() string {
	switch {
	case !p.LastError.IsZero():
		return "the last"
	case p.ResolvedAt.IsZero():
		return "this was written"
	}
	return "the end"
}

func notKnown(l Loss) string {
	if l.Objective == "" {
		return "the objective is no longer in force"
	}
	if l.Reason != "" {
		return l.Reason
	}
	return "the ledger does not tell of that time"
}

func share(ratio *float64) string {
	if ratio == nil {
		return "unknown"
	}
	return format.Part(*ratio)
}

func length(d *time.Duration) string {
	if d == nil {
		return "unknown"
	}
	return format.Span(d.Truncate(time.Second))
}

func (p *page) causes() {
	p.line("## Causes, as far as they are known\n")
	p.line("- **Kinds of errors:** %s", p.kinds())
	if p.Cause != "" {
		p.line("- **Put down to another incident:** %s", plain(p.Cause))
	}
	if n := len(p.Affected); n > 0 {
		p.line("- **Functions put down to this one:** %s", p.affected())
	}
	p.line("- **Last deploy before it opened:** %s", p.lastDeploy())
	if len(p.Changes) == 0 {
		p.line("- **Changes since a day before:** none is known")
	} else {
		p.line("- **Changes since a day before, newest first:**")
	}
	for _, c := range p.Changes {
		p.line("  - %s: %s%s", p.at(c.At), plain(c.Text), by(c.By))
	}
	if p.Older > 0 {
		p.line("  - and %s older ones", format.Count(int64(p.Older)))
	}
	if p.Source || p.ResolvedAt.IsZero() {
		p.line("- **Root cause:** _to be written by people: slofuse knows what changed, not why it failed_\n")
		return
	}
	p.line("- **What mended it:** %s", p.mended())
	p.line("- **Root cause:** _to be written by people: slofuse knows what changed, not why it failed_\n")
}

// mended is what changed while it went on: one of these may have mended it.
func (p *page) mended() string {
	var changes []string
	for _, c := range p.After[:min(len(p.After), 5)] {
		changes = append(changes, p.at(c.At)+" "+plain(c.Text)+by(c.By))
	}
	if d := p.Deploy; d != nil && d.Status == "rolled_back" {
		changes = append(changes, "deploy "+plain(deployName(*d))+" was rolled back")
	}
	text := "_to be written by people_"
	if len(changes) > 0 {
		text += "; while it went on: " + strings.Join(changes, "; ")
	}
	return text
}

func (p *page) kinds() string {
	if len(p.Kinds) == 0 {
		return "unknown"
	}
	var out []string
	for _, k := range p.Kinds[:min(len(p.Kinds), 10)] {
		out = append(out, plain(slo.FormatClass(k)))
	}
	return strings.Join(out, "; ")
}

func (p *page) affected() string {
	var names []string
	for _, a := range p.Affected[:min(len(p.Affected), 20)] {
		names = append(names, plain(a.Function+" of "+a.Service))
	}
	if more := len(p.Affected) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, "; ")
}

func (p *page) lastDeploy() string {
	d := p.Deploy
	if d == nil {
		return "none is known"
	}
	text := fmt.Sprintf("%s, %s", linked(deployName(*d), d.URL), p.at(d.StartsAt))
	if length := between(d.StartsAt, p.OpenedAt); length != nil {
		text += ", " + format.Span(length.Truncate(time.Second)) + " before"
	}
	if d.Status != "" {
		text += ", " + plain(strings.ReplaceAll(d.Status, "_", " "))
	}
	return text + by(d.By)
}

func by(name string) string {
	if name == "" {
		return ""
	}
	return ", by " + plain(name)
}

func (p *page) response() {
	t := p.Times()
	p.line("## Detection and response\n")
	p.table("Step", "Took")
	p.row("From the first error until it opened", length(t.Detect))
	p.row("Until somebody acknowledged", did(t.Answer, "not acknowledged"))
	p.row("From opening until resolved", did(t.Mend, "still open"))
	p.row("From the first error until the last", did(t.Failed, p.notFailed()))
	p.row("From the first error until resolved", did(t.Overall, "unknown"))
	p.line("")
	if p.Runbook != "" {
		p.line("- **Runbook:** %s; did it help? _to be written by people_\n", linked(p.Runbook, p.Runbook))
	}
	p.line("### Who was told\n")
	if len(p.Deliveries) == 0 {
		p.line("No destination was owed a message.\n")
		return
	}
	p.table("Destination", "First told", "Messages", "Last message", "State of that", "Last error")
	told := alerting.ToldIn(p.Timeline, p.Destinations())
	for _, d := range p.Deliveries {
		first, times := "never", "none"
		if !d.SentAt.IsZero() { // no more is known than the last one
			first, times = p.at(d.SentAt), "1 or more"
		}
		if n := slices.IndexFunc(told, func(t alerting.Told) bool { return t.Destination == d.Destination }); n >= 0 {
			first, times = p.at(told[n].First), format.Count(int64(told[n].Times))
		}
		last := "never sent, " + fmt.Sprint(d.Attempts) + " attempts"
		if !d.SentAt.IsZero() {
			last = p.at(d.SentAt)
		}
		p.row(plain(p.called(d.Destination)), first, times, last, plain(d.State), plain(d.LastError))
	}
	p.line("")
}

// notFailed says why it is not known for how long it failed.
func (p *page) notFailed() string {
	if p.Burns {
		return "it goes on"
	}
	return "unknown"
}

func did(d *time.Duration, not string) string {
	if d == nil {
		return not
	}
	return length(d)
}

func (p *page) gaps() {
	p.line("## Gaps in tests and automation\n")
	gaps := p.Gaps()
	for _, g := range gaps {
		p.line("- [ ] **%s** %s", plain(g.Fact), plain(g.Question))
	}
	if len(gaps) == 0 {
		p.line("The facts ask for none. Which test would have caught this earlier?")
	}
	p.line("")
}

// actions is a table for people to fill in: what the facts suggest, and what only
// they know.
func (p *page) actions() {
	p.line("## Action items\n")
	p.table("Action", "Because", "Owner", "Deadline")
	p.row("Remove the root cause", "it may come back", "", "")
	for _, g := range p.Gaps() {
		p.row(plain(g.Action), plain(g.Fact), "", "")
	}
	if d := p.undelivered(); d > 0 && p.Open() {
		p.row("Tell those who were not told", fmt.Sprintf("%d messages are still owed", d), "", "")
	}
}

func (r Report) undelivered() (n int) {
	for _, d := range r.Deliveries {
		if d.State == alerting.DeliveryOwed {
			n++
		}
	}
	return n
}
