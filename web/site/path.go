package site

import (
	"net/http"
	"net/url"
)

// PathValue reads one segment of the path, which [escapedPaths] left escaped.
func PathValue(r *http.Request, name string) string {
	value, err := url.PathUnescape(r.PathValue(name))
	if err != nil {
		return r.PathValue(name)
	}
	return value
}
