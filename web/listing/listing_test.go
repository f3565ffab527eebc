package listing_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// row is an SLO at 99 % of 1,000 events: every bad event spends a tenth of the
// budget.
func row(id string, bad int64, change ...func(*listing.Row)) listing.Row {
	parsed, err := slo.ParseID(id)
	if err != nil {
		panic(err)
	}
	r := listing.Row{
		SLO: slo.SLO{ID: parsed, Owner: "team-" + parsed.Service, Objective: slo.MustObjective("99%"), Labels: map[string]string{"tier": "critical"}},
		Assessment: slo.Assessment{
			ID: parsed, Objective: slo.MustObjective("99%"), State: slo.StateOK,
			Window: slo.WindowSum{Counts: slo.Counts{Total: 1000, Bad: bad}, Coverage: 1},
			Burns:  []slo.WindowSum{{Length: time.Hour, Coverage: 1, Counts: slo.Counts{Total: 1000, Bad: bad}}},
		},
		Alert: alerting.Alert{ID: parsed, Phase: alerting.PhaseOK},
	}
	for _, f := range change {
		f(&r)
	}
	return r
}

func alert(phase alerting.Phase, severity slo.Severity) func(*listing.Row) {
	return func(r *listing.Row) { r.Alert.Phase, r.Alert.Severity = phase, severity }
}

func data(state slo.DataState) func(*listing.Row) {
	return func(r *listing.Row) { r.Assessment.State = state }
}

func reading(r *listing.Row) { r.Assessment.Window.Unread = time.Hour }

func silent(r *listing.Row) { r.Assessment.Window.Counts, r.Assessment.Burns = slo.Counts{}, nil }

func covered(share float64) func(*listing.Row) {
	return func(r *listing.Row) { r.Assessment.Burns[0].Coverage = share }
}

func excluded(r *listing.Row) { r.Assessment.Burns[0].Excluded.Time = time.Minute }

func TestStatus(t *testing.T) {
	page, ticket := slo.SeverityPage, slo.SeverityTicket
	for _, c := range []struct {
		why  string
		row  listing.Row
		want listing.Status
	}{
		{"a page that fires", row("a/b/c", 0, alert(alerting.PhaseFiring, page)), listing.StatusPaging},
		{"a ticket that fires", row("a/b/c", 0, alert(alerting.PhaseFiring, ticket)), listing.StatusTicket},
		{"an alert holds when the data goes away", row("a/b/c", 0, alert(alerting.PhaseFiring, page), data(slo.StateNoData)), listing.StatusPaging},
		{"a page that recovers", row("a/b/c", 0, alert(alerting.PhaseRecovering, page)), listing.StatusRecovering},
		{"pending", row("a/b/c", 0, alert(alerting.PhasePending, ticket)), listing.StatusPending},
		{"pending, on data that is gone", row("a/b/c", 0, alert(alerting.PhasePending, ticket), data(slo.StateNoData)), listing.StatusNoData},
		{"nothing is left", row("a/b/c", 10), listing.StatusSpent},
		{"nothing is left, and nobody knows what is now", row("a/b/c", 10, data(slo.StateSourceDown)), listing.StatusSourceDown},
		{"idle", row("a/b/c", 0, data(slo.StateIdle)), listing.StatusIdle},
		{"new", row("a/b/c", 0, data(slo.StateNew)), listing.StatusNew},
		{"no numbers that can be true", row("a/b/c", 0, data(slo.StateInvalid)), listing.StatusInvalid},
		{"we are behind", row("a/b/c", 0, data(slo.StateStale)), listing.StatusStale},
		{"never evaluated", listing.Row{}, listing.StatusStale},
		{"good", row("a/b/c", 9), listing.StatusOK},
		{"good, as far as half of the last minutes tells", row("a/b/c", 9, covered(0.5)), listing.StatusOK},
		{"too little is known of the last minutes to call it good", row("a/b/c", 9, covered(0.49)), listing.StatusNoData},
		{"what is left out of the last minutes by maintenance is not missing", row("a/b/c", 9, covered(0.1), excluded), listing.StatusOK},
		{"without a call, as far as is known", row("a/b/c", 0, covered(0.2), data(slo.StateIdle)), listing.StatusNoData},
		{"spent, whatever the last minutes were", row("a/b/c", 10, covered(0)), listing.StatusSpent},
		{"good so far, and the history is still being read", row("a/b/c", 9, reading), listing.StatusReading},
		{"all that was read is spent, and the rest may be good", row("a/b/c", 10, reading), listing.StatusReading},
		{"idle while the history is being read", row("a/b/c", 0, reading, data(slo.StateIdle)), listing.StatusIdle},
		{"a page that fires while the history is being read", row("a/b/c", 0, reading, alert(alerting.PhaseFiring, page)), listing.StatusPaging},
		{"good, without a call in the window", row("a/b/c", 0, silent), listing.StatusOK},
	} {
		if got := c.row.Status(); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
		if !slices.Contains(listing.Statuses(), c.row.Status()) {
			t.Errorf("%s: %s is not among the statuses", c.why, c.row.Status())
		}
	}
}

