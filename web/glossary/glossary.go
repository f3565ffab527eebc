// Package glossary holds the words of the dashboards and what they mean, in
// sentences for people who have not read the documentation.
package glossary

import (
	"cmp"
	"slices"
	"strings"
)

// Term is one word with its explanation.
type Term struct {
	Key  string // names it in templates and in the address of its explanation
	Word string // as it is written within a sentence
	Text string // one to three sentences that say what it means
}

// Find returns the term of a key.
func Find(key string) (Term, bool) {
	i := slices.IndexFunc(terms, func(t Term) bool { return t.Key == key })
	if i < 0 {
		return Term{}, false
	}
	return terms[i], true
}

// All are the terms in the order of their words. The caller may change the slice.
func All() []Term {
	return slices.SortedFunc(slices.Values(terms), func(a, b Term) int {
		return cmp.Compare(strings.ToLower(a.Word), strings.ToLower(b.Word))
	})
}
