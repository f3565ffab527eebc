package heartbeat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Receiver is who is told.
type Receiver struct {
	Name   string
	URL    func() (string, error) // read for every beat: it may be a secret that rotates
	Method string
	Every  time.Duration
	Client *http.Client
}

// Config is what a [Heart] needs.
type Config struct {
	Pulse      func() Pulse
	Limits     Limits
	Now        func() time.Time
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// Heart beats for every receiver on its own. Its receivers may be replaced while
// it beats.
type Heart struct {
	Config
	beats     *prometheus.CounterVec
	lastSent  *prometheus.GaugeVec
	receivers chan []Receiver
}

// What became of a beat; a label of metrics.
const (
	sent     = "sent"
	withheld = "withheld"
	failed   = "failed"
)

// timeout bounds one beat.
const timeout = 10 * time.Second

// New returns a heart without receivers, and registers its metrics.
func New(c Config) *Heart {
	c.Logger = c.Logger.With("component", "heartbeat")
	factory := promauto.With(c.Registerer)
	return &Heart{
		Config: c, receivers: make(chan []Receiver, 1),
		beats: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "slofuse_heartbeats_total", Help: "Beats that were due, by outcome: sent, withheld because slofuse does not do its whole work, failed.",
		}, []string{"heartbeat", "outcome"}),
		lastSent: factory.NewGaugeVec(prometheus.GaugeOpts{
			Name: "slofuse_heartbeat_last_sent_timestamp_seconds", Help: "When a receiver last took a beat; 0 before the first.",
		}, []string{"heartbeat"}),
	}
}

// Configure replaces the receivers. Call it from one goroutine at a time.
func (h *Heart) Configure(list []Receiver) {
	select {
	case <-h.receivers: // nobody has looked at the last list yet
	default:
	}
	h.receivers <- list
}

// Run beats until ctx ends. Each receiver gets its first beat at once.
func (h *Heart) Run(ctx context.Context) error {
	stop, beating := func() {}, &sync.WaitGroup{}
	defer func() { stop(); beating.Wait() }()
	for {
		select {
		case <-ctx.Done():
			return nil
		case list := <-h.receivers:
			stop()
			beating.Wait()
			h.beats.Reset()
			h.lastSent.Reset()
			of, cancel := context.WithCancel(ctx)
			stop = cancel
			for _, r := range list {
				h.initialise(r)
				beating.Go(func() { h.beat(of, r) })
			}
		}
	}
}

// initialise makes the series of a receiver exist before its first beat.
func (h *Heart) initialise(r Receiver) {
	for _, outcome := range []string{sent, withheld, failed} {
		h.beats.WithLabelValues(r.Name, outcome)
	}
	h.lastSent.WithLabelValues(r.Name)
}

func (h *Heart) beat(ctx context.Context, r Receiver) {
	ticker := time.NewTicker(r.Every)
	defer ticker.Stop()
	before := ""
	for {
		before = h.once(ctx, r, before)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// once sends a beat or withholds it. It returns what was wrong, and logs it when
// that is not what was wrong before.
func (h *Heart) once(ctx context.Context, r Receiver, before string) (trouble string) {
	outcome := withheld
	trouble = h.Limits.Withheld(h.Pulse(), h.Now())
	if trouble == "" {
		outcome = sent
		if err := r.send(ctx); err != nil {
			outcome, trouble = failed, err.Error()
		}
	}
	if ctx.Err() != nil {
		return trouble
	}
	h.beats.WithLabelValues(r.Name, outcome).Inc()
	if outcome == sent {
		h.lastSent.WithLabelValues(r.Name).Set(float64(h.Now().UnixMilli()) / 1000)
	}
	switch log := h.Logger.With("heartbeat", r.Name); {
	case trouble == before:
	case trouble == "":
		log.Info("heartbeat sent again")
	default:
		log.Warn("heartbeat "+outcome, "why", trouble)
	}
	return trouble
}

// send tells the receiver. Its errors never hold the URL, which is a secret.
func (r Receiver) send(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, min(timeout, r.Every))
	defer cancel()
	address, err := r.URL()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, address, nil)
	if err != nil {
		return errors.New("its URL cannot be used")
	}
	req.Header.Set("User-Agent", "slofuse")
	resp, err := r.Client.Do(req)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err
		}
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	return nil
}