func TestCountsOfAllStatusesAddUp(t *testing.T) {
	rows := []listing.Row{row("a/b/c", 0), row("a/b/d", 0), row("a/b/e", 50), row("a/b/f", 0, data(slo.StateIdle))}
	want := map[listing.Status]int{listing.StatusOK: 2, listing.StatusSpent: 1, listing.StatusIdle: 1}
	if diff := cmp.Diff(want, listing.NewHouse(rows).Select(listing.Query{}).Counts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTheWorstRowSpeaksForTheFunction(t *testing.T) {
	part := func(r *listing.Row) { r.SLO.Split = map[string]string{"region": "eu"} }
	page := alert(alerting.PhaseFiring, slo.SeverityPage)
	ticket := alert(alerting.PhaseFiring, slo.SeverityTicket)
	for _, c := range []struct {
		why  string
		rows []listing.Row
		want string
	}{
		{"the most urgent status", []listing.Row{row("a/b/ok", 0), row("a/b/spent", 50), row("a/b/idle", 0, data(slo.StateIdle))}, "spent"},
		{"of equals the first", []listing.Row{row("a/b/one", 0), row("a/b/two", 0)}, "one"},
		{"what is not known is worse than what is good", []listing.Row{row("a/b/ok", 0), row("a/b/gone", 0, data(slo.StateNoData))}, "gone"},
		{"the spent budget of a part promises nothing", []listing.Row{row("a/b/part", 50, part), row("a/b/ok", 0)}, "ok"},
		{"a part that pages", []listing.Row{row("a/b/ok", 0, ticket), row("a/b/part", 0, part, page)}, "part"},
		{"quiet parts alone", []listing.Row{row("a/b/part", 50, part)}, ""},
		{"nothing", nil, ""},
	} {
		got, ok := listing.Worst(c.rows)
		if got.SLO.ID.Name != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, want %q", c.why, got.SLO.ID.Name, c.want)
		}
	}
}

func rows() []listing.Row {
	return []listing.Row{
		row("shop/pay/latency", 2, func(r *listing.Row) {
			r.Assessment.Latency = &slo.Quantiles{P99: new(0.2)}
			r.Assessment.CallsPerSecond = new(5.0)
		}),
		row("shop/pay/up", 1, alert(alerting.PhaseFiring, slo.SeverityPage)),
		row("shop/GET%20%2Fcart%2F%7Bid%7D/up", 6, func(r *listing.Row) {
			r.SLO.Labels = map[string]string{"tier": "batch"}
			r.Assessment.Latency = &slo.Quantiles{Above: new(10.0)}
		}),
		row("media/thumb/up", 3, alert(alerting.PhaseFiring, slo.SeverityTicket)),
		row("media/idle/up", 0, silent, data(slo.StateIdle)),
		row("auth/login/up", 4, alert(alerting.PhaseRecovering, slo.SeverityPage)),
	}
}

// paginate is a page of rows that nobody has put in order.
func paginate(q listing.Query, rows []listing.Row) (listing.Page, error) {
	return q.Paginate(listing.NewHouse(rows).Select(q).Rows)
}

func names(rows []*listing.Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, r.SLO.ID.Function+"."+r.SLO.ID.Name)
	}
	return strings.Join(out, " ")
}

