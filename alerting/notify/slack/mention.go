package slack

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// mentionForm is what rings a phone: a group of a channel, a person or a user
// group by id.
var mentionForm = regexp.MustCompile(`^<(!here|!channel|!everyone|@[UW][A-Z0-9]{2,20}|!subteam\^S[A-Z0-9]{2,20})>$`)

// ParseMention reads who is to be mentioned: one or more of @here, @channel,
// @everyone, <@U…> for a person and <!subteam^S…> for a user group, separated by
// spaces, in the words Slack wants.
func ParseMention(text string) (string, error) {
	words := strings.Fields(text)
	for i, word := range words {
		if short, ok := strings.CutPrefix(word, "@"); ok {
			word = "<!" + short + ">"
		}
		if !mentionForm.MatchString(word) {
			return "", fmt.Errorf("%q mentions nobody: write @here, @channel, <@U0123ABCD> for a person or <!subteam^S0123ABCD> for a user group", words[i])
		}
		words[i] = word
	}
	return strings.Join(words, " "), nil
}

// Mentions is who is mentioned when something asks for somebody, by severity.
// Nothing that comes with an incident can mention anybody.
type Mentions map[slo.Severity]string

// of is the mention that a notification deserves, empty for most: the opening of
// a page, a rise, a reopening, an acknowledgement that is no more, an escalation.
func (m Mentions) of(n alerting.Notification) string {
	if n.Status != alerting.StatusFiring || n.Incident.Cause != "" {
		return ""
	}
	if !n.Loud && n.Kind != alerting.EventAckExpired && n.Kind != alerting.EventEscalated {
		return ""
	}
	return m[n.Incident.Severity]
}
