package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

const gatePath = "/api/v1/gate"

// troubled is a fleet in which upload of media burns because charge-card does.
func troubled() *fleet {
	f := newFleet()
	f.incidents = append(f.incidents, alerting.Incident{
		ID: "inc-3", State: alerting.IncidentAcked, Severity: slo.SeverityTicket, Service: "media", Function: "transcode",
		Cause: "inc-1", OpenedAt: noon.Add(-9 * time.Minute),
	}, alerting.Incident{
		ID: "inc-4", State: alerting.IncidentOpen, Severity: slo.SeverityTicket, Service: "flags", Function: "evaluate", OpenedAt: noon.Add(-3 * time.Hour),
	})
	return f
}

func TestAGateOnOpenIncidents(t *testing.T) {
	for name, c := range map[string]struct{ query, verdict, reason, incident string }{
		"a ticket is open, nobody asks":          {"select=function%3Devaluate", "pass", "incident inc-4 (ticket) has been open for 3h", "inc-4"},
		"the same, said in words":                {"select=function%3Devaluate&open_incidents=ignore", "pass", "inc-4", "inc-4"},
		"tickets count":                          {"select=function%3Devaluate&open_incidents=ticket", "fail", "inc-4 (ticket) has been open for 3h, the gate asks for none", "inc-4"},
		"pages count":                            {"select=function%3Devaluate&open_incidents=page", "pass", "inc-4 (ticket)", "inc-4"},
		"a ticket that folded into a page":       {"select=function%3Dtranscode&open_incidents=page", "fail", "incident inc-1 (page) of checkout/charge-card, which takes this function along, has been open for 12m", "inc-1"},
		"a ticket is open, and a fix":            {"select=function%3Devaluate&open_incidents=ticket&fix=true", "pass", "a fix passes", "inc-4"},
		"one from before the rollout":            {"select=function%3Devaluate&open_incidents=ticket&since=2026-03-01T11:00:00Z", "pass", "since before the rollout", "inc-4"},
		"one since it began":                     {"select=function%3Devaluate&open_incidents=ticket&since=2026-03-01T08:00:00Z", "fail", "the gate asks for none", "inc-4"},
		"one that is over":                       {"select=function%3Dthumbnail&open_incidents=ticket", "pass", "burn rate", ""},
		"none":                                   {"select=function%3Dlogin&open_incidents=ticket", "pass", "burn rate", ""},
		"the past knows nothing of what is open": {"select=function%3Devaluate&at=2026-02-01T12:00:00Z", "pass", "burn rate", ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := decode[api.Verdict](t, get(t, troubled().server(t), gatePath+"?"+c.query))
			if v.Verdict != c.verdict || len(v.Checks) != 1 || !strings.Contains(v.Checks[0].Reason, c.reason) {
				t.Fatalf("%+v, want %s: …%s…", v, c.verdict, c.reason)
			}
			if i := v.Checks[0].Incident; (i == nil) != (c.incident == "") || i != nil && i.ID != c.incident {
				t.Errorf("incident %+v, want %q", i, c.incident)
			}
		})
	}
}

// frozen is a fleet in which thumbnail has overspent its budget and may not be released.
func frozen() *fleet {
	f := newFleet()
	for i := range f.slos {
		if f.slos[i].ID.Function == "thumbnail" {
			f.slos[i].Freeze = slo.Freeze{On: true}
		}
	}
	return f
}

