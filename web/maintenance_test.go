package web_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/web/api"
)

const (
	maintenancePath = "/api/v1/maintenance"
	announced       = `{"matchers":["service=\"checkout\"","tier!=\"low\""],"starts_at":"2026-03-01T11:00:00+01:00","ends_at":"2026-03-01T11:30:00Z","correct":true,"author":" Mia ","reason":"new disks"}`
)

func remove(h http.Handler, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodDelete, target, nil)
	r.Host = "localhost:9095"
	return do(h, r)
}

func TestAMaintenanceWindowIsAnnouncedListedAndWithdrawn(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	w := post(s, maintenancePath, "application/json", announced)
	want := api.Maintenance{
		ID: "m-1", State: "over", MadeAt: noon,
		Announcement: api.Announcement{
			Matchers: []string{`service="checkout"`, `tier!="low"`}, StartsAt: noon.Add(-2 * time.Hour), EndsAt: new(noon.Add(-30 * time.Minute)),
			Correct: true, Author: "Mia", Reason: "new disks",
		},
	}
	if diff := cmp.Diff(want, decode[api.Maintenance](t, w)); diff != "" || w.Code != http.StatusCreated {
		t.Errorf("announced with %d (-want +got):\n%s", w.Code, diff)
	}
	if diff := cmp.Diff(api.MaintenanceList{Maintenance: []api.Maintenance{want}}, decode[api.MaintenanceList](t, get(t, s, maintenancePath))); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	want.State, want.WithdrawnAt, want.WithdrawnBy = "withdrawn", &noon, "Noa"
	if diff := cmp.Diff(want, decode[api.Maintenance](t, remove(s, maintenancePath+"/m-1?by=Noa"))); diff != "" {
		t.Errorf("withdrawn (-want +got):\n%s", diff)
	}
}

