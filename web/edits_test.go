package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
)

// edited is a server whose files were changed: an owner and a promise of checkout twenty
// minutes ago, a receiver an hour ago and, two months ago, an SLO of media.
func edited(t *testing.T, text string) *web.Server {
	t.Helper()
	subject := func(service, function, name string) edit.Subject {
		return edit.Subject{ID: slo.ID{Service: service, Function: function, Name: name}, Owner: text, File: text, Line: 12}
	}
	ago := func(minutes int) time.Time { return noon.Add(-time.Duration(minutes) * time.Minute) }
	config := newFleet().config()
	config.Edits = diaryOfEdits{
		{At: ago(20), Kind: edit.Changed, Subjects: []edit.Subject{subject("checkout", "charge-card", "availability"), subject("media", "upload", "availability")}, Diffs: []edit.Diff{{What: "owner", From: "team-checkout", To: text}}},
		{At: ago(20), Kind: edit.Promised, Text: "objective 99% → 99.9%", Subjects: []edit.Subject{subject("checkout", "charge-card", "latency")}, Start: true},
		{At: ago(60), Kind: edit.Changed, Subjects: []edit.Subject{{Name: text, File: "slofuse.yaml"}}, Diffs: []edit.Diff{{What: "settings"}}},
		{At: ago(60 * 24 * 60), Kind: edit.Removed, Subjects: []edit.Subject{subject("media", "upload", "latency")}},
	}
	config.Audit = &diary{entries: []audit.Entry{{ID: 1, At: ago(20).Add(2 * time.Second), Action: "reload", Outcome: audit.Done, Actor: text}}}
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func TestTheAPIListsEdits(t *testing.T) {
	s := edited(t, "team-pay")
	all := decode[api.EditList](t, get(t, s, "/api/v1/edits"))
	want := []api.Edit{
		{
			At: noon.Add(-20 * time.Minute), Kind: "changed", Text: "owner team-checkout → team-pay", By: "team-pay", Diffs: []api.EditDiff{{What: "owner", From: "team-checkout", To: "team-pay"}}, Settings: []api.EditedSetting{},
			SLOs: []api.EditedSLO{{Service: "checkout", Function: "charge-card", SLO: "availability", Owner: "team-pay", File: "team-pay", Line: 12}, {Service: "media", Function: "upload", SLO: "availability", Owner: "team-pay", File: "team-pay", Line: 12}},
		},
		{
			At: noon.Add(-20 * time.Minute), Kind: "promised", Text: "objective 99% → 99.9%", By: "team-pay", Diffs: []api.EditDiff{}, Start: true, Settings: []api.EditedSetting{},
			SLOs: []api.EditedSLO{{Service: "checkout", Function: "charge-card", SLO: "latency", Owner: "team-pay", File: "team-pay", Line: 12}},
		},
		{At: noon.Add(-time.Hour), Kind: "changed", Text: "settings changed", Diffs: []api.EditDiff{{What: "settings"}}, SLOs: []api.EditedSLO{}, Settings: []api.EditedSetting{{Name: "team-pay", File: "slofuse.yaml"}}},
	}
	if diff := cmp.Diff(want, all.Edits); diff != "" || all.More != 0 || all.Since == nil || !all.To.Equal(noon) || !all.From.Equal(noon.AddDate(0, 0, -30)) {
		t.Errorf("%+v (-want +got):\n%s", all, diff)
	}
}

func TestEditsAreNarrowedDown(t *testing.T) {
	s := edited(t, "team-pay")
	for _, want := range []struct {
		query             string
		edits, slos, more int
	}{
		{"service=checkout", 2, 2, 0},
		{"service=media", 1, 1, 0},
		{"service=media&from=2025-01-01T00:00:00Z", 2, 2, 0},
		{"service=nobody", 0, 0, 0},
		{"function=charge-card", 2, 2, 0},
		{"service=media&function=charge-card", 0, 0, 0},
		{"limit=1", 1, 2, 2},
		{"limit=0", 0, 0, 3},
		{"to=2026-03-01T11:30:00Z", 1, 0, 0},
	} {
		got := decode[api.EditList](t, get(t, s, "/api/v1/edits?"+want.query))
		slos := 0
		for _, e := range got.Edits {
			slos += len(e.SLOs)
		}
		if len(got.Edits) != want.edits || slos != want.slos || got.More != want.more {
			t.Errorf("%s: %d edits of %d SLOs, and %d more", want.query, len(got.Edits), slos, got.More)
		}
	}
	for _, query := range []string{"from=yesterday", "to=x", "limit=-1", "limit=1001", "limit=x", "from=2026-03-01T12:00:00Z&to=2026-03-01T11:00:00Z", "owner=x"} {
		if w := get(t, s, "/api/v1/edits?"+query); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
	none := decode[api.EditList](t, get(t, newFleet().server(t), "/api/v1/edits"))
	if none.Since != nil || none.Edits == nil || len(none.Edits) != 0 {
		t.Errorf("where none is kept: %+v", none)
	}
}

func TestHostileEditsAreData(t *testing.T) {
	for _, payload := range payloads {
		s := edited(t, payload)
		for _, query := range []string{"", "?service=" + url.QueryEscape(payload), "?limit=" + url.QueryEscape(payload)} {
			w := get(t, s, "/api/v1/edits"+query)
			if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "application/json") || strings.Contains(w.Body.String(), "<script") {
				t.Errorf("%q: %s: %s", payload, kind, w.Body)
			}
		}
		if got := decode[api.EditList](t, get(t, s, "/api/v1/edits")); len(got.Edits) != 3 || got.Edits[0].Diffs[0].To != strings.ToValidUTF8(payload, "\ufffd") {
			t.Errorf("%q: %+v", payload, got.Edits)
		}
	}
}
