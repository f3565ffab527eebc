package web_test

import (
	"encoding/json"
	"net/http"
	"testing"

	schemas "github.com/slofuse/slofuse/internal/schema"
)

func TestSchemasAreServedToEditors(t *testing.T) {
	server := newFleet().server(t)
	for _, name := range schemas.Names() {
		w := get(t, server, "/schema/"+name+".json")
		want, _ := schemas.Document(name)
		if w.Code != http.StatusOK || w.Body.String() != string(want) || !json.Valid(want) {
			t.Errorf("%s: status %d, %d bytes, want the %d of the schema", name, w.Code, w.Body.Len(), len(want))
		}
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=3600" {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
	}
	for _, path := range []string{"/schema/slo", "/schema/other.json", "/schema/"} {
		if w := get(t, server, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}
