package main

import (
	"github.com/slofuse/slofuse/internal/runbook"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// runbooks reads runbooks for the pages, beside the file that defines an SLO.
type runbooks struct {
	config string // the file of the configuration; empty without one
}

var _ site.Runbooks = runbooks{}

// Runbook returns a runbook of the repository.
func (r runbooks) Runbook(o slo.SLO, path string) ([]byte, error) {
	return runbook.Read(path, runbook.Folders(o.Source.File, r.config))
}
