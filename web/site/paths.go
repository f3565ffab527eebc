package site

// PathInteractions is where Slack says what was pressed. Its requests carry a
// signature over their raw body, and no token.
const PathInteractions = "/slack/interactions"

// maxInteraction bounds what Slack may send: it sends the message along.
const maxInteraction = 256 << 10

// The metrics of the process, and those of SLOs.
const (
	PathMetrics = "/metrics"
	// PathSLOMetrics is apart from the metrics of the process: thousands of SLOs have
	// twenty series each, and not everybody wants them.
	PathSLOMetrics = "/metrics/slos"
)

// The patterns of what has pages and endpoints of its own.
const (
	PathSLO      = "/slos/{service}/{function}/{slo}"
	PathFunction = "/functions/{service}/{function}"
	PathIncident = "/incidents/{id}"
)

// APIPrefix is what the paths of all endpoints for programs begin with.
const APIPrefix = "/api/v1"
