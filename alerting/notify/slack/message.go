package slack

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/wording"
	"github.com/slofuse/slofuse/slo"
)

// Limits of Block Kit, in runes, and of what a tired reader takes in.
const (
	maxHeader  = 150
	maxSection = 3000
	maxAllText = 12_000 // of all texts of the blocks; somewhat above, Slack refuses the message
	maxAside   = 1000
	maxText    = 1500 // of the text that phones show
	maxFacts   = 5
	maxClasses = 3
	maxFolded  = 5
	maxLinks   = 6

	maxLinksText = 2500
)

// message is what is sent: text for the lock screen, blocks for the channel.
type message struct {
	text   string
	blocks []slackapi.Block
}

// build lays a notification out in the built-in words.
func build(n alerting.Notification) message { return worded(n, wording.Words{}) }

// worded lays a notification out, the most urgent first: a phone shows little
// more than the header and the first line. Words take the place of the built-in
// title, and of what is said about the objectives and around them.
func worded(n alerting.Notification, w wording.Words) message {
	before := sections(maxAside, lateness(n), newest(n))
	body := what(n)
	var after []slackapi.Block
	if w.Text != "" {
		body = pieces(w.Text)
	} else {
		after = append(sections(maxAside, heldBack(n), cause(n), affected(n), deploy(n), circumstances(n)), sections(maxLinksText, links(n))...)
	}
	if lines := append(history(n), noteOf(w)...); len(lines) > 0 {
		after = append(after, slackapi.NewContextBlock("", markdown(lines, maxAside)))
	}
	room := maxAllText - textOf(before) - textOf(after) - maxHeader
	blocks := slices.Concat([]slackapi.Block{header(n, w)}, before, within(room, sections(maxSection, body...)), after)
	return message{text: summary(n, w), blocks: blocks}
}

// sections makes a section of each part that says something.
func sections(limit int, parts ...[]string) (blocks []slackapi.Block) {
	for _, lines := range parts {
		if len(lines) > 0 {
			blocks = append(blocks, slackapi.NewSectionBlock(markdown(lines, limit), nil, nil, slackapi.SectionBlockOptionExpand(true)))
		}
	}
	return blocks
}

// within keeps the first blocks as long as their texts fit: names as long as they
// may be would make Slack refuse the whole message.
func within(room int, blocks []slackapi.Block) []slackapi.Block {
	for i := range blocks {
		if textOf(blocks[:i+1]) > room {
			return append(slices.Clone(blocks[:max(i, 1)]), sections(maxAside, []string{fmt.Sprintf("+%d more", len(blocks)-max(i, 1))})...)
		}
	}
	return blocks
}

// textOf is how many characters sections and contexts hold.
func textOf(blocks []slackapi.Block) (n int) {
	for _, block := range blocks {
		switch block := block.(type) {
		case *slackapi.SectionBlock:
			n += runes(block.Text.Text)
		case *slackapi.ContextBlock:
			for _, e := range block.ContextElements.Elements {
				if text, ok := e.(*slackapi.TextBlockObject); ok {
					n += runes(text.Text)
				}
			}
		}
	}
	return n
}

func header(n alerting.Notification, w wording.Words) slackapi.Block {
	if w.Title != "" {
		title := fit(titleOf(n, w), maxHeader)
		return slackapi.NewHeaderBlock(slackapi.NewTextBlockObject(slackapi.PlainTextType, title, true, false))
	}
	title := symbol(n) + " " + notify.Title(n) + standing(n)
	// Escaped last, and the limit leaves room for it: an entity is never cut.
	title = escape(notify.Truncate(title, maxHeader/5*4))
	return slackapi.NewHeaderBlock(slackapi.NewTextBlockObject(slackapi.PlainTextType, fit(title, maxHeader), true, false))
}

// standing is what a glance at the channel should tell beside the severity.
func standing(n alerting.Notification) string {
	switch i := n.Incident; {
	case n.Status == alerting.StatusResolved:
		return ""
	case i.Cause != "":
		return " · follows another"
	case i.State == alerting.IncidentAcked:
		return " · acknowledged"
	case i.State == alerting.IncidentEscalated:
		return " · escalated"
	case !i.Flapping.IsZero():
		return " · flapping"
	}
	return ""
}

