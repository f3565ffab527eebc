package slos

import (
	"net/http"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) listSLOs(r *http.Request) (site.Answer, error) {
	q, err := listing.ParseQuery(r.URL.Query())
	if err != nil {
		return site.Answer{}, err
	}
	found, err := s.Query(r.Context(), q)
	if err != nil {
		return site.Answer{}, err
	}
	page, err := q.Paginate(found.Rows)
	if err != nil {
		return site.Answer{}, err
	}
	out := api.SLOList{SLOs: make([]api.SLO, len(page.Rows))}
	for i, row := range page.Rows {
		out.SLOs[i] = wire(*row)
	}
	if page.Next != "" {
		out.Next = &page.Next
	}
	return site.JSONAnswer(http.StatusOK, out)
}

func (s Handlers) getSLO(r *http.Request) (site.Answer, error) {
	at, err := site.Instant(r, "at", time.Time{})
	if err != nil {
		return site.Answer{}, err
	}
	row, err := s.Row(r.Context(), pathID(r), at)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, wire(row))
}

func (s Handlers) getSeries(r *http.Request) (site.Answer, error) {
	o, err := s.Find(pathID(r))
	if err != nil {
		return site.Answer{}, err
	}
	span, err := s.ParseSpan(r, o)
	if err != nil {
		return site.Answer{}, err
	}
	points, err := s.Objectives.History(r.Context(), o, span.From, span.To, span.Step)
	if err != nil {
		return site.Answer{}, err
	}
	series := api.FromPoints(span.From, span.To, span.Step, points)
	marks, err := s.ChangeMarks(r.Context(), o.ID, span.From, span.To)
	if err != nil {
		return site.Answer{}, err
	}
	series.Annotations = api.FromAnnotations(append(site.AboutNumbers(s.Annotations(o, span.From, span.To)), marks...))
	return site.JSONAnswer(http.StatusOK, series)
}

func wire(r listing.Row) api.SLO { return api.FromSLO(r.SLO, r.Assessment, r.Alert, r.Incident) }

// pathID reads the SLO a path names. Each segment was percent-encoded on its
// own.
func pathID(r *http.Request) slo.ID {
	return slo.ID{Service: site.PathValue(r, "service"), Function: site.PathValue(r, "function"), Name: site.PathValue(r, "slo")}
}
