package main

import (
	"cmp"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	promconfig "github.com/prometheus/common/config"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/alertmanager"
	"github.com/slofuse/slofuse/alerting/notify/pagerduty"
	"github.com/slofuse/slofuse/alerting/notify/slack"
	"github.com/slofuse/slofuse/alerting/notify/webhook"
	"github.com/slofuse/slofuse/alerting/notify/wording"
	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/slo/spec"
)

// settings are what the files say: all of it is read before any of it is used.
type settings struct {
	file   string // of the configuration; empty when flags say it all
	config *config.Config
	set    slo.Set
	files  map[string]string // the SLO files as they were read, by name
}

// settingsFrom reads a configuration file and the SLO files it names.
func settingsFrom(file string, log *slog.Logger) (*settings, error) {
	cfg, problems, err := config.Load(file)
	if err != nil {
		return nil, usagef("%w", err)
	}
	for _, warning := range problems.Warnings() {
		log.Warn(warning.Message, "at", warning.Position, "rule", warning.Rule)
	}
	if err := problems.Err(); err != nil {
		return nil, usagef("%w", err)
	}
	for _, warning := range unreadable(cfg, time.Now()) {
		log.Warn(warning.Message, "at", warning.Position, "rule", warning.Rule)
	}
	s, err := readSettings(cfg, log)
	if err != nil {
		return nil, err
	}
	s.file = file
	return s, nil
}

// unreadable says which files with secrets and certificates cannot be used here: they
// may be elsewhere, and if they are not, it is better to learn of it now than with the
// first page.
func unreadable(cfg *config.Config, now time.Time) strictyaml.Problems {
	var out strictyaml.Problems
	for _, f := range cfg.Files {
		if err := f.Check(now); err != nil {
			out = append(out, strictyaml.Problem{Position: f.At, Rule: rule.SecretUnreadable, Message: err.Error()})
		}
	}
	return out
}

// readSettings reads the SLO files that a configuration names. Files with
// errors make the whole set unusable: a reload must not drop an objective
// because somebody misspelt a key.
func readSettings(cfg *config.Config, log *slog.Logger) (*settings, error) {
	files, unread, err := spec.ReadAll(cfg.SLOFiles)
	if err != nil {
		return nil, usagef("%w", err)
	}
	set, problems := spec.Parse(files, spec.Options{
		Policies: cfg.Policies, Backends: cfg.BackendNames(), Retention: cfg.Storage.Retention,
	})
	problems = append(problems, unread...).Sorted()
	for _, warning := range problems.Warnings() {
		log.Warn(warning.Message, "at", warning.Position, "rule", warning.Rule)
	}
	if err := problems.Err(); err != nil {
		return nil, usagef("%w", err)
	}
	if len(set.SLOs)+len(set.Families) == 0 { // a reload to nothing would close every alert as removed
		return nil, usagef("there is no SLO in %v: name the SLO files under slo_files, or with --slo.path", cfg.SLOFiles)
	}
	return &settings{config: cfg, set: set, files: textsOf(files)}, nil
}

func buildBackends(cfg *config.Config, reg prometheus.Registerer) ([]evaluator.Backend, error) {
	var out []evaluator.Backend
	for _, b := range cfg.Backends {
		http := b.HTTP.Config
		client, err := prom.New(prom.Config{
			Name: b.Name, URL: b.URL, HTTP: &http, Registerer: reg, Timeout: b.Limits.Timeout,
			Concurrency: b.Limits.ConcurrentQueries, MaxSamples: b.Limits.Samples, MaxBytes: b.Limits.ResponseBytes,
		})
		if err != nil {
			return nil, usagef("%w", err)
		}
		out = append(out, evaluator.Backend{Name: b.Name, Querier: client, ReplicaLabels: b.ReplicaLabels})
	}
	return out, nil
}

// targetTools are what destinations are built with.
type targetTools struct {
	slackAPI string // base of Slack's Web API; empty is Slack's own
	now      func() time.Time
	// unworded hears of words of a receiver that could not be rendered.
	unworded func(receiver, which string, err error)
	limits   *notify.Limits
}

// limited names what a credential gives access to, for its limit.
func limited(kind string, c config.Credential, part string) string {
	return strings.Join([]string{kind, c.File, string(c.Inline), part}, "\x00")
}

// words are the texts of a destination, in the words of the configuration.
func (t targetTools) words(w config.Words, receiver string) wording.Overrides {
	return wording.Overrides{Title: w.Title, Text: w.Text, Failed: func(which string, err error) { t.unworded(receiver, which, err) }}
}

