package functions

import (
	"net/http"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) getSignals(r *http.Request) (site.Answer, error) {
	id := slo.ID{Service: site.PathValue(r, "service"), Function: site.PathValue(r, "function")}
	list := s.SignalsOf(id)
	if len(list) == 0 && !s.HasFunction(id) {
		return site.Answer{}, site.UnknownFunction(id, s.Objectives.SLOs())
	}
	span, err := s.ParseSpan(r, slo.SLO{Window: slo.Window{Length: site.DefaultSignalSpan}})
	if err != nil {
		return site.Answer{}, err
	}
	out := api.Signals{From: span.From.UTC(), To: span.To.UTC(), Step: slo.FormatDuration(span.Step), Signals: []api.Signal{}}
	marks, err := s.ChangeMarks(r.Context(), id, span.From, span.To)
	if err != nil {
		return site.Answer{}, err
	}
	out.Annotations = api.FromAnnotations(marks)
	for _, signal := range list {
		points, err := s.Signals.SignalHistory(r.Context(), signal, span.From, span.To, span.Step)
		if err != nil {
			return site.Answer{}, err
		}
		out.Signals = append(out.Signals, api.FromSignal(signal, points, s.Signals.SignalTrouble(signal)))
	}
	return site.JSONAnswer(http.StatusOK, out)
}
