package notifytest

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify/sample"
)

// DecidedAt is when the notifications of this package were decided.
func DecidedAt() time.Time { return sample.DecidedAt() }

// Page returns [sample.Page], to be changed at will.
func Page() alerting.Notification { return sample.Page() }

// Ticket returns the quiet notification of a slow burn.
func Ticket() alerting.Notification { return sample.Ticket() }

// Rise returns the notification of the [Ticket] that became a [Page].
func Rise() alerting.Notification { return sample.Rise() }

// Resolved returns the end of the incident of [Page], 42 minutes later.
func Resolved() alerting.Notification { return sample.Resolved() }
