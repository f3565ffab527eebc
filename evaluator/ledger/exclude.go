package ledger

import (
	"slices"
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
	cuts, err := l.touched(a, window, spans)
	if err != nil {
		return out, err
	}
	for _, c := range cuts {
		unborn, err := l.knownBeforeBirth(a, backend, c.span())
		if err != nil {
			return out, err
		}
		out.sums = out.add(c.to.sums.sub(c.from.sums))
		out.known += unborn
		out.length += c.span().length()
	}
	return out, nil
}

// cut is a stretch that is excluded, with the sums up to its ends.
type cut struct{ from, to border }

func (c cut) span() Span { return Span{From: c.from.t, To: c.to.t} }

// touched are the whole cells of a window that spans touch, by time and apart. The
// last cell of the window may be cut by its end.
func (l *Ledger) touched(a *account, window Span, spans []Span) ([]cut, error) {
	parts := Spans(spans).Cut(window)
	cuts := make([]cut, len(parts))
	for i, part := range parts {
		from, err := l.bordersAt(a, part.From)
		if err != nil {
			return nil, err
		}
		to, err := l.bordersAt(a, part.To)
		if err != nil {
			return nil, err
		}
		cuts[i] = cut{from: from.before, to: to.after}
		if to.after.t > window.To {
			cuts[i].to = border{t: window.To, sums: to.before.sums}
		}
	}
	return apart(cuts), nil
}

// apart sorts cuts and makes one of those that overlap.
func apart(cuts []cut) []cut {
	slices.SortFunc(cuts, func(a, b cut) int { return int(a.from.t - b.from.t) })
	out := cuts[:0]
	for _, c := range cuts {
		switch n := len(out); {
		case n == 0 || c.from.t > out[n-1].to.t:
			out = append(out, c)
		case c.to.t > out[n-1].to.t:
			out[n-1].to = c.to
		}
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

// Touched are the spans of time that are excluded from a window when spans are: the
// whole slots that they touch. It is nil when a part of the book cannot be read.
func (l *Ledger) Touched(key string, window Span, spans ...Span) Spans {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		a = &account{}
	}
	cuts, err := l.touched(a, window, spans)
	if err != nil {
		l.failed(a, err)
		return nil
	}
	var out Spans
	for _, c := range cuts {
		out = append(out, c.span())
	}
	return out
}
