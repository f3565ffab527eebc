package slos

import (
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// rangesOf are the links to shorter and to the whole of a window, and where charts
// fetch what is shown now.
func rangesOf(o *slo.SLO, shown chartRange) (links []ui.RangeLink, query string) {
	whole := o.Window.Length
	for _, length := range []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour} {
		if length < whole {
			name := slo.FormatDuration(length)
			links = append(links, ui.RangeLink{Name: name, URL: ui.SLOPath(o.ID) + "?range=" + name, Current: shown.length == length})
		}
	}
	links = append(links, ui.RangeLink{Name: windowTitle(o.Window), URL: ui.SLOPath(o.ID), Current: shown.length == whole})
	switch shown.length {
	case whole:
		return links, ""
	case 0:
		query = between(shown.from, shown.to)
	default:
		query = url.Values{"range": {slo.FormatDuration(shown.length)}}.Encode()
	}
	return links, "?" + query
}

// between is the query of a stretch of time.
func between(from, to time.Time) string {
	return url.Values{"from": {from.UTC().Format(time.RFC3339)}, "to": {to.UTC().Format(time.RFC3339)}}.Encode()
}

// show says what charts and the table are of.
func (b *sloBody) show(o *slo.SLO, shown chartRange) {
	links, query := rangesOf(o, shown)
	b.Ranges, b.ChartsURL, b.TableURL = links, site.APIPrefix+ui.SLOPath(o.ID)+"/charts"+query, ui.SLOPath(o.ID)+"/history.csv"+query
	if shown.length == 0 {
		b.Shown = &ui.WindowView{From: ui.MomentOf(shown.from), To: ui.MomentOf(shown.to)}
	}
}

// burnChart is one pair of windows, with the rates of the tiers that look at it.
type burnChart struct {
	Name, Long, Short string
	Limits            string // JSON, for the script
}

type burnLimit struct {
	Name     string  `json:"name"`
	Rate     float64 `json:"rate"`
	Severity string  `json:"severity"`
}

// burnCharts are the pairs of windows of the tiers, each once.
func burnCharts(o *slo.SLO) []burnChart {
	var out []burnChart
	limits := map[int][]burnLimit{}
	for _, t := range o.Tiers {
		long, short := slo.FormatDuration(t.Long), slo.FormatDuration(t.Short)
		at := slices.IndexFunc(out, func(c burnChart) bool { return c.Long == long && c.Short == short })
		if at < 0 {
			at, out = len(out), append(out, burnChart{Long: long, Short: short})
		}
		if out[at].Name != "" {
			out[at].Name += ", "
		}
		out[at].Name += t.Name
		limits[at] = append(limits[at], burnLimit{Name: t.Name, Rate: t.BurnRate, Severity: t.Severity.String()})
	}
	for i := range out {
		text, err := json.Marshal(limits[i])
		if err != nil {
			continue // a rate that is no number draws no line
		}
		out[i].Limits = string(text)
	}
	return out
}
