package notify_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// A receiver that is down is not asked by everything that waits for it, and when
// it is back everything arrives.
func TestADestinationThatIsDownIsAskedByOneMessageAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const waiting = 200
		chat := &destination{answer: failing(notify.Errorf(notify.KindTemporary, "HTTP 503"))}
		b := run(t, map[string]*destination{"chat": chat})
		for i := range waiting {
			b.outbox.add(page(fmt.Sprint("e", i), fmt.Sprint("i", i), "chat"))
		}
		b.wake <- struct{}{}
		pass(time.Hour)
		if n := len(chat.seen()); n < 60 || n > 300 {
			t.Errorf("%d attempts in an hour, want one or two a minute", n)
		}
		chat.set(nil)
		pass(time.Minute + time.Second)
		for i := range waiting {
			if got := b.outbox.get(fmt.Sprint("e", i)); got.state != "sent" {
				t.Fatalf("row = %+v, not sent a minute after the recovery", got)
			}
		}
	})
}

func TestAMessageThatAlwaysFailsSlowsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{}
		chat.set(func(_ context.Context, n alerting.Notification) (string, error) {
			if n.EventID == "bad" {
				return "", notify.Errorf(notify.KindTemporary, "HTTP 500")
			}
			return "", nil
		})
		b := run(t, map[string]*destination{"chat": chat})
		b.owe(page("bad", "bad", "chat"))
		for i := range 100 {
			pass(10 * time.Second)
			id := fmt.Sprint("e", i)
			b.owe(page(id, id, "chat"))
			pass(time.Minute)
			if got := b.outbox.get(id); got.state != "sent" {
				t.Fatalf("row = %+v, not sent beside one that fails", got)
			}
		}
	})
}
