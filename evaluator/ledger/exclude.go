package ledger

import (
	"sort"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// exclusion is what is excluded from a window.
type exclusion struct {
	sums
	length int64 // in seconds
}

// excluded adds up the cells of a window that spans touch.
func (l *Ledger) excluded(a *account, backend string, window Span, spans []Span) (out exclusion, err error) {
	touched, err := l.touched(a, window, spans)
	if err != nil {
		return out, err
	}
	for _, span := range touched {
		part, err := l.stretch(a, backend, span)
		if err != nil {
			return out, err
		}
		out.sums = out.add(part.sums)
		out.length += span.length()
	}
	return out, nil
}

// touched are the whole cells of a window that spans touch, as a set. The last cell
// of the window may be cut by its end.
func (l *Ledger) touched(a *account, window Span, spans []Span) (Spans, error) {
	var out Spans
	for _, span := range Spans(spans).Cut(window) {
		from, _, err := l.sumAt(a, span.From)
		if err != nil {
			return nil, err
		}
		to, err := l.cellEnd(a, span.To)
		if err != nil {
			return nil, err
		}
		out = out.Add(Span{From: from, To: min(to, window.To)})
	}
	return out, nil
}

// cellEnd moves an instant on to the end of the cell that it falls into, unless that
// cell can be cut.
func (l *Ledger) cellEnd(a *account, t int64) (int64, error) {
	start, _, err := l.sumAt(a, t)
	if err != nil || start == t {
		return t, err
	}
	i := a.volumeAfter(t)
	if i == len(a.vols) {
		return a.open[a.after(t)].end, nil
	}
	err = l.inVolume(a, i, func(room *lent) {
		t = room.cells[sort.Search(len(room.cells), func(n int) bool { return room.cells[n].end > t })].end
	})
	return t, err
}

// Touched are the spans of time that are excluded from a window when spans are: the
// whole slots that they touch. It is nil when a part of the book cannot be read.
func (l *Ledger) Touched(key string, window Span, spans ...Span) Spans {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		a = &account{}
	}
	out, err := l.touched(a, window, spans)
	if err != nil {
		l.failed(a, err)
	}
	return out
}

// of says what the exclusion takes out of a window.
func (x exclusion) of(window Span) slo.Exclusion {
	if x.length == 0 {
		return slo.Exclusion{}
	}
	return slo.Exclusion{
		Counts: x.counts(), BadSlots: int(x.badSlots),
		Time: time.Duration(x.length) * time.Second, Share: float64(x.length) / float64(window.length()),
	}
}
