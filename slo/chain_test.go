package slo_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

// calling makes SLOs of one service out of "a>b,c" lines.
func calling(lines ...string) (out []slo.SLO) {
	for _, line := range lines {
		from, to, _ := strings.Cut(line, ">")
		o := slo.SLO{ID: slo.ID{Service: "s", Function: from, Name: "up"}}
		for name := range strings.SplitSeq(to, ",") {
			o.DependsOn = append(o.DependsOn, slo.ID{Service: "s", Function: name})
		}
		out = append(out, o)
	}
	return out
}

func written(hops []slo.Hop, hidden int) string {
	var out []string
	for _, h := range hops {
		out = append(out, strings.Repeat(".", h.Depth-1)+h.Function.Function+"<"+h.Via.Function)
	}
	if hidden > 0 {
		out = append(out, fmt.Sprintf("+%d", hidden))
	}
	return strings.Join(out, " ")
}

func TestChain(t *testing.T) {
	diamond := calling("cart>pay,stock", "pay>fraud,ledger", "stock>ledger", "fraud>model", "shop>cart", "app>shop", "mail>cart")
	for _, c := range []struct {
		why         string
		slos        []slo.SLO
		of          string
		depth, most int
		down, up    string
	}{
		{"nothing is said", calling("cart>cart"), "cart", 5, 9, "", ""},
		{"a function nobody knows", diamond, "nobody", 5, 9, "", ""},
		{"each once, at its shortest way", diamond, "cart", 5, 9, "pay<cart .fraud<pay ..model<fraud .ledger<pay stock<cart", "mail<cart shop<cart .app<shop"},
		{"only so deep", diamond, "cart", 1, 9, "pay<cart stock<cart", "mail<cart shop<cart"},
		{"the nearest, when there are many", diamond, "cart", 5, 3, "pay<cart .fraud<pay stock<cart +2", "mail<cart shop<cart .app<shop"},
		{"the end of a chain", diamond, "model", 9, 9, "", "fraud<model .pay<fraud ..cart<pay ...mail<cart ...shop<cart ....app<shop"},
		{"a ring", calling("a>b", "b>c", "c>a"), "a", 9, 9, "b<a .c<b", "c<a .b<c"},
		{"two SLOs of one function say the same", append(calling("a>b"), calling("a>b,c")...), "a", 9, 9, "b<a c<a", ""},
	} {
		g := slo.NewCallGraph(c.slos)
		of := slo.ID{Service: "s", Function: c.of, Name: "ignored"}
		if got := written(g.Down(of, c.depth, c.most)); got != c.down {
			t.Errorf("%s: down is %q, want %q", c.why, got, c.down)
		}
		if got := written(g.Up(of, c.depth, c.most)); got != c.up {
			t.Errorf("%s: up is %q, want %q", c.why, got, c.up)
		}
	}
}

// Whoever is down of a function has the function up of it, at the same distance.
func TestChainsAreTheSameFromBothEnds(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for range 200 {
		var lines []string
		for range random.IntN(15) {
			lines = append(lines, fmt.Sprintf("f%d>f%d", random.IntN(7), random.IntN(7)))
		}
		g := slo.NewCallGraph(calling(lines...))
		for i := range 7 {
			of := slo.ID{Service: "s", Function: fmt.Sprint("f", i)}
			down, hidden := g.Down(of, 4, 100)
			if hidden > 0 {
				t.Fatalf("%v: %d are hidden", lines, hidden)
			}
			for _, hop := range down {
				back, _ := g.Up(hop.Function, 4, 100)
				if !strings.Contains(written(back, 0)+" ", strings.Repeat(".", hop.Depth-1)+of.Function+"<") {
					t.Errorf("%v: %s is %d below %s, and not the other way round: %s", lines, hop.Function.Function, hop.Depth, of.Function, written(back, 0))
				}
			}
		}
	}
}
