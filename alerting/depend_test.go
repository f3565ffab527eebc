package alerting

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func function(name string) slo.ID { return slo.ID{Service: "shop", Function: name} }

// newChain is a scene of functions with one SLO each, named like the function and
// owned by a team of that name. Each text is a function and what it depends on:
// "cart: stock, price".
func newChain(t *testing.T, texts ...string) *scene {
	t.Helper()
	s := newScene(t)
	for _, text := range texts {
		name, deps, _ := strings.Cut(text, ": ")
		o := chargeCard(name)
		o.ID.Service, o.ID.Function, o.Owner = "shop", name, "team-"+name
		for dep := range strings.SplitSeq(deps, ", ") {
			if dep != "" {
				o.DependsOn = append(o.DependsOn, function(dep))
			}
		}
		s.slos, s.worlds[o.ID] = append(s.slos, o), newWorld().healthy(30*24*time.Hour)
	}
	s.routes = byOwner
	return s
}

// byOwner takes pages of a team to its pager and everything to its channel.
func byOwner(labels map[string]string, _ time.Time) []Route {
	team := strings.TrimPrefix(labels["owner"], "team-")
	out := []Destination{{Receiver: team, Name: team + "/slack"}}
	if labels["severity"] == "page" {
		out = append(out, Destination{Receiver: team, Name: team + "/pager"})
	}
	return []Route{{Destinations: out}}
}

// burn is so many bad calls of 100 for each function named.
func burn(bad int64, names ...string) map[string]int64 {
	out := map[string]int64{}
	for _, name := range names {
		out[name] = bad
	}
	return out
}

func (s *scene) of(name string) Incident {
	s.t.Helper()
	i, ok := s.engine.incidents[incidentKey("shop", name)]
	if !ok {
		s.t.Fatalf("%s has no incident", name)
	}
	return i
}

// run runs the same slot for a while and lists what was told, with its reasons.
func (s *scene) run(span time.Duration, bad map[string]int64) []Notification {
	s.t.Helper()
	s.slots(span, bad)
	return s.store.told()
}

// about is a message with what it is about.
func about(told []Notification) (out []string) {
	for n, text := range summary(told) {
		out = append(out, told[n].Incident.Function+": "+text)
	}
	return out
}

func wantAbout(t *testing.T, told []Notification, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, about(told)); diff != "" {
		t.Fatalf("told (-want +got):\n%s", diff)
	}
}

