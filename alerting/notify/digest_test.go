package notify_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

func oneASecond() *notify.Limiter {
	return notify.NewLimiter(notify.Pace{Every: time.Second, Burst: 5}, time.Now)
}

// chatting runs a sender for one destination that takes digests.
func chatting(t *testing.T, c *chatter, rows ...alerting.Notification) *bench {
	t.Helper()
	b := &bench{outbox: &outbox{}}
	for _, n := range rows {
		b.outbox.add(n)
	}
	b.start(t, notify.Target{Destination: alerting.Destination{Receiver: "team", Name: "chat"}, Kind: "fake", Notifier: c})
	return b
}

func several(kind func(id, incident, dest string) alerting.Notification, n int, group func(i int) string) (rows []alerting.Notification) {
	for i := range n {
		row := kind(fmt.Sprint("e", i), fmt.Sprint("i", i), "chat")
		row.Group = group(i)
		rows = append(rows, row)
	}
	return rows
}

func itself(i int) string { return fmt.Sprint("i", i) }

// What leaves alone and what together: one a second and five at once let 15
// pages through in ten seconds, and 61 of the rest in a minute.
func TestWhatIsTooMuchIsToldTogether(t *testing.T) {
	service := func(i int) string { return fmt.Sprint("service", i%3) }
	for name, tc := range map[string]struct {
		rows    []alerting.Notification
		digests notify.Digests
		limit   *notify.Limiter
		alone   int
		many    []int // the sizes of the digests
	}{
		"as many pages as leave in time":         {several(page, 15, itself), notify.Digests{Most: 1000}, oneASecond(), 15, nil},
		"one page more":                          {several(page, 16, itself), notify.Digests{Most: 1000}, oneASecond(), 0, []int{16}},
		"as many tickets as leave in time":       {several(ticket, 61, itself), notify.Digests{Most: 1000}, oneASecond(), 61, nil},
		"one ticket more":                        {several(ticket, 62, itself), notify.Digests{Most: 1000}, oneASecond(), 0, []int{62}},
		"ends":                                   {several(resolved, 100, itself), notify.Digests{Most: 1000}, oneASecond(), 0, []int{100}},
		"no more at once than one message takes": {several(page, 120, itself), notify.Digests{Most: 50}, oneASecond(), 0, []int{50, 50, 20}},
		"without a limit all leave alone":        {several(page, 120, itself), notify.Digests{Most: 50}, nil, 120, nil},
		"a group goes together":                  {several(page, 7, service), notify.Digests{Most: 50}, nil, 0, []int{3, 2, 2}},
		"groups that are too many go together":   {several(page, 200, func(i int) string { return fmt.Sprint(i / 2) }), notify.Digests{Most: 1000}, oneASecond(), 0, []int{200}},
		"always together, where nobody can tell": {several(ticket, 7, itself), notify.Digests{Most: 5, Always: true}, nil, 0, []int{5, 2}},
		"what does not join goes alone": {
			several(page, 40, itself), notify.Digests{Most: 1000, Joins: func(n alerting.Notification) bool { return n.EventID > "e2" }}, oneASecond(), 13, []int{27},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &chatter{destination: destination{limit: tc.limit}, digests: tc.digests}
				if tc.limit != nil { // its clock is that of the bubble
					c.limit = oneASecond()
				}
				for i := range tc.rows {
					tc.rows[i].DecidedAt = time.Now()
				}
				b := chatting(t, c, tc.rows...)
				pass(5 * time.Minute)
				var many []int
				for _, ids := range c.many {
					many = append(many, len(ids))
				}
				if diff := cmp.Diff(tc.many, many); diff != "" || len(c.seen()) != tc.alone {
					t.Errorf("%d alone, want %d; digests (-want +got):\n%s", len(c.seen()), tc.alone, diff)
				}
				for _, n := range tc.rows {
					if got := b.outbox.get(n.EventID); got.state != "sent" || got.ref != "ref-"+n.EventID {
						t.Fatalf("%s is recorded as %+v", n.EventID, got)
					}
				}
			})
		})
	}
}

