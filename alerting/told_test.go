package alerting_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
)

func eventAt(minute int, kind, text string) alerting.Event {
	return alerting.Event{At: time.Unix(int64(minute)*60, 0), Kind: kind, Text: text}
}

func TestToldIn_sums_up_what_each_destination_was_told(t *testing.T) {
	told := alerting.ToldIn([]alerting.Event{
		eventAt(1, alerting.EventOpened, "pager: page"),
		eventAt(2, alerting.EventNotified, "pager: page"),
		eventAt(3, alerting.EventNotified, "chat: a: page"),
		eventAt(4, alerting.EventNotified, "chat: page"),
		eventAt(9, alerting.EventNotified, "pager: still"),
		eventAt(9, alerting.EventNotified, "gone: still"),
		eventAt(5, alerting.EventNotified, "pager: late in the list"),
	}, []string{"chat", "pager", "chat: a", "silent"})
	var got []string
	for _, x := range told {
		got = append(got, fmt.Sprintf("%s %d× %d to %d %q", x.Destination, x.Times, x.First.Unix()/60, x.Last.Unix()/60, x.Text))
	}
	if diff := cmp.Diff([]string{`pager 3× 2 to 9 "still"`, `chat: a 1× 3 to 3 "page"`, `chat 1× 4 to 4 "page"`}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRuns_are_what_is_told_between_two_things_that_happen(t *testing.T) {
	const opened, notified, acked = alerting.EventOpened, alerting.EventNotified, alerting.EventAcked
	for want, kinds := range map[string][]string{
		"":        nil,
		"1":       {opened},
		"1 1":     {opened, acked},
		"1 3 1 1": {opened, notified, notified, notified, acked, notified},
		"2 1":     {notified, notified, opened},
	} {
		var events []alerting.Event
		for n, kind := range kinds {
			events = append(events, eventAt(n, kind, ""))
		}
		var got []string
		for _, run := range alerting.Runs(events) {
			got = append(got, fmt.Sprint(len(run)))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", kinds, got, want)
		}
	}
}
