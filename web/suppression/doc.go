// Package suppression has what holds messages back or counts otherwise: silences, deploys
// and maintenance, as pages with a preview of what they match, and as endpoints.
package suppression

import "github.com/slofuse/slofuse/web/site"

// Handlers answer requests that are about silences, deploys and maintenance.
type Handlers struct{ *site.Server }
