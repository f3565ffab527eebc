package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/rule"
)

// comment is an instruction in a file to hide what rules find on some lines.
type comment struct {
	line, column int // of the comment
	from, to     int // the lines it is about, both included
	rules        []rule.Name
	used         map[rule.Name]bool
}

// The words of comments, after "# slofuse ".
const (
	nextLine  = "ignore/next-line"
	thisLine  = "ignore/line"
	wholeFile = "ignore/file"
)

var (
	instruction = regexp.MustCompile(`^#+\s*slofuse\s+(ignore\S*)\s*(.*)$`)
	listed      = regexp.MustCompile(`^([^\s,]+)\s*(,?)\s*`)
)

// comments reads the instructions of a file, and says which of them are not
// understood.
func comments(file, text string) (out []*comment, wrong []rule.Finding) {
	if !strings.Contains(text, "slofuse") {
		return nil, nil
	}
	lines := strings.Split(text, "\n")
	inText := textLines(lines)
	for i, line := range lines {
		at := commentStart(line)
		if at < 0 || inText[i] {
			continue
		}
		words := instruction.FindStringSubmatch(strings.TrimRight(line[at:], " \t\r"))
		if words == nil {
			continue
		}
		c := &comment{line: i + 1, column: utf8.RuneCountInString(line[:at]) + 1, used: map[rule.Name]bool{}}
		faults := c.read(words[1], words[2])
		if !c.aim(words[1], lines, inText) {
			faults = append(faults, "there is nothing after it that it could be about")
		}
		for _, fault := range faults {
			wrong = append(wrong, rule.Finding{Rule: rule.IgnoreUnknown, File: file, Line: c.line, Column: c.column, Message: fault})
		}
		out = append(out, c)
	}
	return out, wrong
}

// read takes the rules of a comment, separated by commas; what follows them is
// for people. It says what it does not understand.
func (c *comment) read(verb, rest string) (faults []string) {
	verbs := []string{nextLine, thisLine, wholeFile}
	if !slices.Contains(verbs, verb) {
		return []string{fmt.Sprintf("%q is no instruction: %s", verb, strictyaml.Suggest(verb, verbs))}
	}
	if rest == "" {
		return []string{fmt.Sprintf("%s names no rule: write one, or several with commas between them", verb)}
	}
	for {
		name := listed.FindStringSubmatch(rest)
		if name == nil {
			return faults
		}
		if fault := c.add(rule.Name(name[1])); fault != "" {
			faults = append(faults, fault)
		}
		if rest = rest[len(name[0]):]; name[2] == "" {
			return faults
		}
	}
}

func (c *comment) add(name rule.Name) (fault string) {
	r, known := rule.Of(name)
	switch {
	case !known:
		return fmt.Sprintf("there is no rule %q: %s", name, suggest(string(name)))
	case !r.Ignorable():
		return fmt.Sprintf("%s cannot be ignored: delete the comment", name)
	}
	c.rules = append(c.rules, name)
	return ""
}

// suggest names the rule that was meant, or where all of them are.
func suggest(name string) string {
	var known []string
	for _, r := range rule.All() {
		known = append(known, string(r.Name))
	}
	if similar, ok := strictyaml.Similar(name, known); ok {
		return fmt.Sprintf("did you mean %q?", similar)
	}
	return "docs/check.md lists them all"
}
