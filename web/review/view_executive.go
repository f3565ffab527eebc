package review

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// compared says what the period can be compared with.
func compared(of scope, pairs []summary.Pair) (text string, known bool) {
	n := len(summary.Comparable(pairs))
	switch {
	case len(pairs) == 0:
		return "", false
	case n == 0:
		return "Nothing is known of " + of.period.Last + " to compare with.", false
	case n < len(pairs):
		return fmt.Sprintf("Compared with %s, as far as both are known: %d of %d promises.", of.period.Last, n, len(pairs)), true
	}
	return "Compared with " + of.period.Last + ".", true
}

// sentence says in one breath how things are.
func sentence(of scope, pairs []summary.Pair, calls summary.Success, marked bool) string {
	t := summary.Count(summary.Nows(pairs))
	if t.All() == 0 {
		return "There are no promises to sum up."
	}
	text := fmt.Sprintf("Of %d promises %s in %s", t.All(), standingsOf(t), of.period.Phrase)
	if t.Kept() == t.All() {
		text = fmt.Sprintf("All %d promises are kept in %s", t.All(), of.period.Phrase)
	}
	if ratio, known := calls.Ratio(); known {
		text += fmt.Sprintf("; %s of %s %s succeeded", format.SLI(ratio, true), format.Large(calls.Total), callsOf(marked))
	}
	return text + "."
}

// standingsOf says how many promises are kept, broken and unknown.
func standingsOf(t summary.Tally) string {
	var parts []string
	for _, of := range []struct {
		n    int
		word string
	}{{t.Kept(), "kept"}, {t.Missed, "broken"}, {t.Unknown, "unknown"}} {
		if of.n > 0 || of.word == "kept" {
			parts = append(parts, fmt.Sprintf("%d %s %s", of.n, are(of.n), of.word))
		}
	}
	return listed(parts)
}

