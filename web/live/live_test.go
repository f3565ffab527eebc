package live_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/web/live"
)

func hub(keep int) *live.Hub { return live.New(live.Options{First: 100, Keep: keep, Readers: 3}) }

func subscribe(t *testing.T, h *live.Hub, after uint64) *live.Reader {
	t.Helper()
	r, err := h.Subscribe(after)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// heard writes what a reader gets at once.
func heard(t *testing.T, r *live.Reader) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	events, err := r.Next(ctx)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	out := ""
	for _, e := range events {
		out += fmt.Sprintf("%d %s %s;", e.Seq, e.Kind, e.ID)
	}
	return out
}

func TestAReaderContinuesWhereItWas(t *testing.T) {
	for what, tc := range map[string]struct {
		after uint64
		want  string
	}{
		"it is new":                          {0, ""},
		"it has the latest":                  {105, ""},
		"it has all but one":                 {104, "105 slo e;"},
		"the ring has just what it missed":   {102, "103 slo c;104 slo d;105 slo e;"},
		"the ring has all but one":           {101, "105 reset *;"},
		"it slept for long":                  {1, "105 reset *;"},
		"it comes from a later life of ours": {900, "105 reset *;"},
	} {
		h := hub(3)
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			h.Publish(live.SLO, id)
		}
		r := subscribe(t, h, tc.after)
		if got := heard(t, r); got != tc.want {
			t.Errorf("%s: heard %q, want %q", what, got, tc.want)
		}
		if got := heard(t, r); got != "" {
			t.Errorf("%s: heard %q twice", what, got)
		}
	}
}

func TestAHubWithoutEventsHasNothingToContinue(t *testing.T) {
	for after, want := range map[uint64]string{0: "", 100: "", 99: "100 reset *;", 101: "100 reset *;"} {
		if got := heard(t, subscribe(t, hub(3), after)); got != want {
			t.Errorf("after %d: heard %q, want %q", after, got, want)
		}
	}
}

func TestManyIDsAreOneEvent(t *testing.T) {
	ids := make([]string, 10000)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	for n, want := range map[int]int{0: 0, 1: 1, 20: 20, 21: 1, 10000: 1} {
		h := hub(1000)
		r := subscribe(t, h, 0)
		h.Publish(live.SLO, ids[:n]...)
		if n == 0 {
			if got := heard(t, r); got != "" {
				t.Errorf("nothing changed, and a reader heard %q", got)
			}
			continue
		}
		events, err := r.Next(t.Context())
		if err != nil || len(events) != want || want == 1 && n > 1 && events[0].ID != live.All {
			t.Errorf("%d ids: %d events, %v", n, len(events), err)
		}
	}
}

func TestAReaderThatSleepsHoldsNobodyUp(t *testing.T) {
	h := hub(4)
	slow, quick := subscribe(t, h, 0), subscribe(t, h, 0)
	for i := range 100 {
		h.Publish(live.Incident, fmt.Sprint(i))
		if got, want := heard(t, quick), fmt.Sprintf("%d incident %d;", 101+i, i); got != want {
			t.Fatalf("heard %q, want %q", got, want)
		}
	}
	if got := heard(t, slow); got != "200 reset *;" {
		t.Errorf("the slow one heard %q", got)
	}
}

func TestReadersAreBounded(t *testing.T) {
	h := hub(1)
	first := subscribe(t, h, 0)
	subscribe(t, h, 0)
	subscribe(t, h, 0)
	if _, err := h.Subscribe(0); !errors.Is(err, live.ErrFull) {
		t.Errorf("a fourth: %v", err)
	}
	first.Close()
	if h.Readers() != 2 {
		t.Errorf("%d readers", h.Readers())
	}
	subscribe(t, h, 0)
}

func TestAHubWithoutReadersSaysSo(t *testing.T) {
	h := live.New(live.Options{})
	h.Publish(live.SLO, "a")
	if _, err := h.Subscribe(0); !errors.Is(err, live.ErrSilent) || h.Seq() != 1 {
		t.Errorf("got %v, at %d", err, h.Seq())
	}
}

func TestReadersWaitAndAreWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hub(10)
		got := make(chan live.Event, 2)
		for range 2 {
			r := subscribe(t, h, 0)
			go func() {
				events, err := r.Next(t.Context())
				if err == nil {
					got <- events[0]
				}
			}()
		}
		synctest.Wait()
		if len(got) != 0 {
			t.Fatal("a reader heard something before anything happened")
		}
		h.Publish(live.Status, "slofuse")
		synctest.Wait()
		if want := (live.Event{Seq: 101, Kind: live.Status, ID: "slofuse"}); len(got) != 2 || <-got != want || <-got != want {
			t.Errorf("%d readers heard it", len(got))
		}
	})
}

func TestAReaderStopsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := subscribe(t, hub(1), 0).Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAClosedHubLetsItsReadersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hub(10)
		waits, late := subscribe(t, h, 0), subscribe(t, h, 0)
		ended := make(chan error)
		go func() {
			events, err := waits.Next(t.Context())
			if err == nil && len(events) == 1 {
				_, err = waits.Next(t.Context())
			}
			ended <- err
		}()
		synctest.Wait()
		h.Publish(live.SLO, "a")
		h.Close()
		h.Close()
		h.Publish(live.SLO, "b")
		if err := <-ended; !errors.Is(err, live.ErrClosed) {
			t.Errorf("the one that waited: %v", err)
		}
		if got := heard(t, late); got != "101 slo a;" {
			t.Errorf("the late one heard %q", got)
		}
		if _, err := h.Subscribe(0); !errors.Is(err, live.ErrClosed) {
			t.Errorf("a new one: %v", err)
		}
	})
}
