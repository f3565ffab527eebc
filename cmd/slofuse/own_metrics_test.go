package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

var fqName = regexp.MustCompile(`fqName: "(slofuse_[a-z_]+)"`)

// metricsOf are the names of all metrics that a service has, used or not.
func metricsOf(reg *prometheus.Registry) []string {
	descs := make(chan *prometheus.Desc)
	go func() { defer close(descs); reg.Describe(descs) }()
	var names []string
	for d := range descs {
		if m := fqName.FindStringSubmatch(d.String()); m != nil {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestTheListOfMetricsIsWhatThereIs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	own, ofSLOs, _ := strings.Cut(string(text), "## Metrics of SLOs")
	s := newStory(t, configuration{})
	if diff := cmp.Diff(metricsOf(s.registry), namesIn(own, "(?m)^\\| `(slofuse_[a-z_]+)`")); diff != "" {
		t.Errorf("docs/metrics.md, /metrics (-there +listed):\n%s", diff)
	}
	there := namesIn(s.mustGet("/metrics/slos"), "(?m)^# TYPE (slofuse_[a-z_]+) gauge$")
	if diff := cmp.Diff(there, namesIn(ofSLOs, "`(slofuse_[a-z_]+)`")); diff != "" {
		t.Errorf("docs/metrics.md, /metrics/slos (-there +listed):\n%s", diff)
	}
}

// namesIn are what the first groups of a pattern match in a text, sorted.
func namesIn(text, pattern string) (names []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return names
}

func TestOpenIncidentsAreCounted(t *testing.T) {
	counts := countOpen([]alerting.Incident{
		{Severity: slo.SeverityPage, State: alerting.IncidentOpen},
		{Severity: slo.SeverityPage, State: alerting.IncidentOpen},
		{Severity: slo.SeverityTicket, State: alerting.IncidentAcked},
	})
	want := map[[2]string]int{
		{"page", "open"}: 2, {"page", "acked"}: 0, {"page", "escalated"}: 0, {"ticket", "open"}: 0, {"ticket", "acked"}: 1, {"ticket", "escalated"}: 0,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatIsHeldBackIsCounted(t *testing.T) {
	silence, deploy := alerting.Muting{Kind: alerting.MutingSilence}, alerting.Muting{Kind: alerting.MutingDeploy}
	counts := countHeld([]alerting.Alert{
		{}, {MutedBy: []alerting.Muting{silence, silence}}, {MutedBy: []alerting.Muting{silence, deploy}},
	})
	if diff := cmp.Diff(map[string]int{"silence": 2, "deploy": 1, "maintenance": 0}, counts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSlotsThatWereSkipped(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]float64{0: 0, 30 * time.Second: 0, time.Minute: 1, 10 * time.Minute: 19} {
		if got := skipped(&round{at: at}, at.Add(after), 30*time.Second); got != want {
			t.Errorf("%s after: %v, want %v", after, got, want)
		}
	}
	if got := skipped(nil, at, 30*time.Second); got != 0 {
		t.Errorf("the first round skipped %v", got)
	}
}

// healthy is an hour and a half of a slofuse in which nothing is wrong.
const healthy = `  up{job="slofuse"} 1x90
  slofuse_evaluation_lag_seconds 0 30 0 30x87
  slofuse_rounds_failed_total 3x90
  slofuse_slots_skipped_total 1x90
  slofuse_backend_up{backend="main"} 1x90
  slofuse_notification_oldest_undelivered_age_seconds 0 20 0 40x87
  slofuse_notifications_total{outcome="permanent",receiver="on-call"} 2x90
  slofuse_config_last_reload_successful 1x90
  slofuse_heartbeat_last_sent_timestamp_seconds{heartbeat="outside"} 0+60x90
  slofuse_audit_write_failures_total 0x90
  slofuse_auth_refused_total{reason="unknown_token"} 0+1x90
`

// TestTheRulesFireWhereTheyShould asks each rule about a healthy hour, and about
// one in which a single series is as it should not be.
func TestTheRulesFireWhereTheyShould(t *testing.T) {
	broken := map[string][2]string{ // the series in question, and how it goes instead
		"SlofuseDown":                       {`up{job="slofuse"} 1x90`, `up{job="slofuse"} 1x80 0x9`},
		"SlofuseEvaluationLate":             {`slofuse_evaluation_lag_seconds 0 30 0 30x87`, `slofuse_evaluation_lag_seconds 0x80 150+60x9`},
		"SlofuseRoundsFail":                 {`slofuse_rounds_failed_total 3x90`, `slofuse_rounds_failed_total 3x80 4+1x9`},
		"SlofuseSlotsSkipped":               {`slofuse_slots_skipped_total 1x90`, `slofuse_slots_skipped_total 0+1x90`},
		"SlofuseBackendDown":                {`slofuse_backend_up{backend="main"} 1x90`, `slofuse_backend_up{backend="main"} 1x70 0x19`},
		"SlofuseNotificationsLate":          {`slofuse_notification_oldest_undelivered_age_seconds 0 20 0 40x87`, `slofuse_notification_oldest_undelivered_age_seconds 0x70 0+60x19`},
		"SlofuseNotificationsUndeliverable": {`receiver="on-call"} 2x90`, `receiver="on-call"} 2x80 3x9`},
		"SlofuseConfigurationRefused":       {`slofuse_config_last_reload_successful 1x90`, `slofuse_config_last_reload_successful 1x70 0x19`},
		"SlofuseHeartbeatMissing":           {`{heartbeat="outside"} 0+60x90`, `{heartbeat="outside"} 0+60x70 4200x19`},
		"SlofuseAuditLost":                  {`slofuse_audit_write_failures_total 0x90`, `slofuse_audit_write_failures_total 0x80 1x9`},
		"SlofuseTokensTried":                {`{reason="unknown_token"} 0+1x90`, `{reason="unknown_token"} 0+5x90`},
	}
	groups, errs := rulefmt.ParseFile(filepath.Join("..", "..", "examples", "rules", "slofuse.yaml"), false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	known := metricsOf(newStory(t, configuration{}).registry)
	for _, rule := range groups.Groups[0].Rules {
		t.Run(rule.Alert, func(t *testing.T) {
			change, ok := broken[rule.Alert]
			world := strings.Replace(healthy, change[0], change[1], 1)
			if !ok || world == healthy {
				t.Fatal("there is no world for this rule")
			}
			if fires(t, healthy, rule) {
				t.Error("it fires when all is well")
			}
			if !fires(t, world, rule) {
				t.Error("it does not fire when it should")
			}
			for _, name := range regexp.MustCompile(`slofuse_[a-z_]+`).FindAllString(rule.Expr, -1) {
				if !slices.Contains(known, name) {
					t.Errorf("there is no metric %s", name)
				}
			}
		})
	}
	if len(groups.Groups[0].Rules) != len(broken) {
		t.Errorf("%d rules, %d worlds", len(groups.Groups[0].Rules), len(broken))
	}
}

// fires reports whether a rule holds at the end of a world, and has held for as
// long as it waits.
func fires(t *testing.T, world string, rule rulefmt.Rule) bool {
	t.Helper()
	samples := worldOf(t, world)
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute})
	defer func() { _ = engine.Close() }()
	end := time.Unix(0, 0).Add(89 * time.Minute)
	for at := end.Add(-time.Duration(rule.For)); !at.After(end); at = at.Add(time.Minute) {
		query, err := engine.NewInstantQuery(t.Context(), samples, nil, rule.Expr, at)
		if err != nil {
			t.Fatal(err)
		}
		vector, err := query.Exec(t.Context()).Vector()
		if err != nil {
			t.Fatal(err)
		}
		if len(vector) == 0 {
			return false
		}
	}
	return true
}

// series are those of a world, which holds a sample a minute from time 0 on.
type series []storage.Series

// worldOf reads series in the notation of Prometheus' own rule tests.
func worldOf(t *testing.T, text string) *storage.MockQueryable {
	t.Helper()
	var all series
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		lset, values, err := parser.NewParser(parser.Options{}).ParseSeriesDesc(line)
		if err != nil {
			t.Fatal(err)
		}
		var samples []chunks.Sample
		for minute, v := range values {
			if !v.Omitted {
				samples = append(samples, &promtest.Sample{Time: int64(minute) * 60_000, Value: v.Value})
			}
		}
		all = append(all, storage.NewListSeries(lset, samples))
	}
	return &storage.MockQueryable{MockQuerier: &storage.MockQuerier{
		SelectMockFunction: func(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
			var found series
			for _, s := range all {
				if !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(s.Labels().Get(m.Name)) }) {
					found = append(found, s)
				}
			}
			return &seriesSet{series: found, at: -1}
		},
	}}
}

type seriesSet struct {
	series
	at int
}

func (s *seriesSet) Next() bool                        { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.at] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }
