// Package gate answers pipelines: whether burn rates and budgets let a change go on,
// whether a new version fails more often than the old one, and what somebody overrode.
package gate

import "github.com/slofuse/slofuse/web/site"

// Handlers answer requests that ask whether a change may go on.
type Handlers struct{ *site.Server }
