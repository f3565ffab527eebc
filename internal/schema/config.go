package schema

// Config is the configuration of the service.
func Config() *Node {
	web := client()
	return mapping("The configuration of slofuse serve.",
		may("external_url", webURL("Where people find slofuse: what links in notifications begin with.", "https://slo.example.com")),
		must("backends", list("What speaks the Prometheus query API. The first is the default of SLOs that name none.", backend(web)).atLeast(1)),
		may("slo_files", list("Files, folders and patterns of SLO files, relative to this file.", text("A file, a folder or a pattern.", "slos/**/*.yaml"))),
		may("evaluation", mapping("How time is cut.",
			may("step", duration("Width of a slot: 5s to 5m, divides an hour.", "30s", "1m").or("30s")),
			may("delay", duration("How long after its end a slot is first read: 1s to 10m. Every page waits for it.").or("30s")),
		)),
		may("storage", mapping("Where counts and decisions are kept.",
			may("path", text("The SQLite file, relative to the working directory.").or("slofuse.db")),
			may("retention", duration("How long counts are kept, at least 31d. No SLO window may be longer.").or("400d")),
		)),
		may("policies", policies()),
		may("alerting", alerting()),
		may("route", route()),
		may("escalations", escalations()),
		may("receivers", list("Who is told, and over which destinations.", receiver(web))),
		may("time_intervals", timeIntervals()),
		may("templates", list("Files of templates that title and text of receivers call.", text("A file or a pattern.", "words/*.tmpl"))),
		may("heartbeats", list("URLs outside that are told as long as slofuse does its whole work.", heartbeat(web))),
		may("tokens", list("Who may change what.", token())),
		may("web", mapping("How pages and API are protected.",
			may("require_token", boolean("Reading takes a token as well.").or(false)),
			may("hosts", list("Further names that requests may call the server by.", text("A name of a host, alone.", "slofuse.monitoring.svc"))),
			may("public_badges", boolean("Badges are for everybody, also where reading takes a token.").or(false)),
			may("trusted_proxies", list("Addresses of proxies whose word is taken for who asks.", text("An address or a network.", "10.0.0.0/8")).atLeast(1)),
			may("identity_header", text("The header in which they name the person.", "X-Forwarded-User")),
			may("groups_header", text("The header in which they name the groups of the person, separated by commas.", "X-Forwarded-Groups")),
			may("default_role", role("The role of a person whom roles does not name.").or("viewer")),
			may("roles", list("Who has another role.", mapping("Some people and their role.",
				must("role", role("What they may do.")),
				may("users", list("Names of persons.", text("As the proxy or the password file has it.", "anna"))),
				may("groups", list("Names of groups.", text("As the proxy has it.", "sre"))),
			))),
		)),
		later("actions"), later("reports"),
	)
}

func backend(web []Key) *Node {
	return mapping("A Prometheus, Thanos, Mimir or VictoriaMetrics.", append([]Key{
		must("name", text("What SLO files call it.", "main")),
		must("url", webURL("Its address, without user and password.", "http://localhost:9090")),
		may("prometheus_url", webURL("Where people look at what it holds; without it, its url.", "https://prometheus.example.com")),
		may("grafana_url", webURL("A Grafana that has it as a data source, for links into Explore.", "https://grafana.example.com")),
		may("grafana_datasource", text("The uid of the data source there; without it, the default one.", "prometheus")),
		may("replica_labels", list("Labels that tell apart servers that scraped the same targets into this store.", text("A label.", "prometheus_replica")).atLeast(1)),
		may("limits", mapping("What is asked of it and taken from it.",
			may("concurrent_queries", whole("Queries at a time.", 1, 100).or(4)),
			may("samples", whole("Samples of one answer.", 10_000, 500_000_000).or(5_000_000)),
			may("response_bytes", patterned("Size of one answer, decompressed: 1MB to 4GB.", `^[0-9]{1,9}(KB|MB|GB)$`).or("64MB")),
			may("timeout", duration("Of one query with its attempts: 1s to 5m.").or("30s")),
		)),
	}, web...)...)
}

func alerting() *Node {
	return mapping("What decides beside the policies.",
		may("reopen", duration("Burning again within it continues the incident; at most 24h.").or("30m")),
		may("ack_expiry", mapping("How long an acknowledgement holds: 1m to 30d.",
			may("page", duration("Of a page.").or("4h")),
			may("ticket", duration("Of a ticket.").or("24h")),
		)),
		may("deploy_hold", duration("How long a deploy holds messages back when its end is not given: 1m to 2h.").or("30m")),
		may("max_silence", duration("How long a silence may be: 1h to 90d.").or("7d")),
		may("source_down_receiver", text("Receiver that is told of backends that are down, beside the routes.", "platform")),
	)
}

func heartbeat(web []Key) *Node {
	return mapping("A receiver outside that alarms you when slofuse falls silent.", append([]Key{
		must("name", text("What it is called in logs and metrics.", "outside")),
		may("url", webURL("Its URL. Whoever knows it can beat: rather name a file.")),
		may("url_file", text("File that holds the URL.", "/run/secrets/heartbeat")),
		may("every", duration("How often: 10s to 1h.").or("1m")),
		may("method", word("How it is asked.", "GET", "POST").or("GET")),
	}, web...)...)
}

func token() *Node {
	return mapping("A token: who has it may do what its role allows.",
		must("name", text("One word; it stands in timelines and in the audit.", "ci")),
		must("role", role("Each may do what those before it may.")),
		may("token", text("The secret itself: rather name a file.")),
		may("token_file", text("File that holds the secret, one a line: two lines while it is rotated.", "/run/secrets/ci")),
		may("services", list("Whose state it may change; without it that of all.", text("A service.")).atLeast(1)),
	)
}

func role(description string) *Node { return word(description, "viewer", "deploy", "operator") }
