package slack

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/wording"
)

// maxValue bounds one text from elsewhere, in runes.
const maxValue = 400

// summary is the whole message in one breath: what a lock screen shows and a
// screen reader reads.
func summary(n alerting.Notification, w wording.Words) string {
	rest := escapeTo(gist(n), maxText)
	if first, _, _ := strings.Cut(w.Text, "\n"); first != "" {
		rest = first
	}
	return fit(titleOf(n, w)+sinceWhen(n)+": "+rest, maxText)
}

// titleOf is the title for Slack's markup, in a line. A test says so whatever the
// words are.
func titleOf(n alerting.Notification, w wording.Words) string {
	title := notify.Clean(w.Title)
	switch {
	case title == "":
		return escape(notify.Title(n))
	case n.Test && !strings.Contains(title, "TEST"):
		return "TEST · " + title
	}
	return title
}

// pieces cuts a text between lines into parts that a section takes.
func pieces(text string) (parts [][]string) {
	var part []string
	length := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if length += runes(line) + 1; length > maxSection && len(part) > 0 {
			parts, part, length = append(parts, part), nil, runes(line)+1
		}
		part = append(part, line)
	}
	return append(parts, part)
}

// noteOf says that somebody's words failed, so that somebody mends them.
func noteOf(w wording.Words) []string {
	if w.Note == "" {
		return nil
	}
	return []string{escape(w.Note)}
}

// sinceWhen is when it began, for whoever reads no further.
func sinceWhen(n alerting.Notification) string {
	if n.Status == alerting.StatusResolved || n.Incident.OpenedAt.IsZero() {
		return ""
	}
	layout := "15:04 UTC"
	if n.DecidedAt.Sub(n.Incident.OpenedAt) > 20*time.Hour { // a time of day would be that of another day
		layout = "2006-01-02 15:04 UTC"
	}
	return " since " + n.Incident.OpenedAt.UTC().Format(layout)
}

// reply is what the thread is told: what changed, and where it stands when that
// may need somebody or when it is over. A quiet change is a line.
func reply(n alerting.Notification) string {
	changed := changeLine(n)
	quiet := n.Status == alerting.StatusFiring && !n.Loud && !asks(n.Kind) && !late(n)
	if quiet && changed != "" {
		return fit(escapeTo(changed, maxText), maxSection)
	}
	text := "*" + escape(symbol(n)+" "+notify.Title(n)) + "*\n"
	if changed != "" && !late(n) && len(n.Facts) > 0 {
		text += escape(changed) + "\n"
	}
	return fit(text+escapeTo(capital(gist(n)), maxText), maxSection)
}

// changeLine is the change under a name that people know.
func changeLine(n alerting.Notification) string {
	text := change(n)
	switch {
	case late(n), n.Status == alerting.StatusResolved:
		return capital(text)
	case text == "" && n.Kind == alerting.EventOpened:
		return ""
	}
	return labelled(n.Kind, text)
}

// labels are what events are called where their text does not say it.
var labels = map[string]string{
	alerting.EventOpened: "Opened", alerting.EventReopened: "Burns again", alerting.EventSeverity: "Severity",
	alerting.EventAcked: "Acknowledged", alerting.EventAckExpired: "No longer acknowledged", alerting.EventEscalated: "Escalated",
	alerting.EventStillBurning: "Still burning", alerting.EventKind: "Other errors", alerting.EventCause: "Cause",
	alerting.EventAffected: "Affected", alerting.EventMuted: "Held back", alerting.EventUnmuted: "No longer held back",
	alerting.EventFlapping: "Flapping", alerting.EventBudget: "Budget", alerting.EventDeploy: "Deploy",
	alerting.EventResolved: "Over",
}

// labelled puts the name of an event before its text, unless the text begins with it,
// or has a name of several words in it.
func labelled(kind, text string) string {
	label, known := labels[kind]
	text = notify.Clean(text)
	said := strings.Index(strings.ToLower(text), strings.ToLower(label))
	switch {
	case !known, said == 0, said > 0 && strings.Contains(label, " "):
		return capital(text)
	case text == "":
		return label
	}
	return label + ": " + text
}

