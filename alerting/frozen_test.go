package alerting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// blind are slots in which the backend answers for no SLO of these names; the others
// are well.
func (s *scene) blind(span time.Duration, names ...string) []Notification {
	s.t.Helper()
	for range int(span / step) {
		for _, o := range s.slos {
			if slices.Contains(names, o.ID.Name) {
				s.worlds[o.ID].lose(slo.StateSourceDown)
			} else {
				s.worlds[o.ID].add(100, 0)
			}
		}
		if err := s.observe(); err != nil {
			s.t.Fatal(err)
		}
	}
	return s.store.told()
}

func TestAnAcknowledgementExpiresThoughNothingIsKnown(t *testing.T) {
	s := newScene(t, "availability")
	s.until(outage)
	s.acknowledge()
	s.store.told()
	if told := s.blind(DefaultAckPage-time.Minute, "availability"); len(told) > 0 {
		t.Fatalf("told early: %v", summary(told))
	}
	told := s.blind(2*time.Minute, "availability")
	wantTold(t, told, "team/slack/0 firing ack_expired page loud", "pager/webhook/0 firing ack_expired page loud")
	if want := "; availability may have changed: source_down"; !strings.HasSuffix(told[0].Reason, want) {
		t.Errorf("reason %q, want one that ends with %q", told[0].Reason, want)
	}
}

func TestWhatNothingIsKnownOfLeavesACauseThatIsOver(t *testing.T) {
	s := newChain(t, "cart: stock", "stock")
	s.until(burn(100, "cart", "stock"))
	s.run(time.Minute, burn(100, "cart", "stock"))
	var left []Notification
	for range 12 {
		told := s.blind(time.Hour, "cart")
		left = append(left, slices.DeleteFunc(told, func(n Notification) bool { return n.Incident.Function != "cart" || n.Kind != EventCause })...)
	}
	if s.of("stock").Open() || s.of("cart").Cause != "" {
		t.Fatalf("stock is %s, cart belongs to %q", s.of("stock").State, s.of("cart").Cause)
	}
	wantAbout(t, left, "cart: cart/slack firing cause page loud", "cart: cart/pager firing cause page loud")
}

func TestWhatFlappedDoesNotBurnOnWhileNothingIsKnown(t *testing.T) {
	s := newFlapper(t)
	s.turns(6)
	s.run(time.Minute, burn(30, "api"))
	for _, n := range s.blind(2*time.Hour, "api") {
		t.Errorf("told %s: %s", n.Kind, n.Reason)
	}
}
