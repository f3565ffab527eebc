package web

import (
	"fmt"
	"io"
	"net/http"
)

// pathInteractions is where Slack says what was pressed. Its requests carry a
// signature over their raw body, and no token.
const pathInteractions = "/slack/interactions"

// maxInteraction bounds what Slack may send: it sends the message along.
const maxInteraction = 256 << 10

func (s *Server) slackInteraction(r *http.Request) (answer, error) {
	if s.Interactions == nil {
		return answer{}, notFound("no Slack app is configured")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return answer{}, fmt.Errorf("reading the body: %w", err)
	}
	if err := s.Interactions.Receive(r.Context(), r.Header, body); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK}, nil // a body would replace the message
}
