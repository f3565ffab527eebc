package ui

import (
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/glossary"
)

// ShareOrder is a share of a budget, and less than any for one that is not known.
func ShareOrder(share *float64) float64 {
	if share == nil {
		return -1
	}
	return *share
}

// TermView is a word with its explanation.
type TermView struct {
	Word string
	Text string
}

// Term explains a word of the glossary on a page: as the glossary writes it with a
// capital, or as the page does. One that is not in the glossary fails to render.
func Term(key string, shown ...string) (TermView, error) {
	t, ok := glossary.Find(key)
	if !ok {
		return TermView{}, fmt.Errorf("the glossary has no %q", key)
	}
	v := TermView{Word: Capital(t.Word), Text: t.Text}
	if len(shown) > 0 {
		v.Word = shown[0]
	}
	return v, nil
}

// Capital writes the first letter large.
func Capital(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// Many counts things of a name.
func Many(n int, name string) string {
	if n == 1 {
		return "1 " + name
	}
	return format.Count(int64(n)) + " " + name + "s"
}

// Dashed is a number for a table that explains what a dash means.
func Dashed(number string) string {
	if number == format.Unknown {
		return format.Dash
	}
	return number
}

// Ago is a length of time in words that can be read aloud.
func Ago(now, then time.Time) string {
	length := max(now.Sub(then), 0)
	if length > time.Minute {
		length = length.Truncate(time.Minute)
	}
	return format.Span(length.Truncate(time.Second))
}
