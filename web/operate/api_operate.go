package operate

import (
	"cmp"
	_ "embed" // the API document
	"errors"
	"net/http"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

//go:embed openapi.json
var openAPIDocument []byte

func (s Handlers) openAPI(*http.Request) (site.Answer, error) {
	return site.Answer{ContentType: site.TypeJSON, Body: openAPIDocument, Cache: "no-cache"}, nil
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

func (s Handlers) openAPIYAML(*http.Request) (site.Answer, error) {
	text, err := openAPIText()
	return site.Answer{ContentType: "application/yaml", Body: text, Cache: "no-cache"}, err
}

// healthy says that the process answers, and nothing more.
func (s Handlers) healthy(*http.Request) (site.Answer, error) {
	return site.TextAnswer(http.StatusOK, "slofuse is healthy"), nil
}

// ready says whether the numbers can be asked for, and decided on.
func (s Handlers) ready(*http.Request) (site.Answer, error) {
	st := s.Operations.Status()
	if why := cmp.Or(st.NotReady, st.Storage); why != "" {
		return site.TextAnswer(http.StatusServiceUnavailable, "slofuse is not ready: "+why), nil
	}
	return site.TextAnswer(http.StatusOK, "slofuse is ready"), nil
}

func (s Handlers) reload(r *http.Request) (site.Answer, error) {
	err := s.Operations.Reload(r.Context())
	if err == nil {
		return site.TextAnswer(http.StatusOK, "reloaded"), nil
	}
	s.Log.Warn("reload refused, the old configuration stays in force", "err", err)
	return site.Answer{}, &site.Problem{
		Status: http.StatusUnprocessableEntity, Code: api.CodeUnprocessed,
		Message: "the new configuration has errors; the old one stays in force", Details: lines(err),
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
