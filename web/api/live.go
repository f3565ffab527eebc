package api

// LiveEvent is the data of one server-sent event: what has changed, not how. The
// event's name says what it is the id of; "*" is everything of that kind.
type LiveEvent struct {
	ID string `json:"id"`
}
