package grafana

// Process is the dashboard of slofuse itself, over what it has at /metrics.
func Process() Dashboard {
	d := Dashboard{Title: "slofuse itself", Description: "Whether slofuse keeps up, reaches its backends and delivers.", Panels: []Panel{
		number("Backends down", "Their numbers stand still.", position{4, 6, 0, 0}, "count(slofuse_backend_up) - sum(slofuse_backend_up)", red(1)),
		number("Behind", "How far the last slot is behind the one that should be assessed.", position{4, 6, 6, 0}, "max(slofuse_evaluation_lag_seconds)", red(120)),
		number("Owed for", "Age of the oldest decision that a destination was not yet told.", position{4, 6, 12, 0}, "max(slofuse_notification_oldest_undelivered_age_seconds)", red(300)),
		number("Files in force", "1 when they are the files on disk.", position{4, 6, 18, 0}, "min(slofuse_config_last_reload_successful)", steps("red", from("green", 1))),
		chart("Objectives by state", "Those that are not ok are not known, or idle.", "none", position{9, 12, 0, 4}, line("max by (state) (slofuse_objectives_by_state)", "{{state}}")),
		chart("Open incidents", "", "none", position{9, 12, 12, 4}, line("max by (severity, state) (slofuse_incidents_open)", "{{severity}}, {{state}}")),
		chart("Queries a second", "What is asked of each backend, retries included.", "reqps", position{9, 12, 0, 13},
			line("sum by (backend, outcome) (rate(slofuse_backend_queries_total[5m]))", "{{backend}}, {{outcome}}")),
		chart("A query takes", "The mean over 5 minutes.", "s", position{9, 12, 12, 13},
			line("sum by (backend) (rate(slofuse_backend_query_duration_seconds_sum[5m])) / sum by (backend) (rate(slofuse_backend_query_duration_seconds_count[5m]))", "{{backend}}")),
		chart("Notifications", "Attempts in 5 minutes.", "none", position{9, 12, 0, 22},
			line("sum by (receiver, outcome) (increase(slofuse_notifications_total[5m]))", "{{receiver}}, {{outcome}}")),
		chart("What went wrong", "In 5 minutes: rounds that were not booked, slots that no round assessed in time, refused requests.", "none", position{9, 12, 12, 22},
			line("sum(increase(slofuse_rounds_failed_total[5m]))", "rounds failed"), line("sum(increase(slofuse_slots_skipped_total[5m]))", "slots skipped"),
			line("sum(increase(slofuse_auth_refused_total[5m]))", "refused")),
	}}
	for i, unit := range []string{"none", "s", "s", "none"} {
		d.Panels[i].FieldConfig.Defaults.Unit = unit
	}
	return d.complete("process", []variable{{Name: "datasource", Label: "Data source", Type: "datasource", Query: "prometheus"}})
}
