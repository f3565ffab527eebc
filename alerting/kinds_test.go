package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// classes lists kinds of errors, each a code and how many there were.
func classes(pairs ...any) (out []slo.ClassCount) {
	for n := 0; n < len(pairs); n += 2 {
		c := slo.ClassCount{Bad: int64(pairs[n+1].(int))}
		if code := pairs[n].(string); code != "" {
			c.Labels = map[string]string{"code": code}
		}
		out = append(out, c)
	}
	return out
}

func codes(of ...string) (out []map[string]string) {
	for _, code := range of {
		out = append(out, map[string]string{"code": code})
	}
	return out
}

func TestFingerprintIsTheSmallestSetThatExplainsFourFifths(t *testing.T) {
	for what, tc := range map[string]struct {
		kinds []slo.ClassCount
		bad   int
		had   []map[string]string
		want  []map[string]string
	}{
		"one kind":                             {classes("503", 10), 10, nil, codes("503")},
		"one of two explains 80%":              {classes("503", 80, "500", 20), 100, nil, codes("503")},
		"one of two explains 79%":              {classes("503", 79, "500", 21), 100, nil, codes("503", "500")},
		"three of four":                        {classes("a", 40, "b", 30, "c", 20, "d", 10), 100, nil, codes("a", "b", "c")},
		"as many as are listed":                {classes("a", 30, "b", 20), 100, nil, codes("a", "b")},
		"events without labels count":          {classes("a", 50), 100, nil, codes("a")},
		"it stays down to 70%":                 {classes("a", 70, "b", 30), 100, codes("a"), codes("a")},
		"and changes below":                    {classes("a", 69, "b", 31), 100, codes("a"), codes("a", "b")},
		"the rarest stays while it is needed":  {classes("a", 89, "b", 11), 100, codes("a", "b"), codes("a", "b")},
		"and goes when 90% do without":         {classes("a", 90, "b", 10), 100, codes("a", "b"), codes("a")},
		"a kind that is gone leaves":           {classes("a", 100), 100, codes("a", "b"), codes("a")},
		"the most frequent one comes first":    {classes("b", 60, "a", 40), 100, codes("a", "b"), codes("b", "a")},
		"one half as frequent as others stays": {classes("a", 60, "c", 26, "b", 14), 100, codes("a", "b"), codes("a", "b")},
		"one less than that gives way":         {classes("a", 60, "c", 27, "b", 13), 100, codes("a", "b"), codes("a", "c")},
		"another cause altogether":             {classes("x", 90, "a", 10), 100, codes("a"), codes("x")},
	} {
		t.Run(what, func(t *testing.T) {
			f := failing{kinds: tc.kinds, bad: int64(tc.bad)}
			got := f.fingerprint(tc.had)
			if diff := cmp.Diff(tc.want, labelsOf(got)); diff != "" {
				t.Errorf("kinds (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.want, labelsOf(f.fingerprint(labelsOf(got)))); diff != "" {
				t.Errorf("asked again (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKnownKinds(t *testing.T) {
	for what, tc := range map[string]struct {
		f     failing
		kinds []map[string]string
		want  []map[string]string
	}{
		"nothing, and that is noted":    {failing{}, nil, []map[string]string{}},
		"those of the incident":         {failing{}, codes("503"), codes("503")},
		"those that page":               {failing{paging: []pagingKind{{labels: codes("500")[0]}}}, codes("503"), codes("503", "500")},
		"a hundredth of the bad events": {failing{bad: 1000, kinds: classes("503", 990, "500", 10)}, codes("503"), codes("503", "500")},
		"not less":                      {failing{bad: 1000, kinds: classes("503", 991, "500", 9)}, codes("503"), codes("503")},
	} {
		t.Run(what, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.f.known(tc.kinds)); diff != "" {
				t.Errorf("known (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFailingAddsUpTheAlertsThatBurn(t *testing.T) {
	assess := func(name string, state slo.DataState, recent, past []slo.ClassCount) Input {
		o := chargeCard(name)
		return Input{SLO: o, Assessment: slo.Assessment{
			ID: o.ID, State: state, RecentErrors: recent, Errors: past,
			Burns: []slo.WindowSum{{Length: time.Hour, Counts: slo.Counts{Total: 1000}}},
		}}
	}
	inputs := map[string]Input{
		"a":      assess("a", slo.StateOK, classes("503", 5, "500", 3, "", 2), nil),
		"b":      assess("b", slo.StateOK, classes("500", 4), nil),
		"frozen": assess("frozen", slo.StateStale, classes("404", 50), nil),
		"past":   assess("past", slo.StateOK, nil, classes("408", 9)),
	}
	for what, tc := range map[string]struct {
		names []string
		kinds []slo.ClassCount
		bad   int64
	}{
		"both":                          {[]string{"a", "b"}, classes("500", 7, "503", 5), 14},
		"not what is not measured":      {[]string{"b", "frozen"}, classes("500", 4), 4},
		"the past where nothing is new": {[]string{"past"}, classes("408", 9), 9},
		"not the past beside the new":   {[]string{"b", "past"}, classes("500", 4), 4},
		"nothing":                       {nil, nil, 0},
	} {
		t.Run(what, func(t *testing.T) {
			var alerts []Alert
			for _, name := range tc.names {
				alerts = append(alerts, Alert{ID: slo.ID{Name: name}, Phase: PhaseFiring})
			}
			got := failingOf(alerts, func(id slo.ID) (Input, bool) { in, ok := inputs[id.Name]; return in, ok })
			if diff := cmp.Diff(tc.kinds, got.kinds); diff != "" || got.bad != tc.bad {
				t.Errorf("%d bad, want %d; kinds (-want +got):\n%s", got.bad, tc.bad, diff)
			}
		})
	}
}

// Of 1,000 calls in 5m and 10,000 in 1h at 99.9 %, a burn rate of 14.4 is 14.4 and
// 144 bad ones.
func TestAKindPagesByItself(t *testing.T) {
	sum := func(length time.Duration, total, bad int64) slo.WindowSum {
		return slo.WindowSum{Length: length, Counts: slo.Counts{Total: total, Bad: bad}, Coverage: 1}
	}
	for what, tc := range map[string]struct {
		long, short []slo.ClassCount
		change      func(*Input)
		want        []string
	}{
		"over in both windows": {classes("503", 200), classes("503", 25), nil, []string{"code=503 20.0 over 1h and 25.0 over 5m, at or over 14.4"}},
		"exactly at the rate":  {classes("503", 144), classes("503", 15), nil, []string{"code=503 14.4 over 1h and 15.0 over 5m, at or over 14.4"}},
		"not in the long one":  {classes("503", 143), classes("503", 25), nil, nil},
		"not in the short one": {classes("503", 200), classes("503", 14), nil, nil},
		"gone from the short":  {classes("503", 200), classes("500", 25), nil, nil},
		"only both together":   {classes("503", 100, "500", 100), classes("503", 10, "500", 10), nil, nil},
		"each of two": {
			classes("503", 200, "500", 150), classes("500", 15, "503", 20), nil,
			[]string{"code=503 20.0 over 1h and 20.0 over 5m, at or over 14.4", "code=500 15.0 over 1h and 15.0 over 5m, at or over 14.4"},
		},
		"without labels it is no kind": {classes("", 200), classes("", 25), nil, nil},
		"a window hardly known":        {classes("503", 200), classes("503", 25), func(in *Input) { in.Assessment.Burns[1].Coverage = 0.4 }, nil},
		"below the guard":              {classes("503", 200), classes("503", 25), func(in *Input) { in.SLO.Guard.Page = 201 }, nil},
		"a tier of tickets":            {classes("503", 200), classes("503", 25), func(in *Input) { in.SLO.Tiers[0].Severity = slo.SeverityTicket }, nil},
		"that a class makes a page": {
			classes("503", 200), classes("503", 25),
			func(in *Input) { in.SLO.Tiers[0].Severity, in.SLO.Class = slo.SeverityTicket, slo.ClassSecurity },
			[]string{"code=503 20.0 over 1h and 25.0 over 5m, at or over 14.4"},
		},
		"slots belong to no kind": {classes("503", 200), classes("503", 25), func(in *Input) { in.Assessment.Scale = slo.Scale{Slots: true, Unit: 1} }, nil},
	} {
		t.Run(what, func(t *testing.T) {
			o := chargeCard("availability")
			in := Input{SLO: o, Assessment: slo.Assessment{
				Objective: o.Objective, State: slo.StateOK,
				Burns:      []slo.WindowSum{sum(5*time.Minute, 1000, 500), sum(time.Hour, 10000, 5000)},
				BurnErrors: map[time.Duration][]slo.ClassCount{time.Hour: tc.long, 5 * time.Minute: tc.short},
			}}
			if tc.change != nil {
				tc.change(&in)
			}
			var got []string
			for _, p := range pagingKinds(in) {
				got = append(got, slo.FormatClass(p.labels)+" "+p.text)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("kinds that page (-want +got):\n%s", diff)
			}
			if in.Assessment.Burns[1].Bad != 5000 {
				t.Error("the assessment was changed")
			}
		})
	}
}

// failsWith gives all bad events of every window these kinds, in per cent.
func failsWith(shares ...any) func(*slo.Assessment) {
	return func(a *slo.Assessment) {
		of := func(bad int64) []slo.ClassCount {
			out := classes(shares...)
			for n := range out {
				out[n].Bad = out[n].Bad * bad / 100
			}
			return out
		}
		hour, _ := a.Burn(time.Hour)
		if a.RecentErrors, a.BurnErrors = of(hour.Bad), map[time.Duration][]slo.ClassCount{}; hour.Bad == 0 {
			a.RecentErrors = nil
		}
		for _, w := range a.Burns {
			a.BurnErrors[w.Length] = of(w.Bad)
		}
	}
}

func TestKindsOfErrorsStandInTheTimeline(t *testing.T) {
	s := newScene(t, "availability")
	s.amend = failsWith("503", 85, "500", 15)
	told := s.until(outage)
	if diff := cmp.Diff(codes("503"), told[0].Incident.Kinds); diff != "" || told[0].Incident.Fingerprint["code"] != "503" {
		t.Fatalf("kinds (-want +got):\n%s", diff)
	}
	s.amend = failsWith("503", 75, "500", 25)
	s.slots(5*time.Minute, outage)
	s.amend = failsWith("500", 60, "503", 40)
	s.slots(5*time.Minute, outage)
	if told := s.store.told(); len(told) > 0 {
		t.Errorf("told of a kind that nobody has to hear of: %v", summary(told))
	}
	s.restart()
	i := s.incident()
	var texts []string
	for _, e := range i.Timeline {
		if e.Kind == EventKind {
			texts = append(texts, e.Text)
		}
	}
	if diff := cmp.Diff([]string{"fails with code=500 and code=503 now, with code=503 before"}, texts); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(codes("500", "503"), i.Kinds); diff != "" || i.Fingerprint["code"] != "500" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

func TestANewKindOfErrorClearsTheAcknowledgement(t *testing.T) {
	acked := func(t *testing.T, at ...any) *scene {
		s := newScene(t, "availability")
		s.amend = failsWith(at...)
		s.until(outage)
		if _, err := s.engine.Acknowledge(t.Context(), s.incident().ID, "ada", ""); err != nil {
			t.Fatal(err)
		}
		s.store.told()
		return s
	}
	t.Run("when it pages by itself", func(t *testing.T) {
		s := acked(t, "503", 100)
		s.slots(5*time.Minute, outage)
		s.restart() // what was known is on disk
		s.slots(time.Minute, outage)
		if told := s.store.told(); len(told) > 0 {
			t.Fatalf("told of what was known: %v", summary(told))
		}
		before := s.incident()
		s.amend = failsWith("503", 50, "500", 50)
		told := s.until(outage)
		wantTold(t, told, "team/slack/0 firing kind page loud", "pager/webhook/0 firing kind page loud")
		if want := "a new kind of error, code=500, by itself burns at "; !strings.HasPrefix(told[0].Reason, want) || !strings.HasSuffix(told[0].Reason, "at or over 14.4; the acknowledgement by ada was not for this") {
			t.Errorf("reason: %s", told[0].Reason)
		}
		if i := s.incident(); i.State != IncidentOpen || i.AckedBy != "" || i.AckKinds != nil || i.Key != before.Key || told[0].Incident.Sequence != before.Sequence+1 {
			t.Errorf("incident: %+v", i)
		}
		s.slots(10*time.Minute, outage)
		if told := s.store.told(); len(told) > 0 {
			t.Errorf("said twice: %v", summary(told))
		}
	})
	t.Run("not when it was known, though it was no part of the fingerprint", func(t *testing.T) {
		s := acked(t, "503", 85, "500", 15)
		s.amend = failsWith("500", 85, "503", 15)
		s.slots(5*time.Minute, outage)
		if told := s.store.told(); len(told) > 0 || s.incident().State != IncidentAcked {
			t.Errorf("told: %v", summary(told))
		}
	})
	t.Run("measured again first where slofuse had just started", func(t *testing.T) {
		s := newScene(t, "availability")
		s.amend = failsWith("503", 85, "500", 15)
		s.until(outage)
		s.restart()
		i, err := s.engine.Acknowledge(t.Context(), s.incident().ID, "ada", "")
		if err != nil || i.AckKinds != nil {
			t.Fatalf("knows %v of nothing, %v", i.AckKinds, err)
		}
		s.store.told()
		s.slots(5*time.Minute, outage)
		if told := s.store.told(); len(told) > 0 {
			t.Errorf("told: %v", summary(told))
		}
		if diff := cmp.Diff(codes("503", "500"), s.incident().AckKinds); diff != "" {
			t.Errorf("known (-want +got):\n%s", diff)
		}
	})
}
