package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/listing"
)

func (s *Server) listSLOs(r *http.Request) (answer, error) {
	q, err := listing.ParseQuery(r.URL.Query())
	if err != nil {
		return answer{}, err
	}
	found, err := s.query(r.Context(), q)
	if err != nil {
		return answer{}, err
	}
	page, err := q.Paginate(found.Rows)
	if err != nil {
		return answer{}, err
	}
	out := api.SLOList{SLOs: make([]api.SLO, len(page.Rows))}
	for i, row := range page.Rows {
		out.SLOs[i] = wire(*row)
	}
	if page.Next != "" {
		out.Next = &page.Next
	}
	return jsonAnswer(http.StatusOK, out)
}

func (s *Server) getSLO(r *http.Request) (answer, error) {
	at, err := instant(r, "at", time.Time{})
	if err != nil {
		return answer{}, err
	}
	row, err := s.row(r.Context(), pathID(r), at)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, wire(row))
}

func (s *Server) getSeries(r *http.Request) (answer, error) {
	o, err := s.find(pathID(r))
	if err != nil {
		return answer{}, err
	}
	span, err := s.parseSpan(r, o)
	if err != nil {
		return answer{}, err
	}
	points, err := s.Objectives.History(r.Context(), o, span.from, span.to, span.step)
	if err != nil {
		return answer{}, err
	}
	series := api.FromPoints(span.from, span.to, span.step, points)
	marks, err := s.changeMarks(r.Context(), o.ID, span.from, span.to)
	if err != nil {
		return answer{}, err
	}
	series.Annotations = api.FromAnnotations(append(aboutNumbers(s.annotations(o, span.from, span.to)), marks...))
	return jsonAnswer(http.StatusOK, series)
}

func wire(r listing.Row) api.SLO { return api.FromSLO(r.SLO, r.Assessment, r.Alert, r.Incident) }

// pathID reads the SLO a path names. Each segment was percent-encoded on its
// own.
func pathID(r *http.Request) slo.ID {
	return slo.ID{Service: pathValue(r, "service"), Function: pathValue(r, "function"), Name: pathValue(r, "slo")}
}

// thisSecond is where a span ends unless it is told otherwise.
func (s *Server) thisSecond() time.Time { return s.Now().Truncate(time.Second) }

// instant reads a parameter that is a point in time.
func instant(r *http.Request, name string, missing time.Time) (time.Time, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return missing, nil
	}
	t, ok := listing.ParseInstant(text)
	if !ok {
		return time.Time{}, badRequest(fmt.Sprintf("%s=%q: write an instant as in 2026-03-01T12:00:00Z", name, text))
	}
	return t, nil
}

// span is a stretch of history cut into steps.
type span struct {
	from, to time.Time
	step     time.Duration
}

// How many points a series holds: about defaultPoints unless a step is asked
// for, and never more than maxPoints.
const (
	defaultPoints = 360
	maxPoints     = 5000
)

// parseSpan reads from, to and step. Without them it is the SLO window up to
// now.
func (s *Server) parseSpan(r *http.Request, o slo.SLO) (span, error) {
	to, err := instant(r, "to", s.thisSecond())
	if err != nil {
		return span{}, err
	}
	from, err := instant(r, "from", to.Add(-o.Window.Length))
	if err != nil {
		return span{}, err
	}
	if !from.Before(to) {
		return span{}, badRequest("from must be before to")
	}
	out := span{from: from, to: to, step: niceStep(to.Sub(from))}
	if text := r.URL.Query().Get("step"); text != "" {
		step, err := model.ParseDuration(text)
		if err != nil || step <= 0 {
			return span{}, badRequest(fmt.Sprintf("step=%q: write a duration such as 5m or 1h", text))
		}
		out.step = time.Duration(step)
	}
	if to.Sub(from)/out.step > maxPoints {
		return span{}, badRequest(fmt.Sprintf("that are more than %d points: take a longer step or a shorter time", maxPoints))
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
