package notify_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

func resolved(id, incident, dest string) alerting.Notification {
	n := ticket(id, incident, dest)
	n.Status, n.Incident.State = alerting.StatusResolved, alerting.IncidentResolved
	return n
}

func notice(id, incident, dest string) alerting.Notification {
	n := page(id, incident, dest)
	n.Incident.Severity, n.Loud = slo.SeverityNone, false
	return n
}

// slowly takes each notification within that time.
func slowly(d time.Duration) func(context.Context, alerting.Notification) (string, error) {
	return func(context.Context, alerting.Notification) (string, error) {
		<-time.After(d)
		return "", nil
	}
}

func TestWhatIsMoreUrgentLeavesFirstAndOfThatTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{answer: slowly(time.Second)}
		b := run(t, map[string]*destination{"chat": chat})
		b.owe(ticket("first", "i0", "chat")) // keeps the lane busy
		for i, n := range []alerting.Notification{
			notice("notice", "i1", "chat"), ticket("ticket", "i2", "chat"), resolved("end", "i3", "chat"),
			page("page", "i4", "chat"), page("older page", "i5", "chat"),
		} {
			n.DecidedAt = n.DecidedAt.Add(-time.Duration(i) * time.Millisecond)
			b.outbox.add(n)
		}
		b.wake <- struct{}{}
		pass(6 * time.Second)
		var got []string
		for _, c := range chat.seen() {
			got = append(got, c.ID)
		}
		if diff := cmp.Diff([]string{"first", "older page", "page", "end", "ticket", "notice"}, got); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	})
}

func TestTenThousandTicketsDelayNoPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{answer: slowly(time.Second)}
		rows := make([]alerting.Notification, 10_000)
		for i := range rows {
			rows[i] = ticket(fmt.Sprint("t", i), fmt.Sprint("i", i), "chat")
		}
		b := run(t, map[string]*destination{"chat": chat}, rows...)
		pass(1500 * time.Millisecond) // in the middle of the second ticket
		b.owe(page("page", "p", "chat"))
		pass(2 * time.Second)
		if calls := chat.seen(); len(calls) < 3 || calls[2].ID != "page" {
			t.Errorf("the third of %d messages is not the page", len(calls))
		}
	})
}

// The outbox hands the most urgent out first; they must not wait until the rest
// of ten thousand has been read.
func TestTheFirstPageOfAStormLeavesBeforeTheStormIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := make([]alerting.Notification, 1000)
		for i := range rows {
			rows[i] = page(fmt.Sprint("e", i), fmt.Sprint("i", i), "pager")
		}
		b := &bench{outbox: &outbox{}}
		pager := &destination{}
		asked := make(chan int, len(rows))
		pager.set(func(context.Context, alerting.Notification) (string, error) {
			b.outbox.mu.Lock()
			defer b.outbox.mu.Unlock()
			asked <- b.outbox.asked
			return "", nil
		})
		for _, n := range rows {
			b.outbox.add(n)
		}
		b.outbox.reading = func() { <-time.After(100 * time.Millisecond) }
		b.start(t, targetsOf(map[string]*destination{"pager": pager})...)
		pass(time.Second)
		if first := <-asked; first > 2 {
			t.Errorf("the outbox was read %d times before the first page left", first)
		}
	})
}
