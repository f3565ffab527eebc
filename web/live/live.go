// Package live tells open pages that something has changed: what kind of thing
// and its id, never what it became. Pages fetch that themselves.
//
// A [Hub] keeps the latest events in a ring. A reader has a place in it and no
// buffer of its own, so publishing never waits for anybody, and whoever falls
// behind the ring hears a single [Reset] in place of what it missed.
package live

import (
	"errors"
	"sync"
)

// Kind is what an event is about.
type Kind string

// The kinds of events.
const (
	SLO      Kind = "slo"
	Incident Kind = "incident"
	Status   Kind = "status" // of the process, and of what people announce
	Audit    Kind = "audit"  // somebody changed something, or tried to
	// Reset says that events were missed: everything may have changed.
	Reset Kind = "reset"
)

// All is the id of an event that is about everything of its kind.
const All = "*"

// Event says that something changed.
type Event struct {
	Seq  uint64 // grows with every event, over restarts as well
	Kind Kind
	ID   string
}

// Errors of [Hub.Subscribe].
var (
	ErrFull   = errors.New("as many pages follow as may")
	ErrSilent = errors.New("nothing is told here of what changes")
	ErrClosed = errors.New("no more events will come")
)

// MostIDs is how many ids of one publication are named; of more, everything of the
// kind is said to have changed.
const MostIDs = 20

// Options bound a hub.
type Options struct {
	// First is the number before that of the first event. Numbers must not be used
	// again after a restart: milliseconds since 1970 will do.
	First   uint64
	Keep    int // events kept for readers that come back; at least 1
	Readers int // that may follow at once; 0: nothing is told
}

// Hub hands events to readers. Its methods are safe for concurrent use.
type Hub struct {
	keep, most int

	mu      sync.Mutex // guards what follows
	ring    []Event    // the latest ones, oldest first
	seq     uint64     // of the latest event
	readers int
	closed  bool
	changed chan struct{} // closed and replaced when any of this changes
}

// New returns a hub that has told nobody anything yet.
func New(o Options) *Hub {
	return &Hub{keep: max(o.Keep, 1), most: o.Readers, seq: o.First, changed: make(chan struct{})}
}

// Publish tells the readers which things of a kind have changed. It never blocks.
func (h *Hub) Publish(kind Kind, ids ...string) {
	if len(ids) > MostIDs {
		ids = []string{All}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(ids) == 0 {
		return
	}
	for _, id := range ids {
		h.seq++
		h.ring = append(h.ring, Event{Seq: h.seq, Kind: kind, ID: id})
	}
	h.ring = h.ring[max(0, len(h.ring)-h.keep):]
	h.wake()
}

// wake lets every reader look again. The caller holds the lock.
func (h *Hub) wake() {
	close(h.changed)
	h.changed = make(chan struct{})
}

// Seq is the number of the latest event: what is read after it was asked for
// holds everything up to it.
func (h *Hub) Seq() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seq
}

// Readers is how many follow at present.
func (h *Hub) Readers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.readers
}

// Close ends all readers, and takes no more of anything.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		h.wake()
	}
}
