package slack

import (
	slackapi "github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// What the buttons of a message are called when they come back. They are part of
// messages that stand in channels for months: never give one another meaning.
const (
	actionAck     = "slofuse_ack"
	actionSilence = "slofuse_silence_1h"
	actionOpen    = "slofuse_open"
)

// maxButtonURL is what Slack takes as the address of a button, in characters.
const maxButtonURL = 3000

// buttons is what somebody can do at three in the morning without finding the
// page: one tap to take the incident, two to keep it quiet for an hour. There are
// none when it is over, or when nobody listens to them.
func buttons(n alerting.Notification, silences bool) []slackapi.Block {
	if n.Status != alerting.StatusFiring || n.Incident.ID == "" || len(n.Incident.ID) > 255 {
		return nil
	}
	var elements []slackapi.BlockElement
	if n.Incident.State != alerting.IncidentAcked {
		elements = append(elements, button(actionAck, n.Incident.ID, "Acknowledge").WithStyle(slackapi.StylePrimary))
	}
	if silences {
		elements = append(elements, button(actionSilence, n.Incident.ID, "Silence 1h").WithConfirm(askSilence(n)))
	}
	if url := notify.IncidentURL(n); url != "" && len(url) <= maxButtonURL {
		open := button(actionOpen, n.Incident.ID, "Open")
		open.URL = url
		elements = append(elements, open)
	}
	if len(elements) == 0 {
		return nil
	}
	return []slackapi.Block{slackapi.NewActionBlock("", elements...)}
}

func button(action, value, label string) *slackapi.ButtonBlockElement {
	return slackapi.NewButtonBlockElement(action, value, plain(label))
}

func plain(text string) *slackapi.TextBlockObject {
	return slackapi.NewTextBlockObject(slackapi.PlainTextType, text, false, false)
}

// askSilence asks back: a silence keeps everybody from hearing of it.
func askSilence(n alerting.Notification) *slackapi.ConfirmationBlockObject {
	name := notify.Truncate(notify.Clean(n.Incident.Service)+"/"+notify.Clean(n.Incident.Function), 150)
	return slackapi.NewConfirmationBlockObject(plain("Silence for an hour?"),
		plain(name+" tells nobody anything until then, whatever else breaks in it."), plain("Silence 1h"), plain("Cancel"))
}
