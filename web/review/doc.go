// Package review looks back on a period: the executive summary and the error-budget
// reports, as pages, files and for programs.
package review

import "github.com/slofuse/slofuse/web/site"

// Handlers answer requests that are about a period that is over.
type Handlers struct{ *site.Server }
