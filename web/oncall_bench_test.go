package web_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// largeNight is a house of 10,000 objectives on a bad day: 200 of its functions burn,
// and 400 incidents of the two weeks before are over.
func largeNight() *fleet {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
	for i := range 10_000 {
		m := member{
			service: fmt.Sprintf("s%02d", i%40), function: fmt.Sprintf("f%05d", i/2), name: []string{"availability", "latency"}[i%2], owner: fmt.Sprintf("team-%02d", i%25),
			objective: "99.9%", total: 1_000_000, bad: int64(i % 900),
		}
		if i < 400 && i%2 == 0 {
			m.phase, m.severity, m.burn, m.reason = alerting.PhaseFiring, slo.SeverityPage, 15+float64(i)/10, "burns"
		}
		f.describe(m)
		f.slos[i].History = []slo.Revision{{Number: 1, From: noon.Add(-90 * 24 * time.Hour)}}
		if m.phase != "" {
			f.incidents = append(f.incidents, burns(f, m))
		}
	}
	for n := range 400 {
		opened := noon.Add(-time.Duration(n*331%(13*24*60)+30) * time.Minute)
		f.incidents = append(f.incidents, alerting.Incident{
			ID: fmt.Sprint("over-", n), State: alerting.IncidentResolved, Severity: slo.SeverityTicket, Service: fmt.Sprintf("s%02d", n*2%40), Function: fmt.Sprintf("f%05d", n), Owner: fmt.Sprintf("team-%02d", n%25),
			OpenedAt: opened, ResolvedAt: opened.Add(20 * time.Minute),
		})
	}
	return f
}

// burns is the open incident of the member that was described last.
func burns(f *fleet, m member) alerting.Incident {
	i := alerting.Incident{
		ID: m.service + m.function, State: alerting.IncidentOpen, Severity: m.severity, Service: m.service, Function: m.function, Owner: m.owner,
		OpenedAt: noon.Add(-20 * time.Minute), Alerts: f.alerts[len(f.alerts)-1:], Fingerprint: map[string]string{"code": "503"},
	}
	for n := range 4 {
		i.Deliveries = append(i.Deliveries, alerting.Delivery{Receiver: "on-call", Destination: fmt.Sprint("on-call/slack/", n), State: alerting.DeliverySent, DecidedAt: i.OpenedAt, SentAt: i.OpenedAt})
	}
	return i
}

// BenchmarkOnCallOf10000 is the start page of a large house on a bad day, and what it
// asks of the rest of the program for one load.
func BenchmarkOnCallOf10000(b *testing.B) {
	for _, path := range []string{"/", "/?owner=team-07"} {
		b.Run(path, func(b *testing.B) {
			server, asked := askedOf(b, largeNight())
			bytes := 0
			b.ReportAllocs()
			for b.Loop() {
				w := get(b, server, path)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
				bytes = w.Body.Len()
			}
			calls := 0
			for _, n := range asked {
				calls += n
			}
			b.ReportMetric(float64(bytes), "bytes/page")
			b.ReportMetric(float64(calls)/float64(b.N), "calls/page")
		})
	}
}

// TestTheStartPageOfALargeHouseIsSmallAndAsksOnce bounds the page of a bad day: its
// bytes, and how often it asks for what, whatever the number of incidents.
func TestTheStartPageOfALargeHouseIsSmallAndAsksOnce(t *testing.T) {
	server, asked := askedOf(t, largeNight())
	body := get(t, server, "/").Body
	if n := body.Len(); n > 170_000 || n < 50_000 {
		t.Errorf("%d bytes", n)
	}
	// What ended is listed with what it cost: two objectives of each of ten functions; the
	// first cards say since when their functions fail.
	for what, n := range asked {
		if most := onlyOnce[what]; n > most && (what != "history" || n > 28) {
			t.Errorf("%s is asked for %d times, allowed %d", what, n, most)
		}
	}
	t.Logf("%d bytes, asked %v", body.Len(), asked)
}
