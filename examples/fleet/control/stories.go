package control

import "github.com/slofuse/slofuse/examples/fleet"

// Stories are those of the demo: each shows one thing that slofuse decides.
func Stories() []Story {
	return []Story{dependencyFails(), newKindOfError(), slowBurn(), badDeploy(), dataVanishes(), callsVanish(), correction()}
}

func fails(kind fleet.Kind, service, function string, share float64) fleet.Fault {
	return fleet.Fault{Kind: kind, Service: service, Function: function, Share: share}
}

func dependencyFails() Story {
	return Story{
		Name:  "A dependency fails",
		About: "flags/evaluate breaks, and with it a part of every call of those that ask it: auth/login, search/query and checkout/create-order.",
		Steps: []Step{
			{
				Button: "Break flags/evaluate",
				Then:   "One page within two minutes, and it names flags/evaluate. The others fold into that incident; their owners get a notice that nobody is woken by.",
				Faults: []fleet.Fault{
					fails(fleet.Outage, "flags", "evaluate", 0.5), fails(fleet.ErrorBurn, "auth", "login", 0.3),
					fails(fleet.ErrorBurn, "search", "query", 0.3), fails(fleet.ErrorBurn, "checkout", "create-order", 0.3),
				},
			},
			{
				Button: "Mend it",
				Then:   "Everything resolves a few minutes later, in the same messages.",
				Mends:  []string{"flags/evaluate", "auth/login", "search/query", "checkout/create-order"},
			},
		},
	}
}

func newKindOfError() Story {
	return Story{
		Name:  "A new kind of error while somebody is on it",
		About: "checkout/charge-card burns since before the demo began: its gateway acme-pay answers 503. Acknowledge that page first, under What was sent.",
		Steps: []Step{
			{
				Button: "Let the gateway globex fail too",
				Then:   "A kind of error that nobody has seen yet. When it would page by itself, after about five minutes, the acknowledgement ends and everybody is paged again.",
				Faults: []fleet.Fault{{Kind: fleet.ErrorBurn, Service: "checkout", Function: "charge-card", Gateway: "globex", Share: 0.9}},
			},
			{Button: "Mend both", Then: "The incident recovers and resolves.", Mends: []string{"checkout/charge-card"}},
		},
	}
}

func slowBurn() Story {
	return Story{
		Name:  "A slow burn",
		About: "A tenth of the calls of media/thumbnail fail. Its policy has shorter windows than the default one, so that this takes minutes and not hours.",
		Steps: []Step{
			{
				Button: "Let it burn slowly",
				Then:   "A ticket after about four minutes. When nobody has acknowledged it five minutes later, it becomes a page.",
				Faults: []fleet.Fault{fails(fleet.SlowBurn, "media", "thumbnail", 0.1)},
			},
			{Button: "Mend it", Then: "It recovers and resolves.", Mends: []string{"media/thumbnail"}},
		},
	}
}

func badDeploy() Story {
	return Story{
		Name:  "A bad deploy",
		About: "A pipeline announces that it deploys search/query. The new version fails for a few calls, then for all.",
		Steps: []Step{
			{
				Button: "Deploy a version that fails a little",
				Then:   "A ticket is due after about six minutes and is held back: the incident is there, marked as muted by the deploy, and nobody is told.",
				Deploy: &Deploy{Service: "search", Functions: []string{"query"}, Version: "v42"},
				Faults: []fleet.Fault{fails(fleet.SlowBurn, "search", "query", 0.012)},
			},
			{
				Button: "It fails altogether",
				Then:   "The page waits for a rollback for five minutes, or until 2 % of the budget is gone, which is sooner here. Then it pierces the deploy.",
				Faults: []fleet.Fault{fails(fleet.Outage, "search", "query", 0.9)},
			},
			{Button: "Roll back", Then: "The deploy is over and holds nothing back any more.", Mends: []string{"search/query"}, Ends: "rolled_back"},
		},
	}
}

func dataVanishes() Story {
	return Story{
		Name:  "Data vanishes",
		About: "The processes of billing/close-invoice can no longer be scraped. Nobody knows whether it works.",
		Steps: []Step{
			{
				Button: "Hide billing/close-invoice", Then: "It is shown as no data, never as good. A ticket when that lasts for longer than it ever does.",
				Faults: []fleet.Fault{fails(fleet.TargetDown, "billing", "close-invoice", 1)},
			},
			{Button: "Show it again", Then: "What was counted meanwhile is made good where it can be known.", Mends: []string{"billing/close-invoice"}},
		},
	}
}

func callsVanish() Story {
	return Story{
		Name:  "Calls vanish",
		About: "auth/refresh-token answers everything that it is asked and is hardly asked any more: something before it is broken.",
		Steps: []Step{
			{
				Button: "Lose its traffic", Then: "A ticket about a quarter of an hour later, though not one call fails.",
				Faults: []fleet.Fault{fails(fleet.TrafficLoss, "auth", "refresh-token", 0.97)},
			},
			{Button: "Bring it back", Mends: []string{"auth/refresh-token"}, Then: "It resolves when calls come as they used to."},
		},
	}
}

func correction() Story {
	return Story{
		Name:  "A budget that is corrected",
		About: "What burned was no fault of the function: announced as maintenance, its time leaves the error budget.",
		Steps: []Step{{
			Link: "/maintenance", Button: "Announce maintenance",
			Then: "For instance of function=\"send-email\", over the ten days before yesterday. Within a slot its page shows both numbers; taking the window back brings the old one back.",
		}},
	}
}
