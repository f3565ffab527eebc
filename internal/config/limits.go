package config

import (
	"regexp"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// Bounds of limits: below them nothing works, above them they protect nobody.
const (
	minSamples, maxSamples             = 10_000, 500_000_000
	minResponseBytes, maxResponseBytes = 1 << 20, 4 << 30
	minTimeout, maxTimeout             = time.Second, 5 * time.Minute
	maxConcurrentQueries               = 100
)

func readLimits(v strictyaml.Value, l *Limits) {
	m, _ := v.Map()
	if v, ok := m.Take("concurrent_queries"); ok {
		if n, ok := v.Int(1, maxConcurrentQueries); ok {
			l.ConcurrentQueries = int(n)
		}
	}
	if v, ok := m.Take("samples"); ok {
		if n, ok := v.Int(minSamples, maxSamples); ok {
			l.Samples = int(n)
		}
	}
	if v, ok := m.Take("response_bytes"); ok {
		l.ResponseBytes = readBytes(v)
	}
	if v, ok := m.Take("timeout"); ok {
		if d, ok := v.Duration(); ok {
			l.Timeout = d
			if d < minTimeout || d > maxTimeout {
				v.Errorf("timeout must be between 1s and 5m: a round waits for it when a backend hangs")
			}
		}
	}
	m.Done()
}

var bytesText = regexp.MustCompile(`^([0-9]{1,9})(KB|MB|GB)$`)

// readBytes reads a size such as 64MB, in units of 1024.
func readBytes(v strictyaml.Value) int64 {
	text, ok := v.Text()
	if !ok {
		return 0
	}
	parts := bytesText.FindStringSubmatch(text)
	if parts == nil {
		v.Errorf("response_bytes must be a size such as 64MB, with KB, MB or GB")
		return 0
	}
	n, _ := strconv.ParseInt(parts[1], 10, 64) // the expression lets nothing else through
	n <<= map[string]int{"KB": 10, "MB": 20, "GB": 30}[parts[2]]
	if n < minResponseBytes || n > maxResponseBytes {
		v.Errorf("response_bytes must be between 1MB and 4GB")
	}
	return n
}
