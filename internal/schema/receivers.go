package schema

// secret is a secret under a key, or in the file that the key with _file names.
func secret(key, what string) []Key {
	return []Key{
		may(key, text(what+" itself: rather name a file.")),
		may(key+"_file", text("File that holds "+what+".", "/run/secrets/"+key)),
	}
}

func receiver(web []Key) *Node {
	return mapping("Who is told. Several destinations of each kind are fine.",
		must("name", text("What routes call it.", "checkout")),
		may("slack_configs", list("Slack channels.", slackConfig(web))),
		may("webhook_configs", list("URLs that notifications are posted to.", webhookConfig(web))),
		may("pagerduty_configs", list("Integrations of PagerDuty's Events API v2.", pagerDutyConfig(web))),
		may("alertmanager_configs", list("Clusters of Alertmanagers.", alertmanagerConfig(web))),
		later("github_configs"), later("jira_configs"), later("email_configs"),
	)
}

// destination puts what a kind of destination has between what all have.
func destination(description string, own []Key, shared ...[]Key) *Node {
	keys := append([]Key{
		may("name", patterned("Tells it from the others of the receiver. An open incident is told over the destination of this name, whatever its place.", `^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)),
	}, own...)
	for _, more := range shared {
		keys = append(keys, more...)
	}
	return mapping(description, keys...)
}

// worded are the texts of a destination.
func worded() []Key {
	return []Key{
		may("send_resolved", boolean("Tell of the end as well.").or(true)),
		may("title", text("A Go template in place of the built-in title.", "{{upper .Severity}}: {{.Function}}")),
		may("text", text("A Go template in place of the built-in text.")),
	}
}

func slackConfig(web []Key) *Node {
	mention := text("@here, @channel, @everyone, <@U…> for a person, <!subteam^S…> for a user group; several with a space.", "@here")
	keys := []Key{may("channel", text(`"#name" or the id; required with a token.`, "#slo"))}
	keys = append(keys, secret("token", "the bot token of a Slack app (xoxb-…)")...)
	keys = append(keys, secret("api_url", "the URL of an incoming webhook")...)
	keys = append(keys, secret("app_token", "the app-level token (xapp-…) for buttons over Socket Mode")...)
	keys = append(keys, secret("signing_secret", "the signing secret for buttons over POST /api/v1/slack/interactions")...)
	keys = append(keys, may("mention", mention), may("mentions", mapping("Who is mentioned, by severity.", may("page", mention), may("ticket", mention))))
	return destination("A Slack channel: with the token of an app, or over an incoming webhook.", keys, worded(), web)
}

func webhookConfig(web []Key) *Node {
	keys := append(secret("url", "the URL"), secret("secret", "the secret that signs the body")...)
	keys = append(keys, may("max_per_second", positive("How many messages the receiver takes; without it there is no limit.", 5, 0.2)))
	return destination("A URL that notifications are posted to.", keys, worded(), web)
}

func pagerDutyConfig(web []Key) *Node {
	keys := append(secret("routing_key", "the integration key, 32 characters"),
		may("url", webURL("Of the API, for accounts in Europe.", "https://events.eu.pagerduty.com/v2/enqueue")),
		may("ticket_severity", word("What a ticket is sent as; none: pages only.", "info", "warning", "error", "critical", "none").or("warning")))
	return destination("An integration of PagerDuty.", keys, worded(), web)
}

func alertmanagerConfig(web []Key) *Node {
	urls := list("Every instance of the cluster; not a load balancer, since each has to be told.", webURL("An instance.", "http://am-0:9093")).atLeast(1)
	return destination("A cluster of Alertmanagers.", []Key{must("urls", urls)}, web)
}
