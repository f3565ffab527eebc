package spec

import (
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// ignored is what a key says that asks nothing of people.
const ignored = "ignore"

// readLoss reads what is asked of people when something is lost: data, or traffic.
func readLoss(v strictyaml.Value) slo.Severity {
	text, ok := v.Text()
	severity, known := slo.ParseSeverity(text)
	switch {
	case !ok || text == ignored:
		return slo.SeverityNone
	case known && severity != slo.SeverityNone:
		return severity
	case text == "off" || text == "none" || text == "false":
		v.Errorf("unknown value %q: write ignore", text)
	default:
		v.Errorf("unknown value %q: page, ticket or ignore", text)
	}
	return slo.SeverityNone
}
