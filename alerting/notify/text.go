package notify

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Title names the incident of n: "PAGE · checkout/charge-card", "TEST · PAGE ·
// checkout/charge-card" when nothing is wrong.
func Title(n alerting.Notification) string {
	word := strings.ToUpper(n.Incident.Severity.String())
	switch {
	case n.Status == alerting.StatusResolved:
		word = "RESOLVED"
	case n.Incident.Severity == slo.SeverityNone:
		word = "NOTICE"
	}
	if n.Test {
		word = "TEST · " + word
	}
	return word + " · " + Clean(n.Incident.Service) + "/" + Clean(n.Incident.Function)
}

// Subject names the promise: "availability 99.9% over 30d", "latency 99% this
// month".
func Subject(f alerting.Fact) string {
	if f.Objective == "" {
		return Clean(f.ID.Name)
	}
	span := "over " + f.Window
	if slices.Contains(slo.Calendars(), slo.Calendar(f.Window)) {
		span = "this " + f.Window
	}
	return Clean(f.ID.Name + " " + f.Objective + " " + span)
}

// Burning says how fast and how much: "burning 20× (1h) / 35× (5m), 605 of
// 12,345 calls failed in 1h". Where no rate is known it is the reason of the alert.
func Burning(f alerting.Fact) string {
	var rates []string
	if f.BurnRateLong != nil {
		rates = append(rates, formatRate(*f.BurnRateLong)+" ("+f.LongWindow+")")
	}
	if f.BurnRateShort != nil {
		rates = append(rates, formatRate(*f.BurnRateShort)+" ("+f.ShortWindow+")")
	}
	if len(rates) == 0 {
		return Clean(f.Reason)
	}
	text := "burning " + strings.Join(rates, " / ")
	if f.Total > 0 {
		text += fmt.Sprintf(", %s of %s %s %s in %s", slo.FormatCount(f.Bad), slo.FormatCount(f.Total), cmp.Or(f.Noun, "calls"), f.Broke(), f.LongWindow)
	}
	if f.P99 != nil {
		text += ", p99 " + FormatSeconds(*f.P99)
	}
	return Clean(text)
}

// Failing says what fails now: "3.5% of calls failed in the last 5 minutes". It is empty
// where that is not known, and of a spent budget, which is not about now.
func Failing(f alerting.Fact) string {
	if f.Failing == nil || math.IsNaN(*f.Failing) || f.Tier == alerting.BudgetTier {
		return ""
	}
	return Clean(slo.FormatFailing(*f.Failing, cmp.Or(f.Noun, "calls"), f.Broke(), f.FailingWindow))
}

// Budget says what is left and how long it lasts from now: "42% left, gone in
// 6h 20m at the pace of the last 5 minutes". It is empty when unknown.
func Budget(f alerting.Fact, now time.Time) string {
	if f.BudgetRemaining == nil || math.IsNaN(*f.BudgetRemaining) {
		return ""
	}
	if left := *f.BudgetRemaining; left <= 0 {
		return slo.FormatLeft(left)
	}
	text := slo.FormatShare(*f.BudgetRemaining) + " left"
	if f.ExhaustsAt != nil && f.ExhaustsAt.After(now) {
		text += ", gone in " + FormatAge(f.ExhaustsAt.Sub(now)) + " " + slo.AtPace(f.ShortWindow)
	}
	return text
}

// FormatAge writes a duration with its two largest units, for people: "6h 20m".
func FormatAge(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < 24*time.Hour:
		return twoUnits(int(d/time.Minute), 60, "h", "m")
	}
	return twoUnits(int(d/time.Hour), 24, "d", "h")
}

func twoUnits(small, per int, bigUnit, smallUnit string) string {
	text := strconv.Itoa(small/per) + bigUnit
	if rest := small % per; rest > 0 {
		text += " " + strconv.Itoa(rest) + smallUnit
	}
	return text
}

// FormatSeconds writes a latency: "1.8s", "250ms".
func FormatSeconds(seconds float64) string {
	if seconds < 1 {
		return strconv.FormatFloat(seconds*1000, 'g', 3, 64) + "ms"
	}
	return strconv.FormatFloat(seconds, 'g', 3, 64) + "s"
}

// formatRate keeps a tenth: a threshold of 14.4 must not read as 14.
func formatRate(rate float64) string {
	text := strconv.FormatFloat(rate, 'f', 1, 64)
	return strings.TrimSuffix(text, ".0") + "×"
}

// Clean makes a text from elsewhere safe to show in one line: control
// characters and line breaks become spaces, and invisible ones, which reorder
// or hide text, vanish.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Co):
			return -1
		}
		return r
	}, s))
}

// Truncate cuts a text to at most limit runes, the last of which is then an
// ellipsis.
func Truncate(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:max(limit-1, 0)]) + "…"
}

// WebLink returns a link that may be shown as one: absolute, http or https, and
// without credentials in it. Anything else, "javascript:" included, is refused.
func WebLink(raw string) (link string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	return u.String(), true
}

// IncidentURL is the page of the incident, and empty when slofuse does not know
// where people find it.
func IncidentURL(n alerting.Notification) string {
	return page(n, "/incidents/"+url.PathEscape(n.Incident.ID))
}

// LinkURL is where a link of an SLO leads, as an http or https URL; empty when it leads
// nowhere. A runbook that is a file is read beside the incident.
func LinkURL(n alerting.Notification, f alerting.Fact, name string) string {
	link, ok := WebLink(f.Links[name])
	if incident := IncidentURL(n); !ok && incident != "" && name == Runbook && IsFile(f.Links[name]) {
		return incident + "#runbook"
	}
	return link
}

// Runbook is the name of the link that may also be a file.
const Runbook = "runbook"

// IsFile recognises a runbook that is a file of the repository.
func IsFile(link string) bool {
	_, web := WebLink(link)
	return link != "" && !web && !strings.Contains(link, ":")
}

// SLOURL is the page of one SLO; empty like [IncidentURL].
func SLOURL(n alerting.Notification, id slo.ID) string {
	if alerting.IsSource(id) {
		return "" // a backend has no page
	}
	return page(n, "/slos/"+id.String())
}

// ExplainURL is the page that says why the alert of one SLO stands where it
// does; empty like [IncidentURL].
func ExplainURL(n alerting.Notification, id slo.ID) string {
	if alerting.IsSource(id) {
		return ""
	}
	return page(n, "/slos/"+id.String()+"/explain")
}

// maxPage bounds the address of a page: names of 200 bytes, as long as files may
// make them, fit into it percent-encoded.
const maxPage = 4096

func page(n alerting.Notification, path string) string {
	base, ok := WebLink(n.ExternalURL)
	if !ok || len(base)+len(path) > maxPage {
		return ""
	}
	return strings.TrimRight(base, "/") + path
}
