// Package webhook posts notifications as JSON: Alertmanager's webhook body of
// version "4", so that what already understands it keeps working, with an slo
// and an incident object beside it, under the headers and signature of Standard
// Webhooks.
package webhook
