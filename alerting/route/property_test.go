package route_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/route"
)

// always contains every instant.
var always = interval("always", route.Period{})

func randomRoutes(t *testing.T, rnd *rand.Rand, depth int) []route.Node {
	if depth == 0 {
		return nil
	}
	nodes := make([]route.Node, rnd.IntN(4))
	for i := range nodes {
		nodes[i] = randomNode(rnd)
		nodes[i].Matchers = is(t, []string{"a", "b"}[rnd.IntN(2)], fmt.Sprint(rnd.IntN(3)))
		nodes[i].Continue = rnd.IntN(2) == 0
		nodes[i].Routes = randomRoutes(t, rnd, depth-1)
		if rnd.IntN(3) == 0 {
			nodes[i].Mute = []route.Interval{always}
		}
	}
	return nodes
}

// randomNode leaves out some of what a node may say.
func randomNode(rnd *rand.Rand) route.Node {
	n := route.Node{Receiver: []string{"", "x", "y", "z"}[rnd.IntN(4)]}
	if rnd.IntN(3) == 0 {
		n.GroupBy = [][]string{{}, {"a"}, {"b", "a"}}[rnd.IntN(3)]
	}
	if rnd.IntN(3) == 0 {
		n.GroupWait = new(time.Duration(rnd.IntN(3)) * time.Second)
	}
	n.GroupInterval = time.Duration(rnd.IntN(3)) * time.Minute
	n.RepeatInterval = time.Duration(rnd.IntN(3)) * time.Hour
	if rnd.IntN(3) == 0 {
		n.Escalation = &route.Escalation{Name: []string{"", "e1", "e2"}[rnd.IntN(3)]}
	}
	return n
}

func randomTree(t *testing.T, rnd *rand.Rand) (route.Node, *route.Tree) {
	t.Helper()
	root := randomNode(rnd)
	root.Receiver, root.Routes = "root", randomRoutes(t, rnd, 3)
	tree, err := route.New(root)
	if err != nil {
		t.Fatal(err)
	}
	return root, tree
}

func randomLabels(rnd *rand.Rand) map[string]string {
	return map[string]string{"a": fmt.Sprint(rnd.IntN(3)), "b": fmt.Sprint(rnd.IntN(3)), "severity": []string{"page", "ticket"}[rnd.IntN(2)]}
}

// Whatever the tree and the labels, somebody is told, and nobody twice. A silent
// route is listed as well.
func TestEveryIncidentHasAReceiver(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		root, tree := randomTree(t, rnd)
		lset := randomLabels(rnd)
		got := receivers(tree.Match(lset, noon))
		if len(got) == 0 {
			t.Fatalf("Match(%v) found nobody", lset)
		}
		if sorted := slices.Sorted(slices.Values(got)); slices.Contains(got, "") || len(slices.Compact(sorted)) != len(got) {
			t.Fatalf("Match(%v) = %q: a receiver is empty or named twice", lset, got)
		}
		loud, err := route.New(unmuted(root))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(receivers(loud.Match(lset, noon)), got); diff != "" {
			t.Fatalf("silence changes who is listed: %s", diff)
		}
	}
}

func unmuted(n route.Node) route.Node {
	n.Mute, n.Routes = nil, slices.Clone(n.Routes)
	for i, child := range n.Routes {
		n.Routes[i] = unmuted(child)
	}
	return n
}

// What a hit holds is what the last node on the way to it says, found here by
// reading the nodes from the top.
func TestChildrenHaveWhatTheyLeaveOutFromTheirParents(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		root, tree := randomTree(t, rnd)
		lset := randomLabels(rnd)
		var want []route.Hit
		for _, nodes := range taken(root, lset, nil) {
			want = append(want, said(nodes, lset))
		}
		if diff := cmp.Diff(want, tree.Explain(lset, noon).Hits); diff != "" {
			t.Fatalf("labels %v\n%s", lset, diff)
		}
	}
}

// taken are the nodes from the root to each that takes the labels. Random nodes
// have one matcher, or none at the root.
func taken(n route.Node, lset map[string]string, above []route.Node) [][]route.Node {
	if len(n.Matchers) > 0 && lset[n.Matchers[0].Name] != n.Matchers[0].Value {
		return nil
	}
	nodes := append(slices.Clone(above), n)
	var out [][]route.Node
	for _, child := range n.Routes {
		below := taken(child, lset, nodes)
		out = append(out, below...)
		if len(below) > 0 && !child.Continue {
			break
		}
	}
	if len(out) == 0 {
		return [][]route.Node{nodes}
	}
	return out
}

func said(nodes []route.Node, lset map[string]string) route.Hit {
	h := route.Hit{GroupBy: []string{"incident"}, GroupWait: 30 * time.Second, GroupInterval: 5 * time.Minute, RepeatInterval: 24 * time.Hour}
	if lset["severity"] == "page" {
		h.GroupWait, h.RepeatInterval = 0, 4*time.Hour
	}
	for _, n := range nodes {
		h.Path = append(h.Path, n.Matchers.String())
		h.Muted = ""
		if len(n.Mute) > 0 {
			h.Muted = "always"
		}
		if n.Receiver != "" {
			h.Receiver = n.Receiver
		}
		if n.GroupBy != nil {
			h.GroupBy = n.GroupBy
		}
		if n.GroupWait != nil && lset["severity"] != "page" {
			h.GroupWait = *n.GroupWait
		}
		if n.GroupInterval > 0 {
			h.GroupInterval = n.GroupInterval
		}
		if n.RepeatInterval > 0 {
			h.RepeatInterval = n.RepeatInterval
		}
		if n.Escalation != nil {
			h.Escalation = *n.Escalation
		}
	}
	h.Group = h.Receiver + ":"
	for i, part := range h.Path {
		if i > 0 {
			h.Group += "/"
		}
		h.Group += part
	}
	h.Group += ":{"
	for i, name := range h.GroupBy {
		if i > 0 {
			h.Group += ","
		}
		h.Group += fmt.Sprintf("%s=%q", name, lset[name])
	}
	h.Group += "}"
	return h
}
