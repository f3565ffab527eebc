package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/webhook"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// The six points at which a process is killed.
const (
	beforeCommit    = "decided, not committed"
	withinCommit    = "within the commit"
	beforeSend      = "committed, not sent"
	withinSend      = "within the send"
	beforeRecord    = "accepted, not recorded"
	withinRecording = "within the recording"
)

const concurrency = 2 // messages under way to each destination

// life is one process: it evaluates the schedule from where the last one was
// killed, decides, commits and sends, all with the parts of the program, over
// doors that kill it at a point.
type life struct {
	Dir   string // keeps the database and the place in the schedule
	URL   string // of the receiver
	Slots int    // the end of the schedule; 0 goes on until it is killed
	Point string // where it is killed; empty lets it live
	Nth   int64  // which passage of the point kills, from 1
	Seed  uint64
}

// living is a life at work.
type living struct {
	life
	rng     *rand.Rand
	db      *sqldb.DB
	journal *Journal
	engine  *alerting.Engine
	slos    []slo.SLO
	clock   clock
	passed  atomic.Int64
	lasted  atomic.Int64  // nanoseconds of the last transaction at the point
	settled chan struct{} // something was sent or put off
	wake    chan struct{} // of the sender
}

// clock is the schedule's: the slot that is evaluated, and for the sender how
// long it has been waited for since.
type clock struct {
	mu           sync.Mutex
	slot, waited time.Duration
}

func (c *clock) move(slot int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	slept := c.slot + c.waited
	c.slot = time.Duration(slot+2) * slotLength
	c.waited = max(0, slept-c.slot) // it never goes back
}

func (c *clock) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waited += d
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return noon.Add(c.slot)
}

func (c *clock) senders() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return noon.Add(c.slot + c.waited)
}

// run lives until the schedule ends or the point is reached.
func (l life) run(ctx context.Context) error {
	db, err := sqldb.Open(ctx, filepath.Join(l.Dir, "slofuse.db"), nil)
	if err != nil {
		return err
	}
	defer db.Close()
	j, err := Open(ctx, db)
	if err != nil {
		return err
	}
	alive := &living{
		life: l, rng: rand.New(rand.NewPCG(l.Seed, 1)), db: db, journal: j, slos: burning(),
		settled: make(chan struct{}, 1), wake: make(chan struct{}, 1),
	}
	alive.clock.move(-1)
	return alive.live(ctx)
}

func (l *living) live(ctx context.Context) (err error) {
	if err := l.examine(ctx); err != nil {
		return err
	}
	to := []alerting.Route{{Destinations: []alerting.Destination{slack, pager}}}
	l.engine, err = alerting.NewEngine(ctx, alerting.Config{
		Store: dyingStore{l.journal, l}, Now: l.clock.now, Wake: func() { ring(l.wake) },
		Settings: alerting.Settings{Reopen: 20 * slotLength, Route: func(map[string]string, time.Time) []alerting.Route { return to }},
	})
	if err != nil {
		return err
	}
	sender, err := l.sender()
	if err != nil {
		return err
	}
	sending, stop := context.WithCancel(ctx)
	stopped := make(chan error, 1)
	go func() { stopped <- sender.Run(sending) }()
	err = l.evaluate(ctx)
	stop()
	return errors.Join(err, <-stopped)
}

// ring leaves word that there is something to do.
func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

func (l *living) sender() (*notify.Sender, error) {
	var targets []notify.Target
	for _, d := range []alerting.Destination{slack, pager} {
		n, err := webhook.New(webhook.Config{
			URL: func() (string, error) { return l.URL + "/" + d.Name, nil }, Now: l.clock.senders, Client: &http.Client{Transport: dyingWire{l}},
		})
		if err != nil {
			return nil, err
		}
		targets = append(targets, notify.Target{Destination: d, Kind: "webhook", Notifier: n, Concurrency: concurrency})
	}
	return notify.NewSender(notify.Config{
		Outbox: dyingOutbox{l.journal, l}, Targets: targets, Wake: l.wake, Logger: slog.New(slog.DiscardHandler),
		Registerer: prometheus.NewRegistry(), Now: l.clock.senders, Poll: 5 * time.Millisecond,
	})
}

// evaluate observes slot after slot. It mostly waits until what is owed was
// delivered; where it does not, messages fold.
func (l *living) evaluate(ctx context.Context) error {
	place := filepath.Join(l.Dir, "slot")
	text, _ := os.ReadFile(place)
	first, _ := strconv.Atoi(string(text))
	for n := first; l.Slots == 0 || n < l.Slots; n++ {
		l.clock.move(n)
		if err := l.engine.Observe(ctx, l.clock.now(), l.slos, assessSlot(l.slos, n)); err != nil {
			return err
		}
		if err := people(ctx, l.engine, l.slos, n); err != nil {
			return err
		}
		if err := replace(place, strconv.Itoa(n+1)); err != nil {
			return err
		}
		if l.rng.IntN(2) > 0 {
			if err := l.deliver(ctx); err != nil {
				return err
			}
		}
	}
	return l.deliver(ctx)
}

