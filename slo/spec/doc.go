// Package spec turns the YAML that teams keep in their repositories into
// [slo.SLO]s.
//
// [Load] takes files, directories and patterns and reads them as one set;
// [Parse] does the same with bytes. Both answer with every SLO of every sound
// file and with all problems of all files, each at its file, line and column. A
// file with an error contributes nothing, so a misspelt key can never change
// what a promise means.
//
// Text that ends up in queries is taken apart here, once: a selector is parsed
// as PromQL into a metric and matchers, and $function is put into the parsed
// matchers, never into query text.
//
// The default alerting policy is data, embedded from policies/default.yaml and
// decoded by the same reader as the policies of a service configuration.
package spec
