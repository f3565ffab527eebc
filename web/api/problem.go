package api

// ErrorResponse is the body of every answer that is not a success.
type ErrorResponse struct {
	Error Problem `json:"error"`
}

// Problem says what went wrong and what to do about it.
type Problem struct {
	Code    string   `json:"code"` // stable, for programs
	Message string   `json:"message"`
	Details []string `json:"details"`
}

// The codes of a [Problem].
const (
	CodeBadRequest   = "bad_request"           // 400: a parameter or the body cannot be understood
	CodeUnauthorized = "unauthorized"          // 401: it takes a token
	CodeForbidden    = "forbidden"             // 403: the token may not, or a browser sent it from another site, or to a name we do not have
	CodeNotFound     = "not_found"             // 404
	CodeMethod       = "method_not_allowed"    // 405
	CodeConflict     = "conflict"              // 409: the state does not allow it
	CodeTooLarge     = "body_too_large"        // 413
	CodeMediaType    = "unsupported_media"     // 415
	CodeUnprocessed  = "invalid_configuration" // 422: the new configuration has errors; the old one stays
	CodeInternal     = "internal"              // 500: the cause is in the log
	CodeUnavailable  = "unavailable"           // 503: not now
)
