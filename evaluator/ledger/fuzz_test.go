package ledger

import (
	"slices"
	"testing"
)

// What is not a volume is an error, and what is one comes back as it was.
func FuzzVolume(f *testing.F) {
	f.Add([]byte{})
	f.Add(appendCells(nil, []cell{{end: 30, width: 30, total: 5}, {end: 60, width: 30, total: 1 << 60, bad: 3, gap: -7}}))
	f.Add(appendClasses(nil, []classSlot{{end: 300, counts: tally{{1, 5}, {9, -7}}}, {end: 600}}))
	f.Fuzz(func(t *testing.T, body []byte) {
		var room lent
		if room.read(body) == nil {
			var again lent
			if err := again.read(appendCells(nil, room.cells)); err != nil || !slices.Equal(again.cells, room.cells) {
				t.Errorf("%v comes back as %v, %v", room.cells, again.cells, err)
			}
		}
		if slots, err := slotsOf(body); err == nil && len(slots) == 0 {
			t.Error("no slots and no error")
		}
		var a account
		_ = a.readHead(body)
		book := &Ledger{}
		_ = book.replay(encoder.EncodeAll(body, nil), map[int64]*account{1: {}})
	})
}

func TestSealed_tells_another_row_or_another_byte(t *testing.T) {
	row := sealed(7, []byte("body"))
	if body, err := unsealed(7, row); err != nil || string(body) != "body" {
		t.Errorf("%q, %v", body, err)
	}
	if _, err := unsealed(8, row); err == nil {
		t.Error("the row of another id is taken")
	}
	for i := range row {
		row[i] ^= 1
		if _, err := unsealed(7, row); err == nil {
			t.Errorf("byte %d is another and nobody notices", i)
		}
		row[i] ^= 1
	}
}

func TestColumn_keeps_every_number(t *testing.T) {
	for _, numbers := range [][]int64{
		{0},
		{5, 5, 5, 5},
		{-1 << 63, 1<<63 - 1, 0, -1, 1},
		{1, 2, 3, 1 << 55, 1 << 57, -4},
		{100, 101, 99, 100, 7_000_000, 100, 98, 0},
	} {
		s := scanner{rest: appendColumn(nil, numbers)}
		got := make([]int64, len(numbers))
		if s.column(got); s.end() != nil || !slices.Equal(got, numbers) {
			t.Errorf("%v comes back as %v, %v", numbers, got, s.end())
		}
	}
	if size := len(appendColumn(nil, slices.Repeat([]int64{30}, 720))); size > 4 {
		t.Errorf("720 times the same number takes %d bytes", size)
	}
}
