package ledger

import (
	"encoding/binary"
	"math"
)

// The head of an account is the row that is read at start: what was read, and
// the sums of its volumes.

const headVersion = 1

func (a *account) head(known knowledge, cut int64, vols []volume) []byte {
	b := binary.AppendVarint([]byte{headVersion}, cut)
	b = appendSpans(b, known.reads)
	b = appendSpans(b, known.doubts)
	b = binary.AppendUvarint(b, uint64(len(vols)))
	last := sums{}
	for _, v := range vols {
		b = v.append(b, v.upTo.sub(last))
		last = v.upTo
	}
	return b
}

func appendSpans(b []byte, spans Spans) []byte {
	b = binary.AppendUvarint(b, uint64(len(spans)))
	last := int64(0)
	for _, span := range spans {
		b = binary.AppendVarint(b, span.From-last)
		b = binary.AppendVarint(b, span.To-span.From)
		last = span.To
	}
	return b
}

func (s *scanner) spans() Spans {
	n := s.count(len(s.rest))
	if n == 0 {
		return nil
	}
	out := make(Spans, n)
	last := int64(0)
	for i := range out {
		out[i].From = last + s.varint()
		out[i].To = out[i].From + s.varint()
		if out[i].From >= out[i].To || i > 0 && out[i].From <= last {
			s.fail()
		}
		last = out[i].To
	}
	return out
}

// append writes a volume with sums that are its own.
func (v volume) append(b []byte, own sums) []byte {
	b = binary.AppendVarint(b, int64(v.first))
	b = binary.AppendUvarint(b, uint64(v.hours))
	for _, n := range []int64{v.start - v.from(), v.firstEnd - v.from(), v.end - v.from(), own.total, own.bad, own.known, own.badSlots, int64(v.width), v.most} {
		b = binary.AppendVarint(b, n)
	}
	if !v.classed {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(v.classes))+1)
	return append(b, v.classes...)
}

func (s *scanner) volume(before sums) volume {
	v := volume{first: s.int32(), hours: int32(s.count(math.MaxInt32))}
	v.start, v.firstEnd, v.end = v.from()+s.varint(), v.from()+s.varint(), v.from()+s.varint()
	v.upTo = before.add(sums{total: s.varint(), bad: s.varint(), known: s.varint(), badSlots: s.varint()})
	v.width, v.most = s.int32(), s.varint()
	if n := s.count(len(s.rest)); n > 0 {
		v.classed = true
		v.classes = append(packed(nil), s.bytes(n-1)...)
	}
	return v
}

func (s *scanner) int32() int32 {
	n := s.varint()
	if n < math.MinInt32 || n > math.MaxInt32 {
		s.fail()
	}
	return int32(n)
}

// readHead fills an account from its row.
func (a *account) readHead(body []byte) error {
	s := scanner{rest: body}
	if s.byte() != headVersion {
		return errDamaged
	}
	a.cut = s.varint()
	a.reads, a.doubts = s.spans(), s.spans()
	n := s.count(len(s.rest))
	a.vols = make([]volume, 0, n)
	var before sums
	for range n {
		v := s.volume(before)
		if k := len(a.vols); k > 0 && a.vols[k-1].to() > v.from() || v.end <= v.from() || v.end > v.to() {
			return errDamaged
		}
		a.vols, before = append(a.vols, v), v.upTo
	}
	return s.end()
}
