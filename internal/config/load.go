package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	promconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/alerting/notify/wording"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/spec"
)

// Problems are what is wrong with a configuration file.
type Problems = strictyaml.Problems

// minRetention keeps a rolling month, the window most SLOs have.
const minRetention = 31 * 24 * time.Hour

// Load reads a configuration file. Without errors among the problems the
// configuration is complete; with one it is nil. The error says that the file
// cannot be read at all.
func Load(path string) (*Config, Problems, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("configuration file %s: %w", path, cause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, strictyaml.MaxSize+1))
	if err != nil {
		return nil, nil, fmt.Errorf("configuration file %s: %w", path, cause(err))
	}
	c, problems := Parse(path, data)
	return c, problems, nil
}

// Parse reads a configuration from memory. The folder of name is what relative
// paths in it are relative to.
func Parse(name string, data []byte) (*Config, Problems) {
	docs, report := strictyaml.Parse(name, data)
	if len(docs) > 1 {
		docs[1].Errorf("a configuration is one document: a second one begins here")
	}
	r := &reader{
		dir: filepath.Dir(name), config: Default(),
		receivers: newNames("receiver", "receivers"), intervals: newNames("time interval", "time_intervals"),
		escalations: newNames("escalation", "escalations"),
	}
	if len(docs) > 0 {
		r.read(docs[0])
	}
	if report.Errors() > 0 {
		return nil, report.Problems()
	}
	return &r.config, report.Problems()
}

// reader fills a configuration from its document.
type reader struct {
	dir    string
	config Config
	words  *wording.Set // what texts of receivers may call
	// What is defined in one place and named in others.
	receivers, intervals, escalations names
}

func (r *reader) read(v strictyaml.Value) {
	m, ok := v.Map()
	if !ok {
		return
	}
	c := &r.config
	m.Reserve("actions", "reports")
	if v, ok := m.Take("external_url"); ok {
		c.ExternalURL = readExternalURL(v)
	}
	if v, ok := m.Require("backends"); ok {
		r.readBackends(v)
	}
	for _, pattern := range readTexts(m, "slo_files") {
		c.SLOFiles = append(c.SLOFiles, promconfig.JoinDir(r.dir, pattern))
	}
	if v, ok := m.Take("evaluation"); ok {
		readEvaluation(v, &c.Evaluation)
	}
	if v, ok := m.Take("storage"); ok {
		readStorage(v, &c.Storage)
	}
	if v, ok := m.Take("policies"); ok {
		c.Policies = spec.DecodePolicies(v)
	}
	r.readTemplates(m)
	r.readNotifications(m)
	r.readTokens(m)
	r.readHeartbeats(m)
	m.Done()
}

func readExternalURL(v strictyaml.Value) string {
	u, ok := readURL(v)
	if ok && (u.RawQuery != "" || u.Fragment != "") {
		v.Errorf("external_url must not hold a query or a fragment: links are built on it")
	}
	return strings.TrimRight(u.String(), "/")
}

func (r *reader) readBackends(v strictyaml.Value) {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("backends is empty: name the Prometheus to ask")
	}
	for _, item := range items {
		m, ok := item.Map()
		if !ok {
			continue
		}
		var b Backend
		if name, ok := m.Require("name"); ok {
			b.Name, _ = name.Text()
			if b.Name != "" && slices.Contains(r.config.BackendNames(), b.Name) {
				name.Errorf("backend %q is already defined", b.Name)
			}
		}
		if u, ok := m.Require("url"); ok {
			parsed, _ := readURL(u)
			b.URL = parsed.String()
		}
		b.HTTP, b.Limits = r.readHTTPClient(m), DefaultLimits()
		if limits, ok := m.Take("limits"); ok {
			readLimits(limits, &b.Limits)
		}
		readConsoles(m, &b)
		if names, ok := m.Take("replica_labels"); ok {
			b.ReplicaLabels = readReplicaLabels(names)
		}
		m.Done()
		r.config.Backends = append(r.config.Backends, b)
	}
}

// readConsoles reads where people look at what a backend holds.
func readConsoles(m *strictyaml.Map, b *Backend) {
	b.PrometheusURL = b.URL
	for key, into := range map[string]*string{"prometheus_url": &b.PrometheusURL, "grafana_url": &b.GrafanaURL} {
		if v, ok := m.Take(key); ok {
			parsed, _ := readURL(v)
			*into = parsed.String()
		}
	}
	if v, ok := m.Take("grafana_datasource"); ok {
		b.GrafanaDatasource, _ = v.Text()
		if b.GrafanaURL == "" {
			v.Errorf("grafana_datasource says nothing without grafana_url")
		}
	}
}

func readReplicaLabels(v strictyaml.Value) []string {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("replica_labels is empty: name the labels that tell replicas apart, or leave the key out")
	}
	var names []string
	for _, item := range items {
		name, ok := item.Text()
		switch {
		case !ok:
			continue
		case !model.LegacyValidation.IsValidLabelName(name):
			item.Errorf("%q is no label name: it takes letters, digits and _, and no digit first", name)
		case slices.Contains([]string{"__name__", "job", "instance", "le", "quantile"}, name):
			item.Errorf("%q does not tell replicas apart: name the label that each of the servers adds to what it scraped", name)
		case slices.Contains(names, name):
			item.Errorf("label %q is already named", name)
		}
		names = append(names, name)
	}
	return names
}

func readEvaluation(v strictyaml.Value, e *Evaluation) {
	m, _ := v.Map()
	if step, ok := m.Take("step"); ok {
		if d, ok := step.Duration(); ok {
			e.Step = d
			if d < 5*time.Second || d > 5*time.Minute || d%time.Second != 0 || time.Hour%d != 0 {
				step.Errorf("step must be between 5s and 5m and divide an hour: 10s, 15s, 30s, 1m, 5m")
			}
		}
	}
	if delay, ok := m.Take("delay"); ok {
		if d, ok := delay.Duration(); ok {
			e.Delay = d
			if d < time.Second || d > 10*time.Minute {
				delay.Errorf("delay must be between 1s and 10m: samples need time to arrive, and every page waits for it")
			}
		}
	}
	m.Done()
}

func readStorage(v strictyaml.Value, s *Storage) {
	m, _ := v.Map()
	if path, ok := m.Take("path"); ok {
		s.Path, _ = path.Text()
	}
	if retention, ok := m.Take("retention"); ok {
		if d, ok := retention.Duration(); ok {
			s.Retention = d
			if d < minRetention {
				retention.Errorf("retention must be at least 31d: an SLO of 30d needs what happened in its window")
			}
		}
	}
	m.Done()
}
