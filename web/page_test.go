package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/site"
)

// text is what a reader of a page sees, with single spaces.
func text(body string) string {
	var out []string
	tokens := html.NewTokenizer(strings.NewReader(body))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(strings.Join(out, " ")), " ")
		case html.TextToken:
			out = append(out, tokens.Token().Data)
		}
	}
}

// element finds what is between a marker and the next end of a kind of element.
func element(t *testing.T, body, marker, end string) string {
	t.Helper()
	_, after, ok := strings.Cut(body, marker)
	if !ok {
		t.Fatalf("the page has no %q", marker)
	}
	inside, _, _ := strings.Cut(after, end)
	return marker + inside
}

func TestTheListSaysWhatMatters(t *testing.T) {
	w := get(t, newFleet().server(t), "/slos")
	body := w.Body.String()
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("status %d, %s", w.Code, w.Header().Get("Content-Type"))
	}
	rows := strings.Split(element(t, body, "<tbody>", "</tbody>"), "<tr ")[1:]
	want := [][]string{
		{"Paging", "charge-card", "availability", "checkout", "incident", "burn rate 20.1 over 1h", "team-checkout", "99.9%", "30d", "99.914%", "14%", "20.1× of 14.4×", "840 ms", "4.8/s"},
		{"Ticket", "GET /cart/{id}", "99.95%", "overspent by 37%", "4.4× of 4×"},
		{"Recovering", "login"},
		{"Spent", "thumbnail", "overspent by 34%"},
		{"OK", "charge-card", "latency", "75%"},
		{"Idle", "transcode", "no calls for 42 m"},
		{"New", "verify-address"},
		{"No data", "fan-out", "gone for 25 m"},
		{"OK", "evaluate", "99.99996%"},
		{"Source down", "send-email", "connection refused", "unknown"},
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(rows), len(want))
	}
	for i, parts := range want {
		for _, part := range parts {
			if got := text("<tr " + rows[i]); !strings.Contains(got, part) {
				t.Errorf("row %d does not say %q: %s", i, part, got)
			}
		}
	}
	if got := text(element(t, body, `aria-label="By status"`, "</nav>")); !strings.Contains(got, "All 10") || !strings.Contains(got, "Paging 1") || !strings.Contains(got, "OK 2") {
		t.Errorf("counts: %s", got)
	}
}

// TestOnlyGoodNewsIsGreen looks at every row: what is not known to be good has
// neither the green tone nor a green bar.
func TestOnlyGoodNewsIsGreen(t *testing.T) {
	body := get(t, newFleet().server(t), "/slos").Body.String()
	for _, row := range strings.Split(element(t, body, "<tbody>", "</tbody>"), "<tr ")[1:] {
		good := strings.Contains(row, `badge good`)
		if says := strings.Contains(text("<tr "+row), "OK "); good != says {
			t.Errorf("green is %v: %s", good, text("<tr "+row))
		}
		for _, quiet := range []string{"Idle", "New", "No data", "Source down"} {
			if strings.Contains(row, "<span>"+quiet+"<") && strings.Contains(row, `bar good`) {
				t.Errorf("%s has a green bar", quiet)
			}
		}
	}
	for _, path := range []string{"/slos/notify/send-email/availability", "/slos/media/transcode/availability", "/slos/notify/fan-out/availability"} {
		head := element(t, get(t, newFleet().server(t), path).Body.String(), "<h1>", "</h1>")
		if strings.Contains(head, "badge good") {
			t.Errorf("%s: %s", path, head)
		}
	}
}

