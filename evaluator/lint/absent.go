package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// absent finds what an objective cannot do without and no series matches: a total,
// good events, a histogram, and what a free query reads if it has no value.
func absent(o one) []found {
	var out []found
	silent := o.counted && o.count.Slots == 0 && o.count.Refused == nil && o.count.Invalid == nil
	for _, u := range o.uses {
		wanted := u.role == roleTotal || u.role == roleGood || u.role == roleBucket || u.role == roleQuery && silent
		if !wanted || o.metric(u).Refused != nil || o.there(u) || u.role == roleBucket && o.there(o.native()) {
			continue
		}
		out = append(out, o.lack(u))
	}
	if len(out) == 0 && silent && o.SLI.Scale().Timed {
		out = append(out, found{rule.QueryFails, "silent", "the query had no value in the last hour: " + o.SLI.Subject()})
	}
	return out
}

// native is the use of the native histogram of a latency.
func (o one) native() use { return o.uses[len(o.uses)-1] }

// lack says why no series matches a use: it went away, the metric is not there, or
// one matcher is at fault.
func (o one) lack(u use) found {
	m := o.metric(u)
	if rows := m.Before.Match(u.sel.Matchers); len(rows) > 0 {
		return found{rule.SeriesGone, "gone", fmt.Sprintf("no series of %s any more: %s; a job that runs now and then may be idle, anything else is gone", u.sel, o.lastSeen(m, u))}
	}
	all := m.Now
	if all.Empty() {
		all = m.Before
	}
	if all.Empty() {
		return found{rule.MetricMissing, u.sel.Metric, o.nowhere(u)}
	}
	d := diagnose(all, u.sel)
	return found{rule.LabelMissing, d.kind(), d.say(m)}
}

func (o one) lastSeen(m *Metric, u use) string {
	var last time.Time
	for _, s := range m.Seen {
		if matches(u.sel, s.Labels) && s.At.After(last) {
			last = s.At
		}
	}
	if last.IsZero() {
		return "there was one within " + slo.FormatDuration(o.Window.Reach())
	}
	return fmt.Sprintf("the last was seen about %s ago", ago(o.facts.At.Sub(last)))
}

// ago is a time in words that are no more exact than they can be.
func ago(d time.Duration) string {
	if d >= 48*time.Hour {
		return slo.FormatDuration(d.Truncate(24 * time.Hour))
	}
	if d >= time.Hour {
		return slo.FormatDuration(d.Truncate(time.Hour))
	}
	return slo.FormatDuration(d.Truncate(time.Minute))
}

func matches(sel slo.Selector, labels map[string]string) bool {
	return len(NewIndex([]Row{{Labels: labels}}, true).Match(sel.Matchers)) > 0
}

// nowhere says that there is no such metric, and which comes near.
func (o one) nowhere(u use) string {
	name, kind := u.sel.Metric, "series of "
	if u.role == roleBucket {
		name, kind = strings.TrimSuffix(name, "_bucket"), "histogram "
	}
	text := fmt.Sprintf("there is no %s%s, and was none in %s", kind, name, slo.FormatDuration(o.Window.Reach()))
	if u.role == roleBucket && slices.Contains(o.facts.Names, name+"_count") {
		return text + fmt.Sprintf(": %s_count is there, so it may be a summary, which has no buckets", name)
	}
	if near, ok := o.near(u.sel.Metric); ok {
		if u.role == roleBucket {
			near = strings.TrimSuffix(near, "_bucket")
		}
		if near != name {
			return text + fmt.Sprintf(": did you mean %s?", near)
		}
	}
	return text
}

// diagnosis is which matcher of a selector leaves nothing over.
type diagnosis struct {
	sel     slo.Selector
	culprit slo.Matcher
	others  []slo.Matcher // that the values belong to
	absent  bool          // no series has the label at all
	values  []string      // that the label has
}

// diagnose finds the first matcher that matches no row by itself; if each matches
// some, the first that leaves none of those that the ones before it left.
func diagnose(all *Index, sel slo.Selector) diagnosis {
	d := diagnosis{sel: sel}
	for _, m := range sel.Matchers {
		if len(all.Match([]slo.Matcher{m})) == 0 {
			d.culprit = m
			rest := slices.DeleteFunc(slices.Clone(sel.Matchers), func(c slo.Matcher) bool { return c == m })
			if d.values = valuesOf(all.Match(rest), m.Label); len(d.values) > 0 && len(rest) > 0 {
				d.others = rest
				return d
			}
			d.values = all.valuesOf(m.Label)
			d.absent = len(d.values) == 0
			return d
		}
	}
	for i, m := range sel.Matchers {
		if len(all.Match(sel.Matchers[:i+1])) == 0 {
			d.culprit, d.others = m, sel.Matchers[:i]
			d.values = valuesOf(all.Match(d.others), m.Label)
			break
		}
	}
	return d
}

// kind is what members of a family have in common: the label.
func (d diagnosis) kind() string { return d.sel.Metric + " " + d.culprit.Label }

func (d diagnosis) say(m *Metric) string {
	series := "no series of " + d.sel.Metric
	if len(d.others) > 0 {
		series += " with " + joined(d.others)
	}
	if d.absent {
		return fmt.Sprintf("%s has a label %s%s", series, d.culprit.Label, suggestion(d.culprit.Label, m.Labels, "it has"))
	}
	return fmt.Sprintf("%s has %s%s", series, d.culprit, suggestion(d.culprit.Value, d.values, "there is"))
}

func joined(ms []slo.Matcher) string {
	out := make([]string, len(ms))
	for i, m := range ms {
		out[i] = m.String()
	}
	return strings.Join(out, ", ")
}

// maxNamed is how many known values a message names.
const maxNamed = 5

// suggestion names the word that is meant, or some of those that there are.
func suggestion(word string, known []string, there string) string {
	known = slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k == "__name__" })
	if near, ok := similar(word, known); ok {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	if len(known) == 0 {
		return ""
	}
	named := make([]string, min(len(known), maxNamed))
	for i := range named {
		named[i] = strconv.Quote(known[i])
	}
	text := fmt.Sprintf("; %s %s", there, strings.Join(named, ", "))
	if more := len(known) - len(named); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// maxCompared is how many known words a word is compared with.
const maxCompared = 5_000

// similar is the known word that is meant. Words that begin as a status code does are
// not misspelt into one another.
func similar(word string, known []string) (string, bool) {
	if word == "" || word[0] >= '0' && word[0] <= '9' || len(known) > maxCompared {
		return "", false
	}
	near, ok := strictyaml.Similar(word, known)
	return near, ok && near != word
}
