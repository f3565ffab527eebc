package journal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

func TestDestinationsSayWhatTheyTookAndWhatTheyOwe(t *testing.T) {
	j := open(t)
	if got, err := j.Destinations(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("before anything %+v, %v", got, err)
	}
	first, second := incident(1, slo.SeverityPage), incident(2, slo.SeverityPage)
	step(t, j, &first, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	step(t, j, &second, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	due(t, j, later)
	must(t, j.Sent(t.Context(), "i001/1/team/slack/0", "ts1", later))
	must(t, j.Undeliverable(t.Context(), "i001/1/pager/webhook/0", "410 gone", later))
	must(t, j.Retry(t.Context(), "i002/1/team/slack/0", "HTTP 503", later))
	got, err := j.Destinations(t.Context())
	must(t, err)
	decided := noon.Add(time.Minute)
	want := []DestinationHealth{
		{Receiver: "pager", Destination: "pager/webhook/0", Owed: 1, Oldest: decided, Undeliverable: 1, LastError: "410 gone"},
		{Receiver: "team", Destination: "team/slack/0", Owed: 1, Oldest: decided, Sent: later, LastError: "HTTP 503"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	must(t, j.Sent(t.Context(), "i002/1/team/slack/0", "ts2", later.Add(time.Minute)))
	got, err = j.Destinations(t.Context())
	must(t, err)
	if slack := got[1]; slack.Owed != 0 || !slack.Oldest.IsZero() || slack.LastError != "" || !slack.Sent.Equal(later.Add(time.Minute)) {
		t.Errorf("after all was sent %+v", slack)
	}
}
