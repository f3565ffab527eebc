package promtest_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/promtest"
)

func ask(t *testing.T, s *promtest.Server, query string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(s.URL + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

func TestServer_answers_with_what_was_visible_at_its_instant(t *testing.T) {
	store := load(t, `c{code="200"} 0:1 15:2 30:3@90 45:4 60:stale 300:9`)
	store.Empty(at(200))
	s := promtest.Serve(t, store, at(20))
	tests := []struct {
		now   int
		query string
		want  string // within the body
	}{
		{20, `c`, `"2"`},
		{50, `count_over_time(c[1m])`, `"3"`}, // the sample of second 30 is not there yet
		{100, `count_over_time(c[2m])`, `"4"`},
		{65, `c`, `"result":[]`}, // stale
		{199, `last_over_time(c[5m])`, `"4"`},
		{250, `last_over_time(c[5m])`, `"result":[]`}, // emptied
		{300, `count_over_time(c[10m])`, `"1"`},
	}
	for _, test := range tests {
		s.Set(at(test.now))
		if status, body := ask(t, s, test.query); status != http.StatusOK || !strings.Contains(body, test.want) {
			t.Errorf("%s at second %d: %d %s, want %s", test.query, test.now, status, body, test.want)
		}
	}
	if got := s.Requests(); got != int64(len(tests)) {
		t.Errorf("%d requests counted, want %d", got, len(tests))
	}
}

func TestServer_refuses_while_it_is_told_to(t *testing.T) {
	s := promtest.Serve(t, load(t, `c 0:1`), at(0))
	s.Refuse(true)
	if status, _ := ask(t, s, `c`); status != http.StatusServiceUnavailable {
		t.Errorf("status %d while refusing, want 503", status)
	}
	s.Refuse(false)
	if status, _ := ask(t, s, `c`); status != http.StatusOK {
		t.Errorf("status %d afterwards, want 200", status)
	}
}

func TestServer_forgets_what_is_older_than_it_keeps(t *testing.T) {
	store := load(t, `c{code="200"} 0:1 60:2 120:3`)
	store.Keep(90 * time.Second)
	s := promtest.Serve(t, store, at(120))
	if _, body := ask(t, s, `count_over_time(c[10m])`); !strings.Contains(body, `"2"`) {
		t.Errorf("%s, want the 2 samples of the last 90 seconds", body)
	}
	got := promtest.Oracle{Samples: store, Step: time.Minute}.Account(at(120), at(120), calls).Sum(at(0), at(120))
	if got.Total != 2 {
		t.Errorf("the oracle counts %d, want 2 as if nothing had been forgotten", got.Total)
	}
}
