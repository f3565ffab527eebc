package ui

import "time"

// Moment is an instant for a page: in UTC here, in the reader's zone once the
// script has run.
type Moment struct {
	Datetime string
	Text     string
}

// MomentOf shows an instant; the zero instant is none.
func MomentOf(t time.Time) Moment {
	if t.IsZero() {
		return Moment{}
	}
	t = t.UTC()
	return Moment{Datetime: t.Format(time.RFC3339), Text: t.Format("2006-01-02 15:04:05 UTC")}
}
