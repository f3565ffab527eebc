package schema

// route is a node of the routing tree: it holds others of its kind.
func route() *Node {
	interval := text("Name of a time interval.", "office")
	n := mapping("Who is told of what. The first child whose matchers all hold takes an incident, and so on below it.").as("route")
	n.keys = []Key{
		may("matchers", list("All must hold: Alertmanager's matchers over service, function, slo labels, owner, severity and incident.", text("A matcher.", `severity="page"`)).atLeast(1)),
		may("receiver", text("Receiver that is told; unless given, that of the parent.", "default")),
		may("continue", boolean("Ask the routes after it as well.").or(false)),
		may("group_by", list("Labels whose values make a group, which is told together. [] is one group of all, ['...'] each incident by itself.", text("A label.", "service"))),
		may("group_wait", duration("How long the first message waits for others of its group: at most 1h. A page waits for nobody.", "30s")),
		may("group_interval", duration("Between two messages of a group: 1s to 24h.").or("5m")),
		may("repeat_interval", duration("After which it is said again: 1m to 30d. Unless given, 4h of a page and 24h of a ticket.", "4h")),
		may("mute_time_intervals", list("The route is silent inside any of these.", interval).atLeast(1)),
		may("active_time_intervals", list("The route is silent outside all of these.", interval).atLeast(1)),
		may("escalation", text("Who is told when nobody acknowledges: one of escalations, or none.", "primary", "none")),
		may("routes", list("Routes below this one.", n)),
	}
	return n
}

func escalations() *Node {
	return named("Who is told when nobody acknowledges, by time.", text("Name of the escalation.", "primary"),
		list("Steps, the first one first.", mapping("A step.",
			must("after", duration("Since the incident opened: 1m to 7d.", "15m")),
			must("receiver", text("Receiver that is told as well.", "lead")),
		)).atLeast(1))
}

func timeIntervals() *Node {
	several := func(description string, examples ...any) *Node {
		return list(description, text("One, or a range with a colon.", examples...)).atLeast(1)
	}
	clock := func(description, example string) *Node {
		return patterned(description, `^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`, example)
	}
	period := mapping("A period: all of what it says must hold.",
		may("years", several("Years.", "2026:2030")),
		may("months", several("Months, by name or number.", "december", "1:3")),
		may("days_of_month", several("Days of the month; -1 is the last.", "1:7", -1)),
		may("weekdays", several("Days of the week.", "monday:friday")),
		may("times", list("Times of day. A night is two of them.", mapping("From one time of day to another.",
			must("start_time", clock("The first minute.", "09:00")),
			must("end_time", clock("The minute after the last; up to 24:00.", "17:30")),
		)).atLeast(1)),
		may("location", text("On whose clocks: a name of the IANA time zone database.", "Europe/Berlin").or("UTC")),
	)
	return list("Named intervals of time, in Alertmanager's words.", mapping("A named interval: it holds in any of its periods.",
		must("name", text("What routes call it.", "office")),
		must("time_intervals", list("Its periods.", period).atLeast(1)),
	))
}
