package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/slofuse/slofuse/alerting/journal"
	"github.com/slofuse/slofuse/internal/heartbeat"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

var _ site.System = (*service)(nil)

// System says how all of it does. It asks no backend.
func (s *service) System(ctx context.Context) (api.Status, error) {
	m, err := s.numbers()
	if err != nil {
		return api.Status{}, err
	}
	st := s.Status()
	out := api.Status{
		AsOf: s.now().UTC(), Version: version(), StartedAt: m.instant("process_start_time_seconds"), Memory: m.whole("process_resident_memory_bytes"),
		Ready: st.NotReady == "" && st.Storage == "", Reason: strings.TrimSpace(st.NotReady + " " + st.Storage),
		Backends: s.backendStatus(m), Evaluation: s.evaluationStatus(m), Heartbeats: s.heartbeatStatus(m), Families: append([]string{}, st.Families...),
		Ledger: s.ledgerStatus(st), Configuration: s.configurationStatus(m, st),
	}
	if out.Outbox, out.Destinations, err = s.deliveryStatus(ctx); err != nil {
		return out, err
	}
	return out, nil
}

func (s *service) backendStatus(m ownNumbers) []api.BackendStatus {
	out := []api.BackendStatus{}
	for _, h := range s.evaluator.Health() {
		of := map[string]string{"backend": h.Backend}
		b := api.BackendStatus{
			Name: h.Backend, Up: h.Err == nil, Since: past(h.DownSince), SLOs: h.SLOs, ReadTo: past(h.ReadTo),
			Queries: int64(m.sum("slofuse_backend_queries_total", of)), Seconds: m.mean("slofuse_backend_query_duration_seconds", of),
		}
		if h.Err != nil {
			b.Reason = h.Err.Error()
		}
		b.FailedBy = m.failures(h.Backend)
		for _, n := range b.FailedBy {
			b.Failed += n
		}
		out = append(out, b)
	}
	return out
}

// failures are the queries to a backend that failed, by the way in which.
func (m ownNumbers) failures(backend string) map[string]int64 {
	out := map[string]int64{}
	for _, series := range m["slofuse_backend_queries_total"].GetMetric() {
		labels := map[string]string{}
		for _, l := range series.GetLabel() {
			labels[l.GetName()] = l.GetValue()
		}
		if n := int64(series.GetCounter().GetValue()); n > 0 && labels["backend"] == backend && labels["outcome"] != "ok" {
			out[labels["outcome"]] = n
		}
	}
	return out
}

func (s *service) evaluationStatus(m ownNumbers) api.EvaluationStatus {
	out := api.EvaluationStatus{SLOs: len(s.SLOs()), Step: s.step.Seconds(), Skipped: int64(m.sum("slofuse_slots_skipped_total", nil))}
	if last := s.latest.Load(); last != nil {
		out.LastSlot, out.Behind = past(last.at), new(max(0, s.evaluator.LastSlot(s.now()).Sub(last.at)-s.step).Seconds())
	}
	return out
}

func (s *service) ledgerStatus(st site.Status) api.LedgerStatus {
	accounts, oldest := s.counts.Extent()
	out := api.LedgerStatus{Trouble: st.Storage, Retention: new(s.routing.inForce.Load().retention.Seconds()), Accounts: &accounts, Oldest: past(oldest), Bytes: sizeOf(s.db.Path())}
	if st.CatchUp != nil {
		out.Done, out.Total = st.CatchUp.Done, st.CatchUp.Total
	}
	last := s.latest.Load()
	if last == nil || len(last.assessments) == 0 {
		return out
	}
	coverage := 0.0
	for _, a := range last.assessments {
		coverage += a.Window.Coverage
		if a.Window.Reading() {
			out.Reading++
		}
	}
	out.Coverage = new(coverage / float64(len(last.assessments)))
	return out
}

// sizeOf is how large the database is, with what is not yet in its main file.
func sizeOf(path string) *int64 {
	var sum int64
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(path + suffix)
		if err != nil && suffix == "" {
			return nil
		}
		if err == nil {
			sum += info.Size()
		}
	}
	return &sum
}

func (s *service) configurationStatus(m ownNumbers, st site.Status) api.ConfigurationStatus {
	now := s.routing.inForce.Load()
	return api.ConfigurationStatus{
		File: now.file, SLOFiles: append([]string{}, now.sloFiles...), LoadedAt: m.instant("slofuse_config_last_reload_success_timestamp_seconds"),
		TriedAt: past(st.Reload.At), Error: st.Reload.Err,
	}
}

