package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Classify returns what err means: the [Error] in its chain, or a temporary
// failure (ambiguous when time ran out) with the text of err without its URL.
func Classify(err error) *Error {
	if classified, ok := errors.AsType[*Error](err); ok {
		return classified
	}
	if withURL, ok := errors.AsType[*url.Error](err); ok {
		err = withURL.Err
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return Errorf(KindAmbiguous, "no answer in time")
	}
	return Errorf(KindTemporary, "%v", err)
}

// ClassifyStatus returns what an HTTP answer other than 2xx means, and nil for
// 2xx. It reads the header only: a body may echo what was sent.
func ClassifyStatus(resp *http.Response) *Error {
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	e := Errorf(statusKind(resp.StatusCode), "%s", describeStatus(resp.StatusCode))
	e.Status = resp.StatusCode
	if e.Kind == KindTemporary {
		e.RetryAfter = ParseRetryAfter(resp.Header)
	}
	return e
}

func statusKind(code int) Kind {
	switch code {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return KindTemporary
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return KindBlocked
	}
	switch {
	case code >= 500:
		return KindTemporary
	case code >= 300 && code < 400:
		return KindBlocked
	}
	return KindPermanent
}

func describeStatus(code int) string {
	text := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", code, http.StatusText(code)))
	switch {
	case code >= 300 && code < 400:
		return text + ": redirects are not followed, configure the final URL"
	case statusKind(code) == KindBlocked:
		return text + ": check the credentials"
	}
	return text
}

// MaxRetryAfter bounds what [ParseRetryAfter] returns.
const MaxRetryAfter = 24 * time.Hour

// ParseRetryAfter returns how long the Retry-After header asks to wait, between
// 0 and [MaxRetryAfter]. A date counts from the Date header of the same answer,
// so that a skewed clock cannot distort it; what is absent, negative, past or
// malformed is 0.
func ParseRetryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		// Out of range is the largest or the smallest number, which the bounds
		// below take care of.
		return time.Duration(min(max(seconds, 0), int64(MaxRetryAfter/time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), MaxRetryAfter)
}
