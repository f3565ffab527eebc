package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// demo answers as one does: with a list page and incidents.
func demo(t *testing.T, page, incidents string) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/slos", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(page)) })
	mux.HandleFunc("/api/v1/incidents", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(incidents)) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestADemoIsReadyWhenItHasReadItsMonthAndPages(t *testing.T) {
	const over, ticket, paged = `{"id":"a","state":"resolved","severity":"page"}`, `{"id":"b","state":"open","severity":"ticket"}`, `{"id":"c","state":"acked","severity":"page"}`
	for name, test := range map[string]struct{ page, incidents, want, err string }{
		"it pages":             {incidents: `{"incidents":[` + over + "," + ticket + "," + paged + `]}`, want: "c"},
		"it pages no more":     {incidents: `{"incidents":[` + over + "," + ticket + `]}`, err: "nothing pages"},
		"its month is read":    {page: `<progress max="100">`, incidents: `{"incidents":[` + paged + `]}`, err: "history"},
		"one SLO is not read":  {page: `history is still being read: 29 of 30 days`, incidents: `{"incidents":[` + paged + `]}`, err: "history"},
		"it is something else": {incidents: `<html>`, err: "invalid character"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := paging(t.Context(), demo(t, test.page, test.incidents))
			if got != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("%q, %v; want %q, %q", got, err, test.want, test.err)
			}
		})
	}
	if _, err := paging(t.Context(), "http://127.0.0.1:1"); err == nil {
		t.Error("nobody answered, and that is no error")
	}
}

func TestEveryPictureHasANameOfItsOwn(t *testing.T) {
	seen := make(map[string]bool)
	for _, s := range append(readme("inc-1"), every("inc-1")...) {
		if seen[s.name] || strings.ContainsAny(s.name, "/ ") {
			t.Errorf("%s: %q is no name of its own", s.path, s.name)
		}
		seen[s.name] = true
	}
	if !seen["index-390-dark"] || !seen["slos-checkout-charge-card-availability-explain-1920-light"] {
		t.Error("pages are missing")
	}
}
