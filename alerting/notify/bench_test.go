package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/slo"
)

// outbox is the durable queue as the sender may rely on it: due in any order,
// claimed until an outcome is recorded; one that could not be is kept until it
// can.
type outbox struct {
	mu      sync.Mutex
	rows    []*row
	down    error // what every call answers while it is set
	unsaved []func()
	records []string
	asked   int    // how often Due was called
	reading func() // what a look takes; nil is no time
	writing func() // what it takes until a retry that is recorded has been reported
}

type row struct {
	n       alerting.Notification
	next    time.Time
	claimed bool
	state   string // "", sent, undeliverable
	ref     string
	reason  string
}

func (o *outbox) add(n alerting.Notification) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows = append(o.rows, &row{n: n, next: n.DecidedAt})
}

func (o *outbox) Due(_ context.Context, now time.Time, limit int) (due []alerting.Notification, err error) {
	if o.reading != nil {
		o.reading()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	if o.down != nil {
		return nil, o.down
	}
	for _, save := range o.unsaved {
		save()
	}
	o.unsaved = nil
	for _, r := range o.rows {
		if r.state == "" && !r.claimed && !r.next.After(now) && len(due) < limit {
			r.claimed = true
			due = append(due, r.n)
		}
	}
	return due, nil
}

func (o *outbox) Sent(_ context.Context, id, ref string, _ time.Time) error {
	return o.record(id, "sent", func(r *row) { r.state, r.ref = "sent", ref })
}

func (o *outbox) Retry(_ context.Context, id, reason string, next time.Time) error {
	err := o.record(id, "retry", func(r *row) { r.reason, r.next, r.n.Attempts = reason, next, r.n.Attempts+1 })
	if o.writing != nil {
		o.writing()
	}
	return err
}

func (o *outbox) SentAll(ctx context.Context, receipts []alerting.Receipt, now time.Time) (errs error) {
	for _, r := range receipts {
		errs = errors.Join(errs, o.Sent(ctx, r.EventID, r.Ref, now))
	}
	return errs
}

func (o *outbox) RetryAll(ctx context.Context, ids []string, reason string, next time.Time) (errs error) {
	for _, id := range ids {
		errs = errors.Join(errs, o.Retry(ctx, id, reason, next))
	}
	return errs
}

func (o *outbox) Undeliverable(_ context.Context, id, reason string, _ time.Time) error {
	return o.record(id, "undeliverable", func(r *row) { r.state, r.reason = "undeliverable", reason })
}

func (o *outbox) record(id, what string, change func(*row)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.n.EventID != id {
			continue
		}
		save := func() {
			r.claimed = false
			change(r)
			o.records = append(o.records, what+" "+id)
		}
		if o.down != nil {
			o.unsaved = append(o.unsaved, save)
			return o.down
		}
		save()
		return nil
	}
	return fmt.Errorf("no row %s", id)
}

func (o *outbox) setDown(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down = err
}

func (o *outbox) remove(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows = slices.DeleteFunc(o.rows, func(r *row) bool { return r.n.EventID == id })
}

func (o *outbox) get(id string) row {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.n.EventID == id {
			return *r
		}
	}
	return row{}
}

// destination records what it is sent and answers as it is told.
type destination struct {
	limit  *notify.Limiter // what it takes; nil is everything
	mu     sync.Mutex
	answer func(ctx context.Context, n alerting.Notification) (string, error)
	calls  []call
}

type call struct {
	ID string
	At time.Duration // since the bubble began
	n  alerting.Notification
}

func (d *destination) Limiter() *notify.Limiter { return d.limit }

func (d *destination) Notify(ctx context.Context, n alerting.Notification) (string, error) {
	if err := d.limit.Wait(ctx); err != nil {
		return "", err
	}
	d.mu.Lock()
	d.calls = append(d.calls, call{ID: n.EventID, At: time.Since(start()), n: n})
	answer := d.answer
	d.mu.Unlock()
	if answer == nil {
		return "ref-" + n.EventID, nil
	}
	return answer(ctx, n)
}

