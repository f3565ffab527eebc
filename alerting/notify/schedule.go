package notify

import (
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

const (
	firstDelay   = time.Second
	blockedDelay = 5 * time.Minute // until an operator has repaired it
	shortest     = 100 * time.Millisecond
)

// limits are how long a notification of one severity may be kept waiting.
type limits struct {
	backoff    time.Duration // between two attempts of our own choosing
	retryAfter time.Duration // when the destination asks
}

var (
	pageLimits  = limits{backoff: time.Minute, retryAfter: 5 * time.Minute}
	otherLimits = limits{backoff: 5 * time.Minute, retryAfter: time.Hour}
)

func limitsFor(n alerting.Notification) limits {
	if n.Incident.Severity == slo.SeverityPage {
		return pageLimits
	}
	return otherLimits
}

// delay is how long to wait after a failure. Somewhere between nothing and the
// exponential bound, so that notifications that failed together do not come
// back together.
func delay(n alerting.Notification, failure *Error) time.Duration {
	limit := limitsFor(n)
	if failure.RetryAfter > 0 {
		return min(failure.RetryAfter, limit.retryAfter)
	}
	if failure.Kind == KindBlocked {
		return blockedDelay - rand.N(blockedDelay/5)
	}
	return max(fullJitter(n.Attempts, limit.backoff), shortest)
}

// fullJitter draws uniformly from 0 to firstDelay × 2^attempts, at most limit.
// The library draws from interval ± factor × interval: half the interval with
// factor 1 is full jitter.
func fullJitter(attempts int, limit time.Duration) time.Duration {
	exponential := &backoff.ExponentialBackOff{
		InitialInterval:     firstDelay / 2,
		RandomizationFactor: 1,
		Multiplier:          2,
		MaxInterval:         limit / 2,
	}
	exponential.Reset()
	var next time.Duration
	for range min(attempts, 30) + 1 {
		next = exponential.NextBackOff()
	}
	return min(next, limit)
}
