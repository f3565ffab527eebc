package spec

import (
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

const maxLinkLength = 1500

// linkFields are what a link may be made of. A link with trace_id is shown beside a
// call whose trace is known, and nowhere else.
var linkFields = []string{"service", "function", "slo", "from", "to", "trace_id"}

// sampleLink fills a link template with a sample. The syntax is that of Go
// templates, reduced to fields: a link has nothing to compute, and a template
// that cannot loop cannot be made to.
func sampleLink(text string) (string, error) {
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
			return "", fmt.Errorf("%s is not supported in a link: only fields such as {{.function}}, which are percent-encoded", node)
		}
		if !slices.Contains(linkFields, field) {
			return "", fmt.Errorf("a link has no field .%s: %s", field, strictyaml.Suggest(field, linkFields))
		}
		b.WriteString("x")
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
	if len(text) > maxLinkLength {
		return fmt.Errorf("a link must not be longer than %d bytes", maxLinkLength)
	}
	link, err := sampleLink(text)
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
