// Package slos has what there is to see of SLOs: the list, the page of each with its
// charts, explanation, history, badge and ledger, and the endpoints with the same.
package slos

import "github.com/slofuse/slofuse/web/site"

// Handlers answer requests that are about SLOs.
type Handlers struct{ *site.Server }
