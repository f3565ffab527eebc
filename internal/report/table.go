package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

var outcomeColour = map[Outcome]text.Color{
	Pass: text.FgGreen, Skipped: text.FgYellow, Inconclusive: text.FgMagenta, Fail: text.FgRed,
}

func (s Style) outcome(o Outcome) string {
	return s.paint(strings.ToUpper(string(o)), outcomeColour[o])
}

func (s Style) paint(word string, colour text.Color) string {
	if !s.Colour {
		return word
	}
	return colour.EscapeSeq() + word + text.Reset.EscapeSeq()
}

func (s Style) bold(words string) string { return s.paint(words, text.Bold) }

// mark tells true, false and unknown apart, not in colour alone.
func (s Style) mark(holds *bool) string {
	signs := [3]string{"✓", "✗", "?"}
	if s.ASCII {
		signs = [3]string{"yes", "no", "?"}
	}
	switch {
	case holds == nil:
		return s.paint(signs[2], text.FgMagenta)
	case *holds:
		return s.paint(signs[0], text.FgGreen)
	}
	return s.paint(signs[1], text.FgRed)
}

// trimmed drops spaces at the ends of lines, which a narrow terminal would wrap.
type trimmed struct{ io.Writer }

func (t trimmed) Write(p []byte) (int, error) {
	_, err := t.Writer.Write(endSpaces.ReplaceAll(p, nil))
	return len(p), err
}

var endSpaces = regexp.MustCompile(`(?m) +$`)

// newTable is a plain table that copies well out of a terminal.
func newTable(w io.Writer) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(trimmed{w})
	style := table.StyleDefault
	style.Options = table.Options{SeparateHeader: false}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header = text.FormatUpper
	t.SetStyle(style)
	return t
}

func writeTable(w io.Writer, r Report, style Style) error {
	if len(r.Cases) > 0 {
		t := newTable(w)
		header := table.Row{"", r.Title}
		for _, c := range r.Columns {
			header = append(header, c)
		}
		t.AppendHeader(append(header, "why"))
		for _, c := range r.Cases {
			row := table.Row{style.outcome(c.Outcome), Plain(c.Name)}
			for _, f := range c.Fields {
				row = append(row, Plain(f))
			}
			t.AppendRow(append(row, Plain(c.Message)))
		}
		t.Render()
	}
	_, err := fmt.Fprintln(w, style.paint(Plain(r.Summary), outcomeColour[r.Outcome]))
	return err
}