func (s *service) heartbeatStatus(m ownNumbers) []api.HeartbeatStatus {
	out := []api.HeartbeatStatus{}
	withheld := heartbeat.LimitsFor(s.step).Withheld(s.pulse(), s.now())
	for _, name := range s.routing.inForce.Load().beats {
		count := func(outcome string) int64 {
			return int64(m.sum("slofuse_heartbeats_total", map[string]string{"heartbeat": name, "outcome": outcome}))
		}
		h := api.HeartbeatStatus{Name: name, Sent: count("sent"), Withheld: count("withheld"), Failed: count("failed"), Reason: withheld}
		if at := m.sum("slofuse_heartbeat_last_sent_timestamp_seconds", map[string]string{"heartbeat": name}); at > 0 {
			h.LastSent = new(time.UnixMilli(int64(at * 1000)).UTC())
		}
		out = append(out, h)
	}
	return out
}

// deliveryStatus is what the outbox says, of the destinations that are configured and
// of those that still are owed something.
func (s *service) deliveryStatus(ctx context.Context) (api.OutboxStatus, []api.DestinationStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, maxCollect)
	defer cancel()
	backlog, err := s.journal.Backlog(ctx)
	if err != nil {
		return api.OutboxStatus{}, nil, err
	}
	kept, err := s.journal.Destinations(ctx)
	if err != nil {
		return api.OutboxStatus{}, nil, err
	}
	out := []api.DestinationStatus{}
	for _, t := range s.routing.inForce.Load().targets {
		name := t.Destination.Name
		at := slices.IndexFunc(kept, func(d journal.DestinationHealth) bool { return d.Destination == name })
		d := journal.DestinationHealth{Receiver: t.Destination.Receiver, Destination: name}
		if at >= 0 {
			d = kept[at]
			kept = slices.Delete(kept, at, at+1)
		}
		out = append(out, destinationStatus(d, t.Kind))
	}
	for _, d := range kept {
		if d.Owed > 0 {
			out = append(out, destinationStatus(d, ""))
		}
	}
	return api.OutboxStatus{Owed: &backlog.Owed, Oldest: past(backlog.Oldest), Undeliverable: &backlog.Undeliverable}, out, nil
}

func destinationStatus(d journal.DestinationHealth, kind string) api.DestinationStatus {
	return api.DestinationStatus{
		Name: d.Destination, Receiver: d.Receiver, Kind: kind, Owed: d.Owed, Oldest: past(d.Oldest), Undeliverable: d.Undeliverable,
		Sent: past(d.Sent), LastError: d.LastError,
	}
}

// past is an instant; nil when it is not known.
func past(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}

// ownNumbers are the service's own metrics, by name.
type ownNumbers map[string]*dto.MetricFamily

func (s *service) numbers() (ownNumbers, error) {
	families, err := s.registry.Gather()
	out := ownNumbers{}
	for _, f := range families {
		out[f.GetName()] = f
	}
	return out, err
}

// sum adds up the series of a metric that have labels.
func (m ownNumbers) sum(name string, labels map[string]string) (sum float64) {
	for _, series := range m[name].GetMetric() {
		if has(series, labels) {
			sum += series.GetCounter().GetValue() + series.GetGauge().GetValue()
		}
	}
	return sum
}

// mean is the mean of what a histogram observed; nil when that is nothing.
func (m ownNumbers) mean(name string, labels map[string]string) *float64 {
	for _, series := range m[name].GetMetric() {
		if h := series.GetHistogram(); has(series, labels) && h.GetSampleCount() > 0 {
			return new(h.GetSampleSum() / float64(h.GetSampleCount()))
		}
	}
	return nil
}

func has(series *dto.Metric, labels map[string]string) bool {
	found := 0
	for _, l := range series.GetLabel() {
		if want, ok := labels[l.GetName()]; ok && want == l.GetValue() {
			found++
		}
	}
	return found == len(labels)
}

// whole is a gauge in whole numbers; nil when it is not there.
func (m ownNumbers) whole(name string) *int64 {
	if len(m[name].GetMetric()) == 0 {
		return nil
	}
	return new(int64(m.sum(name, nil)))
}

// instant is a gauge that is a time; nil when it is not there.
func (m ownNumbers) instant(name string) *time.Time {
	seconds := m.sum(name, nil)
	if seconds == 0 {
		return nil
	}
	return new(time.UnixMilli(int64(seconds * 1000)).UTC())
}