func TestFilters(t *testing.T) {
	for query, want := range map[string]string{
		"":                                   "pay.latency pay.up GET /cart/{id}.up thumb.up idle.up login.up",
		"service=shop":                       "pay.latency pay.up GET /cart/{id}.up",
		"service=auth,media":                 "thumb.up idle.up login.up",
		"service=auth&service=media":         "thumb.up idle.up login.up",
		"service=":                           "pay.latency pay.up GET /cart/{id}.up thumb.up idle.up login.up",
		"service=sho":                        "",
		"function=pay":                       "pay.latency pay.up",
		"function=GET+%2Fcart%2F%7Bid%7D":    "GET /cart/{id}.up",
		"owner=team-auth":                    "login.up",
		"label=tier%3Dbatch":                 "GET /cart/{id}.up",
		"label=tier%3Dbatch&label=a%3Db":     "",
		"label=service%3Dshop":               "",
		"state=idle":                         "idle.up",
		"severity=page":                      "pay.up login.up",
		"severity=none&service=media":        "idle.up",
		"status=paging,ticket":               "pay.up thumb.up",
		"q=CART":                             "GET /cart/{id}.up",
		"q=batch":                            "GET /cart/{id}.up",
		"q=team-m":                           "thumb.up idle.up",
		"q=%25":                              "",
		"service=shop&severity=page&q=++pay": "pay.up",
	} {
		q := parse(t, query)
		got := listing.NewHouse(rows()).Select(q)
		if diff := cmp.Diff(sorted(want), sorted(names(got.Rows))); diff != "" {
			t.Errorf("%q selects (-want +got):\n%s", query, diff)
		}
	}
}

func sorted(names string) []string { return slices.Sorted(slices.Values(strings.Fields(names))) }

func parse(t *testing.T, query string) listing.Query {
	t.Helper()
	v, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	q, err := listing.ParseQuery(v)
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	return q
}

func TestQueriesThatAreRefusedNameEveryProblem(t *testing.T) {
	for query, want := range map[string][]string{
		"sort=colour":                     {"sort=", "urgency"},
		"sort=-":                          {"sort="},
		"sort=budget%3B+drop+table":       {"sort="},
		"limit=0":                         {"limit=", "1000"},
		"limit=1001":                      {"limit="},
		"limit=many":                      {"limit="},
		"state=fine":                      {"state=", "source_down"},
		"severity=critical":               {"severity=", "page"},
		"status=red":                      {"status=", "paging"},
		"label=tier":                      {"label=", "key=value"},
		"label=%3Dx":                      {"label="},
		"at=yesterday":                    {"at=", "2026-03-01T12:00:00Z"},
		"state=fine&sort=colour&limit=-1": {"state=", "sort=", "limit="},
	} {
		v, _ := url.ParseQuery(query)
		_, err := listing.ParseQuery(v)
		if _, ok := errors.AsType[*listing.QueryError](err); !ok {
			t.Errorf("%q is accepted", query)
			continue
		}
		for _, part := range want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: %q does not say %q", query, err, part)
			}
		}
	}
}

