package notify_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

func TestAStormIsReadOnceAndNotAnewForEachMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const messages = 500
		rows := make([]alerting.Notification, messages)
		for i := range rows {
			rows[i] = page(fmt.Sprintf("e%d", i), fmt.Sprintf("i%d", i), "pager")
		}
		pager := &destination{}
		b := run(t, map[string]*destination{"pager": pager}, rows...)
		pass(time.Second)
		if got := len(pager.seen()); got != messages {
			t.Errorf("%d messages were sent, want %d", got, messages)
		}
		b.outbox.mu.Lock()
		defer b.outbox.mu.Unlock()
		if b.outbox.asked > 10 {
			t.Errorf("the outbox was read %d times for %d messages", b.outbox.asked, messages)
		}
	})
}

func TestNewsThatWaitedForAnAttemptFollowSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan struct{})
		pager := &destination{answer: func(context.Context, alerting.Notification) (string, error) { <-answer; return "", nil }}
		b := run(t, map[string]*destination{"pager": pager}, page("e1", "i1", "pager"))
		b.outbox.add(page("e2", "i1", "pager")) // the outbox hands it out only after the first
		close(answer)
		pass(200 * time.Millisecond)
		if seen := pager.seen(); len(seen) != 2 || seen[1].ID != "e2" {
			t.Errorf("sent %+v, want e1 and then e2", seen)
		}
	})
}
