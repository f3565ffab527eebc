package listing

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Order is how a list is sorted. The zero value is by urgency.
type Order struct {
	key     string
	reverse bool
}

// sortKeys are the names an order may have; the first is the default.
var sortKeys = [...]string{"urgency", "service", "function", "owner", "objective", "sli", "budget", "exhaustion", "burn", "latency", "calls"}

// SortKeys lists the names that [ParseOrder] takes.
func SortKeys() []string { return slices.Clone(sortKeys[:]) }

// ParseOrder reads the name of an order, with a minus in front for the reverse;
// empty is by urgency.
func ParseOrder(text string) (Order, bool) {
	name, reverse := strings.CutPrefix(text, "-")
	if name == "" && !reverse {
		name = sortKeys[0]
	}
	if !slices.Contains(sortKeys[:], name) {
		return Order{}, false
	}
	return Order{key: name, reverse: reverse}, true
}

// String is what [ParseOrder] reads.
func (o Order) String() string {
	name := cmp.Or(o.key, sortKeys[0])
	if o.reverse {
		return "-" + name
	}
	return name
}

// position is where a row stands in an order. Class and ID never reverse: what
// is unknown stays at the end, and equals keep one order.
type position struct {
	Class  int     `json:"c"` // 0 known, 1 unknown
	Rank   int     `json:"r"`
	Number float64 `json:"n"`
	Then   float64 `json:"h"` // where the numbers agree
	Text   string  `json:"t"`
	ID     string  `json:"i"`
}

func (o Order) compare(a, b position) int {
	if c := cmp.Compare(a.Class, b.Class); c != 0 {
		return c
	}
	c := cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Then, b.Then), strings.Compare(a.Text, b.Text))
	if o.reverse {
		c = -c
	}
	return cmp.Or(c, strings.Compare(a.ID, b.ID))
}

func (o Order) position(r *Row) position {
	p := position{ID: r.SLO.ID.String()}
	a := &r.Assessment
	switch o.key {
	case "service":
		p.Text = r.SLO.ID.Service
	case "function":
		p.Text = r.SLO.ID.Function
	case "owner":
		p.Text = r.SLO.Owner
	case "objective":
		p.Number = r.SLO.Objective.Ratio()
	case "sli":
		p.number(a.Window.SuccessRatio())
	case "budget":
		p.number(a.Remaining(a.Window))
	case "exhaustion":
		p.number(r.lasting())
	case "burn":
		p.number(a.BurnRate(time.Hour))
	case "latency":
		p.latency(a.Latency)
	case "calls":
		if p.Class = 1; a.CallsPerSecond != nil {
			p.number(*a.CallsPerSecond, true)
		}
	default:
		p.urgency(r)
	}
	return p
}

func (p *position) number(v float64, known bool) {
	p.Class, p.Number = 1, 0
	if known {
		p.Class, p.Number = 0, v
	}
}

// latency orders by p99; one above the highest bucket by that bound.
func (p *position) latency(q *slo.Quantiles) {
	switch {
	case q == nil || q.P99 == nil && q.Above == nil:
		p.Class = 1
	case q.P99 != nil:
		p.Number = *q.P99
	default:
		p.Number = *q.Above
	}
}

// urgency puts what pages first, then tickets, then what recovers, then what is
// spent first at its pace, then what has least budget left. A budget nobody knows comes after those that are known.
func (p *position) urgency(r *Row) {
	switch r.Status() {
	case StatusPaging:
		p.Rank = 0
	case StatusTicket:
		p.Rank = 2
	case StatusRecovering:
		p.Rank = 4
	default:
		p.Rank = 6
	}
	remaining, known := r.Assessment.Remaining(r.Assessment.Window)
	if !known {
		p.Rank++
		return
	}
	p.Number, _ = r.lasting()
	p.Then = remaining
}

// Page is a part of a sorted list.
type Page struct {
	Rows []*Row
	Next string // cursor of the part after it; empty at the end
}

// ErrCursor is returned for a cursor that was not made for this list.
var ErrCursor = errors.New("the cursor does not belong to this list: start again without it")

// Paginate cuts out the page after the query's cursor of rows that are in its order.
// A cursor holds a place in the order and not a number of rows, so rows that come and
// go between two requests neither repeat nor hide others.
func (q Query) Paginate(sorted []*Row) (Page, error) {
	start := 0
	if q.Cursor != "" {
		after, err := q.Sort.decode(q.Cursor)
		if err != nil {
			return Page{}, err
		}
		start = sort.Search(len(sorted), func(i int) bool { return q.Sort.compare(q.Sort.position(sorted[i]), after) > 0 })
	}
	end := min(len(sorted), start+q.Limit)
	page := Page{Rows: sorted[start:end]}
	if end < len(sorted) {
		page.Next = q.Sort.encode(q.Sort.position(sorted[end-1]))
	}
	return page, nil
}

// cursor is a position and the order it is a position of.
type cursor struct {
	Sort string   `json:"s"`
	At   position `json:"a"`
}

func (o Order) encode(p position) string {
	raw, err := json.Marshal(cursor{Sort: o.String(), At: p})
	if err != nil {
		return "" // a position holds text and finite numbers only
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (o Order) decode(text string) (position, error) {
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil || c.Sort != o.String() {
		return position{}, ErrCursor
	}
	return c.At, nil
}
