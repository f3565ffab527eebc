package web

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
)

// change is one thing that people changed, as pages list it: what, where, when and
// by whom.
type change struct {
	At     moment
	Kind   badge
	Text   string // what is different now: a version, or what an SLO promises
	Where  string // the function or the service, or how many SLOs
	URL    string // its page here; empty when it has none
	File   string // where it is written; empty when that is not known
	Run    string // of a deploy: the run of its pipeline, as an http or https URL
	State  string // of a deploy: what became of it; else how it became known; in words
	By     string // empty when it is not known
	Before string // how long before the instant that is looked into; empty after it
	when   time.Time
}

// sentence is the change in words.
func (c change) sentence() string {
	text := strings.ToLower(c.Kind.Word) + ": " + c.Text
	if c.Where != "" {
		text += " (" + c.Where + ")"
	}
	if c.State != "" {
		text += ", " + c.State
	}
	return text
}

// changesShown bounds a list of changes on a page that has others as well.
const changesShown = 20

// maxReloads is how many entries of the audit log are looked through for reloads.
const maxReloads = 500

// Edits keeps what people changed in the files of slofuse.
type Edits interface {
	// Edits lists those between two instants, both within and the latest first, and since
	// when it tells everything; zero when it tells nothing.
	Edits(ctx context.Context, from, to time.Time) (edits []edit.Edit, since time.Time, err error)
}

// changes lists deploys and configuration changes, newest first, and how many older
// ones the limit left out. Before says for each how long before an instant it was;
// zero for not at all. It asks for deploys, for edits and for the audit log once, however
// many SLOs there are.
func (s *Server) changes(ctx context.Context, q changelog.Query, before time.Time) (list []change, more int, err error) {
	found, more, err := s.changed(ctx, q)
	for _, c := range found {
		row := s.changeRow(c)
		if length := before.Sub(c.At); length > 0 && !before.IsZero() {
			row.Before = format.Span(length.Truncate(time.Second))
		}
		list = append(list, row)
	}
	return list, more, err
}

// changed is the same as facts.
func (s *Server) changed(ctx context.Context, q changelog.Query) (list []changelog.Change, more int, err error) {
	record := changelog.Record{SLOs: s.Objectives.SLOs()}
	if !q.Written {
		if record.Deploys, err = s.Deploys.Deploys(ctx); err != nil {
			return nil, 0, err
		}
	}
	if record.Audit, err = s.Audit.Entries(ctx, 0, maxReloads); err != nil {
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

func (s *Server) changeRow(c changelog.Change) change {
	row := change{At: momentOf(c.At), when: c.At, Text: clip(c.Text), Where: placeOf(c), By: c.By, File: fileOf(c.Written)}
	if c.Start {
		row.State = "found at the start"
	}
	switch c.Kind {
	case changelog.Deployed:
		row.Kind = badge{Icon: "deploy", Word: "Deploy", Tone: "note"}
		row.Text, row.URL = cmp.Or(c.Deploy.Version, c.Deploy.ID), deployPath(*c.Deploy)
		row.Run = linksOf(map[string]string{"run": c.Deploy.URL})[0].URL
		row.State = strings.ToLower(deployBadge(*c.Deploy, s.Now()).Word)
	case changelog.Promised:
		row.Kind, row.URL = badge{Icon: "config", Word: "Objective changed", Tone: "note"}, urlOfSLOs(c)
	case changelog.Added:
		row.Kind, row.URL = badge{Icon: "new", Word: "New", Tone: "quiet"}, urlOfSLOs(c)
		row.Text = many(len(c.SLOs), "objective")
	case changelog.Removed:
		row.Kind = badge{Icon: "invalid", Word: "Removed", Tone: "ticket"}
		row.Text = many(len(c.SLOs), "objective")
	case changelog.Renamed:
		row.Kind, row.URL = badge{Icon: "config", Word: "Renamed", Tone: "note"}, urlOfSLOs(c)
	case changelog.Changed:
		row.Kind, row.URL = badge{Icon: "config", Word: "SLO changed", Tone: "note"}, urlOfSLOs(c)
	case changelog.Configured:
		row.Kind = badge{Icon: "config", Word: "Settings changed", Tone: "note"}
	case changelog.Rejected:
		row.Kind = badge{Icon: "invalid", Word: "Reload refused", Tone: "ticket"}
		row.Text = "The new configuration has errors: the old one stayed in force"
	default:
		row.Kind = badge{Icon: "config", Word: "Reload", Tone: "quiet"}
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
		return many(len(c.Deploy.Functions), "function") + " of " + c.Service
	case len(c.SLOs) == 1:
		return c.Function + " " + c.SLOs[0].Name + " of " + c.Service
	case c.Function != "":
		return c.Function + " of " + c.Service
	case c.Service != "":
		return many(len(c.SLOs), "SLO") + " of " + c.Service
	case len(c.SLOs) > 0:
		return many(len(c.SLOs), "SLO") + " of several services"
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
		return many(len(files), "file")
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
		return sloPath(c.SLOs[0])
	case c.Service == "":
		return "/slos"
	}
	q := url.Values{"service": {c.Service}}
	if c.Function != "" && !family {
		q.Set("function", c.Function)
	}
	return "/slos?" + q.Encode()
}

// maxChange bounds the text of a change: a selector may be of any length.
const maxChange = 240

func clip(text string) string {
	if runes := []rune(text); len(runes) > maxChange {
		return string(runes[:maxChange]) + "…"
	}
	return text
}

// day is how far back a cause is looked for.
const day = 24 * time.Hour