// chatter is a destination that takes digests.
type chatter struct {
	destination
	digests notify.Digests
	many    [][]string // the event ids of each digest
	refuse  error      // what a digest is answered
	mute    bool       // returns no references
}

func (c *chatter) Digests() notify.Digests { return c.digests }

func (c *chatter) NotifyMany(ctx context.Context, many []alerting.Notification) (refs []string, err error) {
	if err := c.limit.Wait(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	for _, n := range many {
		ids, refs = append(ids, n.EventID), append(refs, "ref-"+n.EventID)
	}
	c.many = append(c.many, ids)
	if c.mute {
		return nil, c.refuse
	}
	return refs, c.refuse
}

// told is every event id that arrived, alone or in a digest.
func (c *chatter) told() (ids []string) {
	for _, one := range c.seen() {
		ids = append(ids, one.ID)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse == nil {
		ids = append(ids, slices.Concat(c.many...)...)
	}
	return ids
}

func (d *destination) seen() []call {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]call(nil), d.calls...)
}

func (d *destination) set(answer func(context.Context, alerting.Notification) (string, error)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = answer
}

func failing(err error) func(context.Context, alerting.Notification) (string, error) {
	return func(context.Context, alerting.Notification) (string, error) { return "", err }
}

// start is when every synctest bubble begins.
func start() time.Time { return time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC) }

func page(id, incident, dest string) alerting.Notification {
	n := notifytest.Page()
	n.EventID, n.Incident.ID, n.DecidedAt, n.Reason = id, incident, time.Now(), "new incident"
	n.Destination = alerting.Destination{Receiver: "team", Name: dest}
	return n
}

func ticket(id, incident, dest string) alerting.Notification {
	n := page(id, incident, dest)
	n.Incident.Severity = slo.SeverityTicket
	return n
}

// attempts are the incidents that a sender said it has tried to tell of.
type attempts struct {
	mu  sync.Mutex
	ids []string // guarded by mu
}

func (a *attempts) add(incidents ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids = append(a.ids, incidents...)
}

// take are those since it was asked last.
func (a *attempts) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	ids := a.ids
	a.ids = nil
	return ids
}

// bench is a running sender inside a bubble.
type bench struct {
	outbox   *outbox
	latest   notify.Latest // nil looks at nothing again
	wake     chan struct{}
	registry *prometheus.Registry
	sender   *notify.Sender
	tried    attempts
	stop     context.CancelFunc
	stopped  chan error
	logs     *strings.Builder
}

func run(t *testing.T, targets map[string]*destination, rows ...alerting.Notification) *bench {
	t.Helper()
	b := &bench{outbox: &outbox{}}
	for _, n := range rows {
		b.outbox.add(n)
	}
	b.start(t, targetsOf(targets)...)
	return b
}

// start begins to work the outbox off.
func (b *bench) start(t *testing.T, targets ...notify.Target) {
	t.Helper()
	b.wake, b.registry = make(chan struct{}, 1), prometheus.NewPedanticRegistry()
	b.stopped, b.logs = make(chan error, 1), &strings.Builder{}
	sender, err := notify.NewSender(notify.Config{
		Outbox: b.outbox, Latest: b.latest, Targets: targets, Wake: b.wake, Registerer: b.registry, Now: time.Now, Attempted: b.tried.add,
		Logger: slog.New(slog.NewTextHandler(io.MultiWriter(b.logs, t.Output()), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.sender = sender
	ctx, cancel := context.WithCancel(t.Context())
	b.stop = cancel
	done := make(chan struct{})
	go func() { defer close(done); b.stopped <- sender.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	synctest.Wait()
}

func targetsOf(destinations map[string]*destination) (targets []notify.Target) {
	for name, d := range destinations {
		targets = append(targets, notify.Target{
			Destination: alerting.Destination{Receiver: "team", Name: name}, Kind: "fake", Notifier: d,
		})
	}
	return targets
}

func (b *bench) owe(n alerting.Notification) {
	b.outbox.add(n)
	b.wake <- struct{}{}
	synctest.Wait()
}

// pass lets simulated time go by.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
