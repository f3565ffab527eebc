// Package incidents has what people on call see first: the start page with what burns,
// the list of incidents, the page of each with its checklist and runbook, and the
// post-mortem; what they press there or in Slack, and the endpoints with the same.
package incidents

import "github.com/slofuse/slofuse/web/site"

// Handlers answer requests that are about incidents.
type Handlers struct{ *site.Server }
