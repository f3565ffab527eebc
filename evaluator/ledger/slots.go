package ledger

// Floor is the end of the last slot of a width that is over at an instant: the
// instant itself if one ends there. Instants before 1970 are rounded alike.
func Floor[T int32 | int64](t, width T) T {
	r := t % width
	if r < 0 {
		r += width
	}
	return t - r
}

// Ceil is the end of the slot of a width that an instant lies in: the instant
// itself if one ends there.
func Ceil[T int32 | int64](t, width T) T { return -Floor(-t, width) }