// change is the reason without what the numbers of the message repeat.
func change(n alerting.Notification) string {
	switch {
	case strings.HasPrefix(n.Reason, lateDecided):
		text, _, _ := strings.Cut(n.Reason, ";")
		return text
	case len(n.Facts) == 0 || late(n):
		return n.Reason
	case n.Kind == alerting.EventOpened:
		return ""
	case n.Kind == alerting.EventSeverity, n.Kind == alerting.EventReopened:
		text, _, _ := strings.Cut(n.Reason, ":")
		return text
	}
	return n.Reason
}

// How a reason begins that says that a message is late. An SLO may be called
// late as well, or latency: one word is not enough.
const (
	lateDecided = "late: decided "
	lateOpened  = "late, opened "
)

func late(n alerting.Notification) bool {
	return strings.HasPrefix(n.Reason, lateDecided) || strings.HasPrefix(n.Reason, lateOpened)
}

// gist is what stands in a line: the worst SLO, and how many there are.
func gist(n alerting.Notification) string {
	text := ""
	if late(n) {
		text = notify.Clean(change(n)) + ". "
	} else if notice(n) {
		text = notify.Clean(n.Reason) + ". "
	}
	switch {
	case n.Status == alerting.StatusResolved:
		text += "Over after " + notify.FormatAge(lasted(n)) + "."
		if len(n.Facts) > 0 {
			text += budgetLeft(n, n.Facts[0])
		}
	case len(n.Facts) > 0:
		f := n.Facts[0]
		if failing := notify.Failing(f); failing != "" {
			text += failing + "; "
		}
		text += notify.Subject(f) + " " + notify.Burning(f) + "." + budgetLeft(n, f)
		if more := len(n.Facts) - 1; more > 0 {
			text += " +" + plural(more, "more SLO") + "."
		}
	case !late(n):
		text += notify.Clean(n.Reason)
	}
	return text
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprint(n, " ", noun)
}

func budgetLeft(n alerting.Notification, f alerting.Fact) string {
	if budget := notify.Budget(f, n.DecidedAt); budget != "" {
		return " Budget " + budget + "."
	}
	return ""
}

// escape makes a text from elsewhere safe in Slack's markup: no control
// character, nothing invisible, and & < > as entities, without which there is
// neither mention nor link.
func escape(s string) string { return escapeTo(s, maxValue) }

// escapeTo cuts before it escapes, so that an entity is never halved.
func escapeTo(s string, limit int) string {
	s = notify.Truncate(notify.Clean(s), limit)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// code sets a text in the fixed font. A backtick would end it.
func code(s string) string {
	return "`" + strings.ReplaceAll(escape(s), "`", "'") + "`"
}

// anchor is a link, or empty when the address may not be one. The characters
// that end an address in Slack's markup are percent-encoded.
func anchor(raw, label string) string {
	link, ok := notify.WebLink(raw)
	if !ok || len(link) > maxSection/4 {
		return ""
	}
	link = strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", "&", "&amp;", " ", "%20").Replace(notify.Clean(link))
	label = strings.ReplaceAll(escape(label), "|", "/")
	if label == "" {
		label = "link"
	}
	return "<" + link + "|" + label + ">"
}

// date shows an instant in the zone of the reader, and in UTC where a client
// cannot.
func date(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", t.Unix(), t.UTC().Format("2006-01-02 15:04 UTC"))
}

// fit cuts marked-up text that is still too long at a place outside entities
// and links.
func fit(s string, limit int) string {
	if runes(s) <= limit {
		return s
	}
	s = string([]rune(s)[:limit-1])
	for _, open := range []struct{ start, end string }{{"<", ">"}, {"&", ";"}} {
		if at := strings.LastIndex(s, open.start); at > strings.LastIndex(s, open.end) {
			s = s[:at]
		}
	}
	return s + "…"
}

func runes(s string) int { return utf8.RuneCountInString(s) }

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
