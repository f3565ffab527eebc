package incidents

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// incidentsBody is the list of incidents.
type incidentsBody struct {
	Query    string
	Choices  []ui.Choice // the drop-downs of the filter form
	Kept     []ui.Pair   // parameters that a new search keeps
	Chips    []ui.Chip   // counts of each state
	Filters  []ui.Chip   // filters in force, each with a link that drops it
	Sorts    []ui.Chip
	CSV      string
	Rows     []incidentItem
	Total    int // incidents that match
	First    int
	Last     int
	Previous string
	Next     string
	None     bool // there was never one
	Calm     bool // none is open, and only open ones would be shown first
	Past     int  // how many resolved ones are looked through
}

// incidentItem is one incident of the list, and the head of its own page.
type incidentItem struct {
	ID, URL           string
	Status            ui.Badge
	Service, Function string
	FunctionURL       string
	Owner             string
	Class             string
	Reason            string
	Cause             string // the page of the incident it folded into
	Affects           int    // functions that folded into it
	Opened, Ended     ui.Moment
	Lasted            string
	AckedBy           string
	Comment           string
	Acked, AckedUntil ui.Moment
	Flaps             ui.Moment // since when it comes and goes
	Muted             string    // of how many alerts the messages are held back; empty when of none
	Undeliverable     int
	Owed              int
	Now               ui.NowView // what fails now
	Left              string     // of the budget that ends soonest, and until when it lasts
	Taken             string     // who has it, in words
	How               string     // it ended
	Acks              bool       // one click may take it
}

// How many incidents a page lists, and how many resolved ones are looked through.
const (
	incidentsShown = 50
	incidentsPast  = 200
)

func (s Handlers) pageIncidents(r *http.Request) (site.Answer, error) {
	params := r.URL.Query()
	all, shown, err := s.findIncidents(r, params)
	if err != nil {
		return site.Answer{}, err
	}
	number := ui.PageNumber(params, len(shown), incidentsShown)
	first := (number - 1) * incidentsShown
	rows := shown[min(first, len(shown)):min(first+incidentsShown, len(shown))]
	body := incidentsBody{
		Query: params.Get("q"), Choices: incidentChoices(all, params), Kept: ui.Kept(params, "state", "severity", "sort"), Chips: incidentChips(all, params), Filters: incidentFilters(params),
		Sorts: incidentSorts(params), CSV: incidentsURL("/incidents.csv", params, "", ""), Total: len(shown), First: first + 1, Last: first + len(rows), None: len(all) == 0,
		Calm: !slices.ContainsFunc(all, alerting.Incident.Open), Past: incidentsPast,
	}
	if number > 1 {
		body.Previous = incidentsURL("/incidents", params, "page", strconv.Itoa(number-1))
	}
	if body.Last < body.Total {
		body.Next = incidentsURL("/incidents", params, "page", strconv.Itoa(number+1))
	}
	if body.Rows, err = s.incidentRows(r.Context(), rows); err != nil {
		return site.Answer{}, err
	}
	return s.PageAnswer(r, "incidents", site.Page{Title: "Incidents", Section: "incidents", Self: incidentsURL("/incidents", params, "", ""), Body: body})
}

// findIncidents returns every incident that is looked through, and those that are
// asked for, in their order.
func (s Handlers) findIncidents(r *http.Request, params url.Values) (all, shown []alerting.Incident, err error) {
	q, err := listing.ParseIncidentQuery(params)
	if err != nil {
		return nil, nil, err
	}
	if all, err = s.Alerts.Incidents(r.Context(), incidentsPast); err != nil {
		return nil, nil, err
	}
	for i := range all {
		if q.Matches(&all[i]) && q.MatchesState(all[i].State) {
			shown = append(shown, all[i])
		}
	}
	q.Order(shown)
	return all, shown, nil
}
