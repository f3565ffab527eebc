package ledger

import "sync"

// dictionary gives names short ids. One that was given in a transaction which did
// not commit is taken back.
type dictionary struct {
	mu    sync.RWMutex // what is read while others record
	ids   map[string]int64
	names map[int64]string
	last  int64
	fresh []int64 // given in the running transaction
}

func newDictionary() *dictionary {
	return &dictionary{ids: map[string]int64{}, names: map[int64]string{}}
}

// know enters what is on disk.
func (d *dictionary) know(id int64, name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ids[name], d.names[id], d.last = id, name, max(d.last, id)
}

// id finds or gives the id of a name. Only one goroutine gives ids at a time.
func (d *dictionary) id(name string) int64 {
	if id, ok := d.ids[name]; ok {
		return id
	}
	d.know(d.last+1, name)
	d.fresh = append(d.fresh, d.last)
	return d.last
}

func (d *dictionary) name(id int64) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.names[id]
}

func (d *dictionary) knows(id int64) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	_, ok := d.names[id]
	return ok
}

// settle ends a transaction: what it gave is kept if it was committed.
func (d *dictionary) settle(committed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range d.fresh {
		if !committed {
			delete(d.ids, d.names[id])
			delete(d.names, id)
			d.last = min(d.last, id-1)
		}
	}
	d.fresh = d.fresh[:0]
}
