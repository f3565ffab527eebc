package config

import "github.com/slofuse/slofuse/internal/strictyaml"

// readMaxPerSecond reads how many messages a second a destination takes; 0 is
// without a limit.
func readMaxPerSecond(m *strictyaml.Map) float64 {
	if v, ok := m.Take("max_per_second"); ok {
		most, _ := v.Float()
		return most
	}
	return 0
}
