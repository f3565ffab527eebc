package listing

import (
	"slices"
	"sync"
	"time"
)

// House is every row of an instant. It puts them in each order once, when somebody
// asks for it, so that a page of a large house costs what it shows. It is safe for
// concurrent use.
type House struct {
	rows []Row

	mu     sync.Mutex
	orders map[Order][]*Row // guarded by mu; what is in it is not changed
}

// NewHouse takes the rows over: nobody changes them any more.
func NewHouse(rows []Row) *House {
	for i := range rows {
		rows[i].settled = rows[i].Status()
	}
	return &House{rows: rows, orders: make(map[Order][]*Row)}
}

// Selection is what a query finds. Its rows are those of the house: nobody changes
// them.
type Selection struct {
	Rows   []*Row         // in the order of the query, whatever its cursor and its limit
	Counts map[Status]int // of all that the definition asks for, whatever their state
	All    int            // of these
	AsOf   time.Time      // of the newest of these
}

// Select finds the rows that are asked for and counts all on the way.
func (h *House) Select(q Query) Selection {
	s := Selection{Rows: make([]*Row, 0, len(h.rows)), Counts: make(map[Status]int)}
	for _, r := range h.order(q.Sort) {
		if !q.MatchesSLO(&r.SLO) {
			continue
		}
		s.All++
		s.Counts[r.Status()]++
		if r.Assessment.AsOf.After(s.AsOf) {
			s.AsOf = r.Assessment.AsOf
		}
		if q.MatchesRow(r) {
			s.Rows = append(s.Rows, r)
		}
	}
	return s
}

func (h *House) order(o Order) []*Row {
	h.mu.Lock()
	defer h.mu.Unlock()
	sorted, ok := h.orders[o]
	if !ok {
		sorted = o.sort(h.rows)
		h.orders[o] = sorted
	}
	return sorted
}

// placed keeps sorting cheap: a position is worked out once for each row.
type placed struct {
	at  position
	row *Row
}

func (o Order) sort(rows []Row) []*Row {
	places := make([]placed, len(rows))
	for i := range rows {
		places[i] = placed{at: o.position(&rows[i]), row: &rows[i]}
	}
	slices.SortFunc(places, func(a, b placed) int { return o.compare(a.at, b.at) })
	out := make([]*Row, len(places))
	for i := range places {
		out[i] = places[i].row
	}
	return out
}
