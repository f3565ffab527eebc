package web

import (
	"regexp"
	"strings"
	"time"
)

// piece is a part of a sentence: words, or an instant, which follows the reader's zone.
type piece struct {
	Text string
	When moment // of an instant
}

// instants are those of sentences that are made below the pages, in UTC.
var instants = regexp.MustCompile(`\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ| \d\d:\d\d:\d\d UTC)`)

// timed cuts a sentence at the instants in it.
func timed(text string) []piece {
	var out []piece
	done := 0
	for _, at := range instants.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		when, err := time.Parse(time.RFC3339, strings.NewReplacer(" UTC", "Z", " ", "T").Replace(found))
		if err == nil {
			out = append(out, piece{Text: text[done:at[0]]}, piece{Text: found, When: momentOf(when)})
			done = at[1]
		}
	}
	return append(out, piece{Text: text[done:]})
}
