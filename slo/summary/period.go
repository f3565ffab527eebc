package summary

import (
	"fmt"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Period is a stretch of time that is summed up, and one before to compare it with.
type Period struct {
	Name    string // as it was asked for; empty of one from an instant to another
	Phrase  string // for a sentence: "the last 30 days", "October 2026"
	Span           // (From, To]
	Before  Span   // as long; of a calendar's period that goes on, the same part of the last one
	Last    string // names Before in a sentence
	Running bool   // more of it is to come
	window  slo.Window
	in      *time.Location
}

// Past is a period that is over.
type Past struct {
	Span
	Phrase string
}

// Earlier are the periods before, the latest first: of a calendar's the whole ones, of
// any other as long ones that follow each other.
func (p Period) Earlier(n int) []Past {
	out := make([]Past, n)
	start := p.From
	for i := range out {
		past := Past{Span: Span{From: start.Add(-p.To.Sub(p.From)), To: start}}
		if p.window.Calendar != "" {
			past.From, past.To = p.window.Bounds(start)
			past.Phrase = phrase(p.window, past.From)
		} else {
			past.Phrase = spanPhrase(past.Span, p.in)
		}
		out[i], start = past, past.From
	}
	return out
}

// LongestPeriod is how long a period may be: as long as ledgers keep the past unless
// they are told otherwise.
const LongestPeriod = 400 * 24 * time.Hour

const day = 24 * time.Hour

// rolling are the periods that end now, and calendar those of the calendar.
var (
	rolling  = map[string]int{"7d": 7, "30d": 30, "90d": 90}
	calendar = map[string]slo.Calendar{"week": slo.Week, "month": slo.Month, "quarter": slo.Quarter}
)

// PeriodNames lists the periods that have a name.
func PeriodNames() []string {
	return []string{"7d", "30d", "90d", "this-week", "last-week", "this-month", "last-month", "this-quarter", "last-quarter"}
}

// NamedPeriod is the period of a name, seen at an instant. Those of the calendar
// begin at midnights of a location. The error says which names there are.
func NamedPeriod(name string, now time.Time, in *time.Location) (Period, error) {
	if days, ok := rolling[name]; ok {
		length := time.Duration(days) * day
		p := between(now.Add(-length), now, in)
		p.Name, p.Phrase, p.Last = name, fmt.Sprintf("the last %d days", days), fmt.Sprintf("the %d days before", days)
		return p, nil
	}
	which, unit, _ := strings.Cut(name, "-")
	c, ok := calendar[unit]
	if !ok || which != "this" && which != "last" {
		return Period{}, fmt.Errorf("there is no period %q: write one of %s, or from and to", name, strings.Join(PeriodNames(), ", "))
	}
	return calendarPeriod(name, which == "this", slo.CalendarWindow(c, in), now), nil
}

func calendarPeriod(name string, running bool, w slo.Window, now time.Time) Period {
	p := Period{Name: name, Running: running, window: w, in: w.Zone()}
	p.From, p.To = w.Bounds(now)
	if !running {
		p.From, p.To = w.Bounds(p.From)
	}
	p.Before.From, p.Before.To = w.Bounds(p.From)
	p.Phrase, p.Last = phrase(w, p.From), phrase(w, p.Before.From)
	if running {
		p.To, p.Phrase, p.Last = now, p.Phrase+" so far", "the same part of "+p.Last
		if part := p.Before.From.Add(p.To.Sub(p.From)); part.Before(p.Before.To) {
			p.Before.To = part
		}
	}
	return p
}

// phrase names a period of the calendar by its beginning.
func phrase(w slo.Window, from time.Time) string {
	from = from.In(w.Zone())
	switch w.Calendar {
	case slo.Week:
		return "the week of " + from.Format("2 January 2006")
	case slo.Quarter:
		return fmt.Sprintf("Q%d %d", (from.Month()+2)/3, from.Year())
	case slo.Month:
	}
	return from.Format("January 2006")
}

// between is a period of two instants, before which is as long a one.
func between(from, to time.Time, in *time.Location) Period {
	return Period{Span: Span{From: from, To: to}, in: in, Before: Span{From: from.Add(-to.Sub(from)), To: from}}
}

// PeriodBetween is the period from one instant to another. It ends now at the latest
// and is no longer than [LongestPeriod].
func PeriodBetween(from, to, now time.Time, in *time.Location) (Period, error) {
	switch {
	case !from.Before(to):
		return Period{}, fmt.Errorf("from has to be before to")
	case to.After(now):
		return Period{}, fmt.Errorf("to lies in the future: the period ends at %s at the latest", now.In(in).Format(time.RFC3339))
	case to.Sub(from) > LongestPeriod:
		return Period{}, fmt.Errorf("a period is no longer than %s", slo.FormatDuration(LongestPeriod))
	}
	p := between(from, to, in)
	p.Phrase = says(from, in) + " to " + says(to, in)
	p.Last = "as long a time before"
	return p, nil
}

// spanPhrase names a span that is none of the calendar: of whole days, by its last.
func spanPhrase(s Span, in *time.Location) string {
	if length := s.To.Sub(s.From); length > day && length%day == 0 {
		return fmt.Sprintf("the %d days to %s", length/day, s.To.In(in).Format("2 January 2006"))
	}
	return says(s.From, in) + " to " + says(s.To, in)
}

// says is an instant as short as it can be told.
func says(t time.Time, in *time.Location) string {
	t = t.In(in)
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 {
		return t.Format("2 January 2006")
	}
	return t.Format("2 January 2006 15:04")
}

// ParsePeriod is the period between two days or instants as they are written,
// 2026-11-01 or 2026-11-01T08:00:00Z; days begin at midnights of a location. Without
// an end it ends now.
func ParsePeriod(from, to string, now time.Time, in *time.Location) (Period, error) {
	begins, err := parseInstant("from", from, in)
	if err != nil {
		return Period{}, err
	}
	ends := now
	if to != "" {
		if ends, err = parseInstant("to", to, in); err != nil {
			return Period{}, err
		}
	}
	return PeriodBetween(begins, ends, now, in)
}

func parseInstant(name, text string, in *time.Location) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, in); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s is %q: write a day such as 2026-11-01, or an instant such as 2026-11-01T08:00:00Z", name, text)
}
