package site

import (
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Consoles are the URLs of a Prometheus and of a Grafana, empty where there is none,
// without credentials. Datasource is the uid of the backend in that Grafana.
type Consoles struct {
	Prometheus, Grafana, Datasource string
}

// lookedAt is how much of the past a query is shown over.
const lookedAt = 6 * time.Hour

// InPrometheus is the page of the expression in Prometheus, as a table for an instant
// and as a graph for a range. It is in the words of Prometheus 2, which later ones
// understand: they lead on to their own page, and others do not know that one.
func (c Consoles) InPrometheus(q slo.Query) string {
	tab := "1"
	if q.Step > 0 {
		tab = "0"
	}
	return under(c.Prometheus, "graph", url.Values{
		"g0.expr": {q.PromQL}, "g0.tab": {tab}, "g0.range_input": {slo.FormatDuration(lookedAt)},
		"g0.end_input": {q.To.UTC().Format("2006-01-02 15:04:05")}, "g0.moment_input": {q.To.UTC().Format("2006-01-02 15:04:05")},
	})
}

// grafanaPane is the id of the one pane of a link to Grafana: three characters, or it
// is given another.
const grafanaPane = "slo"

// InGrafana is the expression in Grafana's Explore, in the organization that whoever
// follows the link is in.
func (c Consoles) InGrafana(q slo.Query) string {
	if c.Grafana == "" {
		return ""
	}
	type source struct {
		Type string `json:"type"`
		UID  string `json:"uid,omitempty"`
	}
	of := source{Type: "prometheus", UID: c.Datasource}
	pane := map[string]any{
		"queries": []any{map[string]any{"refId": "A", "expr": q.PromQL, "datasource": of, "range": q.Step > 0, "instant": q.Step == 0}},
		"range":   map[string]string{"from": millis(q.To.Add(-lookedAt)), "to": millis(q.To)},
	}
	if c.Datasource != "" {
		pane["datasource"] = c.Datasource
	}
	panes, err := json.Marshal(map[string]any{grafanaPane: pane})
	if err != nil {
		return ""
	}
	return under(c.Grafana, "explore", url.Values{"schemaVersion": {"1"}, "panes": {string(panes)}})
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// under is a page below a base; nothing below one that is no http or https URL. What
// would let somebody in stays out of it.
func under(base, page string, query url.Values) string {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	u = u.JoinPath(page)
	u.RawQuery = query.Encode()
	return u.String()
}
