package live

import "context"

// Reader is one that follows a hub. It is for one goroutine, and has to be closed.
type Reader struct {
	hub  *Hub
	next uint64 // the event it has not had yet
}

// Subscribe returns a reader of what comes after an event, by its number. Zero is
// after the latest one.
func (h *Hub) Subscribe(after uint64) (*Reader, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.most == 0:
		return nil, ErrSilent
	case h.closed:
		return nil, ErrClosed
	case h.readers >= h.most:
		return nil, ErrFull
	}
	h.readers++
	r := &Reader{hub: h, next: h.seq + 1}
	if after != 0 {
		r.next = after + 1
	}
	return r, nil
}

// Next waits for events and returns them, oldest first. The error is that of the
// context, or [ErrClosed]: what was published before is read first.
func (r *Reader) Next(ctx context.Context) ([]Event, error) {
	for {
		events, closed, changed := r.read()
		if len(events) > 0 {
			return events, nil
		}
		if closed {
			return nil, ErrClosed
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-changed:
		}
	}
}

// read returns what there is for the reader, and what tells it to look again.
func (r *Reader) read() (events []Event, closed bool, changed <-chan struct{}) {
	h := r.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.lost() {
		r.next = h.seq + 1
		return []Event{{Seq: h.seq, Kind: Reset, ID: All}}, h.closed, h.changed
	}
	missing := int(h.seq + 1 - r.next)
	r.next = h.seq + 1
	return append([]Event(nil), h.ring[len(h.ring)-missing:]...), h.closed, h.changed
}

// lost reports whether the reader comes from another life of the process, or the
// ring no longer has what it wants. The caller holds the lock.
func (r *Reader) lost() bool {
	return r.next > r.hub.seq+1 || r.hub.seq+1-r.next > uint64(len(r.hub.ring))
}

// Close makes room for another reader.
func (r *Reader) Close() {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	r.hub.readers--
}
