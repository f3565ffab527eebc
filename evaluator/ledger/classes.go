package ledger

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// packed is counts by class as it stands in memory and on disk: pairs of varints,
// by how much the id of the class is larger than the one before, and the count.
// Ids ascend and no count is zero.
type packed []byte

// classCount is one class of a tally.
type classCount struct {
	id int64
	n  int64
}

// tally is counts by class while they are added up, by ascending id.
type tally []classCount

func (t tally) pack(into packed) packed {
	last := int64(0)
	for _, c := range t {
		if c.n != 0 {
			into = binary.AppendUvarint(into, uint64(c.id-last))
			into = binary.AppendVarint(into, c.n)
			last = c.id
		}
	}
	return into
}

// each visits the classes; it stops and returns false at what cannot be read.
func (p packed) each(visit func(id, n int64)) bool {
	s, id := scanner{rest: p}, int64(0)
	for len(s.rest) > 0 {
		id += int64(s.uvarint())
		n := s.varint()
		if s.failed {
			return false
		}
		visit(id, n)
	}
	return !s.failed
}

// unpack is a packed set as a tally.
func (p packed) unpack() tally {
	var t tally
	t.addPacked(p, 1)
	return t
}

// addPacked adds a set times a factor.
func (t *tally) addPacked(p packed, factor int64) {
	i := 0
	p.each(func(id, n int64) { i = t.addFrom(i, id, n*factor) })
}

func (t *tally) addAll(other tally) {
	i := 0
	for _, c := range other {
		i = t.addFrom(i, c.id, c.n)
	}
}

// addFrom adds to one class, which stands at index i or later, and returns where.
func (t *tally) addFrom(i int, id, n int64) int {
	for i < len(*t) && (*t)[i].id < id {
		i++
	}
	if i == len(*t) || (*t)[i].id != id {
		*t = slices.Insert(*t, i, classCount{id: id})
	}
	(*t)[i].n += n
	return i
}

func (t tally) sum() int64 {
	var sum int64
	for _, c := range t {
		sum += c.n
	}
	return sum
}

// share is part/whole of every class: integers that add up to that part of the
// sum.
func (t tally) share(part, whole int64) tally {
	if whole <= 0 {
		return nil
	}
	out := slices.Clone(t)
	var sum, given int64
	for i, c := range t {
		sum += c.n
		upTo := portion(sum, part, whole)
		out[i].n, given = upTo-given, upTo
	}
	return out
}

// portion is n times part/whole, rounded towards zero, for 0 <= part <= whole.
func portion(n, part, whole int64) int64 {
	magnitude := uint64(max(n, -n))
	hi, lo := bits.Mul64(magnitude, uint64(part))
	q, _ := bits.Div64(hi, lo, uint64(whole))
	if n < 0 {
		return -int64(q)
	}
	return int64(q)
}

// named is a tally with the names of its classes, without those of zero.
func (l *Ledger) named(t tally) map[string]int64 {
	out := make(map[string]int64, len(t))
	for _, c := range t {
		if c.n != 0 {
			out[l.classes.name(c.id)] += c.n
		}
	}
	return out
}

// packClasses gives the classes of an increment their ids. The caller holds
// recording.
func (l *Ledger) packClasses(inc slo.Increment) packed {
	if len(inc.Classes) == 0 {
		return nil
	}
	t := make(tally, 0, len(inc.Classes))
	for name, n := range inc.Classes {
		if n != 0 {
			t = append(t, classCount{id: l.classes.id(name), n: n})
		}
	}
	slices.SortFunc(t, func(a, b classCount) int { return int(a.id - b.id) })
	return t.pack(make(packed, 0, 3*len(t)))
}
