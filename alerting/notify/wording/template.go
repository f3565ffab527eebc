package wording

import (
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/slofuse/slofuse/alerting"
)

// MaxOutput is how much a template may write, in bytes.
const MaxOutput = 64 << 10

// maxSteps is how many templates may be called and loops turned while one is
// rendered.
const maxSteps = 10_000

// functions are what a template may call beside those of the language. None
// reads a file, a variable of the environment or a clock.
var functions = template.FuncMap{
	"upper": strings.ToUpper,
	"lower": strings.ToLower,
	"join":  func(separator string, list []string) string { return strings.Join(list, separator) },
	"default": func(other, text string) string {
		if text == "" {
			return other
		}
		return text
	},
	"print":   func(values ...any) (string, error) { return small(fmt.Sprint(values...)) },
	"println": func(values ...any) (string, error) { return small(fmt.Sprintln(values...)) },
	"printf":  func(format string, values ...any) (string, error) { return small(fmt.Sprintf(format, values...)) },
	"step":    func() (string, error) { return "", nil }, // replaced for each rendering
	// What follows would undo escaping, or is for other languages.
	"html": refused, "js": refused, "urlquery": refused, "call": refused,
}

// small refuses what could never be written.
func small(text string) (string, error) {
	if len(text) > MaxOutput {
		return "", fmt.Errorf("a text of more than %d KB", MaxOutput>>10)
	}
	return text, nil
}

func refused(...any) (string, error) { return "", errors.New("this function is not available here") }

// Template is one text of a receiver. It is safe for concurrent use.
type Template struct{ of *template.Template }

// Render writes the text for d. The error names where it went wrong; what was
// written until then is lost.
func (t *Template) Render(d Data) (text string, err error) {
	defer func() {
		if p := recover(); p != nil {
			text, err = "", fmt.Errorf("it panicked: %v", p)
		}
	}()
	own, err := t.of.Clone()
	if err != nil {
		return "", readable(err)
	}
	steps := 0
	own.Funcs(template.FuncMap{"step": func() (string, error) {
		if steps++; steps > maxSteps {
			return "", fmt.Errorf("it takes more than %d steps", maxSteps)
		}
		return "", nil
	}})
	var out bounded
	if err := own.Execute(&out, d); err != nil {
		return "", readable(err)
	}
	return out.String(), nil
}

// bounded refuses to grow over MaxOutput.
type bounded struct{ strings.Builder }

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > MaxOutput {
		return 0, fmt.Errorf("it writes more than %d KB", MaxOutput>>10)
	}
	return b.Builder.Write(p)
}

// Overrides are the texts of one destination that somebody worded. The zero value
// has none.
type Overrides struct {
	Title, Text *Template
	// Failed hears of a text that could not be rendered; nil: nobody does. It is
	// called while a message waits and must be quick.
	Failed func(which string, err error)
}

// Words are the texts for one notification, each empty where the built-in one
// holds, and a note for the reader when a template failed.
type Words struct{ Title, Text, Note string }

// Render renders what there is, with values escaped for where they go. It always
// returns: what fails is left to the built-in words.
func (o Overrides) Render(n alerting.Notification, escape Escape) (w Words) {
	if o.Title == nil && o.Text == nil {
		return w
	}
	d := NewData(n, escape)
	if o.Title != nil {
		w.Title = o.render("title", o.Title, d, &w.Note)
	}
	if o.Text != nil {
		w.Text = o.render("text", o.Text, d, &w.Note)
	}
	return w
}

func (o Overrides) render(which string, t *Template, d Data, note *string) string {
	text, err := t.Render(d)
	if err == nil {
		return strings.TrimSpace(text)
	}
	if o.Failed != nil {
		o.Failed(which, err)
	}
	*note = "template failed: " + which + ": " + err.Error()
	return ""
}
