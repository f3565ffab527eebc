package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/slofuse/slofuse/examples/fleet/control"
)

// demoDeploys announces the deploys of the demo's stories over the API, as a
// pipeline does.
type demoDeploys struct{ remote }

func (d demoDeploys) Start(ctx context.Context, deploy control.Deploy) (string, error) {
	var made struct {
		ID string `json:"id"`
	}
	err := d.ask(ctx, http.MethodPost, "/api/v1/deploys", map[string]any{
		"service": deploy.Service, "functions": deploy.Functions, "version": deploy.Version,
	}, &made)
	return made.ID, err
}

func (d demoDeploys) End(ctx context.Context, id, status string) error {
	return d.ask(ctx, http.MethodPost, "/api/v1/deploys/"+url.PathEscape(id)+"/end", map[string]string{"status": status}, nil)
}
