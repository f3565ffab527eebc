package markdown

import (
	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// ours renders what goldmark would render for a document that stands alone.
type ours struct{}

// RegisterFuncs names the nodes that are rendered here.
func (ours) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, rawHTML)
	r.Register(ast.KindHTMLBlock, htmlBlock)
	r.Register(ast.KindString, plainString)
	r.Register(ast.KindAutoLink, autoLink)
	r.Register(extast.KindTaskCheckBox, checkBox)
}

func escaped(w util.BufWriter, text []byte) { _, _ = w.Write(util.EscapeHTML(text)) } // the writer keeps its error

func rawHTML(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		segments := node.(*ast.RawHTML).Segments
		for i := range segments.Len() {
			segment := segments.At(i)
			escaped(w, segment.Value(source))
		}
	}
	return ast.WalkSkipChildren, nil
}

func htmlBlock(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.HTMLBlock)
	if !entering {
		if n.HasClosure() {
			escaped(w, n.ClosureLine.Value(source))
		}
		_, _ = w.WriteString("</pre>\n")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("<pre>")
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		escaped(w, line.Value(source))
	}
	return ast.WalkContinue, nil
}

func plainString(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		escaped(w, node.(*ast.String).Value)
	}
	return ast.WalkContinue, nil
}

func autoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.AutoLink)
	address := string(n.URL(source))
	if n.AutoLinkType == ast.AutoLinkEmail {
		address = "mailto:" + string(n.Label(source))
	}
	if !outside(address) {
		escaped(w, n.Label(source))
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<a href="`)
	escaped(w, util.URLEscape([]byte(address), false))
	_, _ = w.WriteString(`" rel="noopener noreferrer">`)
	escaped(w, n.Label(source))
	_, _ = w.WriteString("</a>")
	return ast.WalkContinue, nil
}

// checkBox is a mark that can be read, not a control: nothing remembers what is
// checked.
func checkBox(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	mark := `<span role="img" aria-label="to do">☐</span> `
	if node.(*extast.TaskCheckBox).IsChecked {
		mark = `<span role="img" aria-label="done">☑</span> `
	}
	_, _ = w.WriteString(mark)
	return ast.WalkContinue, nil
}
