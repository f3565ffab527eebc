package site

import (
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// ThisSecond is where a span ends unless it is told otherwise.
func (s *Server) ThisSecond() time.Time { return s.Now().Truncate(time.Second) }

// Instant reads a parameter that is a point in time.
func Instant(r *http.Request, name string, missing time.Time) (time.Time, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return missing, nil
	}
	t, ok := listing.ParseInstant(text)
	if !ok {
		return time.Time{}, BadRequest(fmt.Sprintf("%s=%q: write an instant as in 2026-03-01T12:00:00Z", name, text))
	}
	return t, nil
}

// Span is a stretch of history cut into steps.
type Span struct {
	From, To time.Time
	Step     time.Duration
}

// How many points a series holds: about defaultPoints unless a step is asked
// for, and never more than maxPoints.
const (
	defaultPoints = 360
	maxPoints     = 5000
)

// ParseSpan reads from, to and step. Without them it is the SLO window up to
// now.
func (s *Server) ParseSpan(r *http.Request, o slo.SLO) (Span, error) {
	to, err := Instant(r, "to", s.ThisSecond())
	if err != nil {
		return Span{}, err
	}
	from, err := Instant(r, "from", to.Add(-o.Window.Length))
	if err != nil {
		return Span{}, err
	}
	if !from.Before(to) {
		return Span{}, BadRequest("from must be before to")
	}
	out := Span{From: from, To: to, Step: niceStep(to.Sub(from))}
	if text := r.URL.Query().Get("step"); text != "" {
		step, err := model.ParseDuration(text)
		if err != nil || step <= 0 {
			return Span{}, BadRequest(fmt.Sprintf("step=%q: write a duration such as 5m or 1h", text))
		}
		out.Step = time.Duration(step)
	}
	if to.Sub(from)/out.Step > maxPoints {
		return Span{}, BadRequest(fmt.Sprintf("that are more than %d points: take a longer step or a shorter time", maxPoints))
	}
	return out, nil
}

// niceStep is the shortest step people would choose that gives no more than
// defaultPoints of them.
func niceStep(length time.Duration) time.Duration {
	for _, step := range []time.Duration{
		30 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	} {
		if length <= step*defaultPoints {
			return step
		}
	}
	const day = 24 * time.Hour
	return (length/defaultPoints/day + 1) * day
}

// Query is the query of a request as it can be asked again; empty without one.
func Query(r *http.Request) string {
	if len(r.URL.Query()) == 0 {
		return ""
	}
	return "?" + r.URL.Query().Encode()
}

// ZoneOf is where the days of a summary begin: where all calendar windows of the SLOs
// agree on it, there, and UTC otherwise.
func ZoneOf(slos []slo.SLO) *time.Location {
	zones := map[string]*time.Location{}
	for _, o := range slos {
		for _, w := range o.Windows() {
			if !w.Rolling() {
				zones[w.Zone().String()] = w.Zone()
			}
		}
	}
	if len(zones) != 1 {
		return time.UTC
	}
	for _, zone := range zones {
		return zone
	}
	return time.UTC
}
