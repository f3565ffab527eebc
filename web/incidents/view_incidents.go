package incidents

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// incidentsURL is a list of incidents with one parameter set, or dropped when the
// value is empty. A changed filter starts at the first page.
func incidentsURL(path string, params url.Values, name, value string) string {
	out := url.Values{}
	for k, v := range params {
		if k != name && k != "page" && slices.ContainsFunc(v, func(s string) bool { return s != "" }) {
			out[k] = v
		}
	}
	if value != "" {
		out.Set(name, value)
	}
	if len(out) == 0 {
		return path
	}
	return path + "?" + out.Encode()
}

// incidentChips counts every state among what else is asked for.
func incidentChips(all []alerting.Incident, params url.Values) []ui.Chip {
	q, _ := listing.ParseIncidentQuery(params) // it was understood before
	counts, total := map[alerting.IncidentState]int{}, 0
	for i := range all {
		if q.Matches(&all[i]) {
			counts[all[i].State]++
			total++
		}
	}
	current := params.Get("state")
	out := []ui.Chip{{Text: "All", Count: total, URL: incidentsURL("/incidents", params, "state", ""), Current: current == ""}}
	for _, state := range listing.IncidentStates() {
		if counts[state] == 0 && current != string(state) {
			continue
		}
		out = append(out, ui.Chip{
			Text: strings.ToUpper(string(state[:1])) + string(state[1:]), Count: counts[state],
			URL: incidentsURL("/incidents", params, "state", string(state)), Current: current == string(state),
		})
	}
	return out
}

// incidentFilters are the filters in force, apart from the state.
func incidentFilters(params url.Values) (out []ui.Chip) {
	for _, name := range []string{"service", "owner", "severity"} {
		for _, value := range params[name] {
			if value != "" {
				out = append(out, ui.Chip{Text: name + ": " + value, URL: incidentsURL("/incidents", params, name, "")})
			}
		}
	}
	return out
}

func incidentChoices(all []alerting.Incident, params url.Values) []ui.Choice {
	var services, owners []string
	for i := range all {
		services, owners = append(services, all[i].Service), append(owners, all[i].Owner)
	}
	return []ui.Choice{
		{Name: "severity", Label: "Severity", Current: params.Get("severity"), Options: []string{"page", "ticket"}},
		{Name: "service", Label: "Service", Current: params.Get("service"), Options: ui.Distinct(services)},
		{Name: "owner", Label: "Owner", Current: params.Get("owner"), Options: ui.Distinct(owners)},
	}
}

func incidentSorts(params url.Values) (out []ui.Chip) {
	words := map[string]string{listing.ByUrgency: "Most urgent first", listing.Newest: "Newest first", listing.Longest: "Longest first"}
	for _, order := range listing.IncidentOrders() {
		value := order
		if order == listing.ByUrgency {
			value = ""
		}
		out = append(out, ui.Chip{Text: words[order], URL: incidentsURL("/incidents", params, "sort", value), Current: params.Get("sort") == value})
	}
	return out
}

// incidentsCSV is the list as a file: every incident that matches.
func (s Handlers) incidentsCSV(r *http.Request) (site.Answer, error) {
	_, shown, err := s.findIncidents(r, r.URL.Query())
	if err != nil {
		return site.Answer{}, err
	}
	lines := [][]string{{"id", "state", "severity", "service", "function", "owner", "opened_at", "acked_at", "acked_by", "resolved_at", "resolved_by", "seconds", "kind_of_error", "cause"}}
	for n := range shown {
		lines = append(lines, s.incidentLine(&shown[n]))
	}
	return site.CSVAnswer(lines, "incidents.csv"), nil
}

func (s Handlers) incidentLine(i *alerting.Incident) []string {
	end, kind := i.ResolvedAt, ""
	if end.IsZero() {
		end = s.Now()
	}
	if len(i.Fingerprint) > 0 {
		kind = slo.FormatClass(i.Fingerprint)
	}
	return []string{
		i.ID, string(i.State), i.Severity.String(), i.Service, i.Function, i.Owner, site.CSVTime(i.OpenedAt, true), site.CSVTime(i.AckedAt, !i.AckedAt.IsZero()), i.AckedBy,
		site.CSVTime(i.ResolvedAt, !i.ResolvedAt.IsZero()), i.ResolvedBy, strconv.FormatInt(int64(max(end.Sub(i.OpenedAt), 0).Seconds()), 10), kind, i.Cause,
	}
}
