package web

import (
	"net/http"
	"strings"

	"github.com/slofuse/slofuse/internal/schema"
)

// schema serves what editors complete and check SLO files and configurations by.
// It holds no more than the documentation does.
func (s *Server) schema(r *http.Request) (answer, error) {
	name, isJSON := strings.CutSuffix(pathValue(r, "file"), ".json")
	document, ok := schema.Document(name)
	if !ok || !isJSON {
		return answer{}, notFound("there are the schemas slo.json and config.json")
	}
	return answer{contentType: "application/schema+json", body: document, cache: "public, max-age=3600"}, nil
}
