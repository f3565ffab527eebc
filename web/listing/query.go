package listing

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// The bounds of a page of rows.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// Query is what a list is asked for. Several values of one parameter mean any
// of them, except labels, which must all agree.
type Query struct {
	Services   []string
	Functions  []string
	Owners     []string
	Labels     Selector
	States     []slo.DataState
	Severities []slo.Severity
	Statuses   []Status
	Text       string // found anywhere in service, function, name, owner or a label value; case does not matter
	Sort       Order
	Limit      int
	Cursor     string
	At         time.Time // zero: now
}

// ParseQuery reads the parameters of a list. It names every parameter it does
// not understand, all at once.
func ParseQuery(v url.Values) (Query, error) {
	q := Query{
		Services: values(v, "service"), Functions: v["function"], Owners: values(v, "owner"),
		Text: strings.ToLower(strings.TrimSpace(v.Get("q"))), Cursor: v.Get("cursor"),
	}
	q.Functions = slices.DeleteFunc(slices.Clone(q.Functions), func(s string) bool { return s == "" })
	var problems problems
	q.Labels = problems.labels(values(v, "label"))
	q.States = parseAll(&problems, v, "state", dataStates(), parseState)
	q.Severities = parseAll(&problems, v, "severity", "none, ticket, page", slo.ParseSeverity)
	q.Statuses = parseAll(&problems, v, "status", join(Statuses()), parseStatus)
	q.Sort = problems.order(v.Get("sort"))
	q.Limit = problems.limit(v.Get("limit"))
	q.At = problems.instant("at", v.Get("at"))
	return q, problems.err()
}

// MatchesSLO reports whether the definition of an SLO is asked for. It is the
// cheap half: what it refuses needs no assessment.
func (q Query) MatchesSLO(s *slo.SLO) bool {
	return oneOf(q.Services, s.ID.Service) && oneOf(q.Functions, s.ID.Function) && oneOf(q.Owners, s.Owner) &&
		q.Labels.Matches(s) && q.matchesText(s)
}

// MatchesRow reports whether what is known about an SLO is asked for.
func (q Query) MatchesRow(r *Row) bool {
	return oneOf(q.States, r.Assessment.State) && oneOf(q.Severities, r.Severity()) && (len(q.Statuses) == 0 || oneOf(q.Statuses, r.Status()))
}

func (q Query) matchesText(s *slo.SLO) bool {
	if q.Text == "" {
		return true
	}
	found := func(in string) bool { return strings.Contains(strings.ToLower(in), q.Text) }
	if found(s.ID.Service) || found(s.ID.Function) || found(s.ID.Name) || found(s.Owner) {
		return true
	}
	for _, value := range s.Labels {
		if found(value) {
			return true
		}
	}
	return false
}

func oneOf[T comparable](wanted []T, have T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, have)
}

// values collects a parameter that may be given twice or as a comma list.
func values(v url.Values, key string) []string {
	var out []string
	for _, text := range v[key] {
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// problems collects what is wrong with a query.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p *problems) err() error {
	if len(*p) == 0 {
		return nil
	}
	return &QueryError{Problems: *p}
}

func (p *problems) labels(list []string) Selector {
	var out Selector
	for _, text := range list {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			p.add("label=%q: write key=value, such as label=tier=critical", text)
			continue
		}
		out = append(out, Condition{Key: labelPrefix + key, Value: value})
	}
	return out
}

func (p *problems) limit(text string) int {
	if text == "" {
		return DefaultLimit
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > MaxLimit {
		p.add("limit=%q: use a number from 1 to %d", text, MaxLimit)
		return DefaultLimit
	}
	return n
}

func (p *problems) instant(name, text string) time.Time {
	t, ok := ParseInstant(text)
	if !ok {
		p.add("%s=%q: write an instant as in 2026-03-01T12:00:00Z", name, text)
	}
	return t
}

// ParseInstant reads a point in time; the empty text is the zero one. Years in
// which nothing was ever counted are refused: the arithmetic of durations ends
// at three centuries, and that of JSON at the year 0.
func ParseInstant(text string) (t time.Time, ok bool) {
	if text == "" {
		return time.Time{}, true
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() < 1971 || t.Year() > 2200 {
		return time.Time{}, false
	}
	return t, true
}

func (p *problems) order(text string) Order {
	order, ok := ParseOrder(text)
	if !ok {
		p.add("sort=%q: use one of %s, with - in front for the reverse", text, strings.Join(SortKeys(), ", "))
	}
	return order
}

// parseAll reads every value of a parameter that comes from a fixed set.
func parseAll[T any](p *problems, v url.Values, key, choices string, parse func(string) (T, bool)) []T {
	var out []T
	for _, text := range values(v, key) {
		value, ok := parse(text)
		if !ok {
			p.add("%s=%q: use one of %s", key, text, choices)
			continue
		}
		out = append(out, value)
	}
	return out
}

func parseStatus(text string) (Status, bool) {
	return Status(text), slices.Contains(Statuses(), Status(text))
}

var allStates = [...]slo.DataState{
	slo.StateOK, slo.StateIdle, slo.StateNew, slo.StateNoData, slo.StateSourceDown, slo.StateStale, slo.StateInvalid,
}

func dataStates() string { return join(allStates[:]) }

func parseState(text string) (slo.DataState, bool) {
	return slo.DataState(text), slices.Contains(allStates[:], slo.DataState(text))
}

func join[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return strings.Join(out, ", ")
}

// QueryError says what is wrong with the parameters of a list.
type QueryError struct {
	Problems []string // one per parameter
}

// Error lists every problem.
func (e *QueryError) Error() string { return strings.Join(e.Problems, "; ") }
