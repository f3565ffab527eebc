package control

import (
	"bytes"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

// seen is the span that the figures of the page are counted over.
const seen = 2 * time.Minute

// row is a function with what is true of it now.
type row struct {
	Function       string        `json:"function"` // service/function
	Gateways       []string      `json:"gateways,omitempty"`
	CallsPerSecond float64       `json:"calls_per_second"`
	ErrorRatio     *float64      `json:"error_ratio"` // of 5xx; null without calls
	SlowRatio      *float64      `json:"slow_ratio"`  // over the limit; null without calls
	Limit          string        `json:"limit"`
	Faults         []fleet.Fault `json:"-"`
	Failing        bool          `json:"-"` // far more calls fail than its owners allow
	Late           bool          `json:"-"` // far more calls are slow than usual
}

func (c *control) rows() []row {
	now := c.Now()
	faults := lasting(c.Fleet.Faults())
	rows := []row{}
	for _, fn := range c.Fleet.Functions() {
		counts, err := c.Fleet.Truth(fn.Service, fn.Name, now.Add(-seen), now)
		if err != nil {
			continue // the fleet listed it a moment ago
		}
		r := row{
			Function: fn.Key(), Gateways: fn.Gateways,
			CallsPerSecond: float64(counts.Total) / seen.Seconds(),
			Limit:          limit(fn.Limit),
		}
		if counts.Total > 0 {
			bad := float64(counts.ServerErrors()) / float64(counts.Total)
			slow := float64(counts.Over(fn.Limit)) / float64(counts.Total)
			r.ErrorRatio, r.SlowRatio = &bad, &slow
			r.Failing, r.Late = bad > 5*fn.Allowed, slow > 0.1
		}
		for _, fault := range faults {
			if fault.Service == fn.Service && fault.Function == fn.Name {
				r.Faults = append(r.Faults, fault)
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func lasting(faults []fleet.Fault) []fleet.Fault {
	return slices.DeleteFunc(faults, func(f fleet.Fault) bool { return !f.To.IsZero() })
}

// percent writes a share, with as many decimals as it needs to be told from
// zero.
func percent(share *float64) string {
	if share == nil {
		return "no calls"
	}
	value := *share * 100
	if value == 0 || value >= 10 {
		return strconv.FormatFloat(value, 'f', 0, 64) + " %"
	}
	decimals := min(4, max(1, 1-int(math.Floor(math.Log10(value)))))
	return strconv.FormatFloat(value, 'f', decimals, 64) + " %"
}

// limit writes seconds as people do: 100 ms, 2.5 s, 5 min.
func limit(seconds float64) string {
	switch {
	case seconds < 1:
		return strconv.FormatFloat(seconds*1000, 'f', -1, 64) + " ms"
	case seconds < 60:
		return strconv.FormatFloat(seconds, 'f', -1, 64) + " s"
	}
	return strconv.FormatFloat(seconds/60, 'f', -1, 64) + " min"
}

// rate writes calls per second, or per hour where they are few.
func rate(perSecond float64) string {
	switch {
	case perSecond == 0:
		return "idle"
	case perSecond < 0.1:
		return strconv.FormatFloat(perSecond*3600, 'f', 0, 64) + "/h"
	case perSecond < 10:
		return strconv.FormatFloat(perSecond, 'f', 1, 64) + "/s"
	}
	return strconv.FormatFloat(perSecond, 'f', 0, 64) + "/s"
}

func (c *control) page(w http.ResponseWriter, _ *http.Request) { c.render(w, http.StatusOK, "") }

func (c *control) render(w http.ResponseWriter, status int, problem string) {
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, map[string]any{
		"Rows": c.rows(), "Faults": lasting(c.Fleet.Faults()), "Kinds": fleet.Kinds(),
		"Links": c.Links, "Stories": c.Stories, "Dashboard": c.Dashboard, "Now": c.Now(), "Problem": problem,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // as in answer
}
