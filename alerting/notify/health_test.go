package notify_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/alerting/notify"
)

// TestTheHealthOfASender looks at it ten minutes after a page was decided.
func TestTheHealthOfASender(t *testing.T) {
	for name, c := range map[string]struct {
		answer *notify.Error
		owed   time.Duration // since when; below 0: nothing
	}{
		"a destination takes it":   {nil, -1},
		"a destination is dead":    {notify.Errorf(notify.KindTemporary, "HTTP 503"), 10 * time.Minute},
		"it asked to be let alone": {&notify.Error{Kind: notify.KindTemporary, RetryAfter: 4 * time.Minute, Reason: "HTTP 429"}, -1},
		"it refuses for good":      {notify.Errorf(notify.KindPermanent, "HTTP 400"), -1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				chat := &destination{}
				if c.answer != nil {
					chat.answer = failing(c.answer)
				}
				b := run(t, map[string]*destination{"chat": chat})
				begun := time.Now()
				b.owe(page("e1", "i1", "chat"))
				pass(10 * time.Minute)
				h := b.sender.Health()
				if age := time.Since(h.Asked); age > 10*time.Second {
					t.Errorf("the outbox was read %s ago", age)
				}
				if c.owed < 0 && !h.Owed.IsZero() || c.owed >= 0 && (!h.Owed.Equal(begun) || h.To != "chat") {
					t.Errorf("owed since %s to %q", h.Owed, h.To)
				}
			})
		})
	}
}