func TestAMaintenanceWindowSaysAllThatIsNeeded(t *testing.T) {
	s := newFleet().server(t)
	for what, tc := range map[string]struct{ old, new, want string }{
		"no author":              {`" Mia "`, `""`, "author is missing"},
		"half a matcher":         {`"tier!=\"low\""`, `"tier"`, "is not a matcher such as"},
		"a matcher of no text":   {`"tier!=\"low\""`, `7`, "cannot unmarshal"},
		"a list in a list":       {`"tier!=\"low\""`, `["a"]`, "cannot unmarshal"},
		"an object":              {`["service=\"checkout\"","tier!=\"low\""]`, `{}`, "cannot unmarshal"},
		"a key twice":            {`"correct":true`, `"correct":true,"Correct":false`, "given twice"},
		"twice in an interval":   {`"correct":true`, `"correct":true,"time_intervals":[{"months":["may"],"Months":["june"]}]`, "given twice"},
		"no such month":          {`"correct":true`, `"correct":true,"time_intervals":[{"months":["mai"]}]`, "mai"},
		"too deep":               {`"correct":true`, `"correct":true,"time_intervals":[[[[[[[[[[[1]]]]]]]]]]]`, "too deep"},
		"no end":                 {`"ends_at":"2026-03-01T11:30:00Z",`, ``, "ends_at is missing"},
		"an unknown key":         {`"correct"`, `"corect"`, "corect"},
		"no time":                {`"2026-03-01T11:00:00+01:00"`, `"yesterday"`, "yesterday"},
		"backwards":              {`T11:30:00Z`, `T09:30:00Z`, "ends_at is not after starts_at"},
		"nothing that it does":   {`true`, `false`, "neither correct nor mute is set"},
		"a reason like a novel":  {`new disks`, strings.Repeat("x", 2_001), "longer than"},
		"an author like a novel": {` Mia `, strings.Repeat("x", 101), "longer than"},
	} {
		w := post(s, maintenancePath, "application/json", strings.Replace(announced, tc.old, tc.new, 1))
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), tc.want) {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	for target, code := range map[string]int{"/m-9?by=Noa": http.StatusNotFound, "/m-9": http.StatusBadRequest, "/m-9?by=%20": http.StatusBadRequest} {
		if w := remove(s, maintenancePath+target); w.Code != code {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// A window may hold messages back instead of correcting, or as well.
func TestAMaintenanceWindowMayMute(t *testing.T) {
	for asked, want := range map[string]struct {
		correct, mute bool
		does          string
	}{
		`"correct":true`:              {true, false, "corrects budgets m-1, announced"},
		`"mute":true`:                 {false, true, "holds messages back m-1, announced"},
		`"correct":true,"mute":true`:  {true, true, "corrects budgets and holds messages back m-1, announced"},
		`"correct":false,"mute":true`: {false, true, "holds messages back m-1, announced"},
	} {
		s := newFleet().server(t)
		w := post(s, maintenancePath, "application/json", strings.Replace(announced, `"correct":true`, asked, 1))
		if m := decode[api.Maintenance](t, w); m.Correct != want.correct || m.Mute != want.mute {
			t.Errorf("%s: %d %+v", asked, w.Code, m)
		}
		if body := text(get(t, s, "/maintenance").Body.String()); !strings.Contains(body, want.does) {
			t.Errorf("%s: the page does not say %q: %s", asked, want.does, body)
		}
	}
}

func TestARecurringMaintenanceWindowNeedsNoEnd(t *testing.T) {
	s := newFleet().server(t)
	const intervals = `[{"times":[{"start_time":"02:00","end_time":"04:00"}],"weekdays":["sunday"],"location":"Europe/Berlin"}]`
	asked := strings.Replace(announced, `"ends_at":"2026-03-01T11:30:00Z"`, `"time_intervals":`+intervals, 1)
	w := post(s, maintenancePath, "application/json", asked)
	if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), `"ends_at":null,"time_intervals":`+intervals) || !strings.Contains(w.Body.String(), `"state":"pending"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestThePageListsMaintenanceAndTakesItBack(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	if body := text(get(t, s, "/maintenance").Body.String()); !strings.Contains(body, "No maintenance goes on.") {
		t.Errorf("empty: %s", body)
	}
	post(s, maintenancePath, "application/json", strings.Replace(announced, "new disks", "new <disks>", 1))
	post(s, maintenancePath, "application/json", strings.Replace(announced, `"ends_at":"2026-03-01T11:30:00Z"`, `"time_intervals":[{"weekdays":["sunday"]}]`, 1))
	body := text(get(t, s, "/maintenance").Body.String())
	for _, want := range []string{
		`Over new <disks> by Mia, 2026-03-01 10:00:00 UTC to 2026-03-01 11:30:00 UTC service="checkout" tier!="low" corrects budgets m-1, announced 2026-03-01 12:00:00 UTC Extend it, end it or take it back`,
		`Going on new disks by Mia, 2026-03-01 10:00:00 UTC until it is ended`, "corrects budgets, every Sunday all day UTC , next in 6 d 12 h: 2026-03-08",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
	if w := post(s, "/maintenance/m-1/withdraw", "application/x-www-form-urlencoded", "by="); w.Code != http.StatusBadRequest || f.planned[0].Withdrawn() {
		t.Errorf("by nobody: %d", w.Code)
	}
	if w := post(s, "/maintenance/m-1/withdraw", "application/x-www-form-urlencoded", "by=Noa"); w.Code != http.StatusSeeOther || !f.planned[0].Withdrawn() {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	body = text(get(t, s, "/maintenance").Body.String())
	if !strings.Contains(body, "Withdrawn new <disks>") || !strings.Contains(body, "taken back by Noa, 2026-03-01 12:00:00 UTC") || strings.Count(body, "or take it back") != 1 {
		t.Errorf("withdrawn: %s", body)
	}
}

func TestTheFormAnnouncesMaintenance(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	if body := get(t, s, "/maintenance").Body.String(); !strings.Contains(body, `name="from" required value="2026-03-01T12:00"`) || !strings.Contains(body, `name="to" value="2026-03-01T13:00"`) || strings.Contains(body, `value="correct" selected`) {
		t.Errorf("the form does not begin with the hour from now: %s", body)
	}
	if body := get(t, s, "/maintenance?afterwards=1").Body.String(); !strings.Contains(body, `name="from" required value="2026-03-01T11:00"`) || !strings.Contains(body, `value="correct" selected`) {
		t.Errorf("afterwards it does not begin with the hour before: %s", body)
	}
	form := url.Values{
		"matchers": {`service="checkout",function="charge"`}, "from": {"2026-02-28T22:00"}, "to": {"2026-03-01T01:30"}, "does": {"both"}, "reason": {"new disks"}, "by": {"Mia"},
	}
	for does, want := range map[string][2]bool{"correct": {true, false}, "mute": {false, true}, "both": {true, true}} {
		form.Set("does", does)
		if w := post(s, "/maintenance", formType, form.Encode()); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/maintenance" {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		m := f.planned[len(f.planned)-1]
		if m.Correct != want[0] || m.Mute != want[1] || m.Author != "Mia" || m.Reason != "new disks" || len(m.Matchers.Texts()) != 2 {
			t.Errorf("%s: %+v", does, m)
		}
		if from, to := time.Date(2026, 2, 28, 22, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 1, 30, 0, 0, time.UTC); !m.StartsAt.Equal(from) || !m.EndsAt.Equal(to) {
			t.Errorf("from %s to %s", m.StartsAt, m.EndsAt)
		}
	}
	before := len(f.planned)
	for what, change := range map[string][2]string{
		"no matchers": {"matchers", " "}, "half a matcher": {"matchers", "service"}, "no reason": {"reason", ""}, "nobody": {"by", " "},
		"no beginning": {"from", ""}, "no time": {"to", "soon"}, "ends before it begins": {"to", "2026-02-28T21:00"},
	} {
		bad := maps.Clone(form)
		bad.Set(change[0], change[1])
		if w := post(s, "/maintenance", formType, bad.Encode()); w.Code != http.StatusBadRequest || len(f.planned) != before {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
}

func TestTheFormAnnouncesMaintenanceThatComesAgainAndAgain(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	form := url.Values{
		"matchers": {`service="checkout"`}, "from": {"2026-03-01T12:00"}, "to": {"2026-03-01T13:00"}, "does": {"mute"}, "reason": {"backups"}, "by": {"Mia"},
		"repeat": {"every Sunday"}, "clock": {"02:00"}, "clock_until": {"04:00"}, "zone": {"Europe/Berlin"},
	}
	preview := text(get(t, s, "/maintenance?preview=&"+form.Encode()).Body.String())
	for _, want := range []string{"It goes on every Sunday 02:00–04:00 Europe/Berlin, next 2026-03-08 01:00:00 UTC .", "It matches 2 functions"} {
		if !strings.Contains(preview, want) {
			t.Errorf("the preview does not say %q: %s", want, preview)
		}
	}
	if w := post(s, "/maintenance", formType, form.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if m := f.planned[0]; !m.EndsAt.IsZero() || m.Recurring.Words() != "every Sunday 02:00–04:00 Europe/Berlin" {
		t.Errorf("%+v", m)
	}
	list := text(get(t, s, "/maintenance").Body.String())
	if !strings.Contains(list, "until it is ended") || !strings.Contains(list, "every Sunday 02:00–04:00 Europe/Berlin , next in 6 d 13 h: 2026-03-08 01:00:00 UTC") {
		t.Error(list)
	}
	form.Set("ends", "2026-04-01T00:00")
	post(s, "/maintenance", formType, form.Encode())
	if m := f.planned[1]; !m.EndsAt.Equal(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", m)
	}
	for name, value := range map[string]string{"repeat": "<now and then>", "clock": "2 am", "zone": "Mars", "ends": "never", "from": "2027"} {
		bad := maps.Clone(form)
		bad.Set(name, value)
		if w := post(s, "/maintenance", formType, bad.Encode()); w.Code != http.StatusBadRequest || len(f.planned) != 2 || !strings.Contains(w.Body.String(), "Nothing was kept.") || strings.Contains(w.Body.String(), "<now and") {
			t.Errorf("%s is %s: %d", name, value, w.Code)
		}
	}
}

func TestPagesSayWhoGaveSomethingAnotherEnd(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	post(s, maintenancePath, "application/json", strings.Replace(announced, "11:30", "13:00", 1))
	post(s, "/maintenance/m-1/extend", formType, "by=<Noa>&to=2026-03-01T14:00:00Z")
	post(s, "/api/v1/maintenance/m-1/end", "application/json", `{"by":"Lin"}`)
	body := text(get(t, s, "/maintenance").Body.String())
	for _, want := range []string{"Extended by <Noa>, 2026-03-01 12:00:00 UTC : from 2026-03-01 13:00:00 UTC to 2026-03-01 14:00:00 UTC", "Ended by Lin, 2026-03-01 12:00:00 UTC : from 2026-03-01 14:00:00 UTC to 2026-03-01 12:00:00 UTC"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
	post(s, "/api/v1/silences", "application/json", `{"matchers":["service=\"checkout\""],"ends_at":"2026-03-01T13:00:00Z","author":"Mia","reason":"known"}`)
	post(s, "/silences/s-1/extend", formType, "by=Noa&until=2026-03-01T15:30")
	if body := text(get(t, s, "/silences").Body.String()); !strings.Contains(body, "Extended by Noa, 2026-03-01 12:00:00 UTC : from 2026-03-01 13:00:00 UTC to 2026-03-01 15:30:00 UTC") {
		t.Error(body)
	}
}
