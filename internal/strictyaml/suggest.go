package strictyaml

import (
	"fmt"
	"strings"
)

// Suggest completes a message about a word that is not known: the most similar
// known word, or all of them if none is close.
func Suggest(word string, known []string) string {
	best, ok := Similar(word, known)
	switch {
	case ok:
		return fmt.Sprintf("did you mean %q?", best)
	case len(known) == 0:
		return "nothing is known here"
	}
	return "known are " + strings.Join(known, ", ")
}

// Similar is the known word that is most similar to a word, if one is close.
func Similar(word string, known []string) (best string, ok bool) {
	distance := len(word)/3 + 1
	for _, k := range known {
		if d := editDistance(strings.ToLower(word), strings.ToLower(k)); d <= distance && (!ok || d < distance) {
			best, distance, ok = k, d, true
		}
	}
	return best, ok
}

// maxSuggestLength bounds the words that are compared: longer ones are no slip
// of the pen.
const maxSuggestLength = 64

// editDistance is the number of letters to insert, delete or replace to turn a
// into b; very long words are far from everything.
func editDistance(a, b string) int {
	if len(a) > maxSuggestLength || len(b) > maxSuggestLength {
		return maxSuggestLength
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
