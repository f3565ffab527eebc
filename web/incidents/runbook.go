package incidents

import (
	"html/template"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/markdown"
	"github.com/slofuse/slofuse/web/ui"
)

// runbookView is a runbook beside an incident.
type runbookView struct {
	Name    string // the path of its file, or its address
	URL     string // of one that is elsewhere
	Text    template.HTML
	Trouble string   // why it cannot be shown
	SLOs    []string // whose it is, where others have another one
}

// mostRunbooks is how many different ones a page shows.
const mostRunbooks = 3

// runbookLink is the path or the address of the runbook of an SLO; empty when it has
// none.
func (s Handlers) runbookLink(o slo.SLO, from, to time.Time) string {
	if s.Links == nil {
		return ""
	}
	return s.Links(o, from, to)["runbook"]
}

// runbooks are those of the SLOs of an incident, each once. A file is read when it
// is asked for: it is as it is on disk.
func (s Handlers) runbooks(d *dossier) (list []runbookView) {
	at := map[string]int{}
	for _, b := range d.Burns {
		if !b.InForce {
			continue
		}
		name := s.runbookLink(b.SLO, d.OpenedAt, d.end(s.Now()))
		if n, ok := at[name]; ok {
			list[n].SLOs = append(list[n].SLOs, b.ID.Name)
			continue
		}
		if name == "" || len(list) == mostRunbooks {
			continue
		}
		at[name] = len(list)
		v := s.runbookView(b.SLO, name)
		v.SLOs = []string{b.ID.Name}
		list = append(list, v)
	}
	if len(list) == 1 {
		list[0].SLOs = nil
	}
	return list
}

func (s Handlers) runbookView(o slo.SLO, name string) runbookView {
	v := runbookView{Name: name}
	if l := ui.LinksOf(map[string]string{"runbook": name})[0]; l.URL != "" {
		v.URL = l.URL
		return v
	}
	if s.Runbooks == nil || strings.Contains(name, ":") {
		v.Trouble = "It is neither a web address nor a file that can be read here."
		return v
	}
	text, err := s.Runbooks.Runbook(o, name)
	if err == nil {
		v.Text, err = markdown.Render(text)
	}
	if err != nil {
		v.Trouble = err.Error()
	}
	return v
}
