package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
)

// State is what the configuration says, without secrets, for comparing it with what
// it says later. File is the one it was read from. Who may do what is left out: it
// is not for everybody who may read.
func (c *Config) State(file string) edit.State {
	out := state{edit.State{}, file}
	out.add("settings", c.settings())
	for _, b := range c.Backends {
		out.add("backend "+b.Name, edit.Facts{"url": b.URL, edit.Sealed: digest(b)})
	}
	for _, r := range c.Receivers {
		out.add("receiver "+r.Name, edit.Facts{"destinations": strings.Join(r.destinations(), ", "), edit.Sealed: digest(r)})
	}
	for _, h := range c.Heartbeats {
		out.add("heartbeat "+h.Name, edit.Facts{"every": slo.FormatDuration(h.Every), edit.Sealed: digest(h)})
	}
	if c.Route != nil {
		out.route(*c.Route, "route")
	}
	return out.State
}

// settings are those that have no name.
func (c *Config) settings() edit.Facts {
	a := c.Alerting
	return edit.Facts{
		"external_url": c.ExternalURL, "slo_files": strings.Join(c.SLOFiles, " "), "storage.retention": length(c.Storage.Retention),
		"evaluation.step": length(c.Evaluation.Step), "evaluation.delay": length(c.Evaluation.Delay),
		"alerting.reopen": length(a.Reopen), "alerting.ack_expiry.page": length(a.AckPage), "alerting.ack_expiry.ticket": length(a.AckTicket),
		"alerting.deploy_hold": length(a.DeployHold), "alerting.max_silence": length(a.MaxSilence), "alerting.source_down_receiver": a.SourceDownReceiver,
	}
}

func length(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return slo.FormatDuration(d)
}

// destinations are those of a receiver, by kind and name.
func (r Receiver) destinations() (out []string) {
	for _, d := range r.Slack {
		out = append(out, "slack "+d.Name)
	}
	for _, d := range r.Webhooks {
		out = append(out, "webhook "+d.Name)
	}
	for _, d := range r.PagerDuty {
		out = append(out, "pagerduty "+d.Name)
	}
	for _, d := range r.Alertmanagers {
		out = append(out, "alertmanager "+d.Name)
	}
	return out
}

// digest tells settings apart. Secrets are masked in it, so that it says nothing of
// them.
func digest(settings any) string {
	text, err := json.Marshal(settings)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// state is an [edit.State] of one file.
type state struct {
	edit.State
	file string
}

func (s state) add(name string, facts edit.Facts) {
	maps.DeleteFunc(facts, func(_, value string) bool { return value == "" })
	s.Add(edit.Entry{Subject: edit.Subject{Name: name, File: s.file}, Facts: facts})
}

// route adds a route and those below it. Its name is its way from the top; of two
// that are called alike the later one is numbered.
func (s state) route(n route.Node, name string) {
	facts := edit.Facts{
		"receiver": n.Receiver, "group_interval": length(n.GroupInterval), "repeat_interval": length(n.RepeatInterval),
		"mute_time_intervals": s.intervals(n.Mute), "active_time_intervals": s.intervals(n.Active), "escalation": s.escalation(n.Escalation),
	}
	if n.Continue {
		facts["continue"] = "true"
	}
	if n.GroupBy != nil {
		facts["group_by"] = fmt.Sprint(n.GroupBy)
	}
	if n.GroupWait != nil {
		facts["group_wait"] = slo.FormatDuration(*n.GroupWait)
	}
	var below []string
	for _, child := range n.Routes {
		below = append(below, numbered(matchersOf(child.Matchers), below))
		s.route(child, name+" "+below[len(below)-1])
	}
	facts[edit.Order] = edit.OrderOf(below)
	s.add(name, facts)
}

func matchersOf(ms labels.Matchers) string {
	if len(ms) == 0 {
		return "{}"
	}
	return ms.String()
}

func numbered(name string, taken []string) string {
	unique := name
	for n := 2; slices.Contains(taken, unique); n++ {
		unique = name + " #" + strconv.Itoa(n)
	}
	return unique
}

func (s state) intervals(list []route.Interval) string {
	var names []string
	for _, i := range list {
		names = append(names, i.Name)
		s.add("time interval "+i.Name, edit.Facts{edit.Sealed: digest(periods(i))})
	}
	return strings.Join(names, " ")
}

func (s state) escalation(e *route.Escalation) string {
	switch {
	case e == nil:
		return ""
	case e.Name == "":
		return noEscalation
	}
	var steps []string
	for _, step := range e.Steps {
		steps = append(steps, slo.FormatDuration(step.After)+" "+step.Receiver)
	}
	s.add("escalation "+e.Name, edit.Facts{"steps": strings.Join(steps, ", ")})
	return e.Name
}

// periods are those of an interval with its zones by name.
func periods(i route.Interval) []string {
	var out []string
	for _, p := range i.Periods {
		zone := time.UTC
		if p.Location != nil {
			zone = p.Location
		}
		out = append(out, fmt.Sprint(p.Times, p.Weekdays, p.DaysOfMonth, p.Months, p.Years, zone))
	}
	return out
}