// replace writes a file that is there whole, whenever the process dies.
func replace(path, text string) error {
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// deliver waits until nothing is owed. The time that a retry waits for passes
// quickly.
func (l *living) deliver(ctx context.Context) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for waited := 0; ; waited++ {
		backlog, err := l.journal.Backlog(ctx)
		if err != nil || backlog.Owed == 0 {
			return err
		}
		if waited > 10_000 {
			return l.stuck(ctx)
		}
		select {
		case <-l.settled:
		case <-tick.C:
			l.clock.wait(5 * time.Second)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stuck says what is owed and never delivered.
func (l *living) stuck(ctx context.Context) error {
	var text string
	err := l.db.Reader().QueryRowContext(ctx, `SELECT group_concat(destination || ' ' || incident || ' ' || sequence || ': ' || attempts || ' attempts, '
		|| last_error || ', next ' || next_attempt, '; ') FROM outbox WHERE state = 'owed'`).Scan(&text)
	return errors.Join(fmt.Errorf("at %d nothing is delivered: %s", l.clock.senders().UnixMilli(), text), err)
}

// pass kills at the point, when it is the turn of this passage.
func (l *living) pass(point string) {
	if l.reaches(point) {
		kill()
	}
}

func (l *living) reaches(point string) bool { return point == l.Point && l.passed.Add(1) == l.Nth }

// within kills somewhere in the course of a transaction. Its length is known from
// the ones before; one that ends too early is survived, and the next one tried.
func (l *living) within(point, eventID string, transaction func() error) error {
	if point != l.Point {
		return transaction()
	}
	start := time.Now()
	defer func() { l.lasted.Store(int64(time.Since(start))) }()
	if l.passed.Add(1) > l.Nth {
		if err := replace(filepath.Join(l.Dir, "under way"), eventID); err != nil {
			return err
		}
		defer time.AfterFunc(time.Duration(rand.Int64N(l.lasted.Load()+1)), kill).Stop()
	}
	return transaction()
}

// kill is kill -9 of this process.
func kill() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// examine looks at what the process before left: the file is sound, and the
// transaction that was under way is there or is not.
func (l *living) examine(ctx context.Context) error {
	var verdict string
	if err := l.db.Reader().QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		return errors.Join(errors.New("the file is damaged: "+verdict), err)
	}
	mark := filepath.Join(l.Dir, "under way")
	event, err := os.ReadFile(mark)
	if err != nil {
		return nil //nolint:nilerr // none was under way
	}
	var state string
	err = l.db.Reader().QueryRowContext(ctx, `SELECT state FROM outbox WHERE event_id = ?`, string(event)).Scan(&state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	fate := "undone\n"
	if state == alerting.DeliverySent || state == alerting.DeliveryOwed && l.Point == withinCommit {
		fate = "kept\n"
	}
	fates, err := os.OpenFile(filepath.Join(l.Dir, "fates"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fates.WriteString(fate)
	return errors.Join(err, fates.Close(), os.Remove(mark))
}

// dyingStore is a journal whose process dies around a commit that owes something.
type dyingStore struct {
	*Journal
	l *living
}

func (d dyingStore) Commit(ctx context.Context, c alerting.Decided) error {
	if len(c.Owed) == 0 {
		return d.Journal.Commit(ctx, c)
	}
	d.l.pass(beforeCommit)
	err := d.l.within(withinCommit, c.Owed[0].EventID, func() error { return d.Journal.Commit(ctx, c) })
	if d.l.Seed%2 == 0 { // before the sender knows; else when it is about to send
		d.l.pass(beforeSend)
	}
	return err
}

// dyingOutbox is one whose process dies around the record of what was sent.
type dyingOutbox struct {
	*Journal
	l *living
}

func (d dyingOutbox) Sent(ctx context.Context, eventID, ref string, now time.Time) error {
	defer ring(d.l.settled)
	d.l.pass(beforeRecord)
	return d.l.within(withinRecording, eventID, func() error { return d.Journal.Sent(ctx, eventID, ref, now) })
}

// dyingWire sends, and dies on the way.
type dyingWire struct{ l *living }

func (w dyingWire) RoundTrip(req *http.Request) (*http.Response, error) {
	if w.l.Seed%2 == 1 {
		w.l.pass(beforeSend)
	}
	if w.l.reaches(withinSend) {
		if w.l.Seed%2 == 0 {
			req.Header.Set(takeAndKill, "yes")
		} else {
			req.Body = &halfBody{req.Body, req.ContentLength / 2}
		}
	}
	return wire.RoundTrip(req)
}

// wire sends a request in small pieces, so that half of one has left.
var wire = &http.Transport{WriteBufferSize: 256}

// halfBody kills when half of it was read.
type halfBody struct {
	io.ReadCloser
	left int64
}

func (b *halfBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		kill()
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
