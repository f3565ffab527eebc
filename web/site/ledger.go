package site

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// The most of a ledger that is in an answer.
const (
	MaxSlots       = 10_000
	maxAnnotations = 500 // the latest are kept
)

// Annotations are the latest of a span.
func (s *Server) Annotations(o slo.SLO, from, to time.Time) []slo.Annotation {
	all := s.Ledger.Annotations(o, from, to)
	return all[max(0, len(all)-maxAnnotations):]
}
