// Package operate has what slofuse says of itself and of who uses it: health, status,
// metrics, live events, routes, the audit log, signing in, the glossary and the documents
// of the API.
package operate

import "github.com/slofuse/slofuse/web/site"

// Handlers answer requests that operate slofuse.
type Handlers struct{ *site.Server }
