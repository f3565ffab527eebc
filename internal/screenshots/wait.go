package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// settled waits until a demo has read its month and pages, and returns the incident
// that it pages about.
func settled(ctx context.Context, url string, patience time.Duration) (incident string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		incident, err = paging(ctx, url)
		if err == nil {
			return incident, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("%s is not ready: %w", url, err)
		case <-time.After(time.Second):
		}
	}
}

// paging is the open incident that pages, once no history is being filled in.
func paging(ctx context.Context, url string) (string, error) {
	page, err := get(ctx, url+"/slos")
	if err != nil {
		return "", err
	}
	if strings.Contains(string(page), "<progress") || strings.Contains(string(page), "still being read") {
		return "", errors.New("history is being filled in")
	}
	body, err := get(ctx, url+"/api/v1/incidents")
	if err != nil {
		return "", err
	}
	var list struct {
		Incidents []struct{ ID, State, Severity string }
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return "", err
	}
	for _, i := range list.Incidents {
		if i.Severity == "page" && i.State != "resolved" {
			return i.ID, nil
		}
	}
	return "", errors.New("nothing pages")
}

func get(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(response.Body)
}
