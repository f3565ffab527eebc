package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/web/api"
)

// lookOn runs a command line on a clock that only its waiting moves.
func lookOn(t *testing.T, c *clock, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	wait := func(ctx context.Context, d time.Duration) error { c.advance(d); return ctx.Err() }
	command := &cli{stdout: &out, stderr: &errs, now: c.Now, wait: wait, getenv: func(string) string { return "" }}
	code = command.run(t.Context(), args)
	return code, out.String(), errs.String()
}

// The fleet is asked as a server without slofuse: a breach at its start ends
// the watch, one before it does not.
func TestAWatchStopsAtTheFirstBreachAfterItsStart(t *testing.T) {
	files := filepath.Join(demoFiles(t), "slos", "checkout.yaml")
	for _, tc := range []struct {
		what      string
		from, to  time.Duration // of an outage, after the start
		code      int
		looks     int // lines of progress, 0 for any
		lastOnWay string
	}{
		{what: "an outage that begins with the watch", from: 30 * time.Second, to: time.Hour, code: exitFindings, looks: 1, lastOnWay: "1m of 5m, 4m left: fail, burn rate up to "},
		{what: "an outage that begins later", from: 3 * time.Minute, to: time.Hour, code: exitFindings, lastOnWay: " left: fail, burn rate up to "},
		{what: "an outage that ended before the start", from: -30 * time.Minute, to: -1 * time.Second, code: exitPass, lastOnWay: "5m of 5m: pass, burn rate up to "},
		{what: "nothing", from: -31 * time.Minute, to: -30 * time.Minute, code: exitPass, looks: 9, lastOnWay: "5m of 5m: pass, burn rate up to "},
	} {
		t.Run(tc.what, func(t *testing.T) {
			c := newClock(wednesday)
			prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now, Faults: []fleet.Fault{{
				Kind: fleet.Outage, Service: "checkout", Function: "create-order", Share: 0.5, From: wednesday.Add(tc.from), To: wednesday.Add(tc.to),
			}}})
			code, out, errs := lookOn(t, c, "gate", "--prometheus.url", prom.URL, "--watch", "5m", "--select", "function=create-order,slo=availability", files)
			lines := strings.Split(strings.TrimSpace(errs), "\n")
			if code != tc.code || tc.looks > 0 && len(lines) != tc.looks || !strings.Contains(lines[len(lines)-1], tc.lastOnWay) {
				t.Errorf("exit code %d, want %d; %d looks, want %d, the last %q\n%s%s", code, tc.code, len(lines), tc.looks, tc.lastOnWay, errs, out)
			}
			if took := c.Now().Sub(wednesday); took > 7*time.Minute {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestAWatchOfWhatNobodyCallsIsInconclusive(t *testing.T) {
	c := newClock(wednesday) // nightly-export sleeps in the afternoon
	prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now})
	files := filepath.Join(demoFiles(t), "slos", "reports.yaml")
	code, out, errs := lookOn(t, c, "gate", "--prometheus.url", prom.URL, "--watch", "2m", files)
	if code != exitUndecided || !strings.Contains(out, "no calls in the last 2m") {
		t.Errorf("exit code %d\n%s%s", code, errs, out)
	}
}

// A server answers with what it knew at some instant: an answer that counts what
// was before the watch is none.
func TestAWatchDoesNotCountWhatWasBeforeItAtAServerThatIsBehind(t *testing.T) {
	for _, behind := range []time.Duration{30 * time.Second, 2 * time.Minute, 5 * time.Minute} {
		t.Run(behind.String(), func(t *testing.T) {
			c := newClock(wednesday)
			var early int
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asOf := c.Now().Add(-behind).Truncate(30 * time.Second)
				window, err := time.ParseDuration(r.URL.Query().Get("window"))
				if err != nil || r.URL.Query().Get("needs_traffic") != "true" {
					t.Errorf("asked %q", r.URL.RawQuery)
				}
				verdict := "pass"
				if asOf.Add(-window).Before(wednesday) { // it burned until the start
					early++
					verdict = "fail"
				}
				_ = json.NewEncoder(w).Encode(api.Verdict{Verdict: verdict, AsOf: &asOf, Checks: []api.Check{{ID: "a/b/c", Verdict: verdict}}})
			}))
			defer server.Close()
			code, out, errs := lookOn(t, c, "gate", "--server", server.URL, "--watch", "10m")
			if code != exitPass || !strings.HasSuffix(errs, "10m of 10m: pass\n") {
				t.Errorf("exit code %d\n%s%s", code, errs, out)
			}
			if behind > time.Minute && early == 0 {
				t.Error("the server was never asked too early: this tests nothing")
			}
		})
	}
}

func TestAWatchGivesUpOnAServerThatStandsStill(t *testing.T) {
	c := newClock(wednesday)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asOf := wednesday.Add(-time.Minute)
		_ = json.NewEncoder(w).Encode(api.Verdict{Verdict: "pass", AsOf: &asOf, Checks: []api.Check{{ID: "a/b/c", Verdict: "pass"}}})
	}))
	defer server.Close()
	code, _, errs := lookOn(t, c, "gate", "--server", server.URL, "--watch", "2m")
	if code != exitUndecided || !strings.Contains(errs, "not read yet") || c.Now().Sub(wednesday) > 20*time.Minute {
		t.Errorf("exit code %d after %s\n%s", code, c.Now().Sub(wednesday), errs)
	}
}

