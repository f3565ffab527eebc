package slack

import (
	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify/wording"
)

// layout is what the configuration adds to what a notification says.
type layout struct {
	mentions Mentions
	buttons  bool // somebody listens to them
	silences bool // and can silence
	words    wording.Overrides
}

// first is a message that stands in the channel as something new.
func (l layout) first(n alerting.Notification) message {
	msg := l.build(n)
	if mention := l.mentions.of(n); mention != "" {
		msg.text += " " + mention
		// Where there are blocks, only what stands in them rings.
		msg.blocks = append(msg.blocks, sections(maxAside, []string{mention})...)
	}
	return l.finish(n, msg)
}

// edited is what a message that was posted before is replaced by. Edits notify
// nobody, so it mentions nobody.
func (l layout) edited(n alerting.Notification) message { return l.finish(n, l.build(n)) }

// answer is what the thread is told about a change.
func (l layout) answer(n alerting.Notification) message {
	msg := message{text: reply(n)}
	if mention := l.mentions.of(n); mention != "" {
		msg.text += "\n" + mention
	}
	return msg
}

// build is the message in the words of the configuration, where there are any.
func (l layout) build(n alerting.Notification) message {
	return worded(n, l.words.Render(n, escape))
}

func (l layout) finish(n alerting.Notification, msg message) message {
	if l.buttons {
		msg.blocks = append(msg.blocks, buttons(n, l.silences)...)
	}
	return msg
}
