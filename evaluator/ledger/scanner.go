package ledger

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

var errDamaged = errors.New("the row is damaged: move the database file away and start again, the history is then read again from the backends")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sealed puts a checksum before a body. The id of its row is part of it, so that
// the body of another row is not taken for this one.
func sealed(id int64, body []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(body)), checksum(id, body)), body...)
}

// unsealed takes the checksum off again.
func unsealed(id int64, row []byte) ([]byte, error) {
	if len(row) < 4 || binary.LittleEndian.Uint32(row) != checksum(id, row[4:]) {
		return nil, errDamaged
	}
	return row[4:], nil
}

func checksum(id int64, body []byte) uint32 {
	var salt [8]byte
	binary.LittleEndian.PutUint64(salt[:], uint64(id))
	return crc32.Update(crc32.Checksum(salt[:], castagnoli), castagnoli, body)
}

// scanner reads numbers off a body. After the first that is not there it only
// gives zeros, and says so at the end.
type scanner struct {
	rest   []byte
	failed bool
}

func (s *scanner) fail() { s.failed, s.rest = true, nil }

// end is nil when everything was there and nothing else.
func (s *scanner) end() error {
	if s.failed || len(s.rest) > 0 {
		return errDamaged
	}
	return nil
}

func (s *scanner) uvarint() uint64 {
	v, n := binary.Uvarint(s.rest)
	if n <= 0 {
		s.fail()
		return 0
	}
	s.rest = s.rest[n:]
	return v
}

// varint is a number of [binary.AppendVarint], whose sign is the last bit.
func (s *scanner) varint() int64 {
	v := s.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// count is a number from 0 to most.
func (s *scanner) count(most int) int {
	n := s.uvarint()
	if n > uint64(most) {
		s.fail()
		return 0
	}
	return int(n)
}

func (s *scanner) byte() byte {
	if b := s.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (s *scanner) bytes(n int) []byte {
	if n < 0 || n > len(s.rest) {
		s.fail()
		return nil
	}
	out := s.rest[:n:n]
	s.rest = s.rest[n:]
	return out
}
