package alerting

import (
	"errors"
	"net/url"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// maxLink bounds a rendered link.
const maxLink = 2048

// RenderLinks fills in the link templates of an SLO for a span of time, from and
// to in RFC 3339. Values are percent-encoded, so that a function named
// `GET /cart/{id}` is safe in a path and in a query. A link that is no http or
// https URL, or whose template does not render, is left out: a message must not
// wait for it. Only a runbook may also be the path of a Markdown file.
func RenderLinks(s slo.SLO, from, to time.Time) map[string]string {
	values := linkValues(s, from, to)
	out := make(map[string]string, len(s.Links))
	for name, text := range s.Links {
		if link, err := renderLink(text, values); err == nil {
			out[name] = link
		}
	}
	if path := s.Links[runbook]; out[runbook] == "" && isRunbookPath(path) {
		out[runbook] = path
	}
	return out
}

// aroundTrace is how far before and after a call its trace is looked for.
const aroundTrace = time.Minute

// RenderTrace fills in where an SLO has the trace of a call shown: its link trace, with
// the id of the trace as .trace_id, or else its link traces for the time around the call.
// It is empty where there is neither; a trace without an id has the second only.
func RenderTrace(s slo.SLO, at time.Time, trace string) string {
	values := linkValues(s, at.Add(-aroundTrace), at.Add(aroundTrace))
	if trace != "" {
		values["trace_id"] = linkValue(trace)
	}
	for _, name := range []string{"trace", "traces"} {
		if link, err := renderLink(s.Links[name], values); err == nil {
			return link
		}
	}
	return ""
}

// linkValues are what link templates are made of.
func linkValues(s slo.SLO, from, to time.Time) map[string]string {
	return map[string]string{
		"service": linkValue(s.ID.Service), "function": linkValue(s.ID.Function), "slo": linkValue(s.ID.Name),
		"from": linkValue(from.UTC().Format(time.RFC3339)), "to": linkValue(to.UTC().Format(time.RFC3339)),
	}
}

// linkValue percent-encodes a value for a path as well as for a query.
func linkValue(v string) string { return strings.ReplaceAll(url.QueryEscape(v), "+", "%20") }

func renderLink(text string, values map[string]string) (string, error) {
	// The values are encoded already; encoding them again would spell % as %25.
	funcs := template.FuncMap{"urlquery": func(s string) string { return s }}
	t, err := template.New("link").Option("missingkey=error").Funcs(funcs).Parse(text)
	if err != nil {
		return "", err
	}
	if err := plain(t); err != nil {
		return "", err
	}
	var b boundedBuilder
	if err := t.Execute(&b, values); err != nil {
		return "", err
	}
	return b.String(), checkLink(b.String())
}

// plain refuses loops, conditions and nested templates: SLO files come from
// many teams, and none of them may keep the pages of the others waiting.
func plain(t *template.Template) error {
	if t.Tree == nil || len(t.Templates()) > 1 {
		return errors.New("link template is empty or defines another")
	}
	for _, node := range t.Root.Nodes {
		if kind := node.Type(); kind != parse.NodeText && kind != parse.NodeAction {
			return errors.New("link template may only insert values")
		}
	}
	return nil
}

func checkLink(link string) error {
	u, err := url.Parse(link)
	if err != nil {
		return err
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return errors.New("link is no http or https URL")
	}
	return nil
}

// boundedBuilder refuses to grow over maxLink.
type boundedBuilder struct{ strings.Builder }

func (b *boundedBuilder) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxLink {
		return 0, errors.New("link is too long")
	}
	return b.Builder.Write(p)
}

// runbook is the link that may also be a Markdown file of the repository that
// holds the SLO file.
const runbook = "runbook"

// isRunbookPath reports whether a runbook is such a file: it is shown as it is,
// and is no link.
func isRunbookPath(path string) bool {
	return strings.HasSuffix(path, ".md") && !strings.Contains(path, ":") && !strings.ContainsAny(path, "{}\n")
}
