package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/web/live"
)

// gatherFor is how long what happens often is gathered before pages are told of it.
const gatherFor = time.Second

// gathered tells of ids together: a storm of messages is sent one after the other,
// and nobody wants to read a page anew for each. It is safe for concurrent use.
type gathered struct {
	tell func(ids ...string)
	some chan struct{} // has one when there is something to tell

	mu  sync.Mutex
	ids []string // guarded by mu
}

func newGathered(tell func(ids ...string)) *gathered {
	return &gathered{tell: tell, some: make(chan struct{}, 1)}
}

// add keeps ids until they are told. It never waits.
func (g *gathered) add(ids ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, id := range ids {
		// More than the hub names are all the same to it.
		if len(g.ids) <= live.MostIDs && !slices.Contains(g.ids, id) {
			g.ids = append(g.ids, id)
		}
	}
	select {
	case g.some <- struct{}{}:
	default:
	}
}

// run tells what was gathered, until the context ends.
func (g *gathered) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-g.some:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(gatherFor):
		}
		if ids := g.take(); len(ids) > 0 {
			g.tell(ids...)
		}
	}
}

func (g *gathered) take() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	ids := g.ids
	g.ids = nil
	return ids
}
