package wording

import (
	"fmt"
	"regexp"
	"text/template"
	"text/template/parse"
)

// Set is the templates of a configuration, which texts of receivers may call.
type Set struct{ shared *template.Template }

// NewSet returns a set without templates.
func NewSet() *Set {
	return &Set{shared: template.New("").Option("missingkey=zero").Funcs(functions)}
}

// Add reads the templates that a file defines: {{define "shop.title"}}…{{end}}. The
// error names file and line.
func (s *Set) Add(file, text string) error {
	if _, err := s.shared.New(file).Parse(text); err != nil {
		return readable(err)
	}
	return nil
}

// Parse reads one text of a receiver, called what it is called in errors.
func (s *Set) Parse(name, text string) (*Template, error) {
	t, err := s.shared.Clone()
	if err != nil {
		return nil, readable(err)
	}
	if t, err = t.New(name).Parse(text); err != nil {
		return nil, readable(err)
	}
	for _, each := range t.Templates() {
		if each.Tree != nil {
			each.Tree = each.Copy() // other texts share it
			count(each.Root)
		}
	}
	return &Template{of: t}, nil
}

// count makes every template and every turn of a loop take a step: what writes
// nothing must end as well.
func count(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.RangeNode:
			count(node.List)
			count(node.ElseList)
		case *parse.IfNode:
			count(node.List)
			count(node.ElseList)
		case *parse.WithNode:
			count(node.List)
			count(node.ElseList)
		}
	}
	list.Nodes = append([]parse.Node{step()}, list.Nodes...)
}

// step is {{step}}.
func step() parse.Node {
	trees, err := parse.Parse("step", "{{step}}", "", "", functions)
	if err != nil {
		panic(fmt.Sprintf("wording: %v", err)) // it is a constant
	}
	return trees["step"].Root.Nodes[0]
}

// prefix is how errors of templates begin.
var prefix = regexp.MustCompile(`^template: `)

// readable is an error as file:line: what is wrong.
func readable(err error) error {
	return fmt.Errorf("%s", prefix.ReplaceAllString(err.Error(), ""))
}
