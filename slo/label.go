package slo

import "slices"

// IsOwnLabel reports whether slofuse sets the label itself on metrics and alerts,
// so that no SLO can bring one of that name.
func IsOwnLabel(name string) bool {
	return slices.Contains([]string{"service", "function", "slo", "owner", "severity", "alertname"}, name)
}
