package slo

import "slices"

// CallGraph is which functions depend on which, as depends_on of SLOs says. IDs in
// it have no Name.
type CallGraph struct {
	down, up map[ID][]ID // sorted
}

// Hop is a function on the way along a [CallGraph].
type Hop struct {
	Function ID
	Via      ID  // the function before it on the shortest way
	Depth    int // how many steps away; 1 is a neighbour
}

// NewCallGraph gathers depends_on of SLOs. What a function says of itself is left
// out, and a function on the far side need not have an SLO.
func NewCallGraph(slos []SLO) CallGraph {
	g := CallGraph{down: map[ID][]ID{}, up: map[ID][]ID{}}
	for i := range slos {
		from := slos[i].ID.OfFunction()
		for _, to := range slos[i].DependsOn {
			if to = to.OfFunction(); to != from && !slices.Contains(g.down[from], to) {
				g.down[from] = append(g.down[from], to)
				g.up[to] = append(g.up[to], from)
			}
		}
	}
	for _, edges := range []map[ID][]ID{g.down, g.up} {
		for _, list := range edges {
			slices.SortFunc(list, ID.Compare)
		}
	}
	return g
}

// Down lists what a function depends on, and what that depends on, up to a depth:
// each function once, at its shortest distance, behind the one it is met by. Those
// nearest come first into the list when there are more than most, and hidden counts
// the others within the depth.
func (g CallGraph) Down(of ID, depth, most int) (hops []Hop, hidden int) {
	return walk(g.down, of.OfFunction(), depth, most)
}

// Up is [CallGraph.Down] for what depends on a function.
func (g CallGraph) Up(of ID, depth, most int) (hops []Hop, hidden int) {
	return walk(g.up, of.OfFunction(), depth, most)
}

// walk goes breadth first, so that each function gets its shortest way, and tells
// what it met in the order of an indented list.
func walk(edges map[ID][]ID, from ID, depth, most int) (hops []Hop, hidden int) {
	met := map[ID]bool{from: true}
	children := map[ID][]Hop{}
	queue, kept := []Hop{{Function: from}}, 0
	for len(queue) > 0 {
		at := queue[0]
		if queue = queue[1:]; at.Depth == depth {
			continue
		}
		for _, to := range edges[at.Function] {
			if met[to] {
				continue
			}
			met[to] = true
			hop := Hop{Function: to, Via: at.Function, Depth: at.Depth + 1}
			queue = append(queue, hop)
			if kept == most {
				hidden++
				continue
			}
			kept++
			children[at.Function] = append(children[at.Function], hop)
		}
	}
	return indented(nil, children, from), hidden
}

func indented(out []Hop, children map[ID][]Hop, of ID) []Hop {
	for _, hop := range children[of] {
		out = indented(append(out, hop), children, hop.Function)
	}
	return out
}
