package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

func TestADecidedPageLeavesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{}
		b := run(t, map[string]*destination{"chat": chat})
		pass(700 * time.Millisecond)
		b.owe(page("e1", "i1", "chat"))
		calls := chat.seen()
		if len(calls) != 1 || calls[0].At != 700*time.Millisecond {
			t.Fatalf("calls = %+v, want one at 700ms", calls)
		}
		if got := b.outbox.get("e1"); got.state != "sent" || got.ref != "ref-e1" {
			t.Errorf("row = %+v, want it sent with the reference of the destination", got)
		}
	})
}

// Whoever shows what became of messages hears of each attempt when it is recorded.
func TestAttemptsAreSaid(t *testing.T) {
	for name, tc := range map[string]struct {
		failure *notify.Error
		state   string // of the row; empty is owed
		said    bool   // again later
	}{
		"sent":          {nil, "sent", false},
		"to be retried": {notify.Errorf(notify.KindTemporary, "HTTP 503"), "", true},
		"refused":       {notify.Errorf(notify.KindPermanent, "HTTP 404"), "undeliverable", false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				chat := &destination{}
				if tc.failure != nil {
					chat.answer = failing(tc.failure)
				}
				b := run(t, map[string]*destination{"chat": chat})
				b.owe(page("e1", "i1", "chat"))
				if got := b.tried.take(); !slices.Equal(got, []string{"i1"}) || b.outbox.get("e1").state != tc.state {
					t.Errorf("said %q, and the row is %q", got, b.outbox.get("e1").state)
				}
				pass(time.Minute)
				if got := b.tried.take(); len(got) > 0 != tc.said {
					t.Errorf("said %q in the minute after", got)
				}
			})
		})
	}
}

func TestWhatWasOwedBeforeTheStartIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{}
		b := run(t, map[string]*destination{"chat": chat}, page("e1", "i1", "chat"))
		if b.outbox.get("e1").state != "sent" {
			t.Error("the notification of an earlier process was not sent")
		}
		late := page("e2", "i2", "chat")
		late.DecidedAt = time.Now().Add(3 * time.Second) // due later, and nobody wakes the sender
		b.outbox.add(late)
		pass(8 * time.Second)
		if b.outbox.get("e2").state != "sent" {
			t.Error("a row that became due without a wake was not sent")
		}
	})
}

// On a busy machine the outbox hands a message out again before the attempt that put it
// off has reported.
func TestWhatIsDueAgainBeforeItsAttemptReportsIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{answer: failing(notify.Errorf(notify.KindTemporary, "HTTP 503"))}
		b := run(t, map[string]*destination{"chat": chat})
		b.outbox.writing = func() { <-time.After(time.Minute) }
		b.owe(page("e1", "i1", "chat"))
		chat.set(nil)
		pass(5 * time.Minute)
		if got := b.outbox.get("e1"); got.state != "sent" || len(chat.seen()) != 2 {
			t.Errorf("row = %+v after %d attempts, want it sent by the second", got, len(chat.seen()))
		}
	})
}

func TestRetriesBackOffAndKeepTheEventID(t *testing.T) {
	for name, tc := range map[string]struct {
		n      func(id, incident, dest string) alerting.Notification
		within time.Duration
	}{
		"a page":   {page, time.Minute},
		"a ticket": {ticket, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				chat := &destination{answer: failing(notify.Errorf(notify.KindTemporary, "HTTP 503"))}
				b := run(t, map[string]*destination{"chat": chat})
				b.owe(tc.n("e1", "i1", "chat"))
				pass(30 * time.Minute)
				if n := len(chat.seen()); n < 10 || n > 400 {
					t.Errorf("%d attempts in half an hour, want a steady trickle", n)
				}
				chat.set(nil)
				pass(tc.within + time.Second)
				if got := b.outbox.get("e1"); got.state != "sent" {
					t.Errorf("row = %+v, not sent %v after the recovery", got, tc.within)
				}
				for _, c := range chat.seen() {
					if c.ID != "e1" {
						t.Fatalf("a retry had the event id %s", c.ID)
					}
				}
			})
		})
	}
}

