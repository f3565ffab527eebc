package ui

import "time"

// maxChange bounds the text of a change: a selector may be of any length.
const maxChange = 240

// Clip shortens a text that may be of any length.
func Clip(text string) string {
	if runes := []rune(text); len(runes) > maxChange {
		return string(runes[:maxChange]) + "…"
	}
	return text
}

// Day is how far back a cause is looked for.
const Day = 24 * time.Hour

// FormTime is how a field for date and time writes one; the form says that it is UTC.
const FormTime = "2006-01-02T15:04"