// It was told all the same.
func TestADigestWithoutReferencesIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &chatter{digests: notify.Digests{Most: 5, Always: true}, mute: true}
		b := chatting(t, c, several(page, 3, itself)...)
		pass(time.Minute)
		for _, id := range []string{"e0", "e1", "e2"} {
			if got := b.outbox.get(id); got.state != "sent" || got.ref != "" {
				t.Errorf("%s is recorded as %+v", id, got)
			}
		}
	})
}

func TestADigestNeverMixesUrgencies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &chatter{destination: destination{limit: oneASecond()}, digests: notify.Digests{Most: 1000}}
		b := chatting(t, c)
		for i := range 300 {
			kind := []func(id, incident, dest string) alerting.Notification{ticket, page, resolved}[i%3]
			b.outbox.add(kind(fmt.Sprint([]string{"t", "p", "r"}[i%3], i), fmt.Sprint("i", i), "chat"))
		}
		b.wake <- struct{}{}
		pass(time.Minute)
		var kinds []string
		for _, ids := range c.many {
			letters := map[byte]bool{}
			for _, id := range ids {
				letters[id[0]] = true
			}
			if len(letters) != 1 {
				t.Errorf("a digest of %v", letters)
			}
			kinds = append(kinds, ids[0][:1])
		}
		if diff := cmp.Diff([]string{"p", "r", "t"}, slices.Compact(kinds)); diff != "" {
			t.Errorf("the order of the digests (-want +got):\n%s", diff)
		}
	})
}

func TestADigestThatFailsIsSentAgainWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &chatter{destination: destination{limit: oneASecond()}, digests: notify.Digests{Most: 1000}, refuse: notify.Errorf(notify.KindTemporary, "HTTP 503")}
		b := chatting(t, c, several(page, 100, itself)...)
		pass(time.Second / 2)
		if got := b.outbox.get("e7"); got.reason != "HTTP 503" || got.n.Attempts == 0 {
			t.Errorf("row = %+v, want the failure on each of them", got)
		}
		c.mu.Lock()
		c.refuse = nil
		c.mu.Unlock()
		pass(time.Minute)
		if last := c.many[len(c.many)-1]; len(last) != 100 || b.outbox.get("e99").state != "sent" {
			t.Errorf("the last digest has %d", len(last))
		}
	})
}

func TestWhatIsRefusedTogetherIsToldOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &chatter{destination: destination{limit: oneASecond()}, digests: notify.Digests{Most: 1000}, refuse: notify.Errorf(notify.KindPermanent, "HTTP 400")}
		b := chatting(t, c, several(page, 30, itself)...)
		pass(time.Minute)
		if len(c.many) != 1 || len(c.seen()) != 30 {
			t.Errorf("%d digests and %d alone, want one refused and then each by itself", len(c.many), len(c.seen()))
		}
		if got := b.outbox.get("e29"); got.state != "sent" {
			t.Errorf("row = %+v", got)
		}
	})
}

func TestTenThousandUnrelatedIncidentsAreToldInAFewMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const incidents = 10_000
		c := &chatter{destination: destination{limit: oneASecond()}, digests: notify.Digests{Most: 100_000}}
		var want []string
		rows := several(func(id, incident, dest string) alerting.Notification {
			want = append(want, id)
			if len(want)%300 == 0 {
				return page(id, incident, dest)
			}
			return ticket(id, incident, dest)
		}, incidents, itself)
		chatting(t, c, rows...)
		pass(5 * time.Minute)
		got := c.told()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%d told of %d decided", len(got), len(want))
		}
		if messages := len(c.seen()) + len(c.many); messages > 20 {
			t.Errorf("%d messages, want a handful", messages)
		}
	})
}
