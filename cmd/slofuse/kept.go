package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// kept is a list of what people announced, the latest first: on disk before anybody
// is answered, and in memory for those who ask in every round.
type kept[T any] struct {
	save  func(context.Context, T) error
	id    func(T) string
	start func(T) time.Time
	told  func(id string) // called after a change

	mu   sync.Mutex // held over disk and memory, so that both see one order
	list atomic.Pointer[[]T]
}

// load reads the list from disk.
func (k *kept[T]) load(ctx context.Context, read func(context.Context) ([]T, error)) error {
	list, err := read(ctx)
	if err == nil {
		k.list.Store(&list)
	}
	return err
}

// all is the list, for reading alone.
func (k *kept[T]) all() []T { return *k.list.Load() }

// change keeps what becomes of the entry with an id, of which there may be none yet.
// Where nothing becomes of it, nothing is written.
func (k *kept[T]) change(ctx context.Context, id string, become func(old T, found bool) (next T, write bool, err error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	list := slices.Clone(k.all())
	var old T
	at := slices.IndexFunc(list, func(v T) bool { return k.id(v) == id })
	if at >= 0 {
		old = list[at]
	}
	next, write, err := become(old, at >= 0)
	if err != nil || !write {
		return next, err
	}
	if err := k.save(ctx, next); err != nil {
		return next, err
	}
	if at >= 0 {
		list[at] = next
	} else {
		list = append(list, next)
	}
	slices.SortStableFunc(list, func(a, b T) int { return k.start(b).Compare(k.start(a)) })
	k.list.Store(&list)
	k.told(id)
	return next, nil
}
