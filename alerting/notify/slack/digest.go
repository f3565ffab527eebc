package slack

import (
	"context"
	"math"
	"strings"

	slackapi "github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/wording"
)

// inDigest begins the reference of an incident that was told in a digest. What
// follows is the reference of the digest.
const inDigest = "digest:"

// Digests says that one message tells of any number of incidents. What has a
// message of its own is kept up to date there, unless it pages.
func (s *Notifier) Digests() notify.Digests {
	return notify.Digests{Most: math.MaxInt, Joins: func(n alerting.Notification) bool {
		return !s.edits || n.Ref == "" || strings.HasPrefix(n.Ref, inDigest) || n.Urgency() == alerting.UrgencyPage
	}}
}

// NotifyMany posts one message. An incident with a message of its own keeps it,
// others have the digest as their reference: what changes about them is an answer
// in its thread.
func (s *Notifier) NotifyMany(ctx context.Context, many []alerting.Notification) ([]string, error) {
	ref, err := s.post(ctx, s.layout.digest(many))
	if err != nil {
		return nil, err
	}
	refs := make([]string, len(many))
	for i, n := range many {
		switch own := n.Ref != "" && !strings.HasPrefix(n.Ref, inDigest); {
		case own:
			refs[i] = n.Ref
		case ref != "":
			refs[i] = inDigest + ref
		}
	}
	return refs, nil
}

// ofDigest tells what changed about an incident of a digest: what is loud in a
// message of its own, the rest in the thread.
func (b bot) ofDigest(ctx context.Context, s session, n alerting.Notification) (ref string, err error) {
	channel, ts, _ := strings.Cut(strings.TrimPrefix(n.Ref, inDigest), ":")
	if n.Loud {
		return s.post(ctx, b.channel, b.layout.first(n))
	}
	msg := b.layout.edited(n)
	_, err = s.post(ctx, channel, msg, slackapi.MsgOptionTS(ts))
	if threadless(err) {
		return s.post(ctx, b.channel, msg)
	}
	return n.Ref, err
}

// digest names the first of many incidents, counts the rest and says where all of
// them are.
func (l layout) digest(many []alerting.Notification) message {
	head := many[0]
	title := symbol(head) + " " + notify.CrowdTitle(many)
	var lines []string
	for _, n := range many[:min(len(many), notify.Named)] {
		lines = append(lines, "• "+digestLine(n))
	}
	if more := notify.AndMore(many); more != "" {
		lines = append(lines, more)
	}
	blocks := []slackapi.Block{header(head, wording.Words{Title: title})}
	blocks = append(blocks, within(maxAllText-2*maxAside-maxHeader, sections(maxSection, pieces(strings.Join(lines, "\n"))...))...)
	if all := anchor(notify.IncidentsURL(head), "All incidents"); all != "" {
		blocks = append(blocks, sections(maxAside, []string{all})...)
	}
	msg := message{text: fit(title+": "+digestNames(many), maxText), blocks: blocks}
	if mention := l.mentionOf(many); mention != "" {
		msg.text += " " + mention
		msg.blocks = append(msg.blocks, sections(maxAside, []string{mention})...)
	}
	return msg
}

// digestLine is an incident in a line.
func digestLine(n alerting.Notification) string {
	function := n.Incident.Service + "/" + n.Incident.Function
	name := anchor(notify.IncidentURL(n), function)
	if name == "" {
		name = "*" + escape(function) + "*"
	}
	if n.Incident.Owner != "" {
		name += " (" + escape(n.Incident.Owner) + ")"
	}
	return name + ": " + escape(gist(n))
}

// digestNames is what a lock screen shows of a digest.
func digestNames(many []alerting.Notification) string {
	const named = 3
	var names []string
	for _, n := range many[:min(len(many), named)] {
		names = append(names, escape(n.Incident.Service+"/"+n.Incident.Function))
	}
	if len(many) > named {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// mentionOf is whom any of the notifications mentions.
func (l layout) mentionOf(many []alerting.Notification) string {
	for _, n := range many {
		if mention := l.mentions.of(n); mention != "" {
			return mention
		}
	}
	return ""
}
