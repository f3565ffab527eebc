package incidents

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/web/postmortem"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// getPostmortem writes an incident down as Markdown, with times in the zone asked
// for.
func (s Handlers) getPostmortem(r *http.Request) (site.Answer, error) {
	zone, err := timezoneOf(r)
	if err != nil {
		return site.Answer{}, err
	}
	d, err := s.dossier(r.Context(), site.PathValue(r, "id"))
	if err != nil {
		return site.Answer{}, err
	}
	report := s.postmortem(&d)
	report.Zone = zone
	return site.Answer{ContentType: site.TypeMarkdown, Body: report.Markdown(), Attachment: "postmortem-" + fileName(d.Function) + "-" + d.OpenedAt.In(zone).Format("2006-01-02") + ".md"}, nil
}

// timezoneOf reads the zone that times are asked for in; UTC is what it is without.
func timezoneOf(r *http.Request) (*time.Location, error) {
	name := cmp.Or(r.URL.Query().Get("timezone"), "UTC")
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, site.BadRequest("timezone is not the name of a time zone, such as Europe/Berlin or UTC")
	}
	return zone, nil
}

// fileName is what of a name may be part of the name of a file.
func fileName(name string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
	return cmp.Or(strings.Trim(kept[:min(len(kept), 60)], "-"), "incident")
}

// postmortem is a dossier as it is written down.
func (s Handlers) postmortem(d *dossier) postmortem.Report {
	out := postmortem.Report{
		Incident: d.Incident, Written: s.Now().UTC().Truncate(time.Second), FirstError: d.From, LastError: d.Last, Burns: d.Goes, Older: d.Older, Source: d.Source,
	}
	if s.ExternalURL != "" {
		out.URL = strings.TrimSuffix(s.ExternalURL, "/") + ui.IncidentPath(d.ID)
	}
	for _, b := range d.Burns {
		if !b.InForce {
			if !d.Source {
				out.Losses = append(out.Losses, postmortem.Loss{ID: b.ID})
			}
			continue
		}
		if out.Looked.IsZero() || b.Looked.Before(out.Looked) {
			out.Looked = b.Looked
		}
		out.Losses = append(out.Losses, postmortem.Loss{
			ID: b.ID, Part: b.SLO.Split != nil, Objective: b.SLO.Objective.String(), Window: b.SLO.Window.Name, Description: b.SLO.Description, Impact: b.Whole, Known: b.Known,
		})
	}
	for _, c := range d.Before() {
		out.Changes = append(out.Changes, postmortem.Change{At: c.When, Text: c.Sentence(), By: c.By})
	}
	for _, c := range slices.Backward(d.After()) {
		out.After = append(out.After, postmortem.Change{At: c.When, Text: c.Sentence(), By: c.By})
	}
	out.Called = make(map[string]string, len(d.Deliveries))
	for _, x := range d.Deliveries {
		out.Called[x.Destination] = ui.CalledOf(x)
	}
	for _, n := range d.Chain.Down {
		if n.Depth == 1 {
			out.DependsOn = append(out.DependsOn, n.Name)
		}
	}
	if o, ok := d.leads(); ok {
		out.Runbook = s.runbookLink(o, d.OpenedAt, d.end(s.Now()))
	}
	return out
}
