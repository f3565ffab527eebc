package listing

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/slo"
)

// IncidentQuery is which incidents a list is asked for. Several values of one
// parameter mean any of them.
type IncidentQuery struct {
	States     []alerting.IncidentState
	Severities []slo.Severity
	Services   []string
	Owners     []string
	Text       string // found in function, service, owner, id, kind of error or who took it; case does not matter
	Sort       string // one of [IncidentOrders]
}

// The orders of a list of incidents.
const (
	ByUrgency = "urgency" // what calls for somebody first, then what is over, the latest first
	Newest    = "newest"
	Longest   = "longest" // by how long they last, or lasted
)

// IncidentOrders lists the orders, the default first.
func IncidentOrders() []string { return []string{ByUrgency, Newest, Longest} }

// IncidentStates lists the states, in the order in which they are looked at.
func IncidentStates() []alerting.IncidentState {
	return []alerting.IncidentState{alerting.IncidentOpen, alerting.IncidentEscalated, alerting.IncidentAcked, alerting.IncidentResolved}
}

// ParseIncidentQuery reads the parameters of a list. It names every one it does not
// understand, all at once.
func ParseIncidentQuery(v url.Values) (IncidentQuery, error) {
	var problems problems
	given := func(name string) []string {
		return slices.DeleteFunc(slices.Clone(v[name]), func(s string) bool { return s == "" })
	}
	q := IncidentQuery{Services: given("service"), Owners: given("owner"), Text: strings.ToLower(strings.TrimSpace(v.Get("q"))), Sort: v.Get("sort")}
	q.States = parseAll(&problems, v, "state", join(IncidentStates()), func(s string) (alerting.IncidentState, bool) {
		return alerting.IncidentState(s), slices.Contains(IncidentStates(), alerting.IncidentState(s))
	})
	q.Severities = parseAll(&problems, v, "severity", "page, ticket", func(s string) (slo.Severity, bool) {
		severity, ok := slo.ParseSeverity(s)
		return severity, ok && severity != slo.SeverityNone
	})
	if q.Sort == "" {
		q.Sort = ByUrgency
	}
	if !slices.Contains(IncidentOrders(), q.Sort) {
		problems.add("sort=%q: use one of %s", q.Sort, strings.Join(IncidentOrders(), ", "))
	}
	return q, problems.err()
}

// Matches reports whether an incident is asked for, whatever its state.
func (q IncidentQuery) Matches(i *alerting.Incident) bool {
	return oneOf(q.Severities, i.Severity) && oneOf(q.Services, i.Service) && oneOf(q.Owners, i.Owner) && q.finds(i)
}

// MatchesState reports whether incidents of a state are asked for.
func (q IncidentQuery) MatchesState(state alerting.IncidentState) bool { return oneOf(q.States, state) }

func (q IncidentQuery) finds(i *alerting.Incident) bool {
	if q.Text == "" {
		return true
	}
	texts := []string{i.Function, i.Service, i.Owner, i.ID, i.AckedBy}
	for _, value := range i.Fingerprint {
		texts = append(texts, value)
	}
	return slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(strings.ToLower(s), q.Text) })
}

// Order puts incidents in the order that is asked for. It changes the list.
func (q IncidentQuery) Order(list []alerting.Incident) {
	order := mostUrgent
	switch q.Sort {
	case Newest:
		order = func(a, b alerting.Incident) int { return b.OpenedAt.Compare(a.OpenedAt) }
	case Longest:
		order = longest
	}
	slices.SortStableFunc(list, order)
}

func mostUrgent(a, b alerting.Incident) int {
	switch {
	case a.Open() && b.Open():
		return triage.Compare(triage.Case{Incident: a}, triage.Case{Incident: b})
	case a.Open():
		return -1
	case b.Open():
		return 1
	}
	return b.ResolvedAt.Compare(a.ResolvedAt)
}

// longest puts what goes on, by its beginning, before what is over, by its length.
func longest(a, b alerting.Incident) int {
	switch {
	case a.Open() && b.Open():
		return a.OpenedAt.Compare(b.OpenedAt)
	case a.Open():
		return -1
	case b.Open():
		return 1
	}
	return cmp.Compare(b.ResolvedAt.Sub(b.OpenedAt), a.ResolvedAt.Sub(a.OpenedAt))
}
