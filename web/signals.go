package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/format"
)

// Signals answers which signals there are and how they went.
type Signals interface {
	// Signals lists the signals in force. The caller does not change what it
	// gets.
	Signals() []slo.Signal
	// SignalHistory returns the mean of each step from one instant to another,
	// oldest first.
	SignalHistory(ctx context.Context, s slo.Signal, from, to time.Time, step time.Duration) ([]slo.SignalPoint, error)
	// SignalTrouble says why a signal is not read at present; nil when it is.
	SignalTrouble(s slo.Signal) error
}

// defaultSignalSpan is how much of signals is shown unless asked for more.
const defaultSignalSpan = 24 * time.Hour

func (s *Server) getSignals(r *http.Request) (answer, error) {
	id := slo.ID{Service: pathValue(r, "service"), Function: pathValue(r, "function")}
	list := s.signalsOf(id)
	if len(list) == 0 && !s.hasFunction(id) {
		return answer{}, unknownFunction(id, s.Objectives.SLOs())
	}
	span, err := s.parseSpan(r, slo.SLO{Window: slo.Window{Length: defaultSignalSpan}})
	if err != nil {
		return answer{}, err
	}
	out := api.Signals{From: span.from.UTC(), To: span.to.UTC(), Step: slo.FormatDuration(span.step), Signals: []api.Signal{}}
	marks, err := s.changeMarks(r.Context(), id, span.from, span.to)
	if err != nil {
		return answer{}, err
	}
	out.Annotations = api.FromAnnotations(marks)
	for _, signal := range list {
		points, err := s.Signals.SignalHistory(r.Context(), signal, span.from, span.to, span.step)
		if err != nil {
			return answer{}, err
		}
		out.Signals = append(out.Signals, api.FromSignal(signal, points, s.Signals.SignalTrouble(signal)))
	}
	return jsonAnswer(http.StatusOK, out)
}

func (s *Server) signalsOf(id slo.ID) []slo.Signal {
	if s.Signals == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Signals.Signals()), func(x slo.Signal) bool {
		return x.Service != id.Service || x.Function != id.Function
	})
}

func (s *Server) hasFunction(id slo.ID) bool {
	return slices.ContainsFunc(s.Objectives.SLOs(), func(o slo.SLO) bool {
		return o.ID.Service == id.Service && o.ID.Function == id.Function
	})
}

// signalView is a signal on the page of an SLO.
type signalView struct {
	Name, Unit, Description, Query string
	Value                          string // the latest, with its unit
	Trend                          string // which way it went, in words; empty where that is not known
	Trouble                        string
}

// latestSpan is how old the latest value of a signal may be to be shown.
const latestSpan = 10 * time.Minute

// signalViews are the signals of a function as they stand. What cannot be read
// does not take the page with it.
func (s *Server) signalViews(ctx context.Context, id slo.ID, at time.Time) []signalView {
	var out []signalView
	for _, signal := range s.signalsOf(id) {
		v := signalView{Name: signal.Name, Unit: signal.Unit, Description: signal.Description, Query: signal.Query, Value: format.Unknown}
		if err := s.Signals.SignalTrouble(signal); err != nil {
			v.Trouble = err.Error()
		}
		points, err := s.Signals.SignalHistory(ctx, signal, at.Add(-latestSpan), at, 30*time.Second)
		if err != nil {
			s.logger.Warn("no history for a page", "signal", signal.ID().String(), "err", err)
		}
		for _, p := range points {
			if p.Value != nil {
				v.Value = format.Value(*p.Value, signal.Unit)
			}
		}
		v.Trend = s.trendOf(ctx, signal, at)
		out = append(out, v)
	}
	return out
}

// trendOf says which way the last ten minutes of a signal went beside the hour before
// them.
func (s *Server) trendOf(ctx context.Context, signal slo.Signal, at time.Time) string {
	points, err := s.Signals.SignalHistory(ctx, signal, at.Add(-time.Hour-latestSpan), at, latestSpan)
	if err != nil || len(points) < 2 {
		return ""
	}
	last := len(points) - 1
	now, known := breakdown.Mean(points[last:])
	before, wasKnown := breakdown.Mean(points[:last])
	if !known || !wasKnown {
		return ""
	}
	switch was := format.Value(before, signal.Unit); breakdown.Trend(now, before) {
	case breakdown.Up:
		return "↑ up from " + was + " in the hour before"
	case breakdown.Down:
		return "↓ down from " + was + " in the hour before"
	}
	return "as in the hour before"
}

// signalsURL is where the chart fetches the signals of a function.
func signalsURL(id slo.ID) string {
	return apiPrefix + functionPath(id) + "/signals"
}