func symbol(n alerting.Notification) string {
	switch {
	case n.Status == alerting.StatusResolved:
		return "✅"
	case n.Incident.Severity == slo.SeverityPage:
		return "🔴"
	}
	return "🟠"
}

// markdown joins lines as long as they fit. Verbatim keeps Slack from making
// links and mentions of what merely looks like one.
func markdown(lines []string, limit int) *slackapi.TextBlockObject {
	text := strings.Join(lines, "\n")
	for kept := len(lines) - 1; runes(text) > limit && kept > 0; kept-- {
		text = strings.Join(lines[:kept], "\n") + fmt.Sprintf("\n+%d more", len(lines)-kept)
	}
	return slackapi.NewTextBlockObject(slackapi.MarkdownType, fit(text, limit), false, true)
}

// lateness stands first: an old decision must not be taken for a new one.
func lateness(n alerting.Notification) []string {
	if !late(n) {
		return nil
	}
	return []string{"⏰ *" + escape(capital(change(n))) + "*"}
}

// what says what fails, how fast, and what is left: a part per SLO.
func what(n alerting.Notification) [][]string {
	if n.Status == alerting.StatusResolved {
		return [][]string{resolved(n)}
	}
	var parts [][]string
	for _, f := range n.Facts[:min(len(n.Facts), maxFacts)] {
		parts = append(parts, fact(n, f))
	}
	if more := len(n.Facts) - maxFacts; more > 0 {
		parts = append(parts, []string{"+" + plural(more, "more SLO")})
	}
	if len(n.Facts) == 0 && n.Reason != "" && !late(n) {
		parts = append(parts, []string{"*" + escape(capital(n.Reason)) + "*"})
	}
	return parts
}

func fact(n alerting.Notification, f alerting.Fact) []string {
	if f.Phase == alerting.PhaseOK {
		return []string{"✓ " + escape(notify.Subject(f)) + ": recovered"}
	}
	subject, burning := "*"+escape(notify.Subject(f))+"*: ", escape(notify.Burning(f))
	lines := []string{subject + burning}
	if failing := escape(notify.Failing(f)); failing != "" { // what callers notice comes first
		lines = []string{subject + failing, capital(burning)}
	}
	if f.Phase == alerting.PhaseRecovering {
		lines[0] += " (recovering)"
	}
	if why := anchor(notify.ExplainURL(n, f.ID), "why?"); why != "" {
		lines[0] += "  ·  " + why
	}
	if budget := notify.Budget(f, n.DecidedAt); budget != "" {
		line := "Budget: *" + escape(budget) + "*"
		if f.ExhaustsAt != nil && f.ExhaustsAt.After(n.DecidedAt) {
			line += " (" + date(*f.ExhaustsAt) + ")"
		}
		lines = append(lines, line)
	}
	if classes := errorClasses(f); classes != "" {
		lines = append(lines, classes)
	}
	return lines
}

