package markdown

import (
	"bytes"
	"html/template"
	"net/url"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

const (
	// idPrefix keeps ids of headings apart from those of the page.
	idPrefix = "runbook-"
	// below is how many levels of headings the page has for itself.
	below = 2
)

var engine = goldmark.New(
	goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		extension.Strikethrough, extension.TaskList,
	),
	goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(transformer{}, 1000))),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(ours{}, 1))),
)

// Render makes HTML of Markdown. A text that is made to be hard to read becomes one
// block of itself.
func Render(source []byte) (template.HTML, error) {
	source = bytes.ToValidUTF8(source, []byte("\uFFFD"))
	if excessive(source) {
		return template.HTML("<pre>" + template.HTMLEscapeString(string(source)) + "</pre>"), nil //nolint:gosec // it is escaped
	}
	var out bytes.Buffer
	if err := engine.Convert(source, &out); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil //nolint:gosec // everything raw is escaped by the renderers below
}

// transformer makes a document fit for the page before it is rendered.
type transformer struct{}

// Transform lowers headings, gives them ids of ours, and takes links apart that
// lead nowhere.
func (transformer) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var dead, images []ast.Node
	ids := map[string]bool{}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			n.Level = min(n.Level+below, 6)
			if id := slug(n, reader.Source()); id != idPrefix && !ids[id] {
				ids[id] = true
				n.SetAttributeString("id", []byte(id))
			}
		case *ast.Image:
			images = append(images, n)
		case *ast.Link:
			if n.Title = nil; !fit(n) {
				dead = append(dead, n)
			}
		}
		return ast.WalkContinue, nil
	}) // the walker returns no error
	for _, n := range images {
		name(n.(*ast.Image))
	}
	for _, n := range dead {
		unlink(n.(*ast.Link))
	}
}

// slug is the id of a heading, as code hosts make it.
func slug(n ast.Node, source []byte) string {
	var b strings.Builder
	for _, r := range strings.ToLower(string(plainText(n, source))) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			b.WriteRune(r)
		case r == ' ', r == '-':
			b.WriteByte('-')
		}
		if b.Len() >= 100 {
			break
		}
	}
	return idPrefix + b.String()
}

func plainText(n ast.Node, source []byte) (out []byte) {
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			out = append(out, t.Value(source)...)
		}
		return ast.WalkContinue, nil
	})
	return out
}

// fit prepares a link that leads somewhere, and reports whether it does.
func fit(n *ast.Link) bool {
	if id, within := strings.CutPrefix(string(n.Destination), "#"); within {
		n.Destination = []byte("#" + idPrefix + id)
		return true
	}
	if !outside(string(n.Destination)) {
		return false
	}
	n.SetAttributeString("rel", []byte("noopener noreferrer"))
	return true
}

// outside reports whether an address leads to the web or to a mailbox.
func outside(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" || u.Scheme == "mailto" && u.Opaque != ""
}

// unlink leaves the text of a link, and where it would have led: a path of the
// repository is still worth reading.
func unlink(n *ast.Link) {
	parent := n.Parent()
	for child := n.FirstChild(); child != nil; child = n.FirstChild() {
		parent.InsertBefore(parent, n, child)
	}
	if address := string(n.Destination); address != "" {
		parent.InsertBefore(parent, n, ast.NewString([]byte(" ("+address+")")))
	}
	parent.RemoveChild(parent, n)
}

// name puts a link in the place of an image, with what the image is said to show.
func name(n *ast.Image) {
	parent := n.Parent()
	address := string(n.Destination)
	link := ast.NewLink()
	link.Destination = n.Destination
	link.AppendChild(link, ast.NewString([]byte("image: ")))
	for child := n.FirstChild(); child != nil; child = n.FirstChild() {
		link.AppendChild(link, child)
	}
	parent.ReplaceChild(parent, n, link)
	if outside(address) {
		link.SetAttributeString("rel", []byte("noopener noreferrer"))
		return
	}
	unlink(link)
}
