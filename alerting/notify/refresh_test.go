package notify_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// forgetful is a destination that has to be told again.
type forgetful struct {
	destination
	refreshed []time.Duration
	hangs     bool
}

func (f *forgetful) Refresh(ctx context.Context, _ []alerting.Notification) error {
	f.refreshed = append(f.refreshed, time.Since(start()))
	if f.hangs {
		<-ctx.Done()
	}
	return nil
}

// known answers what every destination was told, and remembers since when ends
// were asked for.
type known struct{ since []time.Duration }

func (k *known) Told(_ context.Context, destination string, since time.Time) ([]alerting.Notification, error) {
	k.since = append(k.since, time.Since(since))
	return []alerting.Notification{page("e1", "i1", destination)}, nil
}

func TestADestinationThatForgetsIsToldAgainEveryMinute(t *testing.T) {
	for name, tc := range map[string]struct {
		hangs bool
		want  []time.Duration
	}{
		"from the start":             {false, []time.Duration{0, time.Minute, 2 * time.Minute, 3 * time.Minute}},
		"once at a time if it hangs": {true, []time.Duration{0}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, k := &forgetful{hangs: tc.hangs}, &known{}
				sender, err := notify.NewSender(notify.Config{
					Outbox: &outbox{}, Told: k, Logger: slog.New(slog.DiscardHandler), Now: time.Now, Registerer: prometheus.NewRegistry(),
					Targets: []notify.Target{
						{Destination: alerting.Destination{Receiver: "r", Name: "cluster"}, Kind: "fake", Notifier: f},
						{Destination: alerting.Destination{Receiver: "r", Name: "chat"}, Kind: "fake", Notifier: &destination{}},
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- sender.Run(ctx) }()
				pass(3*time.Minute + time.Second)
				stop()
				if err := <-ended; err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(tc.want, f.refreshed); diff != "" {
					t.Error(diff)
				}
				for _, since := range k.since {
					if since != 15*time.Minute {
						t.Errorf("ends of the last %v were asked for, want 15m", since)
					}
				}
			})
		})
	}
}
