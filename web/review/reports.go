package review

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

// What a report looks at.
const (
	earlierPeriods  = 3
	incidentsCosted = 50 // incidents, of which what they cost is worked out
	mostReported    = 500
	everyOne        = math.MaxInt // objectives, of a report that is read by programs
)

// report is the report of what a scope holds: of the objectives the worst, at most so
// many, and all of them in its summary. Only of these is read what a line adds to the
// counts of the period.
func (s Handlers) report(ctx context.Context, of scope, most int) (api.Report, error) {
	records, err := s.recordsOf(ctx, of)
	if err != nil {
		return api.Report{}, err
	}
	lines, err := s.reportLines(ctx, of, records, most)
	if err != nil {
		return api.Report{}, err
	}
	incidents, complete, err := s.incidentsOf(ctx, of)
	if err != nil {
		return api.Report{}, err
	}
	out := api.Report{
		Owner: of.params.Get("owner"), Period: api.FromPeriod(of.period, of.zone, of.why), MadeAt: s.Now().UTC(),
		Summary:    api.FromTally(summary.Count(records), callsIn(records), incidentsWithin(of.period.Span, incidents)),
		Objectives: lines, IncidentsComplete: complete, Method: reportMethod(of),
	}
	out.Incidents, err = s.reportedIncidents(ctx, of, records, incidents)
	return out, err
}

// reportLines are the worst objectives, at most so many.
func (s Handlers) reportLines(ctx context.Context, of scope, all []summary.Record, most int) ([]api.ReportObjective, error) {
	places, _ := firstOf(worstFirst(all), most)
	slos, records, lines := make([]slo.SLO, len(places)), make([]summary.Record, len(places)), make([]api.ReportObjective, len(places))
	for i, place := range places {
		slos[i], records[i] = of.slos[place], all[place]
		lines[i] = api.FromRecord(records[i])
	}
	of.slos = slos
	for _, add := range []func(context.Context, scope, []summary.Record, []api.ReportObjective) error{s.addLeft, s.addEarlier, s.addExcluded, s.addLatency} {
		if err := add(ctx, of, records, lines); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// callsIn adds up the calls of every function once.
func callsIn(records []summary.Record) summary.Success {
	pairs := make([]summary.Pair, len(records))
	for i, r := range records {
		pairs[i] = summary.Pair{Now: r}
	}
	return summary.Successes(summary.Nows(summary.PerFunction(pairs)))
}

// addLeft adds the rest of each SLO's own budget at both ends, and what is due by it.
func (s Handlers) addLeft(ctx context.Context, of scope, records []summary.Record, lines []api.ReportObjective) error {
	before := site.PromisedAt(of.slos, of.period.From)
	starts, err := s.Periods.Windows(ctx, before, of.period.From)
	if err != nil {
		return err
	}
	after := site.PromisedAt(of.slos, of.period.To)
	ends, err := s.Periods.Windows(ctx, after, of.period.To)
	if err != nil {
		return err
	}
	for i := range lines {
		lines[i].LeftAtStart = summary.LeftFrom(before[i], starts[i], of.period.From)
		lines[i].LeftAtEnd = summary.Left(after[i], ends[i])
		standing, _ := records[i].Standing()
		lines[i].Action = api.ActionDue(after[i], standing, lines[i].LeftAtEnd)
	}
	return nil
}

// addEarlier adds the periods before.
func (s Handlers) addEarlier(ctx context.Context, of scope, _ []summary.Record, lines []api.ReportObjective) error {
	for _, past := range of.period.Earlier(earlierPeriods) {
		records, err := s.records(ctx, of.slos, past.Span)
		if err != nil {
			return err
		}
		for i := range lines {
			lines[i].Earlier = append(lines[i].Earlier, api.FromEarlier(past, records[i]))
		}
	}
	return nil
}

// mostReasons is how many reasons of maintenance a line gives.
const mostReasons = 5

// addExcluded adds why time was excluded.
func (s Handlers) addExcluded(ctx context.Context, of scope, _ []summary.Record, lines []api.ReportObjective) error {
	windows, err := s.Maintenance.Maintenances(ctx)
	if err != nil {
		return err
	}
	for i, o := range of.slos {
		if lines[i].ExcludedSeconds == 0 {
			continue
		}
		for _, c := range suppress.Corrections(windows, o, of.period.From, of.period.To) {
			if reason := cmp.Or(c.Reason, "maintenance "+c.ID); !slices.Contains(lines[i].ExcludedFor, reason) && len(lines[i].ExcludedFor) < mostReasons {
				lines[i].ExcludedFor = append(lines[i].ExcludedFor, reason)
			}
		}
	}
	return nil
}

// addLatency adds how long calls took, where enough of the period is known to say so.
func (s Handlers) addLatency(ctx context.Context, of scope, records []summary.Record, lines []api.ReportObjective) error {
	var timed []int
	var slos []slo.SLO
	for i, r := range records {
		if r.SLO.SLI.Latency != nil && lines[i].SLI != nil {
			timed, slos = append(timed, i), append(slos, *r.SLO)
		}
	}
	buckets, err := s.Periods.Buckets(ctx, slos, of.period.From, of.period.To)
	if err != nil {
		return err
	}
	for n, i := range timed {
		lines[i].Latency = api.LatencyOf(slo.ComputeQuantiles(of.period.To.Sub(of.period.From), buckets[n]))
	}
	return nil
}

// worstFirst are the places of records in the order of how they fared, and of equals of
// what they spent.
func worstFirst(records []summary.Record) []int {
	order := []summary.Standing{summary.Missed, summary.AtRisk, summary.Unknown, summary.Met}
	type ranked struct {
		place, rank int
		spent       float64
	}
	list := make([]ranked, len(records))
	for i, r := range records {
		standing, _ := r.Standing()
		list[i] = ranked{place: i, rank: slices.Index(order, standing), spent: -1}
		if spent, known := r.Spent(); known {
			list[i].spent = spent
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.spent, a.spent)) })
	places := make([]int, len(list))
	for i, r := range list {
		places[i] = r.place
	}
	return places
}

