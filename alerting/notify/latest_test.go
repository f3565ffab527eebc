package notify_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
)

// news says what is owed by now: by event id what took its place, and what is held
// back.
type news struct {
	owed  map[string]alerting.Notification
	held  map[string]bool
	err   error
	asked []string
	old   time.Duration // before now what is checked was decided
}

func (l *news) Latest(_ context.Context, handed []alerting.Notification, old time.Time) (latest, held []alerting.Notification, err error) {
	l.old = time.Since(old)
	for _, n := range handed {
		l.asked = append(l.asked, n.EventID)
		switch newer, ok := l.owed[n.EventID]; {
		case l.held[n.EventID]:
			held = append(held, n)
		case ok:
			latest = append(latest, newer)
		default:
			latest = append(latest, n)
		}
	}
	return latest, held, l.err
}

func old(n alerting.Notification) alerting.Notification {
	n.DecidedAt = n.DecidedAt.Add(-61 * time.Minute)
	return n
}

func TestAPageOlderThanAnHourIsCheckedBeforeItLeaves(t *testing.T) {
	for name, tc := range map[string]struct {
		n     func() alerting.Notification
		l     news
		asked []string
		sent  []string
	}{
		"a fresh one is not":         {func() alerting.Notification { return page("e1", "i1", "chat") }, news{}, nil, []string{"e1"}},
		"an old one is":              {func() alerting.Notification { return old(page("e1", "i1", "chat")) }, news{}, []string{"e1"}, []string{"e1"}},
		"nobody can say: it is sent": {func() alerting.Notification { return old(page("e1", "i1", "chat")) }, news{err: errors.New("locked")}, []string{"e1"}, []string{"e1"}},
		"what is muted is held back": {func() alerting.Notification { return old(page("e1", "i1", "chat")) }, news{held: map[string]bool{"e1": true}}, []string{"e1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				chat := &destination{}
				l := tc.l
				b := &bench{outbox: &outbox{}, latest: &l}
				b.outbox.add(tc.n())
				b.start(t, targetsOf(map[string]*destination{"chat": chat})...)
				var sent []string
				for _, c := range chat.seen() {
					sent = append(sent, c.ID)
				}
				if diff := cmp.Diff(tc.asked, l.asked) + cmp.Diff(tc.sent, sent); diff != "" {
					t.Errorf("asked about and sent (-want +got):\n%s", diff)
				}
				if row := b.outbox.get("e1"); tc.sent == nil && (row.state != "" || !row.next.Equal(time.Now().Add(5*time.Minute))) {
					t.Errorf("row = %+v, want it owed, and looked at again in five minutes", row)
				}
				if l.asked != nil && l.old != time.Hour {
					t.Errorf("what is checked is %v old", l.old)
				}
			})
		})
	}
}

func TestWhatStoodInALaneLeavesAsItIsOwedByThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &destination{answer: slowly(2 * time.Second)}
		over := resolved("e2b", "i2", "chat")
		l := &news{owed: map[string]alerting.Notification{"e2": over}}
		b := &bench{outbox: &outbox{}, latest: l}
		for _, n := range []alerting.Notification{page("e1", "i1", "chat"), page("e2", "i2", "chat"), page("e3", "i3", "chat")} {
			b.outbox.add(n)
		}
		b.start(t, targetsOf(map[string]*destination{"chat": chat})...)
		b.outbox.add(over)
		pass(10 * time.Second)
		var sent []string
		for _, c := range chat.seen() {
			sent = append(sent, c.ID)
		}
		// The end that took the page's place waits for the page behind it.
		if diff := cmp.Diff([]string{"e1", "e3", "e2b"}, sent); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}
