package operate

import (
	"net/http"
	"strings"

	"github.com/slofuse/slofuse/internal/schema"
	"github.com/slofuse/slofuse/web/site"
)

// schema serves what editors complete and check SLO files and configurations by.
// It holds no more than the documentation does.
func (s Handlers) schema(r *http.Request) (site.Answer, error) {
	name, isJSON := strings.CutSuffix(site.PathValue(r, "file"), ".json")
	document, ok := schema.Document(name)
	if !ok || !isJSON {
		return site.Answer{}, site.NotFound("there are the schemas slo.json and config.json")
	}
	return site.Answer{ContentType: "application/schema+json", Body: document, Cache: "public, max-age=3600"}, nil
}