func TestOrders(t *testing.T) {
	for order, want := range map[string]string{
		"":          "pay.up thumb.up login.up GET /cart/{id}.up pay.latency idle.up",
		"-urgency":  "idle.up pay.latency GET /cart/{id}.up login.up thumb.up pay.up",
		"service":   "login.up idle.up thumb.up GET /cart/{id}.up pay.latency pay.up",
		"-service":  "GET /cart/{id}.up pay.latency pay.up idle.up thumb.up login.up",
		"function":  "GET /cart/{id}.up idle.up login.up pay.latency pay.up thumb.up",
		"owner":     "login.up idle.up thumb.up GET /cart/{id}.up pay.latency pay.up",
		"objective": "login.up idle.up thumb.up GET /cart/{id}.up pay.latency pay.up",
		"budget":    "GET /cart/{id}.up login.up thumb.up pay.latency pay.up idle.up",
		"-budget":   "pay.up pay.latency thumb.up login.up GET /cart/{id}.up idle.up",
		"sli":       "GET /cart/{id}.up login.up thumb.up pay.latency pay.up idle.up",
		"-burn":     "GET /cart/{id}.up login.up thumb.up pay.latency pay.up idle.up",
		"-latency":  "GET /cart/{id}.up pay.latency login.up idle.up thumb.up pay.up",
		"latency":   "pay.latency GET /cart/{id}.up login.up idle.up thumb.up pay.up",
		"calls":     "pay.latency login.up idle.up thumb.up GET /cart/{id}.up pay.up",
	} {
		q := parse(t, "sort="+order)
		page, err := paginate(q, rows())
		if err != nil {
			t.Fatal(err)
		}
		got := names(page.Rows)
		if got != want {
			t.Errorf("sort=%s:\n got %s\nwant %s", order, got, want)
		}
		if given := parse(t, "sort="+order).Sort.String(); order != "" && given != order {
			t.Errorf("sort=%s is written as %s", order, given)
		}
	}
}

func TestEverySortKeyIsAnOrder(t *testing.T) {
	for _, key := range listing.SortKeys() {
		for _, text := range []string{key, "-" + key} {
			if _, ok := listing.ParseOrder(text); !ok {
				t.Errorf("%s is no order", text)
			}
		}
	}
}

// TestPagesShowEveryRowOnce walks lists of random rows by random limits in every
// order.
func TestPagesShowEveryRowOnce(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, key := range listing.SortKeys() {
		for _, sign := range []string{"", "-"} {
			var all []listing.Row
			for i := range 57 {
				r := row(fmt.Sprintf("s%d/f%d/n%d", random.IntN(3), random.IntN(5), i), random.Int64N(12))
				if random.IntN(4) == 0 {
					silent(&r)
				}
				all = append(all, r)
			}
			q := parse(t, fmt.Sprintf("sort=%s%s&limit=%d", sign, key, 1+random.IntN(20)))
			whole, _ := paginate(parse(t, "sort="+sign+key), all)
			if got := walk(t, q, all); got != names(whole.Rows) {
				t.Errorf("sort=%s%s, limit %d:\n got %s\nwant %s", sign, key, q.Limit, got, names(whole.Rows))
			}
		}
	}
}

func walk(t *testing.T, q listing.Query, all []listing.Row) string {
	t.Helper()
	var got []*listing.Row
	for range len(all) + 1 {
		page, err := paginate(q, all)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page.Rows...)
		if q.Cursor = page.Next; q.Cursor == "" {
			return names(got)
		}
	}
	t.Fatal("the pages never end")
	return ""
}

