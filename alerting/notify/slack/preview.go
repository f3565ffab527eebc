package slack

import (
	"regexp"
	"strings"

	slackapi "github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting/notify"
)

func (m message) preview(what string) notify.Preview {
	return notify.Preview{What: what, Text: m.read(), Body: struct {
		Text   string           `json:"text"`
		Blocks []slackapi.Block `json:"blocks,omitempty"`
	}{m.text, m.blocks}}
}

// read is a message as somebody reads it: the lock screen, and then the channel.
func (m message) read() string {
	lines := []string{unmark(m.text)}
	for _, block := range m.blocks {
		switch block := block.(type) {
		case *slackapi.HeaderBlock:
			lines = append(lines, "", unmark(block.Text.Text))
		case *slackapi.SectionBlock:
			lines = append(lines, "", unmark(block.Text.Text))
		case *slackapi.ContextBlock:
			for _, e := range block.ContextElements.Elements {
				if text, ok := e.(*slackapi.TextBlockObject); ok {
					lines = append(lines, "", unmark(text.Text))
				}
			}
		case *slackapi.ActionBlock:
			lines = append(lines, "", strings.Join(labelsOf(block), " "))
		}
	}
	return strings.Join(lines, "\n")
}

func labelsOf(block *slackapi.ActionBlock) (labels []string) {
	for _, e := range block.Elements.ElementSet {
		if b, ok := e.(*slackapi.ButtonBlockElement); ok {
			labels = append(labels, "["+b.Text.Text+"]")
		}
	}
	return labels
}

var (
	dateMarkup = regexp.MustCompile(`<!date\^\d+\^[^|>]*\|([^>]*)>`)
	linkMarkup = regexp.MustCompile(`<(https?://[^|>]*)\|([^>]*)>`)
	mention    = regexp.MustCompile(`<!(here|channel|everyone)>`)
)

// unmark takes Slack's markup off, for a terminal.
func unmark(text string) string {
	text = dateMarkup.ReplaceAllString(text, "$1")
	text = linkMarkup.ReplaceAllString(text, "$2 ($1)")
	text = mention.ReplaceAllString(text, "@$1")
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}