func TestAGateThatIsFrozenPassesFixes(t *testing.T) {
	server := frozen().server(t)
	v := decode[api.Verdict](t, get(t, server, gatePath+"?select=function%3Dthumbnail"))
	if c := v.Checks[0]; v.Verdict != "fail" || cmp.Diff(c.ClosedBy, []string{"freeze"}) != "" || c.Freeze == nil || c.Freeze.At != 0 || c.Freeze.Frozen == nil || !*c.Freeze.Frozen {
		t.Errorf("%+v", v)
	}
	v = decode[api.Verdict](t, get(t, server, gatePath+"?select=function%3Dthumbnail&fix=true"))
	if v.Verdict != "pass" || !v.Fix || len(v.Checks[0].ClosedBy) != 0 || !strings.Contains(v.Checks[0].Reason, `its policy freezes at 0%, a fix passes`) {
		t.Errorf("%+v", v)
	}
	if w := post(server, gatePath+"?select=function%3Dcharge-card&fix=true", "application/json", "{}"); w.Code != 422 {
		t.Errorf("a fix passes what burns: status %d", w.Code)
	}
}

func TestAGateRefusesWhatItWouldMisunderstand(t *testing.T) {
	server := newFleet().server(t)
	const words = ": write page or ticket, the severity from which open incidents close the gate, or ignore"
	for _, c := range []struct{ query, want string }{
		{"open_incidents=pages", `open_incidents="pages"` + words},
		{"open_incidents=none", `open_incidents="none"` + words},
		{"fix=perhaps", `fix="perhaps": use true or false`},
		{"open_incidents=page&at=2026-02-01T12:00:00Z", "open_incidents looks at the incidents of now and at looks back: use one of them"},
		{"since=lately", `since="lately" is not RFC 3339`},
		{"override=because", "some parameters are not known"},
		{"openincidents=page", "some parameters are not known"},
	} {
		if w := get(t, server, gatePath+"?"+c.query); w.Code != 400 || !strings.Contains(problemOf(t, w).Message, c.want) {
			t.Errorf("%s: status %d %s", c.query, w.Code, w.Body)
		}
	}
}

const because = `{"override":{"by":"anna","reason":"the rollback of the fix"}}`

func TestAnOverridePassesAGateAndIsRecorded(t *testing.T) {
	server, d := auditedServer(t, newFleet())
	w := as(server, secrets[auth.Deploy], "POST", gatePath+"?select=service%3Dcheckout", because)
	v := decode[api.Verdict](t, w)
	if want := (&api.Overridden{By: "anna (token deploy-token)", Reason: "the rollback of the fix", Verdict: "fail"}); w.Code != 200 || v.Verdict != "pass" || cmp.Diff(want, v.Override) != "" {
		t.Errorf("status %d, %+v", w.Code, v)
	}
	if len(v.Closing()) == 0 {
		t.Error("the checks forgot their own verdicts")
	}
	if len(d.entries) != 1 {
		t.Fatalf("%d entries", len(d.entries))
	}
	e := d.entries[0]
	if e.Actor != "deploy-token" || e.Role != "deploy" || e.Action != "POST /api/v1/gate" || e.Outcome != audit.Done || e.Status != 200 ||
		e.Detail != "fail by anna (token deploy-token): the rollback of the fix" || e.Target != strings.Join(v.Closing(), ", ") {
		t.Errorf("%+v, closed by %v", e, v.Closing())
	}
}

// Who takes the responsibility may pass what cannot be decided, but not what was
// asked wrong.
func TestWhatAnOverridePasses(t *testing.T) {
	for name, c := range map[string]struct {
		query, verdict, was string
		entries             int
	}{
		"data that is gone":   {"select=service%3Dnotify", "pass", "inconclusive", 1},
		"nothing is selected": {"select=service%3Dnobody", "inconclusive", "", 0},
		"a gate that is open": {"select=service%3Dflags", "pass", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			server, d := auditedServer(t, newFleet())
			v := decode[api.Verdict](t, as(server, secrets[auth.Operator], "POST", gatePath+"?"+c.query, because))
			if v.Verdict != c.verdict || (v.Override == nil) != (c.was == "") || v.Override != nil && v.Override.Verdict != c.was || len(d.entries) != c.entries {
				t.Errorf("%+v, override %+v, %d entries", v, v.Override, len(d.entries))
			}
		})
	}
}

