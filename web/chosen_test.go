package web_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web"
)

// reader looks at the list as a browser does: it keeps a cookie, follows to where it is
// led, and says where it comes from.
type reader struct {
	server *web.Server
	from   string // the address it comes from; empty: from elsewhere
	kept   *http.Cookie
}

func (r *reader) open(t *testing.T, target string, headers ...string) (at string, w *httptest.ResponseRecorder) {
	t.Helper()
	for at = target; ; at = w.Header().Get("Location") {
		request := httptest.NewRequest(http.MethodGet, at, nil)
		request.Host = "localhost:9095"
		request.Header.Set("Accept", "text/html")
		request.Header.Set("Referer", r.from)
		for i := 0; i < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		if r.kept != nil {
			request.AddCookie(r.kept)
		}
		w = do(r.server, request)
		for _, c := range w.Result().Cookies() {
			if r.kept = c; c.MaxAge < 0 {
				r.kept = nil
			}
		}
		if w.Code != http.StatusSeeOther {
			return at, w
		}
	}
}

// choose does so on the list itself.
func (r *reader) choose(t *testing.T, target string) (at string, w *httptest.ResponseRecorder) {
	t.Helper()
	r.from = "http://localhost:9095/slos?q=x"
	defer func() { r.from = "http://localhost:9095/incidents" }()
	return r.open(t, target)
}

func TestTheListIsAsItsReaderChoseToLookAtIt(t *testing.T) {
	for chosen, comes := range map[string]map[string]string{
		"/slos?columns=owner&columns=budget&group=&limit=50&sort=-burn": {
			"/slos": "/slos?columns=owner%2Cbudget&limit=50&sort=-burn", "/slos?service=checkout": "/slos?columns=owner%2Cbudget&limit=50&service=checkout&sort=-burn",
			"/slos?sort=budget": "/slos?sort=budget", "/slos?group=": "/slos?group=", "/slos?columns=sli": "/slos?columns=sli",
		},
		"/slos?group=label:tier":                                   {"/slos": "/slos?group=label%3Atier", "/slos?owner=a": "/slos?owner=a", "/slos?owner=&q=": "/slos?group=label%3Atier", "/slos?status=ok": "/slos?status=ok"},
		"/slos?sort=urgency&group=owner&limit=100&columns=nothing": {"/slos": "/slos?group=owner"},
		"/slos?sort=urgency":                                       {"/slos": "/slos"},
	} {
		r := &reader{server: newFleet().server(t)}
		if at, w := r.choose(t, chosen); at != chosen || w.Code != http.StatusOK {
			t.Errorf("%s: status %d at %s", chosen, w.Code, at)
		}
		for target, want := range comes {
			if at, w := r.open(t, target); at != want || w.Code != http.StatusOK {
				t.Errorf("after %s, %s leads to %s with status %d, want %s", chosen, target, at, w.Code, want)
			}
		}
	}
}

func TestOnePressLeadsBackToTheDefaultView(t *testing.T) {
	r := &reader{server: newFleet().server(t)}
	_, w := r.choose(t, "/slos?service=checkout&group=&sort=-burn&columns=sli")
	before, _, _ := strings.Cut(w.Body.String(), `" title="Columns, order and groups`)
	link := html.UnescapeString(before[strings.LastIndex(before, `"`)+1:])
	if at, w := r.choose(t, link); at != "/slos?service=checkout&sort=urgency&group=" || strings.Contains(w.Body.String(), "Default view") {
		t.Errorf("it leads from %s to %s", link, at)
	}
	if at, _ := r.open(t, "/slos"); at != "/slos" || r.kept != nil {
		t.Errorf("the list is at %s, and %v is kept", at, r.kept)
	}
}

func TestAGroupThatIsLookedIntoStaysOneOfTheGroups(t *testing.T) {
	r := &reader{server: newFleet().server(t)}
	r.choose(t, "/slos?group=owner&sort=-burn")
	r.choose(t, "/slos?owner=team-checkout&sort=-burn")
	if at, _ := r.open(t, "/slos"); at != "/slos?group=owner&sort=-burn" {
		t.Errorf("the list is at %s", at)
	}
	r.choose(t, "/slos?owner=team-checkout&group=&sort=-burn")
	if at, _ := r.open(t, "/slos"); at != "/slos?sort=-burn" {
		t.Errorf("without groups it is at %s", at)
	}
}

// TestWhatSomebodySentChangesNothingThatIsKept is about links on other sites, in a chat and
// on pages of slofuse that are no list.
func TestWhatSomebodySentChangesNothingThatIsKept(t *testing.T) {
	r := &reader{server: newFleet().server(t)}
	r.choose(t, "/slos?sort=-burn")
	for _, from := range []string{"", "https://evil.example/slos", "http://localhost:9095/", "http://localhost:9095/slos/a/b/c", "::"} {
		r.from = from
		if at, _ := r.open(t, "/slos?sort=budget"); at != "/slos?sort=budget" {
			t.Errorf("from %q, the address does not win: %s", from, at)
		}
		if at, _ := r.open(t, "/slos"); at != "/slos?sort=-burn" {
			t.Errorf("from %q, it is kept as %s", from, at)
		}
	}
	r.from = "https://slofuse.example/slos" // a proxy has another name for the host
	r.open(t, "/slos?sort=budget", "Sec-Fetch-Site", "same-origin")
	if at, _ := r.open(t, "/slos"); at != "/slos?sort=budget" {
		t.Errorf("behind a proxy it is kept as %s", at)
	}
}

// TestACookieThatIsNotUnderstoodKeepsNobodyOut: it may be of another version, or of
// somebody who made it up.
func TestACookieThatIsNotUnderstoodKeepsNobodyOut(t *testing.T) {
	server := newFleet().server(t)
	for _, value := range []string{"sort=colour&limit=0&columns=none&group=nothing", "%zz", "", "at=yesterday&status=none&limit=9999999", "q=x&service=y&page=7"} {
		r := &reader{server: server, kept: &http.Cookie{Name: "slofuse-list", Value: value}}
		if at, w := r.open(t, "/slos"); at != "/slos" || w.Code != http.StatusOK {
			t.Errorf("%s: status %d at %s", value, w.Code, at)
		}
	}
	r := &reader{server: server, kept: &http.Cookie{Name: "slofuse-list", Value: url.Values{"group": {"label:\"><script>\r\nX: y"}}.Encode()}}
	if at, w := r.open(t, "/slos"); w.Code != http.StatusOK || strings.ContainsAny(at, "\"<>\r\n") || strings.Contains(w.Body.String(), "<script>\r") {
		t.Errorf("status %d at %q", w.Code, at)
	}
}

func TestWhatIsKeptOfAViewIsNoSecretAndGoesNowhere(t *testing.T) {
	r := &reader{server: newFleet().server(t)}
	_, w := r.choose(t, "/slos?sort=-burn&q=acme")
	if got := w.Header().Get("Set-Cookie"); got != "slofuse-list=sort=-burn; Path=/slos; Max-Age=31536000; HttpOnly; SameSite=Lax" {
		t.Error(got)
	}
	r.from = "http://localhost:9095/slos"
	if at, w := r.open(t, "/slos", "Fragment", "true"); at != "/slos" || len(w.Result().Cookies()) > 0 {
		t.Errorf("a fragment, which others get as well, is as one reader chose: %s", at)
	}
}
