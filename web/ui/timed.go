package ui

import (
	"regexp"
	"strings"
	"time"
)

// Piece is a part of a sentence: words, or an instant, which follows the reader's zone.
type Piece struct {
	Text string
	When Moment // of an instant
}

// instants are those of sentences that are made below the pages, in UTC.
var instants = regexp.MustCompile(`\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ| \d\d:\d\d:\d\d UTC)`)

// Timed cuts a sentence at the instants in it.
func Timed(text string) []Piece {
	var out []Piece
	done := 0
	for _, at := range instants.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		when, err := time.Parse(time.RFC3339, strings.NewReplacer(" UTC", "Z", " ", "T").Replace(found))
		if err == nil {
			out = append(out, Piece{Text: text[done:at[0]]}, Piece{Text: found, When: MomentOf(when)})
			done = at[1]
		}
	}
	return append(out, Piece{Text: text[done:]})
}
