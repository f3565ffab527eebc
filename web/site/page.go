package site

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

//go:embed templates/*.html
var templateFiles embed.FS

// pages are the parsed templates, one set for each page.
type pages struct {
	byName map[string]*template.Template
}

// sharedTemplates are those whose parts every page may use.
var sharedTemplates = []string{"templates/layout.html", "templates/parts.html", "templates/operate.html", "templates/icons.html"}

// parsePages reads the templates. Each that is not shared is a page.
func parsePages(a *assets) (*pages, error) {
	base, err := template.New("").Funcs(template.FuncMap{"asset": a.URL, "term": ui.Term, "args": argsOf, "timed": ui.Timed}).ParseFS(templateFiles, sharedTemplates...)
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	p := &pages{byName: make(map[string]*template.Template)}
	for _, file := range files {
		if slices.Contains(sharedTemplates, file) {
			continue
		}
		clone, err := base.Clone()
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(path.Base(file), ".html")
		if p.byName[name], err = clone.ParseFS(templateFiles, file); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// partArgs are what a part of a page shows, with the page it is on.
type partArgs struct {
	Item, Page any
}

func argsOf(item, page any) partArgs { return partArgs{Item: item, Page: page} }

// Page is what the layout needs; Body is what the page itself shows.
type Page struct {
	Title   string
	Section string // the key of the entry of the navigation that is current
	Version string
	Self    string // the URL the live part is fetched from; empty: nothing is live
	// Concerns are the events the live part is fetched again for, separated by
	// spaces: a kind, or a kind and an id such as "slo:checkout/charge-card/latency".
	// Empty: all.
	Concerns string
	// Pace is the least time between two fetches because of events, for what is dear to
	// make or calm to read; 0 is about a second.
	Pace    time.Duration
	Seq     uint64 // of the latest event before the page was made
	Zone    string // that reports are made in; empty when that is UTC
	AsOf    ui.Moment
	Banners []banner
	Visitor visitor
	Body    any
}

// PageAnswer renders a page, or only its live part for a request that will put it
// into a page that is already there.
func (s *Server) PageAnswer(r *http.Request, name string, p Page) (Answer, error) {
	p.Visitor = s.visitor(r)
	if p.AsOf == (ui.Moment{}) {
		p.AsOf = ui.MomentOf(s.Now())
	}
	if mayKnow(r) {
		p.Version, p.Banners = s.Version, banners(s.Operations.Status(), s.Now())
	}
	p.Seq = seqOf(r)
	part := "fragment"
	if !WantsFragment(r) || p.Self == "" {
		part = "layout"
		if zone := s.Directory().zone; zone != time.UTC && mayKnow(r) {
			p.Zone = zone.String()
		}
	}
	var out bytes.Buffer
	if err := s.pages.byName[name].ExecuteTemplate(&out, part, p); err != nil {
		return Answer{}, fmt.Errorf("rendering the page %s: %w", name, err)
	}
	return Answer{ContentType: typeHTML, Body: out.Bytes(), vary: fragmentHeader}, nil
}

func (s *Server) pageError(r *http.Request, p *Problem) (Answer, error) {
	title := http.StatusText(p.Status)
	return s.PageAnswer(r, "error", Page{Title: title + ": " + p.Message, Body: map[string]any{
		"Status": p.Status, "Title": title, "Message": p.Message, "Details": p.Details, "Similar": similarLinks(p.Similar),
	}})
}

// PaceSeconds is the pace as scripts read it.
func (p Page) PaceSeconds() int { return int(p.Pace / time.Second) }

func similarLinks(ids []slo.ID) []ui.Link {
	var out []ui.Link
	for _, id := range ids {
		if id.Name == "" {
			out = append(out, ui.Link{Name: ui.FunctionTitle(id), URL: ui.FunctionPath(id)})
			continue
		}
		out = append(out, ui.Link{Name: id.String(), URL: ui.SLOPath(id)})
	}
	return out
}

// banner is a line at the top of a page about slofuse itself.
type banner struct {
	Kind    string // bad, warn or info
	Text    string
	Detail  string
	Percent int // of a progress; 0 to 100
	Of      int // of a progress; 0 when there is none
}

// banners say what a reader must know before believing a number.
func banners(st Status, now time.Time) []banner {
	var out []banner
	for _, b := range st.Backends {
		if b.Up {
			continue
		}
		text := "Backend " + b.Name + " does not answer: its numbers stand still and nothing is resolved."
		if !b.Since.IsZero() {
			text = fmt.Sprintf("Backend %s has not answered for %s: its numbers stand still and nothing is resolved.", b.Name, format.Span(now.Sub(b.Since)))
		}
		out = append(out, banner{Kind: "bad", Text: text, Detail: b.Reason})
	}
	if st.Storage != "" {
		out = append(out, banner{
			Kind: "bad", Text: "Nothing can be written to the database: numbers stand still, and what begins to burn is told when it can be.",
			Detail: st.Storage,
		})
	}
	if st.NotReady != "" {
		out = append(out, banner{Kind: "warn", Text: "Not ready yet.", Detail: st.NotReady})
	}
	if st.Behind > 0 {
		out = append(out, banner{Kind: "warn", Text: "Evaluation is " + format.Span(st.Behind) + " behind."})
	}
	if c := st.CatchUp; c != nil && c.Total > 0 {
		done := min(max(c.Done, 0), c.Total)
		out = append(out, banner{
			Kind: "info", Text: "Filling in history, most recent first. A budget is shown as soon as its window is read.",
			Detail:  format.Count(int64(done)) + " of " + format.Count(int64(c.Total)) + " parts",
			Percent: done * 100 / c.Total, Of: 100,
		})
	}
	for _, f := range st.Families {
		out = append(out, banner{Kind: "warn", Text: "Not everything that was found is evaluated.", Detail: f})
	}
	if st.Reload.Err != "" {
		out = append(out, banner{Kind: "bad", Text: "The new configuration has errors; the old one stays in force.", Detail: st.Reload.Err})
	}
	return out
}
