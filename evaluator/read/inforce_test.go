package read

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
)

// In slots of 30 s, 150 seconds are 5 of them and 5 minutes are 10.
func TestOneReplicaIsInForce(t *testing.T) {
	for what, c := range map[string]struct{ a, b, want string }{
		"the first of two": {
			a:    "xxxxxxxxxxxxxxxx",
			b:    "xxxxxxxxxxxxxxxx",
			want: "aaaaaaaaaaaaaaaa",
		},
		"the first, silent for a moment": {
			a:    "xxxxx....xxxxxxx",
			b:    "xxxxxxxxxxxxxxxx",
			want: "aaaaaaaaaaaaaaaa",
		},
		"another one from the last sample on": {
			a:    "xxxxx............",
			b:    "xxxxxxxxxxxxxxxxx",
			want: "aaaaabbbbbbbbbbbb",
		},
		"the first again after 5 minutes": {
			a:    "xxxxx.....xxxxxxxxxxxxxx",
			b:    "xxxxxxxxxxxxxxxxxxxxxxxx",
			want: "aaaaabbbbbbbbbbbbbbaaaaa",
		},
		"the one that came first": {
			a:    "........xxxxxxx",
			b:    ".....xxxxxxxxxx",
			want: ".....bbbbbbbbbb",
		},
		"who was in force before a silence of all, until somebody is back": {
			a:    "xxx.....................",
			b:    "...............xxxxxxxxx",
			want: "aaaaaaaaaaaaaaabbbbbbbbb",
		},
		"nobody knows yet whether it was the last sample": {
			a:    "xxxxx.....",
			b:    "xxxxxxxxxx",
			want: "aaaaaaaaaa",
		},
	} {
		seen := presence{}
		for i := range c.a {
			see(seen, "a", c.a[i], int64(i+1)*30)
			see(seen, "b", c.b[i], int64(i+1)*30)
		}
		slots, _ := inForce(seen, ledger.Span{To: int64(len(c.want)) * 30}, 30)
		var got strings.Builder
		for i := range c.want {
			got.WriteString(nameOf(slots[int64(i+1)*30].inForce))
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", what, got.String(), c.want)
		}
	}
}

// A replica that counted for a moment has not seen everything: what was counted
// before it matters to the next one, and to itself when it comes back.
func TestTakeoversRememberWhoWasBeforeAMoment(t *testing.T) {
	for _, next := range []plan.Replica{"a", "b"} {
		seen := presence{}
		for end := int64(30); end <= 360; end += 30 {
			see(seen, "a", 'x', end)
		}
		see(seen, "b", 'x', 390)
		see(seen, "b", 'x', 420)
		see(seen, next, 'x', 660)
		slots, _ := inForce(seen, ledger.Span{To: 900}, 30)
		want := plan.Takeover{From: "b", To: next, At: 630, Earlier: "a", Before: 360}
		if got := slots[660].after; got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// After an hour without anybody nobody knows what had been counted.
func TestNobodyTakesOverAfterAnHour(t *testing.T) {
	for silence, want := range map[int64]bool{3570: true, 3660: false} {
		seen := presence{}
		see(seen, "a", 'x', 30)
		see(seen, "b", 'x', 30+silence)
		slots, _ := inForce(seen, ledger.Span{To: 2 * 3600}, 30)
		if got := slots[30+silence].after != (plan.Takeover{}); got != want {
			t.Errorf("after %d s: %t, want %t", silence, got, want)
		}
	}
}

func see(seen presence, replica plan.Replica, mark byte, end int64) {
	if mark == 'x' {
		seen.add(replica, end, 1)
	}
}

func nameOf(r plan.Replica) string {
	if r == "" {
		return "."
	}
	return string(r)
}

// Who reads a page, a round or a single slot has the same verdict on each slot.
func TestVerdictsDoNotDependOnTheSpanThatIsRead(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range 60 {
		width := []int64{5, 15, 30, 60}[random.IntN(4)]
		whole := ledger.Span{To: 8 * 3600}
		seen := flickering(random, whole, width)
		all, _ := inForce(seen, whole, width)
		for range 30 {
			end := 3*3600 + random.Int64N(4*3600/width)*width
			for _, before := range []int64{2 * takeoverSpan(width), 3600} {
				span := ledger.Span{From: ledger.Floor(end-width-before, width), To: end}
				slots, sure := inForce(cut(seen, padded(span, hindsight(width), Foresight(width), width)), span, width)
				if sure <= end && slots[end] != all[end] {
					t.Fatalf("slots of %d s: %+v in the slot to %d, %+v for who looks at %v", width, all[end], end, slots[end], span)
				}
			}
		}
	}
}

// flickering is three replicas that come and go.
func flickering(random *rand.Rand, span ledger.Span, width int64) presence {
	seen := presence{}
	for _, replica := range []plan.Replica{"a", "b", "c"} {
		scrapes := width * (1 + random.Int64N(1+60/width))
		for end := ledger.Ceil(span.From+1, width); end <= span.To; end += scrapes {
			if random.IntN(40) == 0 {
				end += random.Int64N(1200/width) * width
			}
			seen.add(replica, end, 1)
		}
	}
	return seen
}

func cut(seen presence, span ledger.Span) presence {
	out := presence{}
	for replica, slots := range seen {
		for end := range slots {
			if end > span.From && end <= span.To {
				out.add(replica, end, 1)
			}
		}
	}
	return out
}
