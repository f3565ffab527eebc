package web_test

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// many incidents: of five functions, some open, most over.
func manyIncidents(n int) *fleet {
	f := newFleet()
	f.incidents = nil
	for i := range n {
		x := alerting.Incident{
			ID: fmt.Sprint("i-", i), State: alerting.IncidentOpen, Severity: slo.SeverityTicket, Service: "checkout", Function: fmt.Sprint("f", i%5), Owner: "team-checkout",
			OpenedAt: noon.Add(time.Duration(-i) * time.Hour),
		}
		if i%2 == 1 {
			x.Severity = slo.SeverityPage
		}
		if i >= 10 {
			x.State, x.ResolvedAt, x.Service, x.Owner = alerting.IncidentResolved, x.OpenedAt.Add(time.Minute), "media", "team-media"
		}
		f.incidents = append(f.incidents, x)
	}
	f.incidents[2].State, f.incidents[2].AckedBy = alerting.IncidentAcked, "mia"
	return f
}

func ids(body string) (out []string) {
	for _, part := range strings.Split(body, `data-row="/incidents/`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		out = append(out, id)
	}
	return out
}

func TestTheListOfIncidentsIsNarrowedAndOrdered(t *testing.T) {
	server := manyIncidents(14).server(t)
	for query, want := range map[string]string{
		"":                             "i-9 i-7 i-5 i-3 i-1 i-8 i-6 i-4 i-0 i-2 i-10 i-11 i-12 i-13",
		"?state=acked":                 "i-2",
		"?state=open&severity=page":    "i-9 i-7 i-5 i-3 i-1",
		"?owner=team-media":            "i-10 i-11 i-12 i-13",
		"?service=media&q=F3":          "i-13",
		"?q=mia":                       "i-2",
		"?sort=newest&severity=ticket": "i-0 i-2 i-4 i-6 i-8 i-10 i-12",
		"?sort=longest&state=open":     "i-9 i-8 i-7 i-6 i-5 i-4 i-3 i-1 i-0",
		"?service=nothing":             "",
	} {
		if got := strings.Join(ids(get(t, server, "/incidents"+query).Body.String()), " "); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"?state=asleep", "?severity=none", "?sort=colour"} {
		if w := get(t, server, "/incidents"+query); w.Code != 400 {
			t.Errorf("%s: status %d", query, w.Code)
		}
	}
	chips := plainText(get(t, server, "/incidents?owner=team-checkout").Body.String())
	if !strings.Contains(chips, "All 10 Open 9 Acked 1") || strings.Contains(chips, "Resolved 4") {
		t.Errorf("the counts: %s", chips)
	}
	if body := get(t, server, "/incidents?service=nothing").Body.String(); !strings.Contains(body, "None of the open and of the latest 200 resolved ones matches.") {
		t.Error("an empty answer does not say what was looked through")
	}
}

func TestTheListOfIncidentsIsTurnedAndBounded(t *testing.T) {
	server := manyIncidents(120).server(t)
	var all []string
	for page := range 3 {
		got := ids(get(t, server, fmt.Sprintf("/incidents?page=%d", page+1)).Body.String())
		if len(got) > 50 {
			t.Errorf("page %d has %d", page+1, len(got))
		}
		all = append(all, got...)
	}
	if slices.Sort(all); len(slices.Compact(all)) != 120 {
		t.Errorf("%d incidents on three pages", len(all))
	}
}

func TestTheListOfIncidentsAsksOnceForAllBudgets(t *testing.T) {
	o := newOutage()
	for n := range 40 {
		x := o.incidents[0]
		x.ID = fmt.Sprint("more-", n)
		o.incidents = append(o.incidents, x)
	}
	body := o.page(t, "/incidents")
	if diff := cmp.Diff(map[string]int{"assess": 1, "incidents": 1}, o.asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(body, "nobody has it") || !strings.Contains(body, "14% of the budget left, gone in 5 h 11 m at the pace of the last 5 minutes") {
		t.Errorf("no words: %s", plainText(body))
	}
}

func TestIncidentsAsAFile(t *testing.T) {
	f := manyIncidents(12)
	f.incidents[0].Function, f.incidents[0].Fingerprint = `=HYPERLINK("https://evil.example.net")`, map[string]string{"code": "a,b\n\"c\""}
	w := get(t, f.server(t), "/incidents.csv?severity=ticket&sort=newest")
	lines, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(lines) != 7 || w.Header().Get("Content-Disposition") != `attachment; filename="incidents.csv"` {
		t.Fatalf("%d lines, %v, %v", len(lines), w.Header(), err)
	}
	if got := lines[1]; got[4] != `'=HYPERLINK("https://evil.example.net")` || got[12] != "code=a,b \"c\"" || got[6] != "2026-03-01T12:00:00Z" || got[9] != "" {
		t.Errorf("%q", got)
	}
	if w := get(t, f.server(t), "/incidents.csv?state=asleep"); w.Code != 400 {
		t.Errorf("status %d", w.Code)
	}
}

func TestAnIncidentIsTakenFromTheListByOneClick(t *testing.T) {
	f := newFleet()
	server := f.server(t)
	body := get(t, server, "/incidents").Body.String()
	if !strings.Contains(body, `<button form="take" formaction="/incidents/inc-1/ack">`) || strings.Count(body, "formaction=") != 1 {
		t.Errorf("no button, or one for what is over: %s", body)
	}
	w := post(server, "/incidents/inc-1/ack", "application/x-www-form-urlencoded", url.Values{"by": {"ada"}}.Encode())
	if w.Code != 303 || f.incidents[0].AckedBy != "ada" {
		t.Errorf("status %d, taken by %q", w.Code, f.incidents[0].AckedBy)
	}
	if body := get(t, server, "/incidents").Body.String(); strings.Contains(body, "formaction=") || !strings.Contains(body, "ada has it") {
		t.Error("it can be taken twice, or nobody sees who has it")
	}
}
