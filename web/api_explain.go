package web

import (
	"net/http"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/listing"
)

func (s *Server) getExplanation(r *http.Request) (answer, error) {
	_, out, err := s.explanation(r)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, out)
}

// explanation explains the SLO that a path names, now or at an instant of the past,
// of which no alert is remembered.
func (s *Server) explanation(r *http.Request) (listing.Row, api.Explanation, error) {
	at, err := instant(r, "at", time.Time{})
	if err != nil {
		return listing.Row{}, api.Explanation{}, err
	}
	row, err := s.row(r.Context(), pathID(r), at)
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
