package breakdown

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/web/listing"
)

// Range is a stretch of time as a URL names it.
type Range struct {
	From, To time.Time
	// FromText and ToText are as they were written: an instant, now or now-1h.
	FromText, ToText string
}

// The longest and the shortest stretch of time that is looked at.
const (
	Shortest = time.Minute
	Longest  = 400 * 24 * time.Hour
)

// ParseRange reads two ends of a stretch of time: an instant as in RFC 3339, now, or a
// time before now as in now-6h. Empty ones are now and length before it. What lies in
// the future is not looked at.
func ParseRange(from, to string, length time.Duration, now time.Time) (Range, error) {
	if to == "" {
		to = "now"
	}
	if from == "" {
		from = "now-" + model.Duration(length).String()
	}
	r := Range{FromText: from, ToText: to}
	var fromErr, toErr error
	r.From, fromErr = parseEnd("from", from, now)
	r.To, toErr = parseEnd("to", to, now)
	if err := errors.Join(fromErr, toErr); err != nil {
		return Range{}, err
	}
	if r.To.After(now) {
		r.To, r.ToText = now, "now"
	}
	switch length := r.To.Sub(r.From); {
	case length < Shortest:
		return Range{}, fmt.Errorf("from=%q to=%q: from has to lie a minute or more before to, and before now", from, to)
	case length > Longest:
		return Range{}, fmt.Errorf("from=%q to=%q: more than 400 days are not kept", from, to)
	}
	return r, nil
}

// longestUnread is how far behind now a range may end that is said to end now.
const longestUnread = 5 * time.Minute

// End is where a range ends that is said to end now: where the last slot that was read
// does, since what follows is not whole yet. Was that long ago, it is now, and the gap is
// seen.
func End(read, now time.Time) time.Time {
	if behind := now.Sub(read); behind < 0 || behind > longestUnread {
		return now
	}
	return read
}

func parseEnd(name, text string, now time.Time) (time.Time, error) {
	if text == "now" {
		return now, nil
	}
	if back, ok := strings.CutPrefix(text, "now-"); ok {
		if d, err := model.ParseDuration(back); err == nil {
			return now.Add(-time.Duration(d)), nil
		}
	} else if t, ok := listing.ParseInstant(text); ok {
		return t.UTC(), nil
	}
	return time.Time{}, fmt.Errorf("%s=%q: write now, a time before it such as now-6h, or an instant as in 2026-03-01T12:00:00Z", name, text)
}

// Recent reports whether the range always ends now.
func (r Range) Recent() bool { return r.ToText == "now" && strings.HasPrefix(r.FromText, "now-") }

// Moved is the range shifted by a share of its length, not beyond now.
func (r Range) Moved(share float64, now time.Time) Range {
	by := time.Duration(share * float64(r.To.Sub(r.From)))
	if to := r.To.Add(by); to.After(now) {
		by = now.Sub(r.To)
	}
	return fixed(r.From.Add(by), r.To.Add(by))
}

// Wider is the range twice as long, with the same middle where now allows.
func (r Range) Wider(now time.Time) Range {
	length := min(2*r.To.Sub(r.From), Longest)
	to := r.To.Add((length - r.To.Sub(r.From)) / 2)
	if to.After(now) {
		to = now
	}
	return fixed(to.Add(-length), to)
}

func fixed(from, to time.Time) Range {
	from, to = from.UTC().Truncate(time.Second), to.UTC().Truncate(time.Second)
	return Range{From: from, To: to, FromText: from.Format(time.RFC3339), ToText: to.Format(time.RFC3339)}
}
