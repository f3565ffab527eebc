package slos

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// csvHead are the columns of the list as a file. What is not known is empty.
var csvHead = []string{
	"service", "function", "slo", "owner", "labels", "status", "data_state", "reason", "objective", "window", "sli", "good", "bad", "total",
	"budget_remaining_ratio", "exhausts_at", "burn_1h", "burn_6h", "burn_3d", "p99_seconds", "calls_per_second", "coverage", "incident", "as_of",
}

// listCSV is every row that matches, in the order of the list.
func (s Handlers) listCSV(r *http.Request) (site.Answer, error) {
	q, err := listing.ParseQuery(r.URL.Query())
	if err != nil {
		return site.Answer{}, err
	}
	found, err := s.Query(r.Context(), q)
	if err != nil {
		return site.Answer{}, err
	}
	lines := [][]string{csvHead}
	for _, row := range found.Rows {
		lines = append(lines, csvLine(row))
	}
	return site.CSVAnswer(lines, "slos.csv"), nil
}

func csvLine(r *listing.Row) []string {
	a, o := &r.Assessment, &r.SLO
	var labels []string
	for _, label := range ui.Pairs(o.Labels) {
		labels = append(labels, label.Name+"="+label.Value)
	}
	sli, sliKnown := a.Window.SuccessRatio()
	remaining, remainingKnown := a.Remaining(a.Window)
	exhausts, ends := a.ExhaustsAt()
	line := []string{
		o.ID.Service, o.ID.Function, o.ID.Name, o.Owner, strings.Join(labels, " "), string(r.Status()), string(a.State), a.Reason,
		csvNumber(o.Objective.Ratio(), true), o.Window.Name, csvNumber(sli, sliKnown && !a.Window.Reading()),
		csvNumber(a.Scale.Events(a.Window.Total-a.Window.Bad), true), csvNumber(a.Scale.Events(a.Window.Bad), true), csvNumber(a.Scale.Events(a.Window.Total), true),
		csvNumber(remaining, remainingKnown), site.CSVTime(exhausts, ends),
	}
	for _, window := range []time.Duration{time.Hour, 6 * time.Hour, 72 * time.Hour} {
		line = append(line, csvNumber(a.BurnRate(window)))
	}
	var slow *float64
	if a.Latency != nil {
		slow = a.Latency.P99
	}
	return append(line, csvPointer(slow), csvPointer(a.CallsPerSecond), csvNumber(a.Window.Coverage, true), r.Incident, site.CSVTime(a.AsOf, !a.AsOf.IsZero()))
}

func csvNumber(v float64, known bool) string {
	if !known {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func csvPointer(v *float64) string {
	if v == nil {
		return ""
	}
	return csvNumber(*v, true)
}