// errorClasses names what fails most: "Errors over 1h: `code=503` 83%".
func errorClasses(f alerting.Fact) string {
	var all int64
	for _, c := range f.Errors {
		all += c.Bad
	}
	var parts []string
	for _, c := range f.Errors[:min(len(f.Errors), maxClasses)] {
		if c.Bad > 0 && len(c.Labels) > 0 {
			parts = append(parts, code(slo.FormatClass(c.Labels))+" "+slo.FormatShare(float64(c.Bad)/float64(all)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Errors over " + escape(notify.Clean(cmp.Or(f.ErrorsWindow, f.Window))) + ": " + strings.Join(parts, ", ")
}

func resolved(n alerting.Notification) []string {
	lines := []string{"*Over after " + notify.FormatAge(lasted(n)) + "*: " + date(n.Incident.OpenedAt) + " to " + date(ended(n))}
	if n.Reason != "" && !late(n) {
		lines = append(lines, "Why: "+escape(n.Reason))
	}
	for _, f := range n.Facts[:min(len(n.Facts), maxFacts)] {
		if budget := notify.Budget(f, n.DecidedAt); budget != "" {
			lines = append(lines, escape(notify.Subject(f))+": budget "+escape(budget))
		}
	}
	return lines
}

func ended(n alerting.Notification) time.Time {
	if n.Incident.ResolvedAt.IsZero() {
		return n.DecidedAt
	}
	return n.Incident.ResolvedAt
}

func lasted(n alerting.Notification) time.Duration { return ended(n).Sub(n.Incident.OpenedAt) }

// circumstances say since when, whose it is and who has it.
func circumstances(n alerting.Notification) []string {
	var parts []string
	if n.Status == alerting.StatusFiring && !n.Incident.OpenedAt.IsZero() {
		parts = append(parts, "since "+date(n.Incident.OpenedAt))
	}
	if n.Incident.Owner != "" {
		parts = append(parts, "owner *"+escape(n.Incident.Owner)+"*")
	}
	if n.Incident.AckedBy != "" {
		acked := "acknowledged by *" + escape(n.Incident.AckedBy) + "*"
		if until := n.Incident.AckUntil; n.Status == alerting.StatusFiring && !until.IsZero() {
			acked += " until " + date(until)
		}
		if n.Incident.AckComment != "" {
			acked += ": " + escape(n.Incident.AckComment)
		}
		parts = append(parts, acked)
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{capital(strings.Join(parts, " · "))}
}

// links is one line to tap on: the incident, the runbooks, the SLOs, the rest.
func links(n alerting.Notification) []string {
	var parts, notes []string
	add := func(raw, label string) {
		if link := anchor(raw, label); link != "" && !slices.Contains(parts, link) && len(parts) < maxLinks {
			parts = append(parts, link)
		}
	}
	add(notify.IncidentURL(n), "Open incident")
	for _, f := range n.Facts[:min(len(n.Facts), maxFacts)] {
		link, path := notify.LinkURL(n, f, notify.Runbook), f.Links[notify.Runbook]
		add(link, "Runbook")
		if link == "" && notify.IsFile(path) && len(notes) == 0 { // nobody knows where its page is
			notes = append(notes, "Runbook: "+code(path))
		}
	}
	for _, f := range n.Facts[:min(len(n.Facts), maxFacts)] {
		add(notify.SLOURL(n, f.ID), f.ID.Name)
	}
	for _, f := range n.Facts[:min(len(n.Facts), maxFacts)] {
		for _, name := range slices.Sorted(maps.Keys(f.Links)) {
			if name != notify.Runbook {
				add(f.Links[name], capital(name))
			}
		}
	}
	if len(parts) == 0 {
		return notes
	}
	return append([]string{strings.Join(parts, "  ·  ")}, notes...)
}

// newest is the change that made somebody send this, where it asks for a
// decision; of others the history at the end tells.
func newest(n alerting.Notification) []string {
	if n.Status == alerting.StatusResolved || late(n) || !asks(n.Kind) && !notice(n) {
		return nil
	}
	return []string{"*" + escape(changeLine(n)) + "*"}
}

// asks reports whether a change may need somebody who was at ease before.
func asks(kind string) bool {
	switch kind {
	case alerting.EventReopened, alerting.EventAckExpired, alerting.EventEscalated, alerting.EventKind, alerting.EventStillBurning,
		alerting.EventFlapping, alerting.EventUnmuted:
		return true
	}
	return false
}

// notice reports whether it is told to somebody whose own function burns because of
// this one: which one that is comes before all numbers of another's.
func notice(n alerting.Notification) bool {
	return n.Incident.Severity == slo.SeverityNone && n.Status != alerting.StatusResolved && n.Kind == alerting.EventAffected && n.Reason != ""
}

// history says why this message is sent, and what it was not told by itself.
func history(n alerting.Notification) []string {
	var lines []string
	told := n.Status == alerting.StatusResolved || late(n) || len(n.Facts) == 0 || asks(n.Kind) || notice(n) || n.Kind == alerting.EventAcked
	if text := changeLine(n); text != "" && !told {
		lines = append(lines, escape(text))
	}
	skipped := max(len(n.Folded)-maxFolded, 0)
	if skipped > 0 {
		lines = append(lines, plural(skipped, "earlier change"))
	}
	for _, e := range n.Folded[skipped:] {
		lines = append(lines, date(e.At)+" "+escape(labelled(e.Kind, e.Text)))
	}
	return lines
}
