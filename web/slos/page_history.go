package slos

import (
	"net/http"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// pageHistory is what charts show of an SLO, for a spreadsheet. Numbers and instants
// are all there is in it; what is not known is empty.
func (s Handlers) pageHistory(r *http.Request) (site.Answer, error) {
	o, err := s.Find(pathID(r))
	if err != nil {
		return site.Answer{}, err
	}
	shown, err := s.parseRange(r, &o)
	if err != nil {
		return site.Answer{}, err
	}
	points, err := s.Objectives.History(r.Context(), o, shown.from, shown.to, shown.step)
	if err != nil {
		return site.Answer{}, err
	}
	s.recount(o, shown.from, points)
	lines := [][]string{{"until", "total", "bad", "sli", "budget_remaining_ratio", "coverage"}}
	for _, p := range points {
		lines = append(lines, historyLine(p))
	}
	return site.CSVAnswer(lines, ""), nil
}

func historyLine(p slo.Point) []string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	line := []string{p.Time.UTC().Format(time.RFC3339), "", "", "", "", number(p.Coverage)}
	if p.Coverage > 0 {
		line[1], line[2] = number(p.Scale.Events(p.Total)), number(p.Scale.Events(p.Bad))
	}
	if ratio, known := p.SuccessRatio(); known {
		line[3] = number(ratio)
	}
	if p.Remaining != nil {
		line[4] = number(*p.Remaining)
	}
	return line
}
