package slos

import (
	"strconv"

	"github.com/slofuse/slofuse/web/listing"
)

// consoleQuery is a query with links to where it can be looked at.
type consoleQuery struct {
	Name, About, PromQL string
	Prometheus, Grafana string // URLs; empty where there is none
}

// sourceView is the definition of an SLO in its file.
type sourceView struct {
	Place string
	First int
	Lines []string
}

// addSources fills in where the numbers of an SLO come from.
func (s Handlers) addSources(b *sloBody, r *listing.Row) {
	if s.Sources == nil {
		return
	}
	at := r.SLO.Source
	if lines := s.Sources.Definition(at); len(lines) > 0 {
		b.Source = &sourceView{Place: at.File + ":" + strconv.Itoa(at.Line), First: at.Line, Lines: lines}
	}
	if s.Basis == nil || r.Assessment.AsOf.IsZero() {
		return
	}
	consoles := s.Sources.Consoles(r.SLO.Backend)
	for _, q := range s.Basis(r.SLO, r.Assessment).Queries {
		b.Queries = append(b.Queries, consoleQuery{
			Name: q.Name, About: q.About, PromQL: q.PromQL, Prometheus: consoles.InPrometheus(q), Grafana: consoles.InGrafana(q),
		})
	}
}
