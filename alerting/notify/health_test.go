package notify_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/alerting/notify"
)

// TestTheHealthOfASender looks at it some time after a page was decided.
func TestTheHealthOfASender(t *testing.T) {
	for name, c := range map[string]struct {
		answer *notify.Error
		after  time.Duration
		owed   bool
	}{
		"a destination takes it":  {nil, 10 * time.Minute, false},
		"a destination is dead":   {notify.Errorf(notify.KindTemporary, "HTTP 503"), 10 * time.Minute, true},
		"it asks to be let alone": {&notify.Error{Kind: notify.KindTemporary, RetryAfter: 4 * time.Minute, Reason: "HTTP 429"}, 59 * time.Minute, false},
		"and asks for too long":   {&notify.Error{Kind: notify.KindTemporary, RetryAfter: 4 * time.Minute, Reason: "HTTP 429"}, 61 * time.Minute, true},
		"it refuses for good":     {notify.Errorf(notify.KindPermanent, "HTTP 400"), 10 * time.Minute, false},
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
				pass(c.after)
				h := b.sender.Health()
				if age := time.Since(h.Asked); age > 10*time.Second {
					t.Errorf("the outbox was read %s ago", age)
				}
				if c.owed != h.Owed.Equal(begun) || c.owed != (h.To == "chat") {
					t.Errorf("owed since %s to %q", h.Owed, h.To)
				}
			})
		})
	}
}
