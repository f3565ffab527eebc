package spec

import (
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"text/template/parse"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// linkFields are what a link may be made of.
var linkFields = []string{"service", "function", "slo", "from", "to"}

// RenderLinks fills the link templates of an SLO for a span of time. Every
// value is percent-encoded, so whatever a function is called, it stays one
// segment of a path or one value of a query; times are RFC 3339 in UTC. A
// template that does not parse is left out: [Load] returns no such SLO.
func RenderLinks(s slo.SLO, from, to time.Time) map[string]string {
	values := map[string]string{
		"service": s.ID.Service, "function": s.ID.Function, "slo": s.ID.Name,
		"from": from.UTC().Format(time.RFC3339), "to": to.UTC().Format(time.RFC3339),
	}
	links := make(map[string]string, len(s.Links))
	for name, text := range s.Links {
		if link, err := renderLink(text, values); err == nil {
			links[name] = link
		}
	}
	return links
}

// renderLink fills one template. The syntax is that of Go templates, reduced to
// fields: a link has nothing to compute, and a template that cannot loop cannot
// be made to.
func renderLink(text string, values map[string]string) (string, error) {
	tree := parse.New("link")
	tree.Mode = parse.SkipFuncCheck
	tree, err := tree.Parse(text, "", "", make(map[string]*parse.Tree))
	if err != nil {
		_, message, _ := strings.Cut(strings.TrimPrefix(err.Error(), "template: "), ": ")
		return "", fmt.Errorf("not a valid template: %s", message)
	}
	var b strings.Builder
	for _, node := range tree.Root.Nodes {
		if literal, ok := node.(*parse.TextNode); ok {
			b.Write(literal.Text)
			continue
		}
		field, ok := fieldOf(node)
		if !ok {
			return "", fmt.Errorf("%s is not supported in a link: only fields such as {{.function}}", node)
		}
		value, ok := values[field]
		if !ok {
			return "", fmt.Errorf("a link has no field .%s: %s", field, strictyaml.Suggest(field, linkFields))
		}
		b.WriteString(strings.ReplaceAll(url.QueryEscape(value), "+", "%20"))
	}
	return b.String(), nil
}

// fieldOf is the field that an action prints, if it does nothing else.
func fieldOf(node parse.Node) (string, bool) {
	action, ok := node.(*parse.ActionNode)
	if !ok || len(action.Pipe.Cmds) != 1 || len(action.Pipe.Decl) != 0 || len(action.Pipe.Cmds[0].Args) != 1 {
		return "", false
	}
	field, ok := action.Pipe.Cmds[0].Args[0].(*parse.FieldNode)
	if !ok {
		return "", false
	}
	return strings.Join(field.Ident, "."), true
}

// readLinks reads links over those of the level above.
func readLinks(v strictyaml.Value, into map[string]string) {
	m, _ := v.Map()
	m.Each(func(key, value strictyaml.Value) {
		name, ok := readName(key)
		text, isText := value.Text()
		if !ok || !isText {
			return
		}
		if err := checkLink(name, text); err != nil {
			value.Errorf("%v", err)
			return
		}
		into[name] = text
	})
}

// checkLink accepts what leads to a web page or to a file of the repository,
// and nothing that a browser would run.
func checkLink(name, text string) error {
	sample := make(map[string]string, len(linkFields))
	for _, f := range linkFields {
		sample[f] = "x"
	}
	link, err := renderLink(text, sample)
	if err != nil {
		return err
	}
	u, err := url.Parse(link)
	if err != nil {
		return fmt.Errorf("not a valid link: %w", err)
	}
	switch {
	case u.User != nil:
		return fmt.Errorf("a link must not hold a user or a password")
	case slices.Contains([]string{"http", "https"}, u.Scheme) && u.Host != "":
		return nil
	case u.Scheme != "" || u.Host != "":
		return fmt.Errorf("a link must be an http or https URL, or the path of a file in the repository")
	case !fs.ValidPath(strings.TrimPrefix(u.Path, "./")) || strings.Contains(link, `\`):
		return fmt.Errorf("%q is no path inside the repository: write it relative to the repository's root", link)
	case name == "runbook" && !strings.HasSuffix(u.Path, ".md"):
		return fmt.Errorf("a runbook is a URL or a Markdown file (.md) of the repository")
	}
	return nil
}
