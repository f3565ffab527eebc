package web

import (
	"cmp"
	_ "embed" // the API document
	"errors"
	"net/http"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/web/api"
)

//go:embed openapi.json
var openAPIDocument []byte

func (s *Server) openAPI(*http.Request) (answer, error) {
	return answer{contentType: typeJSON, body: openAPIDocument, cache: "no-cache"}, nil
}

// openAPIText is the document as YAML, in the same order.
var openAPIText = sync.OnceValues(func() ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(openAPIDocument, &document); err != nil { // JSON is YAML
		return nil, err
	}
	unfold(&document)
	return yaml.Marshal(&document)
})

// unfold writes a node and all below it in lines of their own, without quotes
// where none are needed.
func unfold(n *yaml.Node) {
	n.Style = 0
	for _, below := range n.Content {
		unfold(below)
	}
}

func (s *Server) openAPIYAML(*http.Request) (answer, error) {
	text, err := openAPIText()
	return answer{contentType: "application/yaml", body: text, cache: "no-cache"}, err
}

// healthy says that the process answers, and nothing more.
func (s *Server) healthy(*http.Request) (answer, error) {
	return textAnswer(http.StatusOK, "slofuse is healthy"), nil
}

// ready says whether the numbers can be asked for, and decided on.
func (s *Server) ready(*http.Request) (answer, error) {
	st := s.Operations.Status()
	if why := cmp.Or(st.NotReady, st.Storage); why != "" {
		return textAnswer(http.StatusServiceUnavailable, "slofuse is not ready: "+why), nil
	}
	return textAnswer(http.StatusOK, "slofuse is ready"), nil
}

func (s *Server) reload(r *http.Request) (answer, error) {
	err := s.Operations.Reload(r.Context())
	if err == nil {
		return textAnswer(http.StatusOK, "reloaded"), nil
	}
	s.logger.Warn("reload refused, the old configuration stays in force", "err", err)
	return answer{}, &problem{
		status: http.StatusUnprocessableEntity, code: api.CodeUnprocessed,
		message: "the new configuration has errors; the old one stays in force", details: lines(err),
	}
}

// lines takes joined errors apart.
func lines(err error) []string {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []string{err.Error()}
	}
	var out []string
	for _, e := range joined.Unwrap() {
		out = append(out, lines(e)...)
	}
	return out
}
