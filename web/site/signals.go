package site

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
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

// DefaultSignalSpan is how much of signals is shown unless asked for more.
const DefaultSignalSpan = 24 * time.Hour

// SignalsOf are the signals of the function of an SLO.
func (s *Server) SignalsOf(id slo.ID) []slo.Signal {
	if s.Signals == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Signals.Signals()), func(x slo.Signal) bool {
		return x.Service != id.Service || x.Function != id.Function
	})
}

// HasFunction reports whether a function has an SLO.
func (s *Server) HasFunction(id slo.ID) bool {
	return slices.ContainsFunc(s.Objectives.SLOs(), func(o slo.SLO) bool {
		return o.ID.Service == id.Service && o.ID.Function == id.Function
	})
}

// SignalView is a signal on the page of an SLO.
type SignalView struct {
	Name, Unit, Description, Query string
	Value                          string // the latest, with its unit
	Trend                          string // which way it went, in words; empty where that is not known
	Trouble                        string
}

// latestSpan is how old the latest value of a signal may be to be shown.
const latestSpan = 10 * time.Minute

// SignalViews are the signals of a function as they stand. What cannot be read
// does not take the page with it.
func (s *Server) SignalViews(ctx context.Context, id slo.ID, at time.Time) []SignalView {
	var out []SignalView
	for _, signal := range s.SignalsOf(id) {
		v := SignalView{Name: signal.Name, Unit: signal.Unit, Description: signal.Description, Query: signal.Query, Value: format.Unknown}
		if err := s.Signals.SignalTrouble(signal); err != nil {
			v.Trouble = err.Error()
		}
		points, err := s.Signals.SignalHistory(ctx, signal, at.Add(-latestSpan), at, 30*time.Second)
		if err != nil {
			s.Log.Warn("no history for a page", "signal", signal.ID().String(), "err", err)
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

// SignalsURL is where the chart fetches the signals of a function.
func SignalsURL(id slo.ID) string {
	return APIPrefix + ui.FunctionPath(id) + "/signals"
}
