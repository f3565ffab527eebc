package alerting

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// A fingerprint that explains 79 % of the bad events now and 81 % a slot later must
// not come and go in the timeline. The set stays while it explains at least
// keepShare, while it needs its rarest kind to explain more than dropShare, and while
// none of it is less than half as frequent as a kind outside.
const (
	keepShare = FingerprintShare - 0.1
	dropShare = FingerprintShare + 0.1
)

// failing is what fails in one function now.
type failing struct {
	kinds  []slo.ClassCount // with labels, each once, most frequent first
	bad    int64            // bad events of all kinds, those without labels too
	paging []pagingKind     // one for each kind that would page if it were alone
	past   bool             // there was nothing in the last hour: the kinds are of the SLO windows
}

// pagingKind is a kind of error that by itself meets a tier that pages.
type pagingKind struct {
	labels map[string]string
	text   string // for people, with the numbers
}

// failingOf sums up the bad events of a function's active alerts. Data that is not
// measured says nothing about now.
func failingOf(alerts []Alert, input func(slo.ID) (Input, bool)) failing {
	var f failing
	var inputs []Input
	for _, a := range alerts {
		in, ok := input(a.ID)
		if !ok || !a.Active() || !in.Assessment.State.Measured() {
			continue
		}
		inputs = append(inputs, in)
		if a.Phase == PhaseFiring && a.Severity == slo.SeverityPage && !a.muted() {
			f.paging = append(f.paging, pagingKinds(in)...)
		}
	}
	f.count(inputs, func(a slo.Assessment) ([]slo.ClassCount, int64) {
		w, _ := a.Burn(slo.RecentWindow)
		return a.RecentErrors, w.Bad
	})
	if f.bad == 0 {
		f.past = true
		f.count(inputs, func(a slo.Assessment) ([]slo.ClassCount, int64) { return a.Errors, a.Window.Bad })
	}
	return f
}

// count adds up kinds and bad events; only the most frequent kinds are listed, so
// that there may be more bad events than kinds account for.
func (f *failing) count(inputs []Input, of func(slo.Assessment) ([]slo.ClassCount, int64)) {
	sums := map[string]slo.ClassCount{}
	for _, in := range inputs {
		classes, bad := of(in.Assessment)
		var listed int64
		for _, c := range classes {
			listed += c.Bad
			if len(c.Labels) > 0 {
				key := slo.ClassKey(c.Labels)
				sums[key] = slo.ClassCount{Labels: c.Labels, Bad: sums[key].Bad + c.Bad}
			}
		}
		f.bad += max(bad, listed)
	}
	f.kinds = slices.SortedFunc(maps.Values(sums), func(a, b slo.ClassCount) int {
		return cmp.Or(cmp.Compare(b.Bad, a.Bad), cmp.Compare(slo.FormatClass(a.Labels), slo.FormatClass(b.Labels)))
	})
}

// fingerprint is the smallest set of kinds that explains [FingerprintShare] of the bad
// events, or all there are; the one it had stays while it still tells the same story.
func (f failing) fingerprint(had []map[string]string) []slo.ClassCount {
	inside, outside := f.split(had)
	if f.explains(inside, outside) {
		return inside
	}
	var sum int64
	for n, k := range f.kinds {
		if sum += k.Bad; float64(sum) >= FingerprintShare*float64(f.bad) {
			return f.kinds[:n+1]
		}
	}
	return f.kinds
}

// split tells the kinds of a set from the others, both most frequent first.
func (f failing) split(set []map[string]string) (inside, outside []slo.ClassCount) {
	for _, k := range f.kinds {
		if hasKind(set, k.Labels) {
			inside = append(inside, k)
		} else {
			outside = append(outside, k)
		}
	}
	if len(inside) < len(set) {
		inside = nil // one of them no longer fails at all
	}
	return inside, outside
}

func (f failing) explains(inside, outside []slo.ClassCount) bool {
	if len(inside) == 0 {
		return false
	}
	var sum int64
	for _, k := range inside {
		sum += k.Bad
	}
	rarest := inside[len(inside)-1].Bad
	switch bad := float64(f.bad); {
	case len(outside) > 0 && float64(sum) < keepShare*bad,
		len(outside) > 0 && 2*rarest < outside[0].Bad,
		len(inside) > 1 && float64(sum-rarest) >= dropShare*bad:
		return false
	}
	return true
}

func hasKind(set []map[string]string, kind map[string]string) bool {
	return slices.ContainsFunc(set, func(k map[string]string) bool { return maps.Equal(k, kind) })
}

