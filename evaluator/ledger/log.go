package ledger

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// A row of the log is what one recording changed in the open parts of accounts.
// Replayed in order over the heads, rows give the accounts as they were, also
// when a head already holds what a row says.

// encoder and decoder are safe for concurrent use in the way they are used here.
var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
)

// logRow is the row of some drafts, and the end of the last cell it speaks of.
func logRow(drafts []*draft) (body []byte, upTo int64) {
	upTo = math.MinInt64
	var b []byte
	b = binary.AppendUvarint(b, uint64(len(drafts)))
	last, span := int64(0), Span{}
	for _, d := range drafts {
		b = binary.AppendVarint(b, d.a.id-last)
		last = d.a.id
		b = binary.AppendVarint(b, d.span.From-span.From)
		b = binary.AppendVarint(b, d.span.To-span.To)
		span = d.span
		b = appendSpans(b, d.doubts.Cut(d.span))
		gone := d.a.open[d.lo:d.hi]
		b = binary.AppendUvarint(b, uint64(len(gone)))
		for _, c := range gone {
			b = binary.AppendVarint(b, c.end-d.span.To)
			upTo = max(upTo, c.end)
		}
		b = binary.AppendUvarint(b, uint64(len(d.fresh)))
		for _, e := range d.fresh {
			b = e.append(b, d.span.To)
			upTo = max(upTo, e.end)
		}
	}
	return encoder.EncodeAll(b, nil), upTo
}

func (e entry) append(b []byte, near int64) []byte {
	for _, n := range []int64{e.end - near, int64(e.width), e.total, e.bad} {
		b = binary.AppendVarint(b, n)
	}
	b = binary.AppendUvarint(b, uint64(len(e.classes)))
	return append(b, e.classes...)
}

func (s *scanner) entry(near int64) entry {
	e := entry{cell: cell{end: near + s.varint(), width: s.int32(), total: s.varint(), bad: s.varint()}}
	e.classes = s.bytes(s.count(len(s.rest)))
	return e
}

// replay does again what a row of the log says. Of what is sealed by now it only
// repeats what was read.
func (l *Ledger) replay(row []byte, accounts map[int64]*account) error {
	body, err := decoder.DecodeAll(row, nil)
	if err != nil {
		return errDamaged
	}
	s := scanner{rest: body}
	id, span := int64(0), Span{}
	for range s.count(len(body)) {
		id += s.varint()
		span.From += s.varint()
		span.To += s.varint()
		doubts := s.spans()
		a := accounts[id]
		if a == nil || s.failed {
			return errDamaged
		}
		a.knowledge = a.learn(span, doubts)
		a.stale = true
		a.replay(&s, span.To)
		l.newest = max(l.newest, span.To)
	}
	return s.end()
}

func (a *account) replay(s *scanner, near int64) {
	for range s.count(len(s.rest)) {
		end := near + s.varint()
		if i := a.after(end) - 1; i >= 0 && a.open[i].end == end {
			a.setOpen(i, i+1, nil)
		}
	}
	for range s.count(len(s.rest)) {
		e := s.entry(near)
		if e.width <= 0 {
			s.fail()
		}
		if i := a.after(e.end); !s.failed && e.end > a.cut {
			a.setOpen(i, i, []entry{e})
		}
	}
}

// learn is what is known after a span was read.
func (k knowledge) learn(span Span, doubts Spans) knowledge {
	if span.From >= span.To {
		return k
	}
	out := k
	if n := len(k.reads); n > 0 && k.reads[n-1].From <= span.From && span.From <= k.reads[n-1].To {
		if span.To > k.reads[n-1].To {
			out.reads = slices.Clone(k.reads)
			out.reads[n-1].To = span.To
		}
	} else {
		out.reads = k.reads.Add(span)
	}
	if len(k.doubts) == 0 && len(doubts) == 0 {
		return out
	}
	out.doubts = k.doubts.Without(span)
	for _, doubt := range doubts.Cut(span) {
		out.doubts = out.doubts.Add(doubt)
	}
	return out
}
