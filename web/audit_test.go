package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// diary is an audit kept in memory.
type diary struct{ entries []audit.Entry }

func (d *diary) Record(_ context.Context, e audit.Entry) {
	var last audit.Entry
	if n := len(d.entries); n > 0 {
		last = d.entries[n-1]
	}
	d.entries = append(d.entries, audit.Seal(e, last))
}

func (d *diary) Entries(_ context.Context, before int64, limit int) (out []audit.Entry, err error) {
	for i := len(d.entries) - 1; i >= 0 && len(out) < limit; i-- {
		if e := d.entries[i]; before == 0 || e.ID < before {
			out = append(out, e)
		}
	}
	return out, nil
}

// auditedServer is a server with tokens that keeps a diary.
func auditedServer(t testing.TB, f *fleet) (*web.Server, *diary) {
	t.Helper()
	d := &diary{}
	config := f.config()
	config.Guard, config.Audit = auth.New(config.Now, auth.Rules{Tokens: tokens()}), d
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return server, d
}

// TestEveryRouteThatChangesStateIsAudited asks every route of the router, by
// somebody who may and by somebody who may not. Only what changes nothing leaves
// no entry.
func TestEveryRouteThatChangesStateIsAudited(t *testing.T) {
	for _, e := range newFleet().server(t).Endpoints() {
		changes := e.Method != http.MethodGet && e.Method+" "+e.Path != "POST /api/v1/gate"
		for _, secret := range []string{secrets[auth.Operator], ""} {
			server, d := auditedServer(t, newFleet())
			w := as(server, secret, e.Method, fillPath.Replace(e.Path), `{"by":"anna"}`)
			want := 0
			if changes {
				want = 1
			}
			if len(d.entries) != want {
				t.Errorf("%s %s, status %d: %d entries, want %d", e.Method, e.Path, w.Code, len(d.entries), want)
				continue
			}
			if !changes {
				continue
			}
			if got := d.entries[0]; got.Action != e.Method+" "+e.Path || got.Status != w.Code || (secret != "" && got.Actor != "operator-token") || got.Remote == "" {
				t.Errorf("%s %s, status %d: %+v", e.Method, e.Path, w.Code, got)
			}
		}
	}
}

func TestWhatAnEntryHolds(t *testing.T) {
	server, d := auditedServer(t, newFleet())
	as(server, secrets[auth.Operator], "POST", "/api/v1/incidents/inc-1/ack", `{"by":"anna","comment":"on it"}`)
	as(server, secrets[auth.Deploy], "POST", "/api/v1/incidents/inc-1/ack", `{"by":"ci"}`)
	as(server, secrets[auth.Operator], "POST", "/api/v1/incidents/nope/resolve", `{"by":"anna"}`)
	type row struct {
		Actor, Target, Outcome string
		Status                 int
		Detail                 string
	}
	var got []row
	for _, e := range d.entries {
		got = append(got, row{e.Actor, e.Target, e.Outcome, e.Status, e.Detail})
	}
	want := []row{
		{"operator-token", "inc-1", audit.Done, 200, `{"by":"anna","comment":"on it"}`},
		{"deploy-token", "inc-1", audit.Refused, 403, "this needs the role operator; token deploy-token has deploy"},
		{"operator-token", "nope", audit.Failed, 404, `{"by":"anna"}`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if err := audit.Verify(d.entries); err != nil {
		t.Error(err)
	}
}

func TestNoEntryHoldsAToken(t *testing.T) {
	server, d := auditedServer(t, newFleet())
	secret := secrets[auth.Operator]
	browser(server, "/login", nil, url.Values{"token": {secret}})
	browser(server, "/login", nil, url.Values{"token": {secret + "x"}})
	as(server, secret, "POST", "/api/v1/slack/interactions", `{"token":"`+secret+`"}`)
	text, err := json.Marshal(d.entries)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.entries) != 3 || strings.Contains(string(text), secret) {
		t.Errorf("%s", text)
	}
	if d.entries[0].Actor != "operator-token" || d.entries[0].Outcome != audit.Done || d.entries[1].Outcome != audit.Refused {
		t.Errorf("%+v", d.entries[:2])
	}
}

func TestTryingDoorsDoesNotFillTheDisk(t *testing.T) {
	server, d := auditedServer(t, newFleet())
	for range 500 {
		as(server, "wrong", "POST", "/-/reload", "")
	}
	if n := len(d.entries); n < 20 || n > 22 {
		t.Errorf("%d entries of 500 refusals, want 20", n)
	}
	as(server, secrets[auth.Operator], "POST", "/-/reload", "")
	if last := d.entries[len(d.entries)-1]; last.Outcome != audit.Done {
		t.Errorf("what was done is not recorded any more: %+v", last)
	}
}

func TestALongBodyIsKeptInPart(t *testing.T) {
	server, d := auditedServer(t, newFleet())
	as(server, secrets[auth.Operator], "POST", "/api/v1/incidents/inc-1/ack", `{"by":"anna","comment":"`+strings.Repeat("x", 1900)+strings.Repeat("é", 1000)+`"}`)
	if n := len(d.entries[0].Detail); n < 1990 || n > 2003 {
		t.Errorf("%d bytes are kept", n)
	}
}

func TestTheAuditIsListedInPages(t *testing.T) {
	server, _ := auditedServer(t, newFleet())
	for range 5 {
		as(server, secrets[auth.Operator], "POST", "/-/reload", "")
	}
	var ids []int64
	target := "/api/v1/audit?limit=2"
	for target != "" {
		w := as(server, secrets[auth.Operator], "GET", target, "")
		var page api.Audit
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
			t.Fatalf("status %d, %v", w.Code, err)
		}
		for _, e := range page.Entries {
			ids = append(ids, e.ID)
		}
		target = ""
		if page.Next != nil {
			target = "/api/v1/audit?limit=2&before=" + string(rune('0'+*page.Next))
		}
	}
	if diff := cmp.Diff([]int64{5, 4, 3, 2, 1}, ids); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, bad := range []string{"limit=-1", "limit=1001", "limit=x", "before=-2"} {
		if w := as(server, secrets[auth.Operator], "GET", "/api/v1/audit?"+bad, ""); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", bad, w.Code)
		}
	}
}

func TestThePageOfTheAuditShowsWhoDidWhat(t *testing.T) {
	server, _ := auditedServer(t, newFleet())
	as(server, secrets[auth.Operator], "POST", "/api/v1/incidents/inc-1/ack", `{"by":"<b>anna</b>"}`)
	r := httptest.NewRequest(http.MethodGet, "/audit", nil)
	r.Host = "localhost"
	r.Header.Set("Authorization", "Bearer "+secrets[auth.Operator])
	r.Header.Set("Accept", "text/html")
	body := do(server, r).Body.String()
	if !strings.Contains(body, "operator-token") || !strings.Contains(body, "inc-1") || strings.Contains(body, "<b>anna") {
		t.Errorf("%s", body)
	}
}