// seenShare is how much of the bad events a kind must be for somebody to have seen it:
// the rest of an outage grows with it and is no news.
const seenShare = 0.01

// known are the kinds that who acknowledges now has seen: those of the incident, those
// that page already, and what else fails beside them.
func (f failing) known(kinds []map[string]string) []map[string]string {
	out := append([]map[string]string{}, kinds...) // not nil: nothing may be known, and that is noted
	note := func(kind map[string]string) {
		if !hasKind(out, kind) {
			out = append(out, kind)
		}
	}
	for _, p := range f.paging {
		note(p.labels)
	}
	for _, k := range f.kinds {
		if float64(k.Bad) >= seenShare*float64(f.bad) {
			note(k.Labels)
		}
	}
	return out
}

// newKinds tells the kinds that page by themselves and that nobody knew of when the
// incident was acknowledged; empty when there is none.
func (f failing) newKinds(known []map[string]string) string {
	var texts []string
	for _, p := range f.paging {
		if !hasKind(known, p.labels) {
			known = append(slices.Clip(known), p.labels)
			texts = append(texts, "a new kind of error, "+slo.FormatClass(p.labels)+", by itself burns at "+p.text)
		}
	}
	return strings.Join(texts, "; ")
}

// pagingKinds are the kinds of errors of one SLO that meet a tier that pages, rate
// and guard, by themselves. Where a guard counts slots nobody knows whose they are.
func pagingKinds(in Input) (out []pagingKind) {
	if in.Assessment.Scale.Slots {
		return nil
	}
	for _, t := range in.SLO.Tiers {
		if t.Severity != slo.SeverityPage && raises(in.SLO.Class, t) == slo.ClassNone {
			continue
		}
		for _, c := range in.Assessment.BurnErrors[t.Long] {
			if r := readKind(t, in.Assessment, c); len(c.Labels) > 0 && r.over && r.knownLong && r.knownShort && r.pageGuard(in.SLO.Guard) == "" {
				out = append(out, pagingKind{labels: c.Labels, text: r.atRates()})
			}
		}
	}
	return out
}

// readKind reads a tier as if one kind of bad events were all there are.
func readKind(t slo.Tier, a slo.Assessment, kind slo.ClassCount) reading {
	alone := a
	alone.Burns = slices.Clone(a.Burns)
	for n, w := range alone.Burns {
		if w.Length == t.Long || w.Length == t.Short {
			alone.Burns[n].Bad = badOf(a.BurnErrors[w.Length], kind.Labels)
		}
	}
	return readTier(t, alone, slo.Guard{})
}

func badOf(classes []slo.ClassCount, kind map[string]string) int64 {
	for _, c := range classes {
		if maps.Equal(c.Labels, kind) {
			return c.Bad
		}
	}
	return 0
}

// atRates is the burn rate over both windows: "20.0 over 1h and 25.1 over 5m".
func (r reading) atRates() string {
	return fmt.Sprintf("%.1f over %s and %.1f over %s, at or over %g",
		r.longRate, slo.FormatDuration(r.tier.Long), r.shortRate, slo.FormatDuration(r.tier.Short), r.tier.BurnRate)
}

// follow brings the fingerprint of an incident up to date, and says so in its
// timeline when it had another one.
func (f failing) follow(i *Incident) (text string) {
	if len(f.kinds) == 0 || f.past && len(i.Kinds) > 0 {
		return ""
	}
	before, kinds := i.Kinds, labelsOf(f.fingerprint(i.Kinds))
	i.Kinds, i.Fingerprint = kinds, kinds[0]
	same := len(before) == len(kinds) && !slices.ContainsFunc(kinds, func(k map[string]string) bool { return !hasKind(before, k) })
	switch {
	case same:
		return ""
	case len(before) == 0:
		return "fails with " + kindsText(kinds)
	}
	return "fails with " + kindsText(kinds) + " now, with " + kindsText(before) + " before"
}

func labelsOf(classes []slo.ClassCount) (out []map[string]string) {
	for _, c := range classes {
		out = append(out, c.Labels)
	}
	return out
}

// maxKindsTold bounds how many kinds a sentence lists.
const maxKindsTold = 5

func kindsText(kinds []map[string]string) string {
	var parts []string
	for _, k := range kinds[:min(len(kinds), maxKindsTold)] {
		parts = append(parts, slo.FormatClass(k))
	}
	if more := len(kinds) - maxKindsTold; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(parts, " and ")
}
