package starter

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/slofuse/slofuse/slo"
)

// Write makes an SLO file of what was found. It is in the form of slofuse fmt.
// Promised is how many SLOs it has; with none it is no SLO file.
func Write(f Facts) (text string, promised int) {
	w := &writer{facts: f, seen: map[string]bool{}}
	var body strings.Builder
	for i := range f.Found {
		w.instrument(&body, i)
	}
	var b strings.Builder
	b.WriteString(modeline(f.Schema))
	fmt.Fprintf(&b, "# What Prometheus knew on %s of the last %s: every objective is what was measured,\n", f.At.Format(time.DateOnly), slo.FormatDuration(f.Lookback))
	b.WriteString("# rounded down. Make each of them what callers need, and take out what nobody promises.\n")
	w.left(&b)
	fmt.Fprintf(&b, "version: 1\nservice: %s\nowner: %s # who is told: routes match on it\n", scalar(f.Service), scalar(f.Owner))
	b.WriteString("slis:\n" + w.slis.String() + "functions:\n" + body.String())
	return b.String(), w.promised
}

type writer struct {
	facts    Facts
	slis     strings.Builder
	promised int
	out      []string // functions left out, and why
	seen     map[string]bool
}

// left says which functions nothing is proposed for.
func (w *writer) left(b *strings.Builder) {
	if len(w.out) == 0 {
		return
	}
	b.WriteString("# Left out:\n")
	for _, line := range w.out {
		fmt.Fprintf(b, "#   %s\n", line)
	}
}

// instrument writes the functions of one instrument, and the SLI they share.
func (w *writer) instrument(b *strings.Builder, i int) {
	found := w.facts.Found[i]
	name := w.name(i)
	used := false
	for _, fn := range found.Functions {
		calls := w.facts.perPeriod(fn.Calls)
		good, ok := Objective(1-fn.Failed/max(fn.Calls, 1), calls)
		if why := w.unfit(fn, ok); why != "" {
			w.out = append(w.out, fmt.Sprintf("%q: %s", fn.Name, why))
			continue
		}
		used, w.seen[fn.Name] = true, true
		w.promised++
		fmt.Fprintf(b, "  - name: %s\n    slos:\n", scalar(fn.Name))
		fmt.Fprintf(b, "      # %s of %s went well in %s\n", percent(1-fn.Failed/fn.Calls), plural(fn.Calls), slo.FormatDuration(w.facts.Lookback))
		fmt.Fprintf(b, "      - {name: availability, sli: %s, objective: %s, window: 30d}\n", name, tenths(good))
		w.latency(b, found, fn, calls)
	}
	if used {
		w.sli(found, name)
	}
}

// unfit says why nothing is promised for a function; empty: something is.
func (w *writer) unfit(fn Function, promised bool) string {
	switch {
	case w.seen[fn.Name]:
		return "counted by another metric as well"
	case fn.Name != strings.TrimSpace(fn.Name) || len(fn.Name) > 200 || strings.ContainsFunc(fn.Name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "no name that can stand in an SLO file"
	case !promised:
		return fmt.Sprintf("%s in %s, of which %s failed: too few, or too many", plural(fn.Calls), slo.FormatDuration(w.facts.Lookback), count(fn.Failed))
	}
	return ""
}

// name is what the SLOs of an instrument call its SLI.
func (w *writer) name(i int) string {
	if i == 0 {
		return "success"
	}
	return fmt.Sprintf("success-%d", i+1)
}

// mostFast is the highest objective that is proposed for latencies: the threshold
// is where about that share of calls is.
const mostFast = 0.99

func (w *writer) latency(b *strings.Builder, found Found, fn Function, calls float64) {
	bound, ok := Threshold(fn.Bounds)
	if !ok {
		return
	}
	good, ok := Objective(min(bound.Share, mostFast), calls)
	if !ok {
		return
	}
	w.promised++
	threshold := slo.FormatLatency(bound.Upper)
	fmt.Fprintf(b, "      # %s took %s or less\n      - name: latency\n", percent(bound.Share), threshold)
	if found.Preset != "" {
		fmt.Fprintf(b, "        sli: {preset: %s, labels: %s, threshold: %s}\n", found.Preset, found.labels(), threshold)
	} else {
		fmt.Fprintf(b, "        sli:\n          latency:\n            histogram: %s\n            threshold: %s\n", scalar(found.selector(found.Duration.Histogram)), threshold)
	}
	fmt.Fprintf(b, "        objective: %s\n        window: 30d\n", tenths(good))
}

// sli writes which calls failed.
func (w *writer) sli(found Found, name string) {
	if found.Preset != "" {
		fmt.Fprintf(&w.slis, "  %s: {preset: %s, labels: %s}\n", name, found.Preset, found.labels())
		return
	}
	fmt.Fprintf(&w.slis, "  %s:\n    ratio:\n", name)
	for _, part := range []struct {
		key  string
		list []slo.Selector
	}{{"total", found.Calls.Total}, {"good", found.Calls.Good}, {"bad", found.Calls.Bad}} {
		for _, s := range part.list {
			fmt.Fprintf(&w.slis, "      %s: %s\n", part.key, scalar(found.selector(s)))
		}
	}
	if len(found.Fingerprint) > 0 {
		fmt.Fprintf(&w.slis, "      fingerprint: [%s]\n", strings.Join(found.Fingerprint, ", "))
	}
}

// selector is a selector of one function's calls.
func (f Found) selector(s slo.Selector) string {
	own := append(slices.Clone(f.Matchers), slo.Matcher{Label: f.Function, Op: slo.MatchEqual, Value: "$function"})
	s.Matchers = append(own, s.Matchers...)
	return s.String()
}

// labels are what a preset selects one function's calls by.
func (f Found) labels() string {
	parts := []string{f.Function + ": $function"}
	for _, m := range f.Matchers {
		parts = append(parts, m.Label+": "+inBraces(m.Value))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// plain is text that YAML takes as it is; what it would take for something else is
// in quotes.
var (
	plainScalar  = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9 _./@{}"=~$,()|*!?+\[\]^-]*$`)
	plainInFlow  = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_./@=~$|*+-]*$`)
	notText      = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
	tailIsSpaces = regexp.MustCompile(`\s$`)
)

func scalar(text string) string { return quoted(text, plainScalar) }

func inBraces(text string) string { return quoted(text, plainInFlow) }

func quoted(text string, plain *regexp.Regexp) string {
	if plain.MatchString(text) && !slices.Contains(notText, strings.ToLower(text)) && !tailIsSpaces.MatchString(text) {
		return text
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) && strings.Contains(text, `"`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	out, _ := json.Marshal(text) // a text always has a form in JSON, and JSON is YAML
	return string(out)
}

func tenths(objective int) string {
	return strconv.FormatFloat(float64(objective)/10, 'f', -1, 64) + "%"
}

// percent says a measured share, never more than it was.
func percent(share float64) string {
	if share >= 1 {
		return "100%"
	}
	cut := float64(int(share*100_000)) / 1000
	return strconv.FormatFloat(cut, 'f', -1, 64) + "%"
}

func count(n float64) string { return slo.FormatCount(int64(n + 0.5)) }

func plural(calls float64) string {
	if count(calls) == "1" {
		return "1 call"
	}
	return count(calls) + " calls"
}
