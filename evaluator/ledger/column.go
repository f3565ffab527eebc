package ledger

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A column is a run of whole numbers on disk: the smallest, a width in bits, of
// each number the low bits of what it is above the smallest, and the high bits
// of those that do not fit. Numbers that are all the same cost four bytes.

// maxBits is the widest number that is read with one load of eight bytes.
const maxBits = 56

// appendColumn writes at least one number.
func appendColumn(b []byte, numbers []int64) []byte {
	low := slices.Min(numbers)
	width, outliers := cheapest(numbers, low)
	b = binary.AppendVarint(b, low)
	b = append(b, byte(width))
	b = binary.AppendUvarint(b, uint64(outliers))
	b = appendBits(b, numbers, low, width)
	last := 0
	for i, n := range numbers {
		if above := uint64(n) - uint64(low); bits.Len64(above) > width {
			b = binary.AppendUvarint(b, uint64(i-last))
			b = binary.AppendUvarint(b, above>>width)
			last = i
		}
	}
	return b
}

// cheapest finds the width in bits that takes the least room, and how many
// numbers do not fit into it.
func cheapest(numbers []int64, low int64) (width, outliers int) {
	var ofLength [65]int
	for _, n := range numbers {
		ofLength[bits.Len64(uint64(n)-uint64(low))]++
	}
	least := -1
	for w := 0; w <= maxBits; w++ {
		room, out := (len(numbers)*w+7)/8, 0
		for length := w + 1; length <= 64; length++ {
			room += ofLength[length] * (1 + (length-w+6)/7)
			out += ofLength[length]
		}
		if least < 0 || room < least {
			least, width, outliers = room, w, out
		}
		if out == 0 {
			break
		}
	}
	return width, outliers
}

// appendBits packs the low bits of what numbers are above low, the first number
// in the lowest bits.
func appendBits(b []byte, numbers []int64, low int64, width int) []byte {
	if width == 0 {
		return b
	}
	var pending uint64
	var held int
	for _, n := range numbers {
		pending |= (uint64(n) - uint64(low)) & (1<<width - 1) << held
		for held += width; held >= 8; held -= 8 {
			b = append(b, byte(pending))
			pending >>= 8
		}
	}
	if held > 0 {
		b = append(b, byte(pending))
	}
	return b
}

// column reads what appendColumn wrote.
func (s *scanner) column(out []int64) {
	low := s.varint()
	width, outliers := int(s.byte()), s.count(len(out))
	if width > maxBits {
		s.fail()
		return
	}
	packed := s.bytes((len(out)*width + 7) / 8)
	if s.failed {
		return
	}
	unpackBits(out, packed, low, width)
	at := 0
	for range outliers {
		at += s.count(len(out))
		above := s.uvarint()
		if at >= len(out) {
			s.fail()
			return
		}
		out[at] += int64(above << width)
	}
}

func unpackBits(out []int64, packed []byte, low int64, width int) {
	mask := uint64(1)<<width - 1
	for i := range out {
		at := i * width
		var word uint64
		if from := at >> 3; from+8 <= len(packed) {
			word = binary.LittleEndian.Uint64(packed[from:])
		} else {
			for k, c := range packed[min(from, len(packed)):] {
				word |= uint64(c) << (8 * k)
			}
		}
		out[i] = low + int64(word>>(at&7)&mask)
	}
}
