package sink

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/slofuse/slofuse/alerting/notify/pagerduty/pagerdutytest"
)

// alert is one of PagerDuty's as the page shows it, newest event first.
type alert struct{ pagerdutytest.Alert }

// Rings reports whether it rings now: nobody has taken it.
func (a alert) Rings() bool { return a.Status == pagerdutytest.StatusOpen }

// Newest are its events from the last to the first.
func (a alert) Newest() []pagerdutytest.Event {
	events := make([]pagerdutytest.Event, 0, len(a.Events))
	for _, e := range slices.Backward(a.Events) {
		var pretty bytes.Buffer
		if json.Indent(&pretty, []byte(e.Body), "", "  ") == nil {
			e.Body = pretty.String()
		}
		events = append(events, e)
	}
	return events
}
