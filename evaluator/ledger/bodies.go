package ledger

import (
	"container/list"
	"sync"
)

// bodies are rows of volumes in memory: those that were asked for last, up to a
// number of bytes. A book without a file has all of its rows here.
type bodies struct {
	mu    sync.Mutex
	room  int
	held  int
	rows  map[int64]*list.Element
	order list.List // of *bodyRow, the last one used in front
}

type bodyRow struct {
	id   int64
	body []byte
}

// rowOverhead is about what a row takes in memory besides its bytes.
const rowOverhead = 160

func newBodies(room int) *bodies {
	return &bodies{room: room, rows: map[int64]*list.Element{}}
}

func (b *bodies) get(id int64) ([]byte, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e, ok := b.rows[id]
	if !ok {
		return nil, false
	}
	b.order.MoveToFront(e)
	return e.Value.(*bodyRow).body, true
}

func (b *bodies) put(id int64, body []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drop(id)
	b.rows[id] = b.order.PushFront(&bodyRow{id: id, body: body})
	b.held += len(body) + rowOverhead
	for b.held > b.room {
		b.drop(b.order.Back().Value.(*bodyRow).id)
	}
}

// forget drops a row; mu is not held.
func (b *bodies) forget(id int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drop(id)
}

func (b *bodies) drop(id int64) {
	if e, ok := b.rows[id]; ok {
		b.held -= len(e.Value.(*bodyRow).body) + rowOverhead
		b.order.Remove(e)
		delete(b.rows, id)
	}
}

// take learns that rows have changed: what is held of them is replaced, and all of
// them is held when there is no file.
func (b *bodies) take(rows map[int64][]byte, all bool) {
	for id, body := range rows {
		_, held := b.get(id)
		switch {
		case body == nil:
			b.forget(id)
		case held || all:
			b.put(id, body)
		}
	}
}