func TestAnOverrideTakesTheRoleOfAPipeline(t *testing.T) {
	for name, c := range map[string]struct {
		secret, query string
		code          int
		message       string
	}{
		"nobody":                       {"", "", 401, "a token with the role deploy"},
		"a viewer":                     {secrets[auth.Viewer], "", 403, "this needs the role deploy"},
		"a viewer, of an open gate":    {secrets[auth.Viewer], "?select=service%3Dflags", 403, "this needs the role deploy"},
		"one for another service":      {scopedKey, "?select=service%3Dcheckout", 403, "token media is for other services than checkout"},
		"one for some of the services": {scopedKey, "?min_budget=100%25", 403, "token media is for other services"},
		"one for the service":          {scopedKey, "?select=service%3Dmedia&min_budget=100%25", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server, d := auditedServer(t, newFleet())
			w := as(server, c.secret, "POST", gatePath+c.query, because)
			if w.Code != c.code || c.message != "" && !strings.Contains(problemOf(t, w).Message, c.message) {
				t.Errorf("status %d %s", w.Code, w.Body)
			}
			if len(d.entries) != 1 || (d.entries[0].Outcome == audit.Refused) != (c.code != 200) {
				t.Errorf("the audit holds %+v", d.entries)
			}
		})
	}
}

func TestAnOverrideThatIsMisspeltPassesNothing(t *testing.T) {
	server := newFleet().server(t)
	for body, want := range map[string]string{
		`{"override":{"by":"anna"}}`:                                                            "override.reason is missing",
		`{"override":{"by":"anna","reason":" \u200b "}}`:                                        "override.reason is missing",
		`{"override":{"reason":"because"}}`:                                                     "override.by is missing",
		`{"override":{"by":"anna","reason":"` + strings.Repeat("x", 501) + `"}}`:                "longer than 500",
		`{"override":{"by":"` + strings.Repeat("x", 101) + `","reason":"x"}}`:                   "longer than 100",
		`{"override":"because","by":"anna"}`:                                                    "not the JSON object",
		`{"override":{"by":"anna","reason":"x","force":true}}`:                                  "not the JSON object",
		`{"override":{"by":"anna","reason":"x"},"override":{"by":"eve","reason":"y"}}`:          "not the JSON object",
		`{"name":"cart","namespace":"shop","override":{"by":"anna","reason":"a controller's"}}`: "not the JSON object",
		`{"override":{"by":"anna","reason":"x"}} and more`:                                      "",
		`{"override":null}`:                  "",
		`override`:                           "",
		`{"metadata":{"override":"x"}}`:      "",
		`[{"override":{"reason":"x"}}]`:      "",
		strings.Repeat(" ", 1<<20) + because: "",
	} {
		w := post(server, gatePath, "application/json", body)
		if want == "" { // what a controller posts is none of ours
			if w.Code != 422 || decode[api.Verdict](t, w).Override != nil {
				t.Errorf("%.60s: status %d %s", body, w.Code, w.Body)
			}
		} else if w.Code != 400 || !strings.Contains(problemOf(t, w).Message, want) {
			t.Errorf("%.60s: status %d %s", body, w.Code, w.Body)
		}
	}
	if w := post(server, gatePath, "text/plain", because); w.Code != 415 {
		t.Errorf("as text: status %d", w.Code)
	}
	if w := post(server, gatePath+"?at=2026-02-01T12:00:00Z", "application/json", because); w.Code != 400 || !strings.Contains(w.Body.String(), "the gate of now") {
		t.Errorf("of the past: status %d %s", w.Code, w.Body)
	}
}

func TestAnOverrideOfManyNamesTheFirst(t *testing.T) {
	server, d := auditedServer(t, newFleet())
	as(server, secrets[auth.Operator], "POST", gatePath+"?min_budget=100%25", because)
	if len(d.entries) != 1 || !strings.Contains(d.entries[0].Target, " and 1 more") && strings.Count(d.entries[0].Target, ", ") > 9 {
		t.Errorf("%+v", d.entries)
	}
}
