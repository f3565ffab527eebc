package promload

import (
	"fmt"
	"strings"
)

// ruleWindows are those of the multi-window alerts that the Site Reliability
// Workbook describes (chapter 5), which every generator of rules records.
var ruleWindows = []string{"5m", "30m", "1h", "2h", "6h", "1d", "3d"}

// RuleFile is what a generator of rules loads for one availability objective of
// every function: the error ratio over each window, the one over the period as
// the mean of the shortest, constants about the objective, and two alerts.
func (f Fleet) RuleFile() string {
	var b strings.Builder
	b.WriteString("groups:\n")
	for n := range f.Functions {
		f.ratios(&b, f.Name(n))
		f.meta(&b, f.Name(n))
		f.alerts(&b, f.Name(n))
	}
	return b.String()
}

func (f Fleet) ratios(b *strings.Builder, function string) {
	fmt.Fprintf(b, "- name: ratios-%s\n  rules:\n", function)
	for _, w := range ruleWindows {
		record(b, "slo:sli_error:ratio_rate"+w, function, fmt.Sprintf(
			`sum(rate(function_calls_total{function=%[1]q,code=~"5.."}[%[2]s])) / sum(rate(function_calls_total{function=%[1]q}[%[2]s]))`, function, w))
	}
	record(b, "slo:sli_error:ratio_rate30d", function, fmt.Sprintf(
		`sum_over_time(slo:sli_error:ratio_rate5m{function=%[1]q}[30d]) / count_over_time(slo:sli_error:ratio_rate5m{function=%[1]q}[30d])`, function))
}

func (f Fleet) meta(b *strings.Builder, function string) {
	fmt.Fprintf(b, "- name: meta-%s\n  rules:\n", function)
	record(b, "slo:objective:ratio", function, "vector(0.999)")
	record(b, "slo:error_budget:ratio", function, "vector(1-0.999)")
	record(b, "slo:time_period:days", function, "vector(30)")
	for _, of := range []string{"5m", "30d"} {
		record(b, "slo:burn_rate:ratio_"+of, function, fmt.Sprintf(
			`slo:sli_error:ratio_rate%[2]s{function=%[1]q} / on (function) group_left slo:error_budget:ratio{function=%[1]q}`, function, of))
	}
	record(b, "slo:remaining:ratio", function, fmt.Sprintf(`1 - slo:burn_rate:ratio_30d{function=%q}`, function))
}

func (f Fleet) alerts(b *strings.Builder, function string) {
	fmt.Fprintf(b, "- name: alerts-%s\n  rules:\n", function)
	over := func(window string, rate float64) string {
		return fmt.Sprintf("slo:sli_error:ratio_rate%s{function=%q} > %g * 0.001", window, function, rate)
	}
	for _, alert := range []struct {
		severity   string
		conditions string
	}{
		{"page", over("5m", 14.4) + " and " + over("1h", 14.4) + " or " + over("30m", 6) + " and " + over("6h", 6)},
		{"ticket", over("2h", 3) + " and " + over("1d", 3) + " or " + over("6h", 1) + " and " + over("3d", 1)},
	} {
		fmt.Fprintf(b, "  - alert: ErrorBudgetBurns\n    expr: %s\n    labels: {severity: %s, function: %s}\n", yamlQuote(alert.conditions), alert.severity, function)
	}
}

func record(b *strings.Builder, name, function, expr string) {
	fmt.Fprintf(b, "  - record: %s\n    expr: %s\n    labels: {function: %s}\n", name, yamlQuote(expr), function)
}

func yamlQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
