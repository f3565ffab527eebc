// Package slack tells people in a Slack channel about an incident, in words for
// somebody who was just woken up: what fails, how fast, what is left, where to
// look. With a bot token an incident is one message that is kept up to date,
// with a thread for what is worth another look; with an incoming webhook, which
// cannot edit, each notification is a message of its own.
package slack
