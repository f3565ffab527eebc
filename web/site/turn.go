package site

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
)

// maxComparing is how many comparisons are made at once.
const maxComparing = 2

// longestTurn is how long a request waits until others are done.
const longestTurn = 5 * time.Second

// Turn waits a little for one of a few places.
func Turn(ctx context.Context, places *semaphore.Weighted) bool {
	ctx, cancel := context.WithTimeout(ctx, longestTurn)
	defer cancel()
	return places.Acquire(ctx, 1) == nil
}

// maxSpans is of how many spans the slots are read at once: each is in memory as a whole.
const maxSpans = 2

// maxAsking is how many requests for exemplars are answered at once.
const maxAsking = 2