func TestRowsThatComeAndGoDoNotShiftAPage(t *testing.T) {
	q := parse(t, "sort=function&limit=2")
	first, err := paginate(q, []listing.Row{row("s/b/n", 0), row("s/d/n", 0), row("s/f/n", 0)})
	if err != nil {
		t.Fatal(err)
	}
	q.Cursor = first.Next
	for why, c := range map[string]struct {
		now  []listing.Row
		want string
	}{
		"one came before":       {[]listing.Row{row("s/a/n", 0), row("s/b/n", 0), row("s/d/n", 0), row("s/f/n", 0)}, "f.n"},
		"the last shown left":   {[]listing.Row{row("s/b/n", 0), row("s/f/n", 0)}, "f.n"},
		"one came after":        {[]listing.Row{row("s/b/n", 0), row("s/d/n", 0), row("s/e/n", 0), row("s/f/n", 0)}, "e.n f.n"},
		"everything after left": {[]listing.Row{row("s/b/n", 0)}, ""},
	} {
		second, err := paginate(q, c.now)
		if err != nil || names(second.Rows) != c.want || second.Next != "" {
			t.Errorf("%s: got %q, next %q, %v", why, names(second.Rows), second.Next, err)
		}
	}
}

func TestACursorOfAnotherListIsRefused(t *testing.T) {
	page, err := paginate(parse(t, "sort=budget&limit=1"), rows())
	if err != nil || page.Next == "" {
		t.Fatal(page, err)
	}
	for _, query := range []string{"sort=burn&cursor=" + page.Next, "sort=-budget&cursor=" + page.Next, "cursor=%25", "cursor=e30", "cursor=bm90IGpzb24"} {
		if _, err := paginate(parse(t, query), rows()); !errors.Is(err, listing.ErrCursor) {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("budget", "eyJzIjoiYnVkZ2V0IiwiYSI6e319")
	f.Add("-urgency", "AAAA")
	f.Fuzz(func(t *testing.T, sort, cursor string) {
		q, err := listing.ParseQuery(url.Values{"sort": {sort}, "cursor": {cursor}, "limit": {"2"}})
		if err != nil {
			return
		}
		if page, err := paginate(q, rows()); err == nil && len(page.Rows) > 2 {
			t.Errorf("%d rows on a page of 2", len(page.Rows))
		}
	})
}

func TestSelector(t *testing.T) {
	o := row("shop/GET%20%2Fcart%2F%7Bid%7D/up", 0).SLO
	o.Labels["owner"] = "label, not owner"
	for text, want := range map[string]bool{
		"": true, "service=shop": true, "service=shop,slo=up": true, " service = shop , tier=critical ": true,
		"function=GET /cart/{id}": true, "owner=team-shop": true, "tier=batch": false, "service=media": false,
		`service="shop"`: true, "missing=": true, "missing=x": false, "label:tier=critical": true, "label:service=shop": false, ",": true,
	} {
		s, err := listing.ParseSelector(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if got := s.Matches(&o); got != want {
			t.Errorf("%q matches: %v", text, got)
		}
		if got := len(s.Select([]slo.SLO{o, o})) == 2; got != want {
			t.Errorf("%q selects: %v", text, got)
		}
	}
	for _, text := range []string{"service", "=x", "service=shop,tier"} {
		if _, err := listing.ParseSelector(text); err == nil || !strings.Contains(err.Error(), "key=value") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSelectorHintsAtWhatMayBeMeant(t *testing.T) {
	slos := []slo.SLO{row("shop/pay/up", 0).SLO, row("media/thumb/up", 0).SLO}
	for text, want := range map[string]string{
		"service=shp":                  "did you mean service=shop?",
		"service=shop,function=paay":   "did you mean function=pay?",
		"service=shop,function=thumb":  "", // each is there, but not together
		"label:tier=critcal":           "did you mean label:tier=critical?",
		"teir=critical":                "did you mean tier=critical?",
		"service=billing,owner=nobody": "",
		"":                             "",
	} {
		s, err := listing.ParseSelector(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Hint(slos); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func BenchmarkPaginate10000(b *testing.B) {
	var all []listing.Row
	for i := range 10000 {
		all = append(all, row(fmt.Sprintf("s%d/f%d/up", i%40, i), int64(i%15)))
	}
	q, _ := listing.ParseQuery(url.Values{})
	b.ReportAllocs()
	for b.Loop() {
		if page, err := paginate(q, all); err != nil || len(page.Rows) != 100 {
			b.Fatal(err)
		}
	}
}