// reportedIncidents are the incidents that were open in the period, newest first, and of
// the newest what they cost.
func (s Handlers) reportedIncidents(ctx context.Context, of scope, records []summary.Record, all []incidentSpan) ([]api.ReportIncident, error) {
	out := []api.ReportIncident{}
	slices.SortStableFunc(all, func(a, b incidentSpan) int { return b.From.Compare(a.From) })
	ofFunction := map[string][]summary.Record{}
	for _, r := range records {
		ofFunction[r.SLO.ID.FunctionKey()] = append(ofFunction[r.SLO.ID.FunctionKey()], r)
	}
	for _, i := range all {
		part, ok := i.Within(of.period.Span)
		if !ok || len(out) == mostReported {
			continue
		}
		line := api.ReportIncident{ID: i.ID, Service: i.Service, Function: i.Function, Severity: i.Severity.String(), OpenedAt: i.OpenedAt.UTC(), Seconds: part.To.Sub(part.From).Seconds()}
		if !i.Open() {
			line.ResolvedAt = new(i.ResolvedAt.UTC())
		}
		if len(out) < incidentsCosted {
			key := slo.ID{Service: i.Service, Function: i.Function}.FunctionKey()
			if err := s.costOf(ctx, &line, about(i.Incident, ofFunction[key]), part); err != nil {
				return nil, err
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// about are the objectives that an incident was about, the whole for a part; all of its
// function where that is not known.
func about(i alerting.Incident, records []summary.Record) []summary.Record {
	named := map[string]bool{}
	for _, a := range i.Alerts {
		name, _, _ := strings.Cut(a.ID.Name, ":")
		named[name] = true
	}
	out := slices.DeleteFunc(slices.Clone(records), func(r summary.Record) bool { return !named[r.SLO.ID.Name] })
	if len(out) == 0 {
		return records
	}
	return out
}

// costOf finds the objective of a function of whose budget the most failed while an
// incident was open.
func (s Handlers) costOf(ctx context.Context, line *api.ReportIncident, records []summary.Record, while summary.Span) error {
	slos := make([]slo.SLO, len(records))
	for i, r := range records {
		slos[i] = *r.SLO
	}
	sums, err := s.Periods.Sums(ctx, slos, while.From, while.To)
	if err != nil {
		return err
	}
	for i, r := range records {
		if cost, ok := r.CostOf(sums[i]); ok && (line.CostRatio == nil || cost > *line.CostRatio) {
			line.CostRatio, line.CostOf = &cost, r.SLO.ID.Name
		}
	}
	return nil
}

// reportMethod says how a report comes about.
func reportMethod(of scope) []string {
	return []string{
		"A promise is kept when no more than its allowed share failed of what was counted in the period, as it was promised at its end; SLI and spent are of the period, left is of the window that the promise alerts on.",
		"Counts are added and divided once; ratios are never averaged. What less than half is known of, or was not called, or overspent a budget under 5 events, is unknown.",
		"What maintenance excludes is neither good nor bad. Not known is time of which the backend has no data or did not answer.",
		"Response times are of promises about a latency, which count calls by how long they took: the average is estimated from these counts, as if each were spread evenly between its bounds.",
		"An incident costs the share of the period's budget that failed while it was open, of the promise that it cost the most; what usually fails is in it.",
		"Days begin at midnight in " + of.zone.String() + "; parts by split_by are in the whole.",
	}
}
