package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type junitSuite struct {
	XMLName    xml.Name         `xml:"testsuite"`
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr,omitempty"`
	Properties *junitProperties `xml:"properties,omitempty"`
	Cases      []junitCase      `xml:"testcase"`
}

type junitProperties struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string      `xml:"name,attr"`
	Class   string      `xml:"classname,attr"`
	File    string      `xml:"file,attr,omitempty"`
	Failure *junitFault `xml:"failure,omitempty"`
	Error   *junitFault `xml:"error,omitempty"`
	Skipped *junitFault `xml:"skipped,omitempty"`
	Out     string      `xml:"system-out,omitempty"`
}

type junitFault struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes one test case a case. What could not be decided is an error
// rather than a failure: that is what test reports call it.
func writeJUnit(w io.Writer, r Report) error {
	suite := junitSuite{Name: "slofuse " + r.Title, Tests: len(r.Cases), Failures: r.count(Fail), Errors: r.count(Inconclusive), Skipped: r.count(Skipped)}
	if r.Overridden != "" {
		suite.Properties = &junitProperties{List: []junitProperty{{Name: "override", Value: r.Overridden}}}
	}
	for _, c := range r.Cases {
		test := junitCase{Name: c.Name, Class: "slofuse." + r.Title}
		fault := &junitFault{Message: c.Message, Text: c.Message}
		switch c.Outcome {
		case Fail:
			test.Failure = fault
		case Inconclusive:
			test.Error = fault
		case Skipped:
			test.Skipped = fault
		default:
			test.Out = fault.Text
		}
		suite.Cases = append(suite.Cases, test)
	}
	return writeSuite(w, suite)
}

func writeSuite(w io.Writer, suite junitSuite) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// The escapes of workflow commands: data, and the values of properties.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub writes workflow commands, which show as annotations on the run.
func writeGitHub(w io.Writer, r Report) error {
	for _, c := range r.Cases {
		command := map[Outcome]string{Fail: "error", Inconclusive: "warning", Pass: "notice", Skipped: "warning"}[c.Outcome]
		properties := "title=" + githubProperty.Replace("slofuse "+r.Title+": "+string(c.Outcome))
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", command, properties, githubData.Replace(Plain(c.Name+": "+c.Message))); err != nil {
			return err
		}
	}
	if r.Overridden != "" {
		title := githubProperty.Replace("slofuse " + r.Title + ": overridden")
		if _, err := fmt.Fprintf(w, "::warning title=%s::%s\n", title, githubData.Replace(Plain(r.Overridden))); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, noCommand(Plain(r.Summary)))
	return err
}

// markdownText keeps a text from becoming markup, markdownCode a name from
// leaving its code span. Within a table a bar would end the cell in both.
var (
	markdownText = strings.NewReplacer("\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "~", "\\~",
		"|", "\\|", "&", "&amp;", "<", "&lt;", ">", "&gt;")
	markdownCode = strings.NewReplacer("`", "'", "|", "\\|")
)

// writeMarkdown writes a table for comments and job summaries.
func writeMarkdown(w io.Writer, r Report) error {
	columns := append(append([]string{"", r.Title}, r.Columns...), "why")
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n", markdownText.Replace(Plain(r.Summary)))
	if len(r.Cases) > 0 {
		fmt.Fprintf(&b, "\n| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	}
	for _, c := range r.Cases {
		cells := []string{string(c.Outcome), "`" + markdownCode.Replace(Plain(c.Name)) + "`"}
		for _, text := range append(append([]string{}, c.Fields...), c.Message) {
			cells = append(cells, markdownText.Replace(Plain(text)))
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