func callsOf(marked bool) string {
	if marked {
		return "critical calls"
	}
	return "calls"
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// listed joins parts of a sentence: a, b and c.
func listed(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// executiveTiles are the numbers that matter most.
func executiveTiles(of scope, pairs, calls []summary.Pair, marked bool) []ui.Tile {
	t := summary.Count(summary.Nows(pairs))
	share, known := t.Share()
	kept := ui.Tile{Name: "Promises kept", Term: "promises-kept", Value: format.Share(share, known), Note: "nothing can be told"}
	if known {
		kept.Note = fmt.Sprintf("%d of %d that can be told", t.Kept(), t.Decided())
	}
	if t.Missed > 0 {
		kept.Tone = "ticket"
	}
	change, known := summary.Trend(pairs)
	kept.Note += trendNote(change, known, of.period)
	good, lost := successTiles(of, calls, marked)
	return []ui.Tile{kept, good, lost, inTime(pairs)}
}

// successTiles are the calls that succeeded and the time that the others took.
func successTiles(of scope, calls []summary.Pair, marked bool) (good, lost ui.Tile) {
	now := summary.Successes(summary.Nows(calls))
	both := summary.Comparable(calls)
	before := summary.Successes(summary.Befores(both))
	ratio, known := now.Ratio()
	good = ui.Tile{Name: ui.Capital(callsOf(marked)) + " that succeeded", Term: "succeeded", Value: format.SLI(ratio, known), Note: functionsOf(now, marked)}
	if known {
		good.Note = "of " + format.Large(now.Total) + ", " + good.Note
	}
	if last, known := before.Ratio(); known {
		good.Note += "; " + format.SLI(last, true) + " in " + of.period.Last
	}
	lost = ui.Tile{Name: "Minutes lost", Term: "minutes-lost", Value: format.Unknown, Note: functionsOf(now, marked)}
	if now.Functions > 0 {
		lost.Value, lost.Note = format.Span(now.Lost.Round(time.Second)), "by "+lost.Note
	}
	if before.Functions > 0 {
		lost.Note += "; " + format.Span(before.Lost.Round(time.Second)) + " in " + of.period.Last
	}
	return good, lost
}

func functionsOf(s summary.Success, marked bool) string {
	one, many := "function", "functions"
	if marked {
		one, many = "critical function", "critical functions"
	}
	switch {
	case s.Functions == 0:
		return "nothing is known of " + plural(s.Unknown, one, many)
	case s.Unknown > 0:
		return fmt.Sprintf("%s, and %d unknown", plural(s.Functions, one, many), s.Unknown)
	}
	return plural(s.Functions, one, many)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return format.Count(int64(n)) + " " + many
}

// inTime is the share of calls that were answered within their limit.
func inTime(pairs []summary.Pair) ui.Tile {
	var s summary.Success
	for _, p := range pairs {
		if p.Now.SLO.SLI.Latency != nil {
			s = s.Add(summary.Successes([]summary.Record{p.Now}))
		}
	}
	ratio, known := s.Ratio()
	if !known {
		return ui.Tile{Name: "Answered in time", Term: "in-time", Value: format.Unknown, Note: "no promise of a latency has known calls"}
	}
	return ui.Tile{Name: "Answered in time", Term: "in-time", Value: format.SLI(ratio, known), Note: "of " + format.Large(s.Total) + " calls that have a limit"}
}

// trendNote compares with the period before, for the end of a note; empty when that
// is not known.
func trendNote(change float64, known bool, p summary.Period) string {
	if !known {
		return ""
	}
	return "; " + trendText(change, "in "+p.Last)
}

// trendText says by how many points a share is better or worse than then.
func trendText(change float64, then string) string {
	points := slo.FormatNumber(math.Abs(change)*100, 2)
	switch {
	case change == 0:
		return "as " + then
	case change > 0:
		return points + " points better than " + then
	}
	return points + " points worse than " + then
}

// openNow are the incidents that are open, and how many they are.
func openNow(list []incidentSpan) (out []ui.Link, text string) {
	for _, i := range list {
		if i.Open() {
			out = append(out, ui.Link{Text: i.Function, URL: ui.IncidentPath(i.ID)})
		}
	}
	text = plural(len(out), "incident is open now", "incidents are open now")
	shown, hidden := firstOf(out, mostListed)
	if hidden > 0 {
		shown = append(shown, ui.Link{Text: fmt.Sprintf("%d more", hidden), URL: "/incidents"})
	}
	return shown, text
}

// incidentTile is how often and how long something was wrong. Before slofuse watched
// nobody counted incidents, whatever history it has read.
func (s Handlers) incidentTile(of scope, list []incidentSpan, complete, compared bool) ui.Tile {
	now, before := incidentsWithin(of.period.Span, list), incidentsWithin(of.period.Before, list)
	t := ui.Tile{Name: "Incidents", Term: "incident", Value: format.Count(int64(now.Count)), Note: "nothing was open"}
	if now.Count > 0 {
		t.Note = "for " + format.Span(now.AnyFor.Round(time.Minute)) + " at least one was open"
	}
	since := watchedSince(s.Objectives.SLOs())
	switch {
	case !since.Before(of.period.To):
		return ui.Tile{Name: "Incidents", Term: "incident", Value: format.Unknown, Note: "slofuse began to watch at " + ui.InstantText(since, of.zone)}
	case since.After(of.period.From):
		t.Note += "; counted since slofuse began to watch at " + ui.InstantText(since, of.zone)
	case !complete:
		t.Note += "; the oldest are not counted"
	case compared && !since.After(of.period.Before.From):
		t.Note += fmt.Sprintf("; %d in %s", before.Count, of.period.Last)
	}
	return t
}

// watchedSince is when the first of some SLOs was seen; zero when that is not known. What
// is known of the time before was read later, and nobody was told of anything then.
func watchedSince(slos []slo.SLO) time.Time {
	var first time.Time
	for i := range slos {
		if h := slos[i].History; len(h) > 0 && (first.IsZero() || h[0].From.Before(first)) {
			first = h[0].From
		}
	}
	return first
}

// freezes is how many SLOs stop releases now.
func freezes(frozen, asked int) ui.Tile {
	t := ui.Tile{Name: "Releases frozen", Term: "frozen", Value: format.Count(int64(frozen)), Note: fmt.Sprintf("of %s whose policy freezes on a spent budget", plural(asked, "promise", "promises"))}
	switch {
	case asked == 0:
		t.Value, t.Note = "none", "no policy freezes releases on a spent budget"
	case frozen > 0:
		t.Tone = "ticket"
	}
	return t
}

// unknownView is a promise of which nothing can be said.
type unknownView struct {
	Name, URL, Why string
}

func unknowns(pairs []summary.Pair) (shown []unknownView, hidden int) {
	all := []unknownView{}
	for _, p := range pairs {
		if standing, why := p.Now.Standing(); standing == summary.Unknown {
			all = append(all, unknownView{Name: nameOf(p.ID()), URL: ui.SLOPath(p.ID()), Why: why})
		}
	}
	return firstOf(all, mostListed)
}

// nameOf names an SLO in a sentence.
func nameOf(id slo.ID) string { return id.Function + " " + id.Name }

// excludedFrom says of how many promises time of the period is excluded.
func excludedFrom(pairs []summary.Pair) string {
	n := 0
	for i := range pairs {
		if pairs[i].Now.Sum.Excluded.Time > 0 {
			n++
		}
	}
	if n == 0 {
		return "there is none in this period"
	}
	return "there is some of " + plural(n, "promise", "promises") + " in this period"
}

// method says how the numbers come about.
func method(of scope, pairs []summary.Pair, marked bool) []string {
	calls := "Calls that succeeded are added up over all functions, since none of them is labelled tier: critical: good calls over all calls, never a mean of ratios."
	if marked {
		calls = "Calls that succeeded are added up over functions labelled tier: critical: good calls over all calls, never a mean of ratios."
	}
	out := []string{
		"A promise is kept when no more than its allowed share failed of what was counted in " + of.period.Phrase + ", whatever window it alerts on; at risk is kept with less than a quarter of that budget left. What less than half is known of, or was not called, or overspent a budget under 5 events, is unknown and in no share.",
		calls + " The calls of a function count once, however many promises are about them; parts by split_by are in the whole.",
		"Minutes lost are failed calls over all calls of a function, times the time that is known of the period: as long as an outage of everything would have taken to fail as many.",
		"Time that maintenance excludes, announced before or corrected after, is in none of these numbers, so a promise is kept or broken without it: " + excludedFrom(pairs) + ".",
		"Days begin at midnight in " + of.zone.String() + ".",
	}
	if of.period.Running {
		out = append(out, "The period goes on; it is compared with "+of.period.Last+".")
	}
	return slices.Clip(out)
}
