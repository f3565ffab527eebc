package plan

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Probe is an indicator that a free query answers, one slot at a time: a
// threshold or an error ratio.
//
// In slots of the step it is asked at the end of every slot. In wider slots the
// backend adds up the very same answers by a subquery, so that nothing depends
// on how a slot was read. The subquery begins half a second after its first
// instant but one would fall on the border: Prometheus 2 counts an instant on
// the border, Prometheus 3 does not.
type Probe struct {
	SLI
	Step time.Duration
}

// IsProbe reports whether an indicator is answered by a free query.
func (s SLI) IsProbe() bool { return s.Threshold != nil || s.ErrorRatio != nil }

// Weight is the indicator that counts the calls a probe's ratio is of; none when
// its slots count the same.
func (s SLI) Weight() (weight SLI, ok bool) {
	if s.ErrorRatio == nil || len(s.ErrorRatio.Weight) == 0 {
		return SLI{}, false
	}
	return SLI{Key: s.Key, SLI: slo.SLI{Ratio: &slo.Ratio{Total: s.ErrorRatio.Weight}}}, true
}

// slotBase separates, in one number, how many slots of a wider one are known
// from what was counted in them: there are fewer seconds in an hour.
const slotBase = 1 << 13

// mostEncoded is more than an hour of slots can hold, and exact as a float.
const mostEncoded = 1 << 53

// Query asks for the probe in slots of a width, which is the step or a multiple
// of it up to an hour. [Probe.Increments] reads the answer.
func (p Probe) Query(width time.Duration) string {
	if p.Threshold != nil {
		return p.over(p.isBad(), width)
	}
	if width == p.Step { // as it is, so that a value that cannot be is seen
		return fmt.Sprintf("topk(2, %s)", p.ErrorRatio.Query)
	}
	share := fmt.Sprintf("round((vector(scalar(%s)) >= 0 <= 1) * %d)", p.ErrorRatio.Query, slo.ShareUnit)
	return p.over(share, width)
}

// isBad is 1 where a threshold is missed and 0 where it is kept.
func (p Probe) isBad() string {
	t := p.Threshold
	return fmt.Sprintf("max(((%s) >= -Inf) %sbool %s)", t.Query, t.Op.Opposite(), number(t.Value))
}

// over adds up what is counted in every slot of the step.
func (p Probe) over(counted string, width time.Duration) string {
	encoded := fmt.Sprintf("%s * %d + 1", counted, slotBase)
	if width == p.Step {
		return encoded
	}
	span := width - 500*time.Millisecond
	return fmt.Sprintf("sum_over_time((%s)[%dms:%s])", encoded, span.Milliseconds(), seconds(p.Step))
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Answers are the values a probe's query gave, by the end of the slot.
type Answers map[int64][]float64

// The reasons why what a query answers is no error ratio.
var errNoCount = errors.New("the backend answers what the query cannot have")

var errManyValues = errors.New("the error ratio has more than one value: aggregate it to one, as with sum(…) / sum(…)")

func errNoRatio(value float64) error {
	return fmt.Errorf("the error ratio is %s: a share of bad events lies between 0 and 1", number(value))
}

// Increments reads off what was counted in each slot of a width, oldest first.
// A slot without an answer is not known. Weight is what the indicator of
// [SLI.Weight] counted, in slots of the step, which is the width then. The error
// is the reason when the newest slot with an answer has an impossible one.
func (p Probe) Increments(answers Answers, width int64, weight []slo.Increment) ([]slo.Increment, error) {
	if _, weighted := p.Weight(); weighted {
		return p.weigh(answers, weight)
	}
	var out []slo.Increment
	var invalid error
	for _, end := range slices.Sorted(maps.Keys(answers)) {
		inc := slo.Increment{End: end, Width: width}
		if inc.Counts, invalid = p.counts(answers[end], width); invalid == nil {
			out = append(out, inc)
		}
	}
	return out, invalid
}

// counts reads one slot of a probe without a weight.
func (p Probe) counts(values []float64, width int64) (slo.Counts, error) {
	if p.ErrorRatio != nil && time.Duration(width)*time.Second == p.Step {
		ratio, err := theRatio(values)
		return slo.Counts{Total: slo.ShareUnit, Bad: share(ratio, slo.ShareUnit)}, err
	}
	unit := p.Scale().Unit
	if !(values[0] >= 1 && values[0] < mostEncoded) || len(values) > 1 { // NaN too
		return slo.Counts{}, errNoCount
	}
	known, bad := int64(values[0])%slotBase, int64(values[0])/slotBase
	counts := slo.Counts{Total: known * unit, Bad: bad}
	if !counts.Valid() || time.Duration(known)*p.Step > time.Duration(width)*time.Second {
		return slo.Counts{}, errNoCount
	}
	return counts, nil
}

// theRatio is the one value of an error ratio.
func theRatio(values []float64) (float64, error) {
	switch {
	case len(values) > 1:
		return 0, errManyValues
	case !(values[0] >= 0 && values[0] <= 1): // NaN too
		return 0, errNoRatio(values[0])
	}
	return values[0], nil
}

// share is a ratio of some counts, rounded as PromQL rounds.
func share(ratio float64, counts int64) int64 {
	return int64(math.Floor(ratio*float64(counts) + 0.5))
}

// weigh gives each slot as many calls as the weight grew. A slot without calls
// is idle: there is no ratio of nothing.
func (p Probe) weigh(answers Answers, weight []slo.Increment) ([]slo.Increment, error) {
	var out []slo.Increment
	var invalid error
	for _, inc := range weight {
		values := answers[inc.End]
		if inc.Total == 0 && (len(values) == 0 || len(values) == 1 && math.IsNaN(values[0])) {
			out = append(out, slo.Increment{End: inc.End, Width: inc.Width})
			continue
		}
		if len(values) == 0 {
			continue
		}
		ratio, err := theRatio(values)
		if inc.Total > inc.Width*maxRate/slo.RatioUnit {
			err = ErrTooMany
		}
		if invalid = err; err == nil {
			total := inc.Total * slo.RatioUnit
			out = append(out, slo.Increment{End: inc.End, Width: inc.Width, Counts: slo.Counts{Total: total, Bad: share(ratio, total)}})
		}
	}
	return out, invalid
}

// probeLabel tells the probes of one request apart.
const probeLabel = "slofuse_probe"

// Bounds on what is asked in one request: a request is text that servers and
// what stands before them limit, and its parts are worked through one after the
// other.
const (
	batchProbes = 16
	batchLength = 8_000
)

// Batches puts free queries together that one request asks; a query that is too
// long for company is asked alone. Their order stays.
func Batches(queries []string) [][]string {
	var out [][]string
	length := 0
	for _, q := range queries {
		if n := len(out); n > 0 && len(out[n-1]) < batchProbes && length+len(q) <= batchLength {
			out[n-1] = append(out[n-1], q)
			length += len(q)
			continue
		}
		out = append(out, []string{q})
		length = len(q)
	}
	return out
}

// Together is one query for all of a batch: their answers carry a label that
// [AnswerTo] reads.
func Together(queries []string) string {
	parts := make([]string, len(queries))
	for i, q := range queries {
		parts[i] = fmt.Sprintf(`label_replace(%s, "%s", "%d", "", "")`, q, probeLabel, i)
	}
	return strings.Join(parts, " or ")
}

// AnswerTo is which query of its batch a series answers.
func AnswerTo(labels map[string]string) (n int, ok bool) {
	n, err := strconv.Atoi(labels[probeLabel])
	return n, err == nil
}
