package incidents

import (
	"fmt"
	"io"
	"net/http"

	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) slackInteraction(r *http.Request) (site.Answer, error) {
	if s.Interactions == nil {
		return site.Answer{}, site.NotFound("no Slack app is configured")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return site.Answer{}, fmt.Errorf("reading the body: %w", err)
	}
	if err := s.Interactions.Receive(r.Context(), r.Header, body); err != nil {
		return site.Answer{}, err
	}
	return site.Answer{Status: http.StatusOK}, nil // a body would replace the message
}