func TestRetryAfterPausesTheWholeDestination(t *testing.T) {
	for name, tc := range map[string]struct {
		asked time.Duration
		page  time.Duration
		tick  time.Duration
	}{
		"as asked, to the second":          {93 * time.Second, 93 * time.Second, 93 * time.Second},
		"capped for pages, not for ticket": {30 * time.Minute, 5 * time.Minute, 30 * time.Minute},
		"capped for both":                  {24 * time.Hour, 5 * time.Minute, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				chat := &destination{answer: failing(&notify.Error{Kind: notify.KindTemporary, RetryAfter: tc.asked, Reason: "HTTP 429"})}
				other := &destination{}
				b := run(t, map[string]*destination{"chat": chat, "other": other})
				b.owe(ticket("first", "i1", "chat"))
				chat.set(nil)
				b.owe(page("page", "i2", "chat"))
				b.owe(ticket("ticket", "i3", "chat"))
				b.owe(page("elsewhere", "i2", "other"))
				pass(2 * time.Hour)
				at := map[string]time.Duration{}
				for _, c := range append(chat.seen()[1:], other.seen()...) {
					at[c.ID] = c.At
				}
				want := map[string]time.Duration{"page": tc.page, "ticket": tc.tick, "first": tc.tick, "elsewhere": 0}
				if diff := cmp.Diff(want, at); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestADeadDestinationDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := &destination{answer: func(ctx context.Context, _ alerting.Notification) (string, error) {
			<-ctx.Done() // as a black hole does
			return "", ctx.Err()
		}}
		alive := &destination{}
		b := run(t, map[string]*destination{"dead": dead, "alive": alive})
		for i := range 600 {
			b.outbox.add(page(fmt.Sprint("dead", i), fmt.Sprint("i", i), "dead"))
		}
		b.owe(page("alive", "i1", "alive"))
		if calls := alive.seen(); len(calls) != 1 || calls[0].At != 0 {
			t.Errorf("calls = %+v, want one at once, behind 600 pages to a dead destination", calls)
		}
		pass(15 * time.Second)
		if reason := b.outbox.get("dead0").reason; reason != "no answer in time" {
			t.Errorf("reason = %q, want the attempt given up after 15 s", reason)
		}
		if got := testutil.ToFloat64(gather(t, b, "slofuse_notifications_in_flight")); got != 1 {
			t.Errorf("%v in flight, want one at a time", got)
		}
	})
}

func TestPagesOvertakeTickets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{answer: func(context.Context, alerting.Notification) (string, error) {
			<-time.After(time.Second)
			return "", nil
		}}
		b := run(t, map[string]*destination{"chat": chat})
		for i := range 50 {
			b.outbox.add(ticket(fmt.Sprint("t", i), fmt.Sprint("i", i), "chat"))
		}
		b.owe(ticket("t50", "i50", "chat"))
		pass(500 * time.Millisecond)
		b.owe(page("page", "p", "chat"))
		pass(2 * time.Second)
		if calls := chat.seen(); calls[1].ID != "page" {
			t.Errorf("the second message is %s, want the page before 50 tickets", calls[1].ID)
		}
	})
}

func TestOneIncidentHasOneMessageInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		hook := &destination{answer: func(context.Context, alerting.Notification) (string, error) {
			<-release
			return "", nil
		}}
		b := run(t, nil)
		targets, err := notify.NewTargets(notify.Target{
			Destination: alerting.Destination{Receiver: "team", Name: "hook"}, Kind: "fake", Notifier: hook, Concurrency: 4,
		})
		if err != nil {
			t.Fatal(err)
		}
		b.sender.SetTargets(targets)
		b.outbox.add(page("open", "i1", "hook"))
		b.outbox.add(page("other", "i2", "hook"))
		resolve := page("resolve", "i1", "hook")
		resolve.DecidedAt = time.Now().Add(time.Millisecond)
		pass(time.Second)
		b.owe(resolve)
		if got := len(hook.seen()); got != 2 {
			t.Fatalf("%d in flight, want one of each incident", got)
		}
		release <- struct{}{}
		release <- struct{}{}
		synctest.Wait()
		if calls := hook.seen(); len(calls) != 3 || calls[2].ID != "resolve" {
			t.Errorf("calls = %+v, want the resolve after its page", calls)
		}
		release <- struct{}{}
	})
}

func TestPermanentFailuresBecomeVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{answer: failing(fmt.Errorf("posting: %w", notify.Errorf(notify.KindPermanent, "HTTP 410 Gone")))}
		b := run(t, map[string]*destination{"chat": chat})
		b.owe(page("e1", "i1", "chat"))
		b.owe(page("e2", "i1", "unknown"))
		pass(24 * time.Hour)
		if got := b.outbox.get("e1"); got.state != "undeliverable" || got.reason != "HTTP 410 Gone" || len(chat.seen()) != 1 {
			t.Errorf("row = %+v after %d attempts, want it undeliverable after one", got, len(chat.seen()))
		}
		if got := b.outbox.get("e2"); got.state != "undeliverable" || !strings.Contains(got.reason, "no longer configured") {
			t.Errorf("row = %+v, want it undeliverable: its destination is not configured", got)
		}
	})
}

func TestBlockedDestinationsAreTriedSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{answer: failing(notify.Errorf(notify.KindBlocked, "HTTP 401"))}
		b := run(t, map[string]*destination{"chat": chat})
		b.owe(page("e1", "i1", "chat"))
		pass(time.Hour)
		if n := len(chat.seen()); n < 11 || n > 16 {
			t.Errorf("%d attempts in an hour, want one every four to five minutes", n)
		}
		chat.set(nil) // the secret was rotated
		pass(5 * time.Minute)
		if b.outbox.get("e1").state != "sent" {
			t.Error("not sent after the credentials were repaired")
		}
	})
}

func TestTheOutcomeIsRecordedAfterSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{}
		b := run(t, map[string]*destination{"chat": chat})
		chat.set(func(_ context.Context, n alerting.Notification) (string, error) {
			if got := b.outbox.get(n.EventID); got.state != "" {
				t.Errorf("recorded as %s before it was sent", got.state)
			}
			return "", nil
		})
		b.owe(page("e1", "i1", "chat"))
		if got := b.outbox.get("e1"); got.state != "sent" {
			t.Errorf("row = %+v, want it sent", got)
		}
	})
}

// A full disk repeats nothing and stops nobody's page.
func TestOutcomesThatCannotBeRecordedStopNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{}
		b := run(t, map[string]*destination{"chat": chat})
		b.outbox.add(page("e1", "i1", "chat"))
		chat.set(func(context.Context, alerting.Notification) (string, error) {
			b.outbox.setDown(errors.New("disk full"))
			return "", nil
		})
		b.owe(page("e2", "i2", "chat"))
		pass(10 * time.Minute)
		if got := len(chat.seen()); got != 2 {
			t.Errorf("%d messages while nothing could be recorded, want both", got)
		}
		chat.set(nil)
		b.outbox.setDown(nil)
		pass(10 * time.Second)
		for _, id := range []string{"e1", "e2"} {
			if got := b.outbox.get(id); got.state != "sent" {
				t.Errorf("row = %+v, want it recorded when that became possible", got)
			}
		}
		if got := len(chat.seen()); got != 2 {
			t.Errorf("%d messages, want none repeated", got)
		}
	})
}

func TestARowThatIsGoneBlocksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{}
		b := run(t, map[string]*destination{"chat": chat})
		chat.set(func(context.Context, alerting.Notification) (string, error) {
			b.outbox.remove("e1") // pruned while it was in flight
			return "", nil
		})
		b.owe(page("e1", "i1", "chat"))
		chat.set(nil)
		b.owe(page("e2", "i2", "chat"))
		pass(2 * time.Second)
		if got := b.outbox.get("e2"); got.state != "sent" {
			t.Errorf("row = %+v, want it sent", got)
		}
	})
}

func TestAnUnreadableOutboxIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{}
		b := run(t, map[string]*destination{"chat": chat})
		b.outbox.setDown(errors.New("database is locked"))
		b.owe(page("e1", "i1", "chat"))
		if len(chat.seen()) != 0 {
			t.Fatal("sent what could not be read")
		}
		b.outbox.setDown(nil)
		pass(5 * time.Second)
		if b.outbox.get("e1").state != "sent" {
			t.Error("not sent after the outbox came back")
		}
	})
}

func TestAPanicOfOneIntegrationIsAFailedAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := &destination{answer: func(context.Context, alerting.Notification) (string, error) { panic("xoxb-secret") }}
		good := &destination{}
		b := run(t, map[string]*destination{"bad": bad, "good": good})
		b.owe(page("e1", "i1", "bad"))
		b.owe(page("e2", "i1", "good"))
		if b.outbox.get("e2").state != "sent" {
			t.Error("the other destination was not told")
		}
		if got := b.outbox.get("e1"); got.reason != "the integration panicked: string" || strings.Contains(b.logs.String(), "xoxb") {
			t.Errorf("reason = %q, want the panic named without its text", got.reason)
		}
	})
}

func TestStoppingFinishesWhatIsInFlight(t *testing.T) {
	for name, tc := range map[string]struct {
		takes   time.Duration
		stops   time.Duration
		records string
	}{
		"within the grace":             {4 * time.Second, 4 * time.Second, "sent e1"},
		"longer than the grace allows": {14 * time.Second, 10 * time.Second, "retry e1"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				chat := &destination{answer: func(ctx context.Context, _ alerting.Notification) (string, error) {
					select {
					case <-ctx.Done():
						return "", ctx.Err()
					case <-time.After(tc.takes):
						return "", nil
					}
				}}
				b := run(t, map[string]*destination{"chat": chat})
				b.owe(page("e1", "i1", "chat"))
				b.owe(page("e2", "i2", "chat"))
				b.stop()
				if err := <-b.stopped; err != nil {
					t.Errorf("Run() = %v", err)
				}
				if took := time.Since(start()); took != tc.stops {
					t.Errorf("stopped after %v, want %v", took, tc.stops)
				}
				if diff := cmp.Diff([]string{tc.records}, b.outbox.records); diff != "" {
					t.Error(diff)
				}
				if got := b.outbox.get("e2"); got.state != "" || len(chat.seen()) != 1 {
					t.Errorf("row = %+v, want the second one untouched and still owed", got)
				}
			})
		})
	}
}

func TestNewSenderRefusesWhatCannotWork(t *testing.T) {
	good := func() notify.Config {
		return notify.Config{
			Outbox: &outbox{}, Logger: slog.New(slog.DiscardHandler), Now: time.Now,
			Registerer: prometheus.NewRegistry(), Targets: targetsOf(map[string]*destination{"a": {}}),
		}
	}
	if _, err := notify.NewSender(good()); err != nil {
		t.Fatalf("a good configuration: %v", err)
	}
	for name, spoil := range map[string]func(*notify.Config){
		"an outbox is required":    func(c *notify.Config) { c.Outbox = nil },
		"a logger is required":     func(c *notify.Config) { c.Logger = nil },
		"a clock is required":      func(c *notify.Config) { c.Now = nil },
		"registerer is required":   func(c *notify.Config) { c.Registerer = nil },
		"two targets are named a":  func(c *notify.Config) { c.Targets = append(c.Targets, c.Targets[0]) },
		"target a has no notifier": func(c *notify.Config) { c.Targets[0].Notifier = nil },
		"registering the metrics of": func(c *notify.Config) {
			c.Registerer.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "slofuse_notifications_in_flight"}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := good()
			spoil(&cfg)
			if _, err := notify.NewSender(cfg); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("NewSender() = %v, want %q", err, name)
			}
		})
	}
}