func TestTheListIsFilteredByLinksAndForms(t *testing.T) {
	server := newFleet().server(t)
	body := get(t, server, "/slos?service=checkout&status=ticket&sort=-budget&q=cart").Body.String()
	for _, want := range []string{
		`name="q" value="cart"`, `<option selected>checkout</option>`, `<input type="hidden" name="status" value="ticket">`,
		`<input type="hidden" name="sort" value="-budget">`, `aria-sort="descending"`,
		`href="/slos?q=cart&amp;sort=-budget&amp;status=ticket"`, // drops the service
		`href="/slos?q=cart&amp;service=checkout&amp;sort=-budget"`,
		`data-self="/slos?q=cart&amp;service=checkout&amp;sort=-budget&amp;status=ticket"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if n := strings.Count(element(t, body, "<tbody>", "</tbody>"), "<tr "); n != 1 {
		t.Errorf("%d rows", n)
	}
	if got := text(get(t, server, "/slos?q=nothing").Body.String()); !strings.Contains(got, "No SLO matches.") {
		t.Error("an empty result does not say so")
	}
	if w := get(t, server, "/slos?sort=colour"); w.Code != 400 || !strings.Contains(text(w.Body.String()), "urgency, service") {
		t.Errorf("a wrong order: status %d", w.Code)
	}
	empty := &fleet{}
	if got := text(get(t, empty.server(t), "/slos").Body.String()); !strings.Contains(got, "No SLO is configured.") {
		t.Error("a server without SLOs does not say so")
	}
}

// aside is what says that a link is a word of the glossary.
var aside = regexp.MustCompile(` class="term" aria-description="[^"]*"`)

func TestSortLinksToggle(t *testing.T) {
	server := newFleet().server(t)
	for sort, want := range map[string]string{
		"":        `<th scope="col" class="num"><a href="/slos?sort=budget">Budget left</a>`,
		"budget":  `<th scope="col" class="num" aria-sort="ascending"><a href="/slos?sort=-budget">Budget left</a>`,
		"-budget": `<th scope="col" class="num" aria-sort="descending"><a href="/slos?sort=budget">Budget left</a>`,
		"-burn":   `<th scope="col" class="num" aria-sort="descending"><a href="/slos?sort=burn">Burn 1h</a>`,
		"burn":    `<th scope="col" class="num" aria-sort="ascending"><a href="/slos?sort=-burn">Burn 1h</a>`,
		"sli":     `<th scope="col"><a href="/slos?sort=urgency">Status</a>`,
	} {
		body := aside.ReplaceAllString(get(t, server, "/slos?sort="+sort).Body.String(), "")
		if !strings.Contains(body, want) {
			t.Errorf("sort=%s: no %s", sort, want)
		}
	}
}

func TestTheListIsPaged(t *testing.T) {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
	for i := range 250 {
		f.add(member{service: "s", function: fmt.Sprintf("f%03d", i), name: "up", owner: "t", objective: "99%", total: 100})
	}
	server := f.server(t)
	for query, want := range map[string][]string{
		"?sort=function":               {"1 to 100 of 250", `rel="next"`, ">f000<", ">f099<"},
		"?sort=function&page=2":        {"101 to 200 of 250", `rel="next"`, `rel="prev"`, ">f100<"},
		"?sort=function&page=3":        {"201 to 250 of 250", `rel="prev"`, ">f249<"},
		"?sort=function&page=99":       {"201 to 250 of 250"},
		"?sort=function&page=-1":       {"1 to 100 of 250"},
		"?sort=function&page=x":        {"1 to 100 of 250"},
		"?sort=function&limit=5":       {"1 to 5 of 250"},
		"?sort=function&q=f24&page=2":  {"1 to 10 of 10"},
		"?sort=function&page=2&limit=": {`href="/slos?page=3&amp;sort=function"`},
	} {
		body := get(t, server, "/slos"+query).Body.String()
		for _, part := range want {
			if !strings.Contains(body, part) {
				t.Errorf("%s: no %s", query, part)
			}
		}
	}
	if body := get(t, server, "/slos?page=3").Body.String(); strings.Contains(body, `rel="next"`) {
		t.Error("the last page has a next one")
	}
}

func TestTheLivePartAlone(t *testing.T) {
	server := newFleet().server(t)
	for _, path := range []string{"/slos?service=checkout", "/slos/checkout/charge-card/availability", "/incidents", "/incidents/inc-1"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		r.Header.Set("Fragment", "true")
		w := do(server, r)
		body := strings.TrimSpace(w.Body.String())
		if !strings.HasPrefix(body, `<div id="live" data-self="`+path+`"`) || strings.Contains(body, "<html") || !strings.Contains(body, `<div id="more">`) {
			t.Errorf("%s: %.200s", path, body)
		}
		if !slices.Contains(w.Header().Values("Vary"), "Fragment") {
			t.Errorf("%s: a cache is not told that it varies", path)
		}
		if whole := get(t, server, path).Body.String(); !strings.Contains(whole, body[:strings.Index(body, ">")]) {
			t.Errorf("%s: the whole page does not hold the part", path)
		}
	}
}

func TestBanners(t *testing.T) {
	for name, c := range map[string]struct {
		status site.Status
		want   []string
		none   bool
	}{
		"all is well":              {site.Status{Backends: []site.Backend{{Name: "main", Up: true, Reason: "fine"}}}, nil, true},
		"a backend is down":        {site.Status{Backends: []site.Backend{{Name: "main", Up: true}, {Name: "eu", Reason: "connection refused", Since: noon.Add(-4 * time.Minute)}}}, []string{"Backend eu has not answered for 4 m", "connection refused", "nothing is resolved"}, false},
		"down, nobody knows since": {site.Status{Backends: []site.Backend{{Name: "eu"}}}, []string{"Backend eu does not answer"}, false},
		"behind":                   {site.Status{Behind: 90 * time.Second}, []string{"Evaluation is 1 m 30 s behind"}, false},
		"catching up":              {site.Status{CatchUp: &site.CatchUp{Done: 412, Total: 1440}}, []string{"Filling in history", "412 of 1,440 parts", `value="28"`}, false},
		"catching up, odd numbers": {site.Status{CatchUp: &site.CatchUp{Done: 9, Total: 3}}, []string{`value="100"`}, false},
		"caught up":                {site.Status{CatchUp: &site.CatchUp{}}, nil, true},
		"a full disk":              {site.Status{Storage: "database or disk is full"}, []string{"Nothing can be written to the database", "disk is full"}, false},
		"not ready":                {site.Status{NotReady: "the first slot is being read"}, []string{"Not ready yet", "the first slot is being read"}, false},
		"a reload failed":          {site.Status{Reload: site.Reload{At: noon, Err: "a.yaml:3:1: <b>unknown</b> key"}}, []string{"the old one stays in force", "a.yaml:3:1: &lt;b&gt;unknown"}, false},
		"a reload went well":       {site.Status{Reload: site.Reload{At: noon}}, nil, true},
	} {
		f := newFleet()
		f.status = c.status
		for _, path := range []string{"/slos", "/slos/flags/evaluate/availability", "/incidents"} {
			body := get(t, f.server(t), path).Body.String()
			if got := !strings.Contains(body, `class="banner`); got != c.none {
				t.Errorf("%s, %s: no banner is %v", name, path, got)
			}
			for _, part := range c.want {
				if !strings.Contains(body, part) {
					t.Errorf("%s, %s: no %q", name, path, part)
				}
			}
		}
	}
}

func TestOneSLO(t *testing.T) {
	server := newFleet().server(t)
	body := get(t, server, "/slos/checkout/charge-card/availability").Body.String()
	seen := text(body)
	for _, want := range []string{
		"checkout / charge-card availability Paging", "99.9% good over 30d", "firing , page, fast tier since", "burn rate 20.1 over 1h and 31.0 over 5m", "Open the incident",
		"SLI 99.914% objective 99.9%", "Budget left 14% 1,747 of 12,352 bad events left", "Burn now 20.1×", "Coverage 100%", "Calls 4.8/s 12,351,720 in 30d",
		"fast page critical 14.4× 20.1× 1h: 344 bad of 17,155", "code=503, gateway=north 75% 7,953", "everything else 13% 1,327", "p99 840 ms",
		"latency 99% over 30d, 99.749%, budget left 75%", "Defined in slos/checkout.yaml:14", "Owner team-checkout", "tier=critical",
		`function_calls_total{function="charge-card",code=~"5.."}`, "Until Calls Bad SLI Budget left Known 2026-03-01 12:00:00 UTC", "runbook",
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, want := range []string{
		`data-charts="/api/v1/slos/checkout/charge-card/availability/charts"`, `<time datetime="2026-03-01T12:00:00Z">2026-03-01 12:00:00 UTC</time>`,
		`<a href="https://runbooks.example.com/availability" rel="noopener noreferrer">runbook</a>`, `href="/incidents/inc-1"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if n := strings.Count(element(t, body, `<details class="data">`, "</details>"), "<tr>"); n != 31 {
		t.Errorf("the table under the chart has %d lines", n)
	}
	w := get(t, server, "/slos/checkout/chage-card/latency")
	if page := text(w.Body.String()); w.Code != 404 || !strings.Contains(page, "there is no SLO checkout/chage-card/latency. Did you mean checkout/charge-card/latency") {
		t.Errorf("an SLO that is not there: status %d, %s", w.Code, page)
	}
	if !strings.Contains(w.Body.String(), `<a href="/slos/checkout/charge-card/latency">`) {
		t.Error("the one that is meant is not a click away")
	}
}

func TestWhatIsNotKnownIsSaid(t *testing.T) {
	server := newFleet().server(t)
	for path, wants := range map[string][]string{
		"/slos/notify/send-email/availability": {"SLI unknown", "Budget left unknown no calls in the window", "Burn now unknown", "Spent in unknown", "fast page unknown", "connection refused", "None is known by class"},
		"/slos/flags/evaluate/availability":    {"Spent in over 30d", "fast page ok"},
		"/slos/media/thumbnail/availability":   {"Budget left overspent by 34% 12,060 bad events, 9,000 were allowed", "Spent in spent"},
		"/slos/media/transcode/availability":   {"no calls for 42 m"},
		"/slos/identity/login/availability":    {"recovering"},
		"/slos/checkout/charge-card/latency":   {"Spent in over 30d"},
		"/slos/notify/fan-out/availability":    {"the series have been gone for 25 m", "fast page unknown"},
	} {
		got := text(get(t, server, path).Body.String())
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %q:\n%s", path, want, got)
			}
		}
	}
	f := newFleet()
	clear(f.assessments)
	if got := text(get(t, f.server(t), "/slos/flags/evaluate/availability").Body.String()); !strings.Contains(got, "No history to show: nothing was evaluated yet.") || !strings.Contains(got, "Stale") {
		t.Errorf("an SLO that was never evaluated: %s", got)
	}
}

// noHistory is a fleet whose history cannot be read.
type noHistory struct{ *fleet }

func (noHistory) History(context.Context, slo.SLO, time.Time, time.Time, time.Duration) ([]slo.Point, error) {
	return nil, errors.New("disk")
}

func TestAPageWithoutItsHistoryIsStillAPage(t *testing.T) {
	f := newFleet()
	config := f.config()
	config.Objectives = noHistory{f}
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, server, "/slos/flags/evaluate/availability")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "it cannot be read at the moment") {
		t.Errorf("status %d", w.Code)
	}
}

func TestTierWords(t *testing.T) {
	const total = 10000 // 1 % is a burn rate of 1
	for name, c := range map[string]struct {
		long, short         int64
		longSeen, shortSeen float64
		quiet               bool
		want                string
	}{
		"both over":                        {2000, 2000, 1, 1, false, "critical"},
		"exactly at the rate":              {1440, 1440, 1, 1, false, "critical"},
		"only long":                        {2000, 10, 1, 1, false, "recovering"},
		"only short":                       {10, 2000, 1, 1, false, "rising"},
		"none":                             {10, 10, 1, 1, false, "ok"},
		"too little of long is known":      {2000, 2000, 0.4, 1, false, "unknown"},
		"too little of short is known":     {10, 10, 1, 0.4, false, "unknown"},
		"nothing was called in short":      {10, 0, 1, 1, true, "ok"},
		"nothing was called, long is over": {2000, 0, 1, 1, true, "recovering"},
	} {
		f := newFleet()
		id := slo.ID{Service: "media", Function: "thumbnail", Name: "availability"}
		a := f.assessments[id]
		short := slo.Counts{Total: total, Bad: c.short}
		if c.quiet {
			short = slo.Counts{}
		}
		a.Burns = []slo.WindowSum{
			{Length: 5 * time.Minute, Counts: short, Coverage: c.shortSeen},
			{Length: time.Hour, Counts: slo.Counts{Total: total, Bad: c.long}, Coverage: c.longSeen},
		}
		f.assessments[id] = a
		got := text(get(t, f.server(t), "/slos/media/thumbnail/availability").Body.String())
		if !strings.Contains(got, "fast page "+c.want+" 14.4×") {
			_, got, _ = strings.Cut(got, "fast page")
			t.Errorf("%s: want %s, got %.40s", name, c.want, got)
		}
	}
}

func TestIncidentPages(t *testing.T) {
	f := newFleet()
	server := f.server(t)
	list := text(get(t, server, "/incidents").Body.String())
	for _, want := range []string{"Page charge-card checkout · team-checkout Acknowledge 2% of calls were too slow in the last 5 minutes. burn rate 20.1", "nobody has it · for 12 m", "1 undeliverable", "1 being sent", "Resolved thumbnail", "lasted 1 h", "by itself · taken by lin", "· flaps · 1 affected", "Open 1 Resolved 1"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list does not say %q:\n%s", want, list)
		}
	}
	one := text(get(t, server, "/incidents/inc-1").Body.String())
	for _, want := range []string{
		"mostly code=503, gateway=north", "Firing, page availability fast tier , since", "Sent slack #slo", "Owed webhook hooks.example.com webhook hooks.example.com 503 Service Unavailable",
		"next try 2026-03-01 12:01:00 UTC 4", "Undeliverable slack #gone", "channel_not_found", "never sent 1", "opened fast tier of availability", "Its windows still burn.",
		"It comes and goes since 2026-03-01 11:58:00 UTC , and is summed up every 4 hours.",
		"Affected They are put down to this incident, and notify nobody new by themselves. Ticket media/upload team-media · since",
	} {
		if !strings.Contains(one, want) {
			t.Errorf("the page does not say %q:\n%s", want, one)
		}
	}
	page := get(t, server, "/incidents/inc-1").Body.String()
	for _, want := range []string{`href="https://runbooks.example.com/availability"`, "note: <code>javascript:alert(1)</code>", "gateway=north</th>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q:\n%s", want, page)
		}
	}
	if done := get(t, server, "/incidents/inc-2").Body.String(); strings.Contains(done, "<form") {
		t.Error("what is resolved can be resolved again")
	}
	if w := get(t, server, "/incidents/none"); w.Code != 404 || !strings.Contains(w.Body.String(), "there is no such incident") {
		t.Errorf("an incident that is not there: status %d", w.Code)
	}
	f.incidents[0].Cause, f.incidents[0].Affected = "inc-2", make([]alerting.Affected, 103)
	affected := get(t, server, "/incidents/inc-1").Body.String()
	if !strings.Contains(affected, `href="/incidents/inc-2">the incident of the cause</a>`) || !strings.Contains(affected, "And 3 more.") {
		t.Error("the page does not lead to the cause, or lists without end")
	}
	f.incidents = nil
	if got := text(get(t, server, "/incidents").Body.String()); !strings.Contains(got, "Nothing is open.") {
		t.Error("an empty list does not say so")
	}
}

func TestIncidentForms(t *testing.T) {
	f := newFleet()
	server := f.server(t)
	const kind = "application/x-www-form-urlencoded"
	if w := post(server, "/incidents/inc-1/ack", kind, "by=ada&comment=on+it"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/incidents/inc-1" {
		t.Errorf("ack: status %d to %q", w.Code, w.Header().Get("Location"))
	}
	if got := text(get(t, server, "/incidents/inc-1").Body.String()); !strings.Contains(got, "Acknowledged by ada at 2026-03-01 12:00:00 UTC : on it") || !strings.Contains(got, "Page, acked") {
		t.Errorf("who acknowledged is not shown: %s", got)
	}
	for name, c := range map[string]struct {
		target, kind, body string
		want               int
	}{
		"nobody":            {"/incidents/inc-1/ack", kind, "by=", 400},
		"badly encoded":     {"/incidents/inc-1/ack", kind, "by=%zz", 400},
		"JSON":              {"/incidents/inc-1/ack", "application/json", `{"by":"ada"}`, 415},
		"too large":         {"/incidents/inc-1/ack", kind, "by=" + strings.Repeat("x", 70000), 413},
		"while it burns":    {"/incidents/inc-1/resolve", kind, "by=ada", 409},
		"force that is not": {"/incidents/inc-1/resolve", kind, "by=ada&force=1", 409},
		"not there":         {"/incidents/none/resolve", kind, "by=ada&force=true", 404},
	} {
		if w := post(server, c.target, c.kind, c.body); w.Code != c.want {
			t.Errorf("%s: status %d, want %d", name, w.Code, c.want)
		}
	}
	if !f.incidents[0].Open() {
		t.Fatal("it was resolved by a request that was refused")
	}
	if w := post(server, "/incidents/inc-1/resolve", kind, "by=ada&force=true"); w.Code != http.StatusSeeOther || f.incidents[0].Open() {
		t.Errorf("resolve: status %d", w.Code)
	}
}

func TestIncidentWords(t *testing.T) {
	for state, want := range map[alerting.IncidentState]string{
		alerting.IncidentOpen: "charge-card Page For", alerting.IncidentAcked: "Page, acked", alerting.IncidentEscalated: "Page, escalated", alerting.IncidentResolved: "charge-card Resolved",
	} {
		f := newFleet()
		f.incidents[0].State = state
		if got := text(get(t, f.server(t), "/incidents/inc-1").Body.String()); !strings.Contains(got, want) {
			t.Errorf("%s: no %q: %s", state, want, got)
		}
	}
	f := newFleet()
	f.incidents[0].Severity = slo.SeverityTicket
	f.incidents[0].Alerts[0].Severity = slo.SeverityTicket
	if got := text(get(t, f.server(t), "/incidents").Body.String()); !strings.Contains(got, "Ticket charge-card") {
		t.Errorf("a ticket: %s", got)
	}
}

func TestTheZoneOfReportsIsOffered(t *testing.T) {
	const choice = `<option>Europe/Berlin</option>`
	f := newFleet()
	if body := get(t, f.server(t), "/incidents").Body.String(); strings.Contains(body, choice) || !strings.Contains(body, `<option>UTC</option></select>`) {
		t.Error("without a zone of reports there is more than UTC to choose")
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	f.slos[0].Window = slo.Window{Calendar: slo.Month, Location: berlin}
	if body := get(t, f.server(t), "/incidents").Body.String(); !strings.Contains(body, choice) {
		t.Error("the zone of reports is not offered")
	}
}
