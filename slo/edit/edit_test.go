package edit_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
)

func id(name string) slo.ID { return slo.ID{Service: "shop", Function: "pay", Name: name} }

// written is an SLO as a file has it, changed by hand.
func written(name string, changes ...func(*slo.SLO)) slo.SLO {
	s := slo.SLO{
		ID: id(name), Owner: "team-a", Policy: "default", Objective: slo.MustObjective("99.9%"), Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour},
		MaxSeverity: slo.SeverityPage, NoData: slo.SeverityTicket, Links: map[string]string{"runbook": "pay.md"}, Labels: map[string]string{"tier": "critical"},
		Tiers:  []slo.Tier{{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage}},
		SLI:    slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "calls"}}, Bad: []slo.Selector{{Metric: "errors"}}}},
		Source: slo.Source{File: "shop.yaml", Line: 7},
	}
	for _, change := range changes {
		change(&s)
	}
	return s
}

func state(slos ...slo.SLO) edit.State { return edit.StateOf(slo.Set{SLOs: slos}) }

// lines are edits as people would note them down.
func lines(edits []edit.Edit) (out []string) {
	for _, e := range edits {
		var of []string
		for _, s := range e.Subjects {
			of = append(of, s.Title())
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s: %s", e.Kind, strings.Join(of, " "), e.Says())))
	}
	return out
}

func TestBetween(t *testing.T) {
	a, b := written("a"), written("b")
	for name, tt := range map[string]struct {
		before, after edit.State
		promises      []edit.Promise
		want          []string
	}{
		"nothing":                  {state(a, b), state(a, b), nil, nil},
		"a beginning":              {nil, state(a, b), []edit.Promise{{ID: id("a")}, {ID: id("b")}}, nil},
		"a promise at a beginning": {nil, state(a, b), []edit.Promise{{ID: id("b"), Text: "window 30d → 7d"}}, []string{"promised shop/pay/b: window 30d → 7d"}},
		"another line":             {state(a), state(written("a", func(s *slo.SLO) { s.Source.Line = 9 })), nil, nil},
		"one is new":               {state(a), state(a, b), []edit.Promise{{ID: id("b")}}, []string{"added shop/pay/b:"}},
		"one comes back":           {state(a), state(a, b), nil, []string{"added shop/pay/b:"}},
		"one is gone":              {state(a, b), state(a), nil, []string{"removed shop/pay/b:"}},
		"a promise":                {state(a), state(a), []edit.Promise{{ID: id("a"), Text: "window 30d → 7d"}}, []string{"promised shop/pay/a: window 30d → 7d"}},
		"one of no state":          {state(a), state(a), []edit.Promise{{ID: id("found")}}, nil},
		"a new name": {
			state(a), state(b),
			[]edit.Promise{{ID: id("b"), From: id("a"), Text: "objective 99% → 99.9%"}},
			[]string{"renamed shop/pay/b: was shop/pay/a, objective 99% → 99.9%"},
		},
		"an owner, of both alike": {
			state(a, b), state(written("a", owner("team-b")), written("b", owner("team-b"))), nil,
			[]string{"changed shop/pay/a shop/pay/b: owner team-a → team-b"},
		},
		"an owner, of each another": {
			state(a, b), state(written("a", owner("team-b")), written("b", owner("team-c"))), nil,
			[]string{"changed shop/pay/a: owner team-a → team-b", "changed shop/pay/b: owner team-a → team-c"},
		},
		"a promise with an owner": {
			state(a), state(written("a", owner("team-b"))),
			[]edit.Promise{{ID: id("a"), Text: "window 30d → 7d"}},
			[]string{"promised shop/pay/a: window 30d → 7d, owner team-a → team-b"},
		},
	} {
		if diff := cmp.Diff(tt.want, lines(edit.Between(tt.before, tt.after, tt.promises))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func owner(name string) func(*slo.SLO) { return func(s *slo.SLO) { s.Owner = name } }

func TestDiffsOf(t *testing.T) {
	gentle := []slo.Tier{{Name: "fast", BurnRate: 10, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityTicket, PageAfter: 4 * time.Hour}}
	for name, tt := range map[string]struct {
		change func(*slo.SLO)
		want   string
	}{
		"nothing":                               {func(*slo.SLO) {}, ""},
		"the promise alone":                     {func(s *slo.SLO) { s.Objective = slo.MustObjective("99%") }, ""},
		"severity":                              {func(s *slo.SLO) { s.MaxSeverity = slo.SeverityTicket }, "max_severity page → ticket"},
		"no data":                               {func(s *slo.SLO) { s.NoData = slo.SeverityNone }, "no_data ticket → ignore"},
		"traffic":                               {func(s *slo.SLO) { s.TrafficDrop = slo.SeverityPage }, "traffic_drop ignore → page"},
		"class":                                 {func(s *slo.SLO) { s.Class = slo.ClassDataLoss }, "class none → data_loss"},
		"a runbook":                             {func(s *slo.SLO) { s.Links = map[string]string{"runbook": "new.md"} }, "link runbook pay.md → new.md"},
		"no runbook":                            {func(s *slo.SLO) { s.Links = nil }, "link runbook pay.md → none"},
		"a label":                               {func(s *slo.SLO) { s.Labels = map[string]string{"tier": "critical", "zone": "eu"} }, "label zone none → eu"},
		"what it calls":                         {func(s *slo.SLO) { s.DependsOn = []slo.ID{{Service: "bank", Function: "debit"}} }, "depends_on none → bank/debit"},
		"a policy, from which the tiers follow": {func(s *slo.SLO) { s.Policy, s.Tiers = "gentle", gentle }, "policy default → gentle"},
		"the tiers of a policy": {
			func(s *slo.SLO) { s.Tiers = gentle },
			"tiers fast 14.4x over 1h and 5m: page → fast 10x over 1h and 5m: ticket, page after 4h",
		},
		"a window, from which the tiers follow": {func(s *slo.SLO) { s.Window.Length, s.Tiers = time.Hour, gentle }, ""},
		"a freeze":                              {func(s *slo.SLO) { s.Freeze = slo.Freeze{On: true, Remaining: 0.1} }, "freeze off → 10%"},
		"a guard":                               {func(s *slo.SLO) { s.Guard.Page = 3 }, "guard page 0 and 0, ticket 0 in 0 slots → page 3 and 0, ticket 0 in 0 slots"},
	} {
		got := edit.Edit{Diffs: edit.DiffsOf(written("a"), written("a", tt.change))}.Says()
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func setting(name string, facts edit.Facts) edit.State {
	out := edit.State{}
	out.Add(edit.Entry{Subject: edit.Subject{Name: name, File: "slofuse.yaml"}, Facts: facts})
	return out
}

func TestBetween_of_settings(t *testing.T) {
	for name, tt := range map[string]struct {
		was, is edit.Facts
		want    string
	}{
		"a value":            {edit.Facts{"url": "a"}, edit.Facts{"url": "b"}, "changed backend main: url a → b"},
		"what is not shown":  {edit.Facts{edit.Sealed: "1"}, edit.Facts{edit.Sealed: "2"}, "changed backend main: settings changed"},
		"another order":      {edit.Facts{edit.Order: edit.OrderOf([]string{"x", "y"})}, edit.Facts{edit.Order: edit.OrderOf([]string{"y", "x"})}, "changed backend main: order x > y → y > x"},
		"one more in a list": {edit.Facts{edit.Order: "x"}, edit.Facts{edit.Order: edit.OrderOf([]string{"y", "x"})}, ""},
	} {
		got := lines(edit.Between(setting("backend main", tt.was), setting("backend main", tt.is), nil))
		if strings.Join(got, "") != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	both := edit.Between(setting("receiver a", nil), setting("receiver b", nil), nil)
	if diff := cmp.Diff([]string{"removed receiver a:", "added receiver b:"}, lines(both)); diff != "" {
		t.Error(diff)
	}
}

func TestStateOf_has_what_a_match_brings_once_and_no_parts(t *testing.T) {
	set := slo.Set{Families: []slo.Family{
		{Service: "shop", Name: `match "batch-.*"`, Member: func(value string) (slo.Set, error) {
			s := written("availability")
			s.ID.Function = value
			return slo.Set{SLOs: []slo.SLO{s}}, nil
		}},
		{Service: "shop", Whole: id("a"), Member: func(string) (slo.Set, error) { return slo.Set{SLOs: []slo.SLO{written("part")}}, nil }},
		{Service: "shop", Name: "broken", Member: func(string) (slo.Set, error) { return slo.Set{}, fmt.Errorf("no") }},
	}}
	got := lines(edit.Between(edit.State{}, edit.StateOf(set), nil))
	if diff := cmp.Diff([]string{`added shop/match "batch-.*"/availability:`}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFound_tells_of_SLOs_that_no_file_names(t *testing.T) {
	found := written("x", func(s *slo.SLO) { s.ID.Function = "batch-eu" })
	moved := []edit.Promise{{ID: found.ID, Text: "window 30d → 7d"}, {ID: id("unknown"), Text: "window 30d → 7d"}}
	got := edit.Found(moved, map[slo.ID]slo.SLO{found.ID: found})
	if diff := cmp.Diff([]string{"promised shop/batch-eu/x: window 30d → 7d"}, lines(got)); diff != "" || got[0].Files()[0] != "shop.yaml" {
		t.Error(diff, got)
	}
	if got := edit.Found([]edit.Promise{{ID: found.ID}}, map[slo.ID]slo.SLO{found.ID: found}); len(got) != 0 {
		t.Errorf("that it was found is an edit: %+v", got)
	}
}

// For any two states: nothing differs from itself, what comes one way goes the other
// way, and every subject that differs is told of exactly once.
func TestBetween_keeps_its_promises_for_any_states(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	draw := func() edit.State {
		var slos []slo.SLO
		for n := range 6 {
			if random.IntN(3) > 0 {
				slos = append(slos, written(fmt.Sprint("n", n), owner(fmt.Sprint("team-", random.IntN(3)))))
			}
		}
		return state(slos...)
	}
	for range 500 {
		was, is := draw(), draw()
		if got := edit.Between(was, maps.Clone(was), nil); len(got) != 0 {
			t.Fatalf("of nothing: %q", lines(got))
		}
		there, back := edit.Between(was, is, nil), edit.Between(is, was, nil)
		told := map[string]int{}
		for _, e := range there {
			for _, s := range e.Subjects {
				told[s.Key()]++
			}
		}
		differ := 0
		for key, e := range was {
			if other, ok := is[key]; !ok || other.Facts["owner"] != e.Facts["owner"] {
				differ++
			}
		}
		for key := range is {
			if _, ok := was[key]; !ok {
				differ++
			}
		}
		if len(told) != differ || count(there, edit.Added) != count(back, edit.Removed) || count(there, edit.Changed) != count(back, edit.Changed) {
			t.Fatalf("%d differ:\n%q\n%q", differ, lines(there), lines(back))
		}
		for key, n := range told {
			if n != 1 {
				t.Fatalf("%s is told of %d times: %q", key, n, lines(there))
			}
		}
	}
}

func count(edits []edit.Edit, kind edit.Kind) (n int) {
	for _, e := range edits {
		if e.Kind == kind {
			n += len(e.Subjects)
		}
	}
	return n
}