// buildTargets makes a destination of every integration of every receiver. Its
// name is the receiver, the kind and the name it has there.
func buildTargets(receivers []config.Receiver, t targetTools) ([]notify.Target, error) {
	var out []notify.Target
	for _, r := range receivers {
		for _, c := range r.Slack {
			n, err := buildSlack(c, t, r.Name)
			if err != nil {
				return nil, usagef("receiver %s: %w", r.Name, err)
			}
			out = append(out, targetOf(r.Name, "slack", c.Name, n, c.SendResolved))
		}
		for _, c := range r.Webhooks {
			n, err := buildWebhook(c, t, r.Name)
			if err != nil {
				return nil, usagef("receiver %s: %w", r.Name, err)
			}
			webhook := targetOf(r.Name, "webhook", c.Name, n, c.SendResolved)
			webhook.Concurrency = webhookConcurrency
			out = append(out, webhook)
		}
		for _, c := range r.PagerDuty {
			n, err := buildPagerDuty(c, t, r.Name)
			if err != nil {
				return nil, usagef("receiver %s: %w", r.Name, err)
			}
			out = append(out, targetOf(r.Name, "pagerduty", c.Name, n, c.SendResolved))
		}
		for _, c := range r.Alertmanagers {
			n, err := buildAlertmanager(c, t)
			if err != nil {
				return nil, usagef("receiver %s: %w", r.Name, err)
			}
			out = append(out, targetOf(r.Name, "alertmanager", c.Name, n, true))
		}
	}
	return out, nil
}

// webhookConcurrency is how many incidents a webhook is told about at once. A
// Slack channel takes one message at a time.
const webhookConcurrency = 4

func targetOf(receiver, kind, name string, n notify.Notifier, ends bool) notify.Target {
	return notify.Target{
		Destination: alerting.Destination{Receiver: receiver, Name: receiver + "/" + kind + "/" + name},
		Kind:        kind, Notifier: n, FiringOnly: !ends,
	}
}

func buildSlack(c config.Slack, t targetTools, receiver string) (notify.Notifier, error) {
	client, err := httpClient(c.HTTP, "slack")
	if err != nil {
		return nil, err
	}
	channel := limited("slack", cmp.Or(c.Token, c.APIURL), c.Channel)
	return slack.New(slack.Config{
		Posts: t.limits.Of(channel+"/posts", slack.PostPace()), Edits: t.limits.Of(channel+"/edits", slack.EditPace()),
		Token: secretOf(c.Token), Channel: c.Channel, WebhookURL: secretOf(c.APIURL), APIURL: t.slackAPI, Client: client,
		Mentions: c.Mentions, Buttons: c.Buttons(), Silences: true, Words: t.words(c.Words, receiver),
	})
}

func buildWebhook(c config.Webhook, t targetTools, receiver string) (notify.Notifier, error) {
	client, err := httpClient(c.HTTP, "webhook")
	if err != nil {
		return nil, err
	}
	return webhook.New(webhook.Config{
		URL: secretOf(c.URL), Secret: secretOf(c.Secret), Client: client, UserAgent: "slofuse/" + version(), Now: t.now,
		Words: t.words(c.Words, receiver), Limit: t.limits.Of(limited("webhook", c.URL, ""), perSecond(c.MaxPerSecond)),
	})
}

func perSecond(most float64) notify.Pace {
	if most == 0 {
		return notify.Pace{}
	}
	return notify.Pace{Every: time.Duration(float64(time.Second) / most), Burst: max(int(most), 1)}
}

func buildPagerDuty(c config.PagerDuty, t targetTools, receiver string) (notify.Notifier, error) {
	client, err := httpClient(c.HTTP, "pagerduty")
	if err != nil {
		return nil, err
	}
	return pagerduty.New(pagerduty.Config{
		RoutingKey: secretOf(c.RoutingKey), URL: c.URL, TicketSeverity: c.TicketSeverity, Client: client, Words: t.words(c.Words, receiver),
		Limit: t.limits.Of(limited("pagerduty", c.RoutingKey, c.URL), pagerduty.Pace()),
	})
}

func buildAlertmanager(c config.Alertmanager, t targetTools) (notify.Notifier, error) {
	client, err := httpClient(c.HTTP, "alertmanager")
	if err != nil {
		return nil, err
	}
	return alertmanager.New(alertmanager.Config{URLs: c.URLs, Client: client, Now: t.now})
}

func httpClient(c config.HTTPClient, name string) (*http.Client, error) {
	return promconfig.NewClientFromConfig(c.Config, name)
}

// secretOf reads a credential when it is needed; nil for none.
func secretOf(c config.Credential) notify.Secret {
	switch {
	case c.IsZero():
		return nil
	case c.File != "":
		return notify.SecretFile(c.File)
	}
	return notify.SecretText(c.Inline.Reveal())
}

// needsRestart names what changed that a running service cannot take over.
func needsRestart(before, after *config.Config) []string {
	var names []string
	if before.Storage != after.Storage {
		names = append(names, "storage")
	}
	if before.Evaluation != after.Evaluation {
		names = append(names, "evaluation")
	}
	if !slices.EqualFunc(before.Backends, after.Backends, func(a, b config.Backend) bool {
		return a.Name == b.Name && a.URL == b.URL && a.Limits == b.Limits && a.HTTP.Equal(b.HTTP) && slices.Equal(a.ReplicaLabels, b.ReplicaLabels)
	}) {
		names = append(names, "backends")
	}
	if !slices.Equal(before.Web.Hosts, after.Web.Hosts) {
		names = append(names, "web.hosts")
	}
	return names
}
