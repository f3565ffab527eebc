package promload

import (
	"io"
	"net/http"
	"time"
)

// Exporter serves the fleet as it is now, all of it in one scrape with the labels
// it has; a server takes them with honor_labels.
func (f Fleet) Exporter(now func() time.Time) http.Handler {
	series := f.Series()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		at := now()
		for _, s := range series {
			if s.Labels.Get("__name__") != "up" {
				_, _ = io.WriteString(w, s.Labels.String()+" "+text(s.Value(at))+"\n") // who hung up misses a scrape
			}
		}
	})
}