func TestAFailureIsPagedWhereItComesFrom(t *testing.T) {
	s := newChain(t, "cart: stock", "stock", "price")
	told := s.until(burn(100, "cart", "stock"))
	wantAbout(t, told, "stock: stock/slack firing opened page loud", "stock: stock/pager firing opened page loud", "stock: cart/slack firing affected none")
	if want := "; shop/cart depends on it and burns with it"; !strings.HasSuffix(told[0].Reason, want) {
		t.Errorf("the page does not name what it affects: %s", told[0].Reason)
	}
	if want := "shop/cart burns because of shop/stock, whose owner is paged"; told[2].Reason != want {
		t.Errorf("notice: %s", told[2].Reason)
	}
	cart, stock := s.of("cart"), s.of("stock")
	if cart.Cause != stock.ID || len(cart.Deliveries) > 0 || stock.Cause != "" {
		t.Errorf("cart folded into %q and told %v, stock is %q", cart.Cause, cart.Deliveries, stock.ID)
	}
	want := []Affected{{Incident: cart.ID, Service: "shop", Function: "cart", Owner: "team-cart", Severity: slo.SeverityPage}}
	got := slices.Clone(told[0].Incident.Affected)
	for n := range got {
		got[n].Since, got[n].Unacked = time.Time{}, time.Time{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("affected (-want +got):\n%s", diff)
	}
	if got := kinds(cart.Timeline); !slices.Equal(got, []string{EventOpened, EventCause}) {
		t.Errorf("timeline of cart: %v", got)
	}
	s.restart() // all of it is on disk
	if told := s.run(5*time.Minute, burn(100, "cart", "stock")); len(told) > 0 {
		t.Errorf("told more: %v", about(told))
	}
}

// firesSince gives an alert of a tier that fires since then.
func firesSince(severity slo.Severity, since time.Time, muted bool) []Alert {
	a := Alert{ID: slo.ID{Name: "a"}, Phase: PhaseFiring, Severity: severity, FiringSince: since, Holds: map[string]Hold{"fast": {Since: since, Severity: severity}}}
	if muted {
		a.MutedBy = []Muting{{Kind: MutingSilence, ID: "s"}}
	}
	return []Alert{a}
}

func TestWhatMayFollowACause(t *testing.T) {
	page, ticket := slo.SeverityPage, slo.SeverityTicket
	for what, tc := range map[string]struct {
		later        time.Duration // than the cause
		own, cause   slo.Severity
		muted, heard bool
		want         bool
	}{
		"at the same time":              {0, page, page, false, true, true},
		"5 minutes before":              {-5 * time.Minute, page, page, false, true, true},
		"more than that":                {-5*time.Minute - time.Second, page, page, false, true, false},
		"15 minutes after":              {15 * time.Minute, page, page, false, true, true},
		"more than that after":          {15*time.Minute + time.Second, page, page, false, true, false},
		"a ticket of a page":            {0, ticket, page, false, true, true},
		"no page of a ticket":           {0, page, ticket, false, true, false},
		"nothing of what is muted":      {0, page, page, false, false, false},
		"not what is muted itself":      {0, page, page, true, true, false},
		"a ticket of a ticket, as well": {time.Minute, ticket, ticket, false, true, true},
	} {
		t.Run(what, func(t *testing.T) {
			cause := &turn{o: outcome{incident: Incident{ID: "c", Severity: tc.cause, Alerts: firesSince(tc.cause, noon, !tc.heard)}}}
			own := &turn{o: outcome{incident: Incident{ID: "o", Severity: tc.own, Alerts: firesSince(tc.own, noon.Add(tc.later), tc.muted)}}}
			if got := own.mayFollow(cause); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
			if own.mayFollow(own) {
				t.Error("it is its own cause")
			}
		})
	}
}

func TestTheLikeliestCause(t *testing.T) {
	at := func(id string, severity slo.Severity, after time.Duration) *turn {
		return &turn{o: outcome{incident: Incident{ID: id, Key: id, Severity: severity, Alerts: firesSince(severity, noon.Add(after), false)}}}
	}
	page, ticket := slo.SeverityPage, slo.SeverityTicket
	for what, tc := range map[string]struct {
		own    slo.Severity
		causes []*turn
		want   string
	}{
		"the most severe":            {ticket, []*turn{at("a", ticket, 0), at("b", page, -9*time.Minute)}, "b"},
		"of those the nearest":       {page, []*turn{at("a", page, -12*time.Minute), at("b", page, -2*time.Minute)}, "b"},
		"also one that began later":  {page, []*turn{at("a", page, -12*time.Minute), at("b", page, 2*time.Minute)}, "b"},
		"of those by their keys":     {page, []*turn{at("b", page, 0), at("a", page, 0)}, "a"},
		"none where it may not fold": {page, []*turn{at("a", ticket, 0), at("b", page, -time.Hour)}, ""},
	} {
		t.Run(what, func(t *testing.T) {
			got := ""
			if cause := at("own", tc.own, 0).likeliest(tc.causes); cause != nil {
				got = cause.o.incident.ID
			}
			if got != tc.want {
				t.Errorf("folds into %q, want %q", got, tc.want)
			}
		})
	}
}

func TestAnOldTicketDoesNotMakeAnOutageOld(t *testing.T) {
	days := noon.Add(-72 * time.Hour)
	alerts := []Alert{
		{ID: slo.ID{Name: "a"}, Phase: PhaseFiring, Severity: slo.SeverityPage, FiringSince: days, Holds: map[string]Hold{
			"drain": {Since: days, Severity: slo.SeverityTicket}, "slow": {Since: noon.Add(time.Minute), Severity: slo.SeverityPage}, "fast": {Since: noon, Severity: slo.SeverityPage},
		}},
		{ID: slo.ID{Name: "b"}, Phase: PhaseFiring, Severity: slo.SeverityTicket, FiringSince: days},
	}
	got := (&turn{o: outcome{incident: Incident{Severity: slo.SeverityPage, Alerts: alerts}}}).began()
	if !got.Equal(noon) {
		t.Errorf("began at %v, want %v", got, noon)
	}
	alerts[0].FiringSince = noon
	for range 50 { // holds come in any order
		if got := (&turn{o: outcome{incident: Incident{Severity: slo.SeverityPage, Alerts: alerts}}}).began(); !got.Equal(noon) {
			t.Fatalf("began at %v, want %v", got, noon)
		}
	}
}

func TestFoldingFollowsTheChainThroughWhatBurns(t *testing.T) {
	for what, tc := range map[string]struct {
		chain []string
		bad   map[string]int64
		want  map[string]string // what folded into what
	}{
		"transitively": {
			[]string{"a: b", "b: c", "c"}, burn(100, "a", "b", "c"), map[string]string{"a": "c", "b": "c"},
		},
		"through one whose short window alone is over": {
			[]string{"a: b", "b: c", "c"}, map[string]int64{"a": 100, "b": 20, "c": 100}, map[string]string{"a": "c"},
		},
		"not through one that is well": {
			[]string{"a: b", "b: c", "c"}, burn(100, "a", "c"), map[string]string{},
		},
		"not where nothing is said to depend": {[]string{"a", "c"}, burn(100, "a", "c"), map[string]string{}},
		"not into one that depends on it":     {[]string{"a", "c: a"}, burn(100, "a", "c"), map[string]string{"c": "a"}},
		"a diamond has one end": {
			[]string{"a: b, c", "b: d", "c: d", "d"}, burn(100, "a", "b", "c", "d"), map[string]string{"a": "d", "b": "d", "c": "d"},
		},
		"two that depend on each other have one, by their keys": {
			[]string{"a: b", "b: a"}, burn(100, "a", "b"), map[string]string{"b": "a"},
		},
		"a cycle with a way out folds into that": {
			[]string{"a: b", "b: a, c", "c"}, burn(100, "a", "b", "c"), map[string]string{"a": "c", "b": "c"},
		},
		"what depends on itself stands alone": {[]string{"a: a"}, burn(100, "a"), map[string]string{}},
		"what is unknown causes nothing":      {[]string{"a: nobody"}, burn(100, "a"), map[string]string{}},
	} {
		t.Run(what, func(t *testing.T) {
			s := newChain(t, tc.chain...)
			s.until(tc.bad)
			s.run(time.Minute, tc.bad)
			got, byID := map[string]string{}, map[string]string{}
			for _, i := range s.engine.incidents {
				byID[i.ID] = i.Function
			}
			for _, i := range s.engine.incidents {
				if i.Cause != "" {
					got[i.Function] = byID[i.Cause]
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("folded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatOpenedFirstFoldsWhenTheCauseAppears(t *testing.T) {
	s := newChain(t, "cart: stock", "stock")
	wantAbout(t, s.until(burn(100, "cart")), "cart: cart/slack firing opened page loud", "cart: cart/pager firing opened page loud")
	told := s.until(burn(100, "cart", "stock"))
	wantAbout(t, told,
		"cart: cart/slack firing cause page", "cart: cart/pager firing cause page",
		"stock: stock/slack firing opened page loud", "stock: stock/pager firing opened page loud")
	if want := "burns because of shop/stock, which it depends on, whose owner is told"; told[0].Reason != want || told[0].Incident.Cause != s.of("stock").ID {
		t.Errorf("update: %s, cause %q", told[0].Reason, told[0].Incident.Cause)
	}
	// The fast tiers recover in the same slot; the tickets that stay end an hour later.
	var ends []string
	for range 12 {
		for _, n := range s.run(10*time.Minute, quiet) {
			if n.Incident.Function == "cart" && n.Loud {
				t.Errorf("loud again: %s", n.Reason)
			}
			if n.Status == StatusResolved {
				ends = append(ends, n.Incident.Function+" "+n.Destination.Name)
			}
		}
	}
	slices.Sort(ends)
	if diff := cmp.Diff([]string{"cart cart/pager", "cart cart/slack", "stock stock/pager", "stock stock/slack"}, ends); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
}

func TestOwnersArePagedWhenNobodyTakesTheCause(t *testing.T) {
	opened := func(t *testing.T) *scene {
		s := newChain(t, "cart: stock", "stock")
		s.until(burn(100, "cart", "stock"))
		return s
	}
	t.Run("after 10 minutes", func(t *testing.T) {
		s := opened(t)
		if told := s.run(10*time.Minute-step, burn(100, "cart", "stock")); len(told) > 0 {
			t.Fatalf("told early: %v", about(told))
		}
		told := s.run(step, burn(100, "cart", "stock"))
		wantAbout(t, told, "stock: stock/slack firing affected page", "stock: stock/pager firing affected page",
			"stock: cart/slack firing escalated page loud", "stock: cart/pager firing escalated page loud")
		if want := "nobody acknowledged it for 10m, and shop/cart burns because of shop/stock"; told[2].Reason != want {
			t.Errorf("page: %s", told[2].Reason)
		}
		if told := s.run(30*time.Minute, burn(100, "cart", "stock")); len(told) > 0 {
			t.Errorf("told twice: %v", about(told))
		}
	})
	t.Run("not while somebody is on it", func(t *testing.T) {
		s := opened(t)
		s.run(5*time.Minute, burn(100, "cart", "stock"))
		if _, err := s.engine.Acknowledge(t.Context(), s.of("stock").ID, "ada", ""); err != nil {
			t.Fatal(err)
		}
		acked := s.store.told()
		wantAbout(t, acked, "stock: stock/slack firing acked page", "stock: stock/pager firing acked page", "stock: cart/slack firing acked none")
		for _, n := range s.run(2*time.Hour, burn(100, "cart", "stock")) {
			t.Errorf("told: %s %s", n.Destination.Name, n.Reason)
		}
		var woken []string
		for _, n := range s.run(3*time.Hour, burn(100, "cart", "stock")) { // the acknowledgement expires after 4 h
			woken = append(woken, n.Destination.Name+" "+n.Kind+" "+strconv.FormatBool(n.Loud))
		}
		if diff := cmp.Diff([]string{
			"stock/slack ack_expired true", "stock/pager ack_expired true", "cart/slack ack_expired false",
			"stock/slack affected false", "stock/pager affected false", "cart/slack escalated true", "cart/pager escalated true",
		}, woken); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
	t.Run("not when they are the same people", func(t *testing.T) {
		s := newChain(t, "cart: stock", "stock")
		s.routes = onlyTo(Destination{Receiver: "all", Name: "all/slack"})
		wantAbout(t, s.until(burn(100, "cart", "stock")), "stock: all/slack firing opened page loud")
		if told := s.run(30*time.Minute, burn(100, "cart", "stock")); len(told) > 0 {
			t.Errorf("told: %v", about(told))
		}
	})
}

func TestWhatStillBurnsAfterItsCauseLeaves(t *testing.T) {
	t.Run("two short windows after it was resolved", func(t *testing.T) {
		s := newChain(t, "cart: stock", "stock")
		s.until(burn(100, "cart", "stock"))
		if _, err := s.engine.Resolve(t.Context(), s.of("stock").ID, "ada", "", true); err != nil {
			t.Fatal(err)
		}
		s.store.told()
		var left []Notification
		slots := 0
		for ; len(left) == 0 && slots < 100; slots++ {
			left = s.run(step, map[string]int64{"cart": 100, "stock": 100})
		}
		// Noted in the first slot after; 10 minutes, and the stock stays closed for 30.
		if slots != 21 {
			t.Errorf("left after %d slots, want 21", slots)
		}
		wantAbout(t, left, "cart: cart/slack firing cause page loud", "cart: cart/pager firing cause page loud")
		if want := "goes on 10m after shop/stock ceased to explain it: cart: burn rate "; !strings.HasPrefix(left[0].Reason, want) {
			t.Errorf("reason: %s", left[0].Reason)
		}
		if cart := s.of("cart"); cart.Cause != "" || !cart.CauseOver.IsZero() {
			t.Errorf("cart still belongs to %q, over %v", cart.Cause, cart.CauseOver)
		}
	})
	t.Run("at once when it becomes worse than its cause", func(t *testing.T) {
		s := newChain(t, "cart: stock", "stock")
		s.slos[1].MaxSeverity = slo.SeverityTicket
		s.slos[0].MaxSeverity = slo.SeverityTicket
		wantAbout(t, s.until(burn(100, "cart", "stock")), "stock: stock/slack firing opened ticket", "stock: cart/slack firing affected none")
		s.slos[0].MaxSeverity = slo.SeverityPage
		told := s.run(step, burn(100, "cart", "stock"))
		wantAbout(t, told, "cart: cart/slack firing cause page loud", "cart: cart/pager firing cause page loud")
		if want := "became worse than shop/stock, which it was put down to: cart: "; !strings.HasPrefix(told[0].Reason, want) {
			t.Errorf("reason: %s", told[0].Reason)
		}
		if affected := s.of("stock").Affected; len(affected) > 0 {
			t.Errorf("stock still affects %v", affected)
		}
	})
	t.Run("and what ends unheard is told to nobody", func(t *testing.T) {
		s := newChain(t, "cart: stock", "stock")
		s.until(burn(100, "cart", "stock"))
		heard := map[string]string{}
		for range 30 {
			for _, n := range s.run(10*time.Minute, quiet) {
				if n.Incident.Function == "cart" {
					t.Errorf("told: %s", n.Reason)
				}
				heard[n.Destination.Name] = string(n.Status)
			}
		}
		if diff := cmp.Diff(map[string]string{"stock/slack": "resolved", "stock/pager": "resolved", "cart/slack": "resolved"}, heard); diff != "" || s.of("cart").Open() {
			t.Errorf("last heard (-want +got):\n%s", diff)
		}
	})
}

func TestWhatBurnsIsToldWhenItsCauseIsMuted(t *testing.T) {
	s := newChain(t, "cart: stock", "stock")
	s.until(burn(100, "cart", "stock"))
	s.mutes = silenced("stock")
	told := s.until(burn(100, "cart", "stock"))
	wantAbout(t, told, "cart: cart/slack firing cause page loud", "cart: cart/pager firing cause page loud")
	if want := "burns, and what it was put down to, shop/stock, is muted: "; !strings.HasPrefix(told[0].Reason, want) {
		t.Errorf("told %q", told[0].Reason)
	}
	s.mutes = silenced("stock", "cart")
	if told := s.run(5*time.Minute, burn(100, "cart", "stock")); len(told) > 0 {
		t.Errorf("told more: %v", about(told))
	}
}

func TestWhatFoldedGoesAlongWhenItsCauseFoldsToo(t *testing.T) {
	s := newChain(t, "page: cart", "cart: stock", "stock")
	s.until(burn(100, "page", "cart"))
	if page, cart := s.of("page"), s.of("cart"); page.Cause != cart.ID {
		t.Fatalf("page folded into %q, want %q", page.Cause, cart.ID)
	}
	s.until(burn(100, "page", "cart", "stock"))
	page, cart, stock := s.of("page"), s.of("cart"), s.of("stock")
	if page.Cause != stock.ID || cart.Cause != stock.ID || len(stock.Affected) != 2 || len(cart.Affected) != 0 {
		t.Errorf("page → %q, cart → %q with %v; stock is %q with %v", page.Cause, cart.Cause, cart.Affected, stock.ID, stock.Affected)
	}
}

// One dependency of 10,000 functions fails: one incident is told as a page, and each
// of the other ten teams gets one notice.
func TestAStormIsOnePage(t *testing.T) {
	const count = 10_000
	down := chargeCard("availability")
	down.ID.Service, down.ID.Function, down.Owner = "shop", "stock", "team-stock"
	w := newWorld().healthy(time.Hour)
	for range 6 {
		w.add(100, 100)
	}
	slos := []slo.SLO{down}
	for n := range count {
		o := chargeCard("availability")
		o.ID.Service, o.ID.Function, o.Owner = "shop", "f"+strconv.Itoa(n), "team-"+strconv.Itoa(n%10)
		o.DependsOn = []slo.ID{function("stock")}
		slos = append(slos, o)
	}
	var assessments []slo.Assessment
	sample := w.assess(down)
	for _, o := range slos {
		sample.ID = o.ID
		assessments = append(assessments, sample)
	}
	s := newScene(t)
	s.routes, s.clock = byOwner, w.now()
	if err := s.engine.Observe(t.Context(), s.clock, slos, assessments); err != nil {
		t.Fatal(err)
	}
	loud, notices := 0, 0
	for _, n := range s.store.told() {
		if n.Incident.Function != "stock" || len(n.Incident.Affected) != maxListed || n.Incident.Unlisted != count-maxListed {
			t.Fatalf("%s is told of %s with %d and %d more affected", n.Destination.Name, n.Incident.Function, len(n.Incident.Affected), n.Incident.Unlisted)
		}
		if n.Loud {
			loud++
		} else if notices++; !strings.HasSuffix(n.Reason, "and 997 more burn because of shop/stock, whose owner is paged") {
			t.Errorf("notice: %s", n.Reason)
		}
	}
	if loud != 2 || notices != 10 || len(s.engine.incidents) != count+1 {
		t.Errorf("%d loud and %d quiet messages about %d incidents", loud, notices, len(s.engine.incidents))
	}
}

func TestATicketWhoseCauseSomebodyTookIsNoPage(t *testing.T) {
	s := newChain(t, "cart: stock", "stock")
	var told []Notification
	for range 12 * 60 {
		told = append(told, s.run(step, burn(1, "cart", "stock"))...)
		told = append(told, s.run(step, quiet)...)
		if i := s.engine.OpenIncident(s.first()); i != "" && s.of("stock").State == IncidentOpen {
			if _, err := s.engine.Acknowledge(t.Context(), s.of("stock").ID, "ada", ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, n := range told {
		if n.Incident.Severity == slo.SeverityPage || n.Loud {
			t.Errorf("%s is told: %s", n.Destination.Name, n.Reason)
		}
	}
	if cart := s.of("cart"); !cart.Open() || cart.Cause == "" || s.clock.Sub(cart.OpenedAt) < 5*time.Hour {
		t.Errorf("the cart is %s since %s", cart.State, cart.OpenedAt)
	}
}
