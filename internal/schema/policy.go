package schema

import (
	"github.com/slofuse/slofuse/slo/spec"
)

// policyChoice is the policy of an SLO.
func policyChoice() *Node {
	return either("When a burn is worth an alert: the name of a policy, or a base and what differs from it.",
		name("Name of a policy: default, or one of the configuration.", "default"),
		mapping("A policy with changes.",
			may("base", name("The policy that is changed.").or(spec.DefaultPolicy)),
			may("tiers", named("Tiers of the base that are changed, or left out with off.", name("A tier of the base.", "fast", "slow", "steady", "drain"),
				either("What differs, or off.", mapping("What differs.", tierKeys(may)...), word("Leaves the tier out.", "off", false)))),
			may("guard", guard()),
			may("freeze", freeze()),
		)).as("policy")
}

// policies are those of the configuration.
func policies() *Node {
	return named("Policies of your own, beside the built-in one called default.", name("Name of the policy.", "gentle"),
		mapping("A policy: when a burn is worth an alert.",
			may("source", text("Where its numbers come from.")),
			must("tiers", list("Its tiers.", mapping("A tier: it fires when both windows burn at its rate.",
				append([]Key{must("name", name("Name of the tier.", "fast"))}, tierKeys(must)...)...)).atLeast(1)),
			may("guard", guard()),
			may("freeze", freeze()),
			may("min_window", minutes("The shortest SLO window that it fits. Unless given, the longest window of its tiers.")),
		))
}

// tierKeys are the numbers of a tier: a policy has all of them, a change some.
func tierKeys(key func(string, *Node) Key) []Key {
	return []Key{
		key("burn_rate", positive("How many times as fast as allowed the budget burns.", 14.4)),
		key("long", span("The window that shows that the burn matters.", "the SLO window")),
		key("short", span("The window that shows that it still goes on.", "the long window")),
		key("severity", word("What it asks for.", "page", "ticket")),
		may("page_after", minutes("A ticket that held for so long, and that nobody acknowledged, pages.", "4h")),
	}
}

func minutes(description string, examples ...any) *Node {
	return duration(description+" Whole minutes.", examples...)
}

func span(description, whole string) *Node {
	return either(description, minutes("A duration.", "1h"),
		mapping("A share of "+whole+".",
			must("share", patterned("The share, 1/2 to 1/10000.", `^1/[0-9]+$`, "1/10")),
			may("min", minutes("It is at least that long.")),
			may("max", minutes("It is at most that long.")),
		))
}

func guard() *Node {
	count := func(description string, standard int) *Node { return whole(description, 1, 1_000_000_000).or(standard) }
	return mapping("How many bad events an alert needs at least.",
		may("page", count("In the long window, for a page.", 5)),
		may("page_short", count("In the short window, for a page.", 2)),
		may("ticket", count("In the long window, for a ticket.", 3)),
		may("ticket_slots", count("In how many slots of time, for a ticket.", 2)),
	)
}

// freeze is a share of the error budget, or off.
func freeze() *Node {
	n := text("While no more than this share of the error budget is left, a gate lets only fixes pass: 0% is a budget that is spent. Without it, or with off, nothing is frozen.", "0%", "10%", "off")
	n.pattern = `^\s*([0-9]+(\.[0-9]+)?\s*%?|off|false)\s*$`
	return n
}
