package site

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo/edit"
	"github.com/slofuse/slofuse/web/changelog"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// Change is one thing that people changed, as pages list it: what, where, when and
// by whom.
type Change struct {
	At     ui.Moment
	Kind   ui.Badge
	Text   string // what is different now: a version, or what an SLO promises
	Where  string // the function or the service, or how many SLOs
	URL    string // its page here; empty when it has none
	File   string // where it is written; empty when that is not known
	Run    string // of a deploy: the run of its pipeline, as an http or https URL
	State  string // of a deploy: what became of it; else how it became known; in words
	By     string // empty when it is not known
	Before string // how long before the instant that is looked into; empty after it
	When   time.Time
}

// Sentence is the change in words.
func (c Change) Sentence() string {
	text := strings.ToLower(c.Kind.Word) + ": " + c.Text
	if c.Where != "" {
		text += " (" + c.Where + ")"
	}
	if c.State != "" {
		text += ", " + c.State
	}
	return text
}

// ChangesShown bounds a list of changes on a page that has others as well.
const ChangesShown = 20

// MaxReloads is how many entries of the audit log are looked through for reloads.
const MaxReloads = 500

// Changes lists deploys and configuration changes, newest first, and how many older
// ones the limit left out. Before says for each how long before an instant it was;
// zero for not at all. It asks for deploys, for edits and for the audit log once, however
// many SLOs there are.
func (s *Server) Changes(ctx context.Context, q changelog.Query, before time.Time) (list []Change, more int, err error) {
	found, more, err := s.Changed(ctx, q)
	for _, c := range found {
		row := s.ChangeRow(c)
		if length := before.Sub(c.At); length > 0 && !before.IsZero() {
			row.Before = format.Span(length.Truncate(time.Second))
		}
		list = append(list, row)
	}
	return list, more, err
}

// Changed is the same as facts.
func (s *Server) Changed(ctx context.Context, q changelog.Query) (list []changelog.Change, more int, err error) {
	record := changelog.Record{SLOs: s.Objectives.SLOs()}
	if !q.Written {
		if record.Deploys, err = s.Deploys.Deploys(ctx); err != nil {
			return nil, 0, err
		}
	}
	if record.Audit, err = s.Audit.Entries(ctx, 0, MaxReloads); err != nil {
		return nil, 0, err
	}
	if s.Edits != nil {
		if record.Edits, record.Since, err = s.Edits.Edits(ctx, q.From.Add(-changelog.ReloadSpan), q.To); err != nil {
			return nil, 0, err
		}
	}
	list, more = changelog.Between(q, record)
	return list, more, nil
}

// ChangeRow is a change as pages list it.
func (s *Server) ChangeRow(c changelog.Change) Change {
	row := Change{At: ui.MomentOf(c.At), When: c.At, Text: ui.Clip(c.Text), Where: placeOf(c), By: c.By, File: fileOf(c.Written)}
	if c.Start {
		row.State = "found at the start"
	}
	switch c.Kind {
	case changelog.Deployed:
		row.Kind = ui.Badge{Icon: "deploy", Word: "Deploy", Tone: "note"}
		row.Text, row.URL = cmp.Or(c.Deploy.Version, c.Deploy.ID), ui.DeployPath(*c.Deploy)
		row.Run = ui.LinksOf(map[string]string{"run": c.Deploy.URL})[0].URL
		row.State = strings.ToLower(ui.DeployBadge(*c.Deploy, s.Now()).Word)
	case changelog.Promised:
		row.Kind, row.URL = ui.Badge{Icon: "config", Word: "Objective changed", Tone: "note"}, urlOfSLOs(c)
	case changelog.Added:
		row.Kind, row.URL = ui.Badge{Icon: "new", Word: "New", Tone: "quiet"}, urlOfSLOs(c)
		row.Text = ui.Many(len(c.SLOs), "objective")
	case changelog.Removed:
		row.Kind = ui.Badge{Icon: "invalid", Word: "Removed", Tone: "ticket"}
		row.Text = ui.Many(len(c.SLOs), "objective")
	case changelog.Renamed:
		row.Kind, row.URL = ui.Badge{Icon: "config", Word: "Renamed", Tone: "note"}, urlOfSLOs(c)
	case changelog.Changed:
		row.Kind, row.URL = ui.Badge{Icon: "config", Word: "SLO changed", Tone: "note"}, urlOfSLOs(c)
	case changelog.Configured:
		row.Kind = ui.Badge{Icon: "config", Word: "Settings changed", Tone: "note"}
	case changelog.Rejected:
		row.Kind = ui.Badge{Icon: "invalid", Word: "Reload refused", Tone: "ticket"}
		row.Text = "The new configuration has errors: the old one stayed in force"
	default:
		row.Kind = ui.Badge{Icon: "config", Word: "Reload", Tone: "quiet"}
		row.Text = "The configuration was read again; it says the same"
	}
	return row
}

// placeOf names what a change is about.
func placeOf(c changelog.Change) string {
	switch {
	case c.Deploy != nil && len(c.Deploy.Functions) == 0:
		return "all of " + c.Service
	case c.Deploy != nil && c.Function == "":
		return ui.Many(len(c.Deploy.Functions), "function") + " of " + c.Service
	case len(c.SLOs) == 1:
		return c.Function + " " + c.SLOs[0].Name + " of " + c.Service
	case c.Function != "":
		return c.Function + " of " + c.Service
	case c.Service != "":
		return ui.Many(len(c.SLOs), "SLO") + " of " + c.Service
	case len(c.SLOs) > 0:
		return ui.Many(len(c.SLOs), "SLO") + " of several services"
	}
	return ""
}

// fileOf is where a change is written: a line, a file, or how many files.
func fileOf(written []edit.Subject) string {
	files := edit.Edit{Subjects: written}.Files()
	switch {
	case len(files) == 0:
		return ""
	case len(files) > 1:
		return ui.Many(len(files), "file")
	case len(written) == 1 && written[0].Line > 0:
		return files[0] + ":" + strconv.Itoa(written[0].Line)
	}
	return files[0]
}

// urlOfSLOs is the page of the SLO that changed, or a list of all of its service.
func urlOfSLOs(c changelog.Change) string {
	family := slices.ContainsFunc(c.Written, func(s edit.Subject) bool { return s.Family })
	switch {
	case len(c.SLOs) == 1 && !family:
		return ui.SLOPath(c.SLOs[0])
	case c.Service == "":
		return "/slos"
	}
	q := url.Values{"service": {c.Service}}
	if c.Function != "" && !family {
		q.Set("function", c.Function)
	}
	return "/slos?" + q.Encode()
}