// passing is a server whose gate is open, and that is away at some looks.
func passingServer(t *testing.T, c *clock, away func(look int) (status int)) *httptest.Server {
	t.Helper()
	looks := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if looks++; away(looks) != 0 {
			http.Error(w, `{"error":{"code":"x","message":"not now"}}`, away(looks))
			return
		}
		asOf := c.Now().Add(-30 * time.Second).Truncate(30 * time.Second)
		_ = json.NewEncoder(w).Encode(api.Verdict{Verdict: "pass", AsOf: &asOf, Checks: []api.Check{{ID: "a/b/c", Verdict: "pass"}}})
	}))
	t.Cleanup(server.Close)
	return server
}

// A watch of 4 minutes asks once before it begins, and 7 times from 1m on.
func TestAWatchOutlivesAServerThatIsAwayForAMoment(t *testing.T) {
	for _, tc := range []struct {
		what string
		away func(look int) bool
		code int
		says string
	}{
		{"at the start", func(look int) bool { return look == 1 }, exitPass, "4m of 4m: pass"},
		{"in between", func(look int) bool { return look > 2 && look < 7 }, exitPass, "4m of 4m: pass"},
		{"when the last answer is due", func(look int) bool { return look > 7 && look < 12 }, exitPass, "4m of 4m: pass"},
		{"for ever", func(look int) bool { return look > 3 }, exitUndecided, "4m of 4m: cannot decide"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			c := newClock(wednesday)
			server := passingServer(t, c, func(look int) int {
				if tc.away(look) {
					return http.StatusBadGateway
				}
				return 0
			})
			code, out, errs := lookOn(t, c, "gate", "--server", server.URL, "--watch", "4m")
			if code != tc.code || !strings.Contains(errs, tc.says) {
				t.Errorf("exit code %d, want %d\n%s%s", code, tc.code, errs, out)
			}
			if took := c.Now().Sub(wednesday); took > 9*time.Minute {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// Ten minutes of looking on do not make a wrong question right.
func TestAWatchThatAsksWrongEndsAtOnce(t *testing.T) {
	for _, tc := range []struct{ look, status int }{{1, http.StatusForbidden}, {1, http.StatusBadRequest}, {4, http.StatusUnauthorized}} {
		c := newClock(wednesday)
		server := passingServer(t, c, func(look int) int {
			if look >= tc.look {
				return tc.status
			}
			return 0
		})
		code, _, errs := lookOn(t, c, "gate", "--server", server.URL, "--watch", "10m")
		if took := c.Now().Sub(wednesday); code != exitUsage || !strings.Contains(errs, "not now") || took > 3*time.Minute {
			t.Errorf("%+v: exit code %d after %s\n%s", tc, code, took, errs)
		}
	}
}

// What is asked is asked in words that a server may not know.
func TestAWatchThatSelectsNothingSaysSoAllTheWay(t *testing.T) {
	c := newClock(wednesday)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"verdict": "inconclusive", "checks": []api.Check{}, "slos": []api.SLO{}})
	}))
	defer server.Close()
	code, _, errs := lookOn(t, c, "gate", "--server", server.URL, "--watch", "2m", "--select", "service=unborn")
	if code != exitUndecided || strings.Count(errs, "nothing selected") < 3 || c.Now().Sub(wednesday) > 4*time.Minute {
		t.Errorf("exit code %d after %s\n%s", code, c.Now().Sub(wednesday), errs)
	}
}

func TestAWatchIsInterrupted(t *testing.T) {
	for _, tc := range []struct {
		what  string
		waits int
		says  string
	}{
		{"before the first look", 1, "cannot decide: interrupted; the last look: nothing was seen yet"},
		{"in between", 5, "cannot decide: interrupted; the last look: 1m of 10m, 9m left: pass"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			clock := newClock(wednesday)
			server := passingServer(t, clock, func(int) int { return 0 })
			ctx, interrupt := context.WithCancel(t.Context())
			waits := 0
			wait := func(ctx context.Context, d time.Duration) error {
				if waits++; waits == tc.waits {
					interrupt()
				}
				clock.advance(d)
				return ctx.Err()
			}
			var out, errs bytes.Buffer
			c := &cli{stdout: &out, stderr: &errs, now: clock.Now, wait: wait, getenv: func(string) string { return "" }}
			code := c.run(ctx, []string{"gate", "--server", server.URL, "--watch", "10m", "--on-fail", "exit 0", "-o", "json"})
			if code != exitUndecided || !strings.Contains(errs.String(), tc.says) || out.Len() > 0 {
				t.Errorf("exit code %d\n%s%s", code, errs.String(), out.String())
			}
		})
	}
}

func TestWatchedIsWhatCanBeReadOfAWatch(t *testing.T) {
	for _, tc := range []struct {
		start, now string
		lag        time.Duration
		want       time.Duration
	}{
		{"14:00:00", "14:00:30", 30 * time.Second, 0},
		{"14:00:00", "14:01:30", 30 * time.Second, time.Minute},
		{"14:00:01", "14:01:30", 30 * time.Second, 30 * time.Second}, // the slot it began in is not its own
		{"14:00:29", "14:01:59", 30 * time.Second, 30 * time.Second},
		{"14:00:29", "14:02:00", 30 * time.Second, time.Minute},
		{"14:00:00", "14:10:00", 2 * time.Minute, 8 * time.Minute},
		{"14:00:00", "14:00:00", time.Hour, 0},
	} {
		parse := func(text string) time.Time {
			at, err := time.Parse(time.TimeOnly, text)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		if got := watched(parse(tc.start), parse(tc.now), tc.lag); got != tc.want {
			t.Errorf("%s: %s, want %s", fmt.Sprint(tc), got, tc.want)
		}
	}
}
