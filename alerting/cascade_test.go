package alerting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// tickets is a chain whose functions burn 5 times too fast: a ticket, once 6h are full
// of it.
func tickets(t *testing.T, texts ...string) (*scene, map[string]int64) {
	s := newChain(t, texts...)
	for n := range s.slos {
		s.slos[n].Tiers = []slo.Tier{{Name: "steady", BurnRate: 4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityTicket}}
	}
	bad := map[string]int64{}
	for _, o := range s.slos {
		bad[o.ID.Name] = 1
	}
	return s, bad
}

// pages lists what is told loudly until a while after the first ticket.
func (s *scene) pages(after time.Duration, bad map[string]int64) (out []Notification) {
	s.until(bad)
	return slices.DeleteFunc(s.run(after, bad), func(n Notification) bool { return !n.Loud })
}

func TestACascadeOfTicketsIsAPage(t *testing.T) {
	s, bad := tickets(t, "page: cart", "cart: stock", "stock")
	if told := s.pages(cascadeAfter-step, bad); len(told) > 0 {
		t.Fatalf("paged before 10 minutes: %v", about(told))
	}
	told := s.run(step, bad)
	wantAbout(t, slices.DeleteFunc(told, func(n Notification) bool { return !n.Loud }),
		"stock: stock/slack firing severity page loud", "stock: stock/pager firing severity page loud")
	if want := "severity rose from ticket to page: shop/stock, shop/cart, shop/page burn for 10m or longer, and each depends on the one before: a cascade"; told[0].Reason != want {
		t.Errorf("reason: %s", told[0].Reason)
	}
	s.restart()
	if told := s.run(time.Hour, bad); len(told) > 0 && slices.ContainsFunc(told, func(n Notification) bool { return n.Kind == EventSeverity }) {
		t.Errorf("the severity moves: %v", about(told))
	}
	if i := s.of("stock"); i.Severity != slo.SeverityPage || i.Alerts[0].Severity != slo.SeverityTicket {
		t.Errorf("incident is a %s with an alert of %s", i.Severity, i.Alerts[0].Severity)
	}
	s.run(2*time.Hour, quiet)
	if i := s.of("stock"); i.Open() {
		t.Errorf("it does not end: %+v", i)
	}
	s.run(2*time.Hour, quiet)
	if wantAbout(t, s.until(map[string]int64{"stock": 1}), "stock: stock/slack firing opened ticket"); s.of("stock").Cascade != "" {
		t.Error("the next incident is still a cascade")
	}
}

func TestWhatIsNoCascade(t *testing.T) {
	for what, tc := range map[string]struct {
		chain  []string
		change func(*scene, map[string]int64)
	}{
		"two":                             {[]string{"cart: stock", "stock"}, nil},
		"three beside each other":         {[]string{"a: stock", "b: stock", "stock"}, nil},
		"three with a gap":                {[]string{"page: mid", "mid: cart", "cart: stock", "stock"}, func(_ *scene, bad map[string]int64) { bad["cart"], bad["mid"] = 0, 1 }},
		"three of which one is silenced":  {[]string{"page: cart", "cart: stock", "stock"}, func(s *scene, _ map[string]int64) { s.mutes = silenced("cart") }},
		"three whose first may not page":  {[]string{"page: cart", "cart: stock", "stock"}, func(s *scene, _ map[string]int64) { s.slos[2].MaxSeverity = slo.SeverityTicket }},
		"three of which nothing is known": {[]string{"page", "cart", "stock"}, nil},
		"three that have spent their budget": {[]string{"page: cart", "cart: stock", "stock"}, func(s *scene, bad map[string]int64) {
			for n, o := range s.slos {
				bad[o.ID.Name] = 80
				s.slos[n].Tiers = []slo.Tier{{Name: "never", BurnRate: 900, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityTicket}}
			}
		}},
	} {
		t.Run(what, func(t *testing.T) {
			s, bad := tickets(t, tc.chain...)
			if tc.change != nil {
				tc.change(s, bad)
			}
			if told := s.pages(time.Hour, bad); len(told) > 0 {
				t.Errorf("paged: %v, %s", about(told), told[0].Reason)
			}
		})
	}
}

func TestACycleOfTicketsIsACascade(t *testing.T) {
	s, bad := tickets(t, "a: b", "b: c", "c: a")
	told := s.pages(time.Hour, bad)
	if len(told) != 2 || !strings.Contains(told[0].Reason, "shop/a, shop/b, shop/c burn for 10m") {
		t.Errorf("told: %v", about(told))
	}
}
