package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

func TestALatePageSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{answer: failing(notify.Errorf(notify.KindTemporary, "HTTP 503"))}
		b := run(t, map[string]*destination{"chat": chat})
		burns := page("e1", "i1", "chat")
		burns.Facts = []alerting.Fact{{Failing: new(0.035)}}
		b.owe(burns)
		pass(72 * time.Minute)
		chat.set(nil)
		pass(time.Minute)
		calls := chat.seen()
		if got := calls[0].n.Reason; got != "new incident" {
			t.Errorf("the first attempt says %q", got)
		}
		got := calls[len(calls)-1].n.Reason
		if !strings.HasPrefix(got, "late: decided 1h 12m ago, at 2000-01-01 00:00 UTC; new incident") {
			t.Errorf("the last attempt says %q, want how late it is", got)
		}
		if first, last := calls[0].n.Facts[0], calls[len(calls)-1].n.Facts[0]; first.Failing == nil || last.Failing != nil {
			t.Errorf("the first attempt says that %v fail now, the last that %v", first.Failing, last.Failing)
		}
	})
}

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{}
		b := run(t, map[string]*destination{"chat": chat})
		check := func(sent, temporary, age int) {
			t.Helper()
			want := fmt.Sprintf(`
# HELP slofuse_notification_oldest_undelivered_age_seconds Age of the oldest decision that a destination was not yet told; 0 when nothing is owed.
# TYPE slofuse_notification_oldest_undelivered_age_seconds gauge
slofuse_notification_oldest_undelivered_age_seconds %d
# HELP slofuse_notifications_in_flight Attempts to deliver a notification that are under way.
# TYPE slofuse_notifications_in_flight gauge
slofuse_notifications_in_flight{kind="fake",receiver="team"} 0
# HELP slofuse_notifications_total Attempts to deliver a notification, by outcome: sent, temporary, ambiguous, blocked, permanent.
# TYPE slofuse_notifications_total counter
slofuse_notifications_total{kind="fake",outcome="ambiguous",receiver="team"} 0
slofuse_notifications_total{kind="fake",outcome="blocked",receiver="team"} 0
slofuse_notifications_total{kind="fake",outcome="permanent",receiver="team"} 0
slofuse_notifications_total{kind="fake",outcome="sent",receiver="team"} %d
slofuse_notifications_total{kind="fake",outcome="temporary",receiver="team"} %d
`, age, sent, temporary)
			err := testutil.GatherAndCompare(b.registry, strings.NewReader(want), "slofuse_notifications_total",
				"slofuse_notifications_in_flight", "slofuse_notification_oldest_undelivered_age_seconds")
			if err != nil {
				t.Error(err)
			}
		}
		check(0, 0, 0)
		b.owe(page("e1", "i1", "chat"))
		check(1, 0, 0)
		chat.set(failing(&notify.Error{Kind: notify.KindTemporary, RetryAfter: 2 * time.Minute, Reason: "HTTP 429"}))
		b.owe(page("e2", "i1", "chat"))
		pass(90 * time.Second)
		check(1, 1, 90)
		chat.set(nil)
		pass(90 * time.Second)
		check(2, 1, 0)
	})
}

func gather(t *testing.T, b *bench, name string) prometheus.Collector {
	t.Helper()
	families, err := b.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sum := prometheus.NewGauge(prometheus.GaugeOpts{Name: name})
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name {
				sum.Add(m.GetGauge().GetValue())
			}
		}
	}
	return sum
}
