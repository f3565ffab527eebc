package web

import (
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/listing"
)

// badge is a state as people see it: an icon, a word and a tone. No two tones
// differ in colour alone.
type badge struct {
	Icon string // name of a symbol of templates/icons.html
	Word string
	Tone string // page, ticket, note, good or quiet
	Hint string
}

func statusBadge(s listing.Status) badge {
	switch s {
	case listing.StatusPaging:
		return badge{Icon: "page", Word: "Paging", Tone: "page"}
	case listing.StatusTicket:
		return badge{Icon: "ticket", Word: "Ticket", Tone: "ticket"}
	case listing.StatusRecovering:
		return badge{Icon: "recovering", Word: "Recovering", Tone: "note"}
	case listing.StatusPending:
		return badge{Icon: "pending", Word: "Pending", Tone: "note"}
	case listing.StatusSpent:
		return badge{Icon: "spent", Word: "Spent", Tone: "ticket"}
	case listing.StatusReading:
		return badge{Icon: "pending", Word: "Reading", Tone: "quiet", Hint: "history is still being read: the budget is not known yet"}
	case listing.StatusOK:
		return badge{Icon: "ok", Word: "OK", Tone: "good"}
	}
	return stateBadge(slo.DataState(s))
}

// stateBadge is for every data state but ok, and none of them is good news.
func stateBadge(s slo.DataState) badge {
	switch s {
	case slo.StateSourceDown:
		return badge{Icon: "source_down", Word: "Source down", Tone: "ticket"}
	case slo.StateNoData:
		return badge{Icon: "no_data", Word: "No data", Tone: "ticket"}
	case slo.StateInvalid:
		return badge{Icon: "invalid", Word: "Invalid", Tone: "ticket"}
	case slo.StateIdle:
		return badge{Icon: "idle", Word: "Idle", Tone: "quiet"}
	case slo.StateNew:
		return badge{Icon: "new", Word: "New", Tone: "quiet"}
	case slo.StateOK:
		return badge{Icon: "ok", Word: "Data OK", Tone: "good"}
	}
	return badge{Icon: "stale", Word: "Stale", Tone: "quiet"}
}

func incidentBadge(i alerting.Incident) badge {
	b := badge{Icon: "ticket", Word: "Ticket", Tone: "ticket"}
	if i.Severity == slo.SeverityPage {
		b = badge{Icon: "page", Word: "Page", Tone: "page"}
	}
	switch i.State {
	case alerting.IncidentResolved:
		return badge{Icon: "ok", Word: "Resolved", Tone: "good"}
	case alerting.IncidentAcked:
		b.Word += ", acked"
	case alerting.IncidentEscalated:
		b.Word += ", escalated"
	}
	return b
}

// budgetView is the rest of an error budget as a number and a bar.
type budgetView struct {
	Text  string
	Known bool
	Width int    // of the bar, 0 to 100
	Tone  string // good, low, spent, or quiet where the number is not of now, decides nothing, or there is none
	Left  string // in events
	Of    string // allowed, in events
	Read  string // how far the history is read; empty when it is
}

func budgetOf(a *slo.Assessment) budgetView { return budgetOver(a, a.Window) }

// budgetOver is the budget over one of the windows.
func budgetOver(a *slo.Assessment, sum slo.WindowSum) budgetView {
	b := a.BudgetOf(sum)
	ratio, known := a.Remaining(sum)
	v := budgetView{Text: format.Left(ratio, known), Known: known, Tone: "quiet"}
	if sum.Reading() {
		v.Text, v.Read = format.Reading, sum.ReadSoFar()
	}
	if !known {
		return v
	}
	v.Left, v.Of = format.Events(b.Remaining()), format.Events(b.Allowed)
	v.Width, v.Tone = int(min(max(ratio, 0), 1)*100), "good"
	switch {
	case sum.Excluded.Mostly(): // neither good nor bad news
		v.Tone = "quiet"
	case ratio <= 0:
		v.Tone, v.Width = "spent", 100
	case ratio < 0.25:
		v.Tone = "low"
	case a.State != slo.StateOK:
		v.Tone = "quiet"
	}
	return v
}

// sliOf writes the success ratio over a window.
func sliOf(w slo.WindowSum) string {
	if w.Reading() {
		return format.Reading
	}
	return format.SLI(w.SuccessRatio())
}

// burnText writes the burn rate over a window of an assessment.
func burnText(a *slo.Assessment, w slo.WindowSum) string {
	if w.Reading() {
		return format.Reading
	}
	return format.Burn(a.BurnRateOf(w))
}

// burnView is a burn rate over one window against the lowest rate of a tier
// that looks at it.
type burnView struct {
	Window string
	Text   string
	Limit  string // empty when no tier looks at this window
	Tone   string // page, ticket or empty
}

// burnOf compares the burn rate of a window with the tiers whose long window it
// is.
func burnOf(r *listing.Row, window time.Duration) burnView {
	sum, _ := r.Assessment.Burn(window)
	rate, known := r.Assessment.BurnRateOf(sum)
	v := burnView{Window: slo.FormatDuration(window), Text: burnText(&r.Assessment, sum)}
	var lowest float64
	for _, t := range r.SLO.Tiers {
		if t.Long != window {
			continue
		}
		if lowest == 0 || t.BurnRate < lowest {
			lowest = t.BurnRate
			v.Limit = format.Burn(lowest, true)
		}
		if known && rate >= t.BurnRate && v.Tone != "page" {
			v.Tone = t.Severity.String()
		}
	}
	return v
}

// p99 writes the slow end of the latency.
func p99(q *slo.Quantiles) string {
	if q == nil {
		return ""
	}
	return quantile(q.P99, q.Above)
}

func quantile(value, above *float64) string {
	if value == nil && above != nil {
		return "> " + format.Latency(above)
	}
	return format.Latency(value)
}

// dashed is a number for a table that explains what a dash means.
func dashed(number string) string {
	if number == format.Unknown {
		return format.Dash
	}
	return number
}

// pair is a label or another thing with a name.
type pair struct {
	Name, Value string
}

func pairs(m map[string]string) []pair {
	out := make([]pair, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, pair{Name: name, Value: m[name]})
	}
	return out
}

// link is a reference out of slofuse. URL is empty for one that is not http or
// https: it is shown as text.
type link struct {
	Name, Text, URL string
}

func linksOf(m map[string]string) []link {
	var out []link
	for _, p := range pairs(m) {
		l := link{Name: p.Name, Text: p.Value}
		if u, err := url.Parse(p.Value); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
			l.URL = p.Value
		}
		out = append(out, l)
	}
	return out
}
