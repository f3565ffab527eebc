package slos

import (
	"net/http"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) getExplanation(r *http.Request) (site.Answer, error) {
	_, out, err := s.explanation(r)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, out)
}

// explanation explains the SLO that a path names, now or at an instant of the past,
// of which no alert is remembered.
func (s Handlers) explanation(r *http.Request) (listing.Row, api.Explanation, error) {
	at, err := site.Instant(r, "at", time.Time{})
	if err != nil {
		return listing.Row{}, api.Explanation{}, err
	}
	row, err := s.Row(r.Context(), pathID(r), at)
	if err != nil {
		return listing.Row{}, api.Explanation{}, err
	}
	var remembered *alerting.Alert
	if at.IsZero() {
		remembered = &row.Alert
	}
	var basis slo.Basis
	if s.Basis != nil {
		basis = s.Basis(row.SLO, row.Assessment)
	}
	return row, api.Explain(alerting.Explain(row.SLO, row.Assessment, remembered), basis), nil
}
