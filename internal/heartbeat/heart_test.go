package heartbeat_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/slofuse/slofuse/internal/heartbeat"
)

func TestWhatStopsTheBeat(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	well := heartbeat.Pulse{Committed: ago(30 * time.Second), Asked: ago(5 * time.Second)}
	for name, c := range map[string]struct {
		change func(p *heartbeat.Pulse)
		want   string
	}{
		"all is well":                 {func(*heartbeat.Pulse) {}, ""},
		"the round is just in time":   {func(p *heartbeat.Pulse) { p.Committed = ago(time.Minute) }, ""},
		"the round is late":           {func(p *heartbeat.Pulse) { p.Committed = ago(61 * time.Second) }, "more than 1m0s ago"},
		"no round was ever over":      {func(p *heartbeat.Pulse) { p.Committed = time.Time{} }, "first round"},
		"the last round is not saved": {func(p *heartbeat.Pulse) { p.Failed = errors.New("disk full") }, "could not be saved"},
		"the sender stands still":     {func(p *heartbeat.Pulse) { p.Asked = ago(61 * time.Second) }, "sender has not looked"},
		"the sender never began":      {func(p *heartbeat.Pulse) { p.Asked = time.Time{} }, "sender has not begun"},
		"owed for five minutes":       {func(p *heartbeat.Pulse) { p.Owed, p.To = ago(5*time.Minute), "on-call/slack/#slo" }, ""},
		"owed for longer":             {func(p *heartbeat.Pulse) { p.Owed, p.To = ago(5*time.Minute+1), "on-call/slack/#slo" }, "on-call/slack/#slo has been owed"},
	} {
		p := well
		c.change(&p)
		got := heartbeat.LimitsFor(30*time.Second).Withheld(p, now)
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// body is a process whose parts a test can stop, and what a receiver heard.
type body struct {
	mu     sync.Mutex
	pulse  heartbeat.Pulse
	beats  []time.Time
	answer func(*http.Request) (*http.Response, error)
	log    logged
}

// logged is a log that is read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (b *body) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.answer != nil {
		return b.answer(r)
	}
	b.beats = append(b.beats, time.Now())
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

func (b *body) set(change func(p *heartbeat.Pulse)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.pulse)
}

// answers replaces what the receiver does with a beat.
func (b *body) answers(answer func(*http.Request) (*http.Response, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = answer
}

// since are the beats after an instant.
func (b *body) since(at time.Time) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, beat := range b.beats {
		if beat.After(at) {
			n++
		}
	}
	return n
}

const secretURL = "https://hc.example.com/canary-of-the-url"

// live runs a heart over a process that does a round every 30 s and looks at its
// outbox every 5 s, until the test ends.
func (b *body) live(t *testing.T, working *bool) *prometheus.Registry {
	ctx, stop := context.WithCancel(t.Context())
	reg := prometheus.NewRegistry()
	h := heartbeat.New(heartbeat.Config{
		Pulse:  func() heartbeat.Pulse { b.mu.Lock(); defer b.mu.Unlock(); return b.pulse },
		Limits: heartbeat.LimitsFor(30 * time.Second), Now: time.Now, Logger: slog.New(slog.NewTextHandler(&b.log, nil)), Registerer: reg,
	})
	b.pulse = heartbeat.Pulse{Committed: time.Now(), Asked: time.Now()}
	h.Configure([]heartbeat.Receiver{{
		Name: "outside", URL: func() (string, error) { return secretURL, nil }, Method: "POST", Every: time.Minute, Client: &http.Client{Transport: b},
	}})
	var group sync.WaitGroup
	every := func(d time.Duration, do func()) {
		group.Go(func() {
			for ticker := time.NewTicker(d); ; {
				select {
				case <-ctx.Done():
					ticker.Stop()
					return
				case <-ticker.C:
					do()
				}
			}
		})
	}
	group.Go(func() { _ = h.Run(ctx) })
	every(30*time.Second, func() {
		b.set(func(p *heartbeat.Pulse) {
			if *working {
				p.Committed = time.Now()
			}
		})
	})
	every(5*time.Second, func() { b.set(func(p *heartbeat.Pulse) { p.Asked = time.Now() }) })
	t.Cleanup(func() { stop(); group.Wait() })
	return reg
}

// TestTheBeatStopsWithinTwoIntervals lives for ten minutes, breaks one part and
// listens.
func TestTheBeatStopsWithinTwoIntervals(t *testing.T) {
	for name, c := range map[string]struct {
		stop  func(b *body, working *bool)
		mercy time.Duration // that comes before the two intervals
	}{
		"the evaluator hangs":    {func(b *body, working *bool) { b.set(func(*heartbeat.Pulse) { *working = false }) }, 0},
		"nothing can be saved":   {func(b *body, _ *bool) { b.set(func(p *heartbeat.Pulse) { p.Failed = errors.New("disk full") }) }, 0},
		"a destination is dead":  {func(b *body, _ *bool) { b.set(func(p *heartbeat.Pulse) { p.Owed, p.To = time.Now(), "on-call" }) }, 5 * time.Minute},
		"the receiver is silent": {func(b *body, _ *bool) { b.answers(timeOut) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, working := &body{}, true
				begun := time.Now()
				b.live(t, &working)
				time.Sleep(10*time.Minute + time.Second)
				if n := b.since(begun.Add(-1)); n != 11 {
					t.Fatalf("%d beats in ten minutes, want 11", n)
				}
				broken := time.Now()
				c.stop(b, &working)
				time.Sleep(time.Hour)
				if n := b.since(broken.Add(c.mercy + 2*time.Minute)); n > 0 {
					t.Errorf("%d beats came later than two intervals after", n)
				}
				if strings.Contains(b.log.String(), "canary") || strings.Count(b.log.String(), "level=WARN") != 1 {
					t.Errorf("the log: %s", b.log.String())
				}
			})
		})
	}
}

func timeOut(r *http.Request) (*http.Response, error) {
	return nil, errors.New("connect to " + r.URL.Host + " timed out")
}

func TestTheBeatComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, working := &body{}, true
		reg := b.live(t, &working)
		b.set(func(p *heartbeat.Pulse) { p.Failed = errors.New("disk full") })
		time.Sleep(5*time.Minute + time.Second)
		mended := time.Now()
		b.set(func(p *heartbeat.Pulse) { p.Failed = nil })
		time.Sleep(time.Minute)
		if n := b.since(mended); n != 1 || !strings.Contains(b.log.String(), "sent again") {
			t.Errorf("%d beats in the minute after; the log: %s", n, b.log.String())
		}
		if n, err := testutil.GatherAndCount(reg, "slofuse_heartbeats_total", "slofuse_heartbeat_last_sent_timestamp_seconds"); n != 4 || err != nil {
			t.Errorf("%d series, %v", n, err)
		}
	})
}

func TestAnAnswerThatIsNoSuccessIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, working := &body{}, true
		b.answer = func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
		}
		reg := b.live(t, &working)
		time.Sleep(time.Second)
		want := `
			# HELP slofuse_heartbeat_last_sent_timestamp_seconds When a receiver last took a beat; 0 before the first.
			# TYPE slofuse_heartbeat_last_sent_timestamp_seconds gauge
			slofuse_heartbeat_last_sent_timestamp_seconds{heartbeat="outside"} 0
		`
		if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "slofuse_heartbeat_last_sent_timestamp_seconds"); err != nil {
			t.Error(err)
		}
		if !strings.Contains(b.log.String(), "HTTP 404") {
			t.Errorf("the log: %s", b.log.String())
		}
	})
}
