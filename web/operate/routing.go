package operate

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

// mostLabels is how many labels may be asked about.
const mostLabels = 50

// routed asks where an alert would go: of an SLO, if one is named, and with the
// labels given, at an instant that is now when it is zero.
func (s Handlers) routed(ctx context.Context, name string, labels []string, at time.Time) (api.RouteTest, error) {
	_, tree := s.tree()
	if tree == nil {
		return api.RouteTest{}, site.NotFound("there are no routes: nobody is told of anything")
	}
	given, err := api.ReadLabels(labels)
	if err != nil || len(given) > mostLabels {
		return api.RouteTest{}, site.BadRequest(cmp.Or(err, errors.New("there are more than 50 labels")).Error())
	}
	var of *slo.SLO
	if name != "" {
		if of, err = s.named(name); err != nil {
			return api.RouteTest{}, err
		}
	}
	if of == nil && len(given) == 0 {
		return api.RouteTest{}, site.BadRequest("say which alert: an SLO, or labels such as severity=page and owner=team-checkout")
	}
	if at.IsZero() {
		at = s.Now().UTC()
	}
	set := api.LabelsOf(of, given).Checked(given, tree.Root(), s.Objectives.SLOs())
	out := api.RouteTest{Routing: api.FromTree(tree, set, at, s.Routing.Destinations), HeldBack: []alerting.Muting{}, MayFoldInto: []string{}}
	return out, s.surroundings(ctx, &out, subjectOf(of, set.Labels))
}

// named finds an SLO by its id.
func (s Handlers) named(text string) (*slo.SLO, error) {
	id, err := slo.ParseID(text)
	if err != nil {
		return nil, site.BadRequest(err.Error())
	}
	o, err := s.Find(id)
	return &o, err
}

// subjectOf is the SLO that an alert with these labels would be of.
func subjectOf(of *slo.SLO, labels map[string]string) slo.SLO {
	var o slo.SLO
	if of != nil {
		o = *of
	}
	o.ID = slo.ID{Service: labels["service"], Function: labels["function"], Name: cmp.Or(labels["slo"], o.ID.Name)}
	o.Owner, o.Labels = labels["owner"], labels
	return o
}

// surroundings adds what else decides who hears of it: what holds it back, the
// incident that it would join, and those it may fold into.
func (s Handlers) surroundings(ctx context.Context, out *api.RouteTest, o slo.SLO) error {
	silences, err := s.Silences.Silences(ctx)
	if err != nil {
		return err
	}
	deploys, err := s.Deploys.Deploys(ctx)
	if err != nil {
		return err
	}
	windows, err := s.Maintenance.Maintenances(ctx)
	if err != nil {
		return err
	}
	severity := slo.SeverityPage
	if out.Labels["severity"] == slo.SeverityTicket.String() {
		severity = slo.SeverityTicket
	}
	held, _ := suppress.NewSet(out.At, silences, deploys, windows).Mute(alerting.Mutable{
		SLO: o, Alert: alerting.Alert{ID: o.ID, Phase: alerting.PhaseFiring, Severity: severity}, At: out.At,
	})
	out.HeldBack = append(out.HeldBack, held...)
	open, err := s.Alerts.OpenIncidents(ctx)
	if err != nil {
		return err
	}
	causes := upstream(s.Objectives.SLOs(), o.ID.FunctionKey())
	for _, i := range open {
		key := slo.ID{Service: i.Service, Function: i.Function}.FunctionKey()
		switch {
		case key == o.ID.FunctionKey():
			out.Incident = &i.ID
		case causes[key] && i.Cause == "":
			out.MayFoldInto = append(out.MayFoldInto, i.ID)
		}
	}
	slices.Sort(out.MayFoldInto)
	return nil
}

// upstream are the functions that one depends on, also through others.
func upstream(all []slo.SLO, function string) map[string]bool {
	on := map[string][]string{}
	for _, o := range all {
		key := o.ID.FunctionKey()
		for _, d := range o.DependsOn {
			on[key] = append(on[key], d.FunctionKey())
		}
	}
	found := map[string]bool{}
	for next := on[function]; len(next) > 0; {
		key := next[0]
		next = next[1:]
		if !found[key] && key != function {
			found[key] = true
			next = append(slices.Clone(next), on[key]...)
		}
	}
	return found
}

// labelTexts are labels of a form: its fields, and what stands between commas.
func labelTexts(values url.Values) (out []string) {
	for _, name := range []string{"service", "function", "owner", "severity"} {
		if value := site.Visible(values.Get(name)); value != "" {
			out = append(out, name+"="+value)
		}
	}
	for text := range strings.SplitSeq(values.Get("labels"), ",") {
		if text = site.Visible(text); text != "" {
			out = append(out, text)
		}
	}
	return out
}
