package notify_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// Room and what fits into a time, worked out by hand for one a second and five
// at once.
func TestRoomForAMessage(t *testing.T) {
	now := start()
	for _, tc := range []struct {
		taken        int // just before
		page, ticket time.Duration
		pagesIn10s   int
		ticketsIn10s int
	}{
		{0, 0, 0, 15, 11},
		{1, 0, time.Second, 14, 10},
		{4, 0, 4 * time.Second, 11, 7},
		{5, time.Second, 5 * time.Second, 10, 6},
	} {
		l := notify.NewLimiter(notify.Pace{Every: time.Second, Burst: 5}, func() time.Time { return now })
		for range tc.taken {
			if err := l.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := l.Room(alerting.UrgencyPage, now); got != tc.page {
			t.Errorf("after %d a page has room in %v, want %v", tc.taken, got, tc.page)
		}
		if got := l.Room(alerting.UrgencyTicket, now); got != tc.ticket {
			t.Errorf("after %d a ticket has room in %v, want %v", tc.taken, got, tc.ticket)
		}
		for u, want := range map[alerting.Urgency]int{alerting.UrgencyPage: tc.pagesIn10s, alerting.UrgencyTicket: tc.ticketsIn10s} {
			if got := l.Within(u, now, 10*time.Second); got != want {
				t.Errorf("after %d there is room for %d of urgency %d in 10 s, want %d", tc.taken, got, u, want)
			}
		}
	}
}

func TestWithoutALimitThereIsAlwaysRoom(t *testing.T) {
	none := notify.NewLimiter(notify.Pace{}, time.Now)
	if err := none.Wait(t.Context()); err != nil || none.Room(alerting.UrgencyDigest, start()) != 0 || none.Within(alerting.UrgencyPage, start(), 0) != math.MaxInt {
		t.Errorf("Wait() = %v", err)
	}
}

func TestWhatSharesAChannelSharesItsLimit(t *testing.T) {
	limits := notify.NewLimits(start)
	one := limits.Of("#slo", notify.Pace{Every: time.Second, Burst: 2})
	for range 2 {
		if err := one.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	again := limits.Of("#slo", notify.Pace{Every: time.Minute, Burst: 2}) // after a reload that made it slower
	if again.Room(alerting.UrgencyPage, start()) != time.Minute || one.Room(alerting.UrgencyPage, start()) != time.Minute {
		t.Error("after a reload the limit begins anew, or is the old one")
	}
	if other := limits.Of("#other", notify.Pace{Every: time.Second, Burst: 2}); other.Room(alerting.UrgencyPage, start()) != 0 {
		t.Error("another channel has no room")
	}
	if limits.Of("#slo", notify.Pace{}) != nil {
		t.Error("what has no limit any more still has one")
	}
}

// In no second more than the rate and the burst leave, whatever is owed when and
// however urgent; and all of it leaves.
func TestNoDestinationIsEverSentMoreThanItTakes(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			const burst, owed = 3, 200
			random := rand.New(rand.NewPCG(seed, 1))
			chat := &destination{limit: notify.NewLimiter(notify.Pace{Every: time.Second, Burst: burst}, time.Now)}
			b := run(t, map[string]*destination{"chat": chat})
			kinds := []func(id, incident, dest string) alerting.Notification{page, ticket, resolved, notice}
			for i := range owed {
				b.owe(kinds[random.IntN(len(kinds))](fmt.Sprint("e", i), fmt.Sprint("i", i), "chat"))
				pass(time.Duration(random.IntN(2000)) * time.Millisecond)
			}
			pass(owed * time.Second)
			calls := chat.seen()
			if len(calls) != owed {
				t.Fatalf("seed %d: %d of %d arrived", seed, len(calls), owed)
			}
			for i := burst; i < len(calls); i++ {
				if took := calls[i].At - calls[i-burst].At; took < time.Second-time.Millisecond {
					t.Fatalf("seed %d: messages %d to %d left within %v", seed, i-burst, i, took)
				}
			}
		})
	}
}

func TestTicketsLeaveTheBurstToPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{limit: notify.NewLimiter(notify.Pace{Every: time.Second, Burst: 3}, time.Now)}
		var rows []alerting.Notification
		for i := range 10 {
			rows = append(rows, ticket(fmt.Sprint("t", i), fmt.Sprint("i", i), "chat"))
		}
		b := run(t, map[string]*destination{"chat": chat}, rows...)
		pass(2500 * time.Millisecond)
		for i := range 2 {
			b.owe(page(fmt.Sprint("p", i), fmt.Sprint("p", i), "chat"))
		}
		pass(4 * time.Second)
		var got []string
		for _, c := range chat.seen() {
			got = append(got, fmt.Sprint(c.ID, " ", c.At.Round(time.Millisecond)))
		}
		// Two pages take what three tickets would have: the next waits until the burst is whole again.
		want := []string{"t0 0s", "t1 1s", "t2 2s", "p0 2.5s", "p1 2.5s", "t3 5s", "t4 6s"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("what left when (-want +got):\n%s", diff)
		}
	})
}
