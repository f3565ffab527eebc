package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestAnAcknowledgementExpiresAndEverybodyHearsOfIt(t *testing.T) {
	for what, tc := range map[string]struct {
		highest slo.Severity
		holds   time.Duration
		text    string
		want    []string
	}{
		"a page after 4 hours": {slo.SeverityPage, 4 * time.Hour, "4h", []string{
			"team/slack/0 firing ack_expired page loud", "pager/webhook/0 firing ack_expired page loud",
		}},
		"a ticket after a day, quietly": {slo.SeverityTicket, 24 * time.Hour, "1d", []string{"team/slack/0 firing ack_expired ticket"}},
	} {
		t.Run(what, func(t *testing.T) {
			s := newScene(t, "availability")
			s.slos[0].MaxSeverity = tc.highest
			s.until(outage)
			if _, err := s.engine.Acknowledge(t.Context(), s.incident().ID, "ada", ""); err != nil {
				t.Fatal(err)
			}
			s.store.told()
			if got := s.incident().AckUntil.Sub(s.clock); got != tc.holds {
				t.Fatalf("holds for %v, want %v", got, tc.holds)
			}
			s.slots(tc.holds-30*time.Second, outage)
			if told := s.store.told(); len(told) > 0 || s.incident().State != IncidentAcked {
				t.Fatalf("told before it expired: %v", summary(told))
			}
			s.restart() // what expires is on disk
			told := s.until(outage)
			wantTold(t, told, tc.want...)
			if want := "the acknowledgement by ada expired after " + tc.text + ", and it goes on: availability: "; !strings.HasPrefix(told[0].Reason, want) {
				t.Errorf("reason: %s", told[0].Reason)
			}
			if i := s.incident(); i.State != IncidentOpen || i.AckedBy != "" || !i.AckUntil.IsZero() {
				t.Errorf("the acknowledgement is still there: %+v", i)
			}
			s.slots(time.Hour, outage)
			if told := s.store.told(); len(told) > 0 {
				t.Errorf("said twice: %v", summary(told))
			}
		})
	}
}
