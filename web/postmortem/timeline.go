package postmortem

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/format"
)

// mostEvents bounds the timeline: an incident that flaps for weeks has many.
const mostEvents = 500

// entry is a row of the timeline.
type entry struct {
	at            time.Time
	what, by, why string
}

// timeline tells what happened, oldest first: the errors, the changes and the events.
func (p *page) timeline() {
	p.line("## Timeline\n")
	p.table("Time ("+plain(p.zone.String())+")", "What", "By", "Why")
	rows := p.events(p.Timeline[:min(len(p.Timeline), mostEvents)])
	if !p.FirstError.IsZero() {
		rows = append(rows, entry{p.FirstError, "first error", "", "the first bad slot of the ledger"})
	}
	if !p.LastError.IsZero() {
		rows = append(rows, entry{p.LastError, "last error", "", "what failed since is within the promise"})
	}
	for _, c := range p.After {
		rows = append(rows, entry{c.At, "changed", c.By, c.Text})
	}
	slices.SortStableFunc(rows, func(a, b entry) int { return a.at.Compare(b.at) })
	for _, r := range rows {
		p.row(p.at(r.at), plain(r.what), plain(r.by), plain(r.why))
	}
	if more := len(p.Timeline) - mostEvents; more > 0 {
		p.row("", "and more", "", format.Count(int64(more))+" later events are not listed")
	}
	p.line("")
}

// events are rows of events. Those who were told the same are one row, which does not
// say again what the row before it does.
func (p *page) events(all []alerting.Event) (out []entry) {
	names := p.Destinations()
	said := ""
	for _, run := range alerting.Runs(all) {
		told := alerting.ToldIn(run, names)
		if !whole(told, run) {
			for _, e := range run {
				out, said = append(out, entry{e.At, strings.ReplaceAll(e.Kind, "_", " "), e.By, e.Text}), e.Text
			}
			continue
		}
		out = append(out, p.told(told, said)...)
	}
	return out
}

// whole reports whether every event of a run says that somebody who is known was told.
func whole(told []alerting.Told, run []alerting.Event) bool {
	times := 0
	for _, t := range told {
		times += t.Times
	}
	return len(told) > 0 && times == len(run)
}

// told puts those together that were told the same as often.
func (p *page) told(told []alerting.Told, said string) (out []entry) {
	for len(told) > 0 {
		first := told[0]
		var names []string
		told = slices.DeleteFunc(told, func(t alerting.Told) bool {
			same := t.Text == first.Text && t.Times == first.Times
			if same {
				names = append(names, p.called(t.Destination))
			}
			return same
		})
		why := strings.Join(names, ", ")
		if first.Text != "" && !repeats(first.Text, said) {
			why += ": " + first.Text
		}
		if first.Times > 1 {
			why += ", " + format.Count(int64(first.Times)) + " times until " + p.at(first.Last)
		}
		out = append(out, entry{first.First, "told", "", why})
	}
	return out
}

// repeats reports whether a message says what an event has said.
func repeats(text, said string) bool {
	return said != "" && (strings.Contains(said, text) || strings.Contains(text, said))
}

// called is a destination as people call it.
func (p *page) called(destination string) string {
	return cmp.Or(p.Called[destination], destination)
}
