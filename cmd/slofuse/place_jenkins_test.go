package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// inGroovy are the commands that a Jenkinsfile runs, in single quotes, where Groovy puts
// nothing in.
var inGroovy = regexp.MustCompile(`(?:\bslofuse\(|\bsh |\bsh\()'([^']*)'`)

// jenkinsCommands are the commands of the example, by their first three words.
func jenkinsCommands(t *testing.T) map[string]string {
	t.Helper()
	commands := map[string]string{}
	for _, found := range inGroovy.FindAllStringSubmatch(example(t, "jenkins", "Jenkinsfile"), -1) {
		words := strings.Fields(found[1])
		commands[strings.Join(words[:min(3, len(words))], " ")] = found[1]
	}
	return commands
}

// jenkins is the contract of the pipeline: what each command ends with, and the report
// that it leaves. What becomes of an exit code is decided by the function at the top.
func (p *places) jenkins(t *testing.T) {
	commands := jenkinsCommands(t)
	if len(commands) != 6 {
		t.Fatalf("the commands are %v", commands)
	}
	dir := demoFiles(t)
	env := map[string]string{"SLOFUSE_SERVER": p.server, "BUILD_TAG": "jenkins-shop-7", "GIT_COMMIT": "85d557f47b", "BUILD_URL": "https://ci.example.com/7"}
	run := func(name, selected string) ran {
		t.Helper()
		env["SLOFUSE_SELECT"] = selected
		return step{shell: []string{"sh", "-xe"}, script: commands[name], dir: dir, env: env}.run(t)
	}
	for _, c := range []struct {
		command, selected string
		code              int
		report            string
		failures, errors  int
	}{
		{"slofuse check -o", "", 0, "slofuse-check.xml", 0, 0},
		{"slofuse gate --min-budget", "function=create-order", 0, "slofuse-gate.xml", 0, 0},
		{"slofuse gate --min-budget", "function=charge-card,slo=availability", 1, "slofuse-gate.xml", 1, 0},
		{"slofuse gate --min-budget", "service=unheard-of", 3, "", 0, 0},
		{"slofuse deploy start", "", 0, "", 0, 0},
		{"slofuse deploy end", "", 0, "", 0, 0},
	} {
		got := run(c.command, c.selected)
		if got.code != c.code {
			t.Errorf("%s of %q: exit code %d, want %d\n%s", c.command, c.selected, got.code, c.code, got.stderr)
		}
		if c.report == "" {
			continue
		}
		if s := readSuite(t, filepath.Join(dir, c.report)); s.Failures != c.failures || s.Errors != c.errors {
			t.Errorf("%s of %q reports %+v", c.command, c.selected, s)
		}
	}
	if _, body := p.running.get("/api/v1/deploys"); !strings.Contains(body, `"jenkins-shop-7"`) || !strings.Contains(body, `"failed"`) {
		t.Errorf("the deploy is not announced: %s", body)
	}
}

// suite is what a JUnit file says of itself.
type suite struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
}

func readSuite(t *testing.T, path string) suite {
	t.Helper()
	var s suite
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(data, &s); err != nil {
		t.Errorf("%s: %v\n%s", path, err, data)
	}
	return s
}

// A closed gate fails a build of Jenkins, one that is undecided makes it unstable, and
// nothing but 0 is a success.
func TestTheJenkinsfileOfTheExamplesIsSound(t *testing.T) {
	text := example(t, "jenkins", "Jenkinsfile")
	if !regexp.MustCompile(`(?s)if \(code == 3\) \{\s+unstable\(.*?\} else if \(code != 0\) \{\s+error\(`).MatchString(text) {
		t.Error("the exit codes mean something else")
	}
	open := []rune(nil)
	pairs := map[rune]rune{')': '(', '}': '{', ']': '['}
	plain := regexp.MustCompile(`//.*|'[^'\n]*'|"[^"\n]*"`).ReplaceAllString(text, "")
	for _, sign := range plain {
		switch want := pairs[sign]; {
		case strings.ContainsRune("({[", sign):
			open = append(open, sign)
		case want != 0 && (len(open) == 0 || open[len(open)-1] != want):
			t.Fatalf("%q closes nothing", sign)
		case want != 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 || strings.ContainsAny(plain, `'"`) {
		t.Errorf("%q is left open", open)
	}
}
