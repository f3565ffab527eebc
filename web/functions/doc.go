// Package functions has the page of a function, where one looks for a cause: calls,
// errors by kind, latency and signals over a range of time, exemplars, and who spent the
// budget; and the endpoints with the same.
package functions

import "github.com/slofuse/slofuse/web/site"

// Handlers answer requests that are about functions.
type Handlers struct{ *site.Server }
