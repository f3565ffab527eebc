package web_test

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// IncidentsOf are those of a function, as they are kept.
func (f *fleet) IncidentsOf(_ context.Context, service, function string, limit int) ([]alerting.Incident, error) {
	var out []alerting.Incident
	for _, i := range f.incidents {
		if i.Service == service && i.Function == function && len(out) < limit {
			out = append(out, i)
		}
	}
	return out, f.err
}

// Counted is 250 calls a second, of which one in 2,500 is bad.
func (f *fleet) Counted(_ slo.SLO, bounds []time.Time) []slo.WindowSum {
	var out []slo.WindowSum
	for i := 1; i < len(bounds); i++ {
		sum := slo.WindowSum{Length: bounds[i].Sub(bounds[i-1]), From: bounds[i-1], To: bounds[i], Coverage: 1}
		sum.Total = int64(bounds[i].Sub(bounds[i-1])/time.Second) * 250
		sum.Bad = sum.Total / 2500
		if f.counted != nil {
			f.counted(&sum)
		}
		out = append(out, sum)
	}
	return out
}

// Definition is hostile, as a file can be.
func (f *fleet) Definition(at slo.Source) []string {
	return []string{"- name: availability", "  description: </code><script>alert(1)</script>", "  # " + at.File}
}

// Consoles has credentials, which no link may have.
func (f *fleet) Consoles(string) site.Consoles {
	return site.Consoles{Prometheus: "https://user:hunter2@prometheus.example.com/base/?token=hunter2", Grafana: "https://grafana.example.com", Datasource: `"><b>`}
}
