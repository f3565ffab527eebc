package listing

import (
	"net/url"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// minSimilar is the length of the shortest word that says which SLO is meant.
const minSimilar = 3

// Similar are the SLOs that somebody may have meant by a name that none has: those
// in which most of its segments are found, as a part of theirs or but for a slip.
func Similar(all []slo.ID, asked string) []slo.ID {
	words := words(asked)
	var best []slo.ID
	most := 1
	for _, id := range all {
		n := alike(id, words)
		if n > most {
			best, most = nil, n
		}
		if n == most {
			best = append(best, id)
		}
	}
	return best
}

func words(asked string) []string {
	var out []string
	for segment := range strings.SplitSeq(strings.ToLower(asked), "/") {
		if raw, err := url.PathUnescape(segment); err == nil {
			segment = raw
		}
		if len(segment) >= minSimilar {
			out = append(out, segment)
		}
	}
	return out
}

// sameStart reports whether two words begin alike. Short words are but for two letters
// like many others; a slip is seldom the first letter.
func sameStart(a, b string) bool {
	return a != "" && b != "" && strings.EqualFold(a[:1], b[:1])
}

// alike is how many of some words are found in an ID.
func alike(id slo.ID, words []string) int {
	segments := []string{id.Service, id.Function, id.Name}
	text := strings.ToLower(strings.Join(segments, "\n"))
	n := 0
	for _, word := range words {
		if meant, slip := strictyaml.Similar(word, segments); slip && sameStart(word, meant) || strings.Contains(text, word) {
			n++
		}
	}
	return n
}
