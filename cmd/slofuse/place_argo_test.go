package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"gopkg.in/yaml.v3"
	"k8s.io/client-go/util/jsonpath"
)

// manifest is the frame of what Kubernetes takes.
type manifest[S any] struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name, Namespace string }
	Spec       S
}

// argoArg is an argument of a template, or one that a rollout gives it.
type argoArg struct {
	Name      string
	Value     *string
	ValueFrom *struct {
		SecretKeyRef struct{ Name, Key string } `yaml:"secretKeyRef"`
	} `yaml:"valueFrom"`
}

type argoMetric struct {
	Name                  string
	InitialDelay          string `yaml:"initialDelay"`
	Interval              string
	Count                 int
	FailureLimit          *int   `yaml:"failureLimit"`
	InconclusiveLimit     *int   `yaml:"inconclusiveLimit"`
	ConsecutiveErrorLimit *int   `yaml:"consecutiveErrorLimit"`
	SuccessCondition      string `yaml:"successCondition"`
	FailureCondition      string `yaml:"failureCondition"`
	Provider              struct {
		Web struct {
			URL            string
			TimeoutSeconds int `yaml:"timeoutSeconds"`
			Headers        []struct{ Key, Value string }
			JSONPath       string `yaml:"jsonPath"`
		}
	}
}

type argoTemplate struct {
	Args    []argoArg
	Metrics []argoMetric
}

type argoRollout struct {
	Strategy struct {
		Canary struct {
			Analysis struct {
				StartingStep int `yaml:"startingStep"`
				Templates    []struct {
					TemplateName string `yaml:"templateName"`
				}
				Args []argoArg
			}
			Steps []map[string]yaml.Node
		}
	}
}

// resolve gives a template its arguments, as a controller does before it measures.
func (a argoTemplate) resolve(t *testing.T, given map[string]string) argoMetric {
	t.Helper()
	pairs := []string(nil)
	for _, arg := range a.Args {
		value, ok := given[arg.Name]
		if !ok && arg.Value != nil {
			value, ok = *arg.Value, true
		}
		if !ok {
			t.Fatalf("the argument %s has no value", arg.Name)
		}
		pairs = append(pairs, "{{args."+arg.Name+"}}", value)
	}
	fill := strings.NewReplacer(pairs...)
	m := a.Metrics[0]
	m.Provider.Web.URL = fill.Replace(m.Provider.Web.URL)
	for i := range m.Provider.Web.Headers {
		m.Provider.Web.Headers[i].Value = fill.Replace(m.Provider.Web.Headers[i].Value)
	}
	if strings.Contains(m.Provider.Web.URL, "{{") {
		t.Fatalf("an argument without a name: %s", m.Provider.Web.URL)
	}
	return m
}

// measure asks as the web provider does: what is not 2xx, and what the path does not
// find, is an error; a result of which neither condition holds is inconclusive.
func (m argoMetric) measure(t *testing.T) (phase string, status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.Provider.Web.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range m.Provider.Web.Headers {
		req.Header.Set(h.Key, h.Value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "Error", 0
	}
	defer resp.Body.Close()
	var body any
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || resp.StatusCode/100 != 2 {
		return "Error", resp.StatusCode
	}
	path := jsonpath.New("metric")
	if err := path.Parse(m.Provider.Web.JSONPath); err != nil {
		t.Fatal(err)
	}
	found, err := path.FindResults(body)
	if err != nil || len(found) != 1 || len(found[0]) != 1 {
		t.Fatalf("%s finds %v in %v: %v", m.Provider.Web.JSONPath, found, body, err)
	}
	result := found[0][0].Interface()
	switch {
	case holds(t, m.FailureCondition, result):
		return "Failed", resp.StatusCode
	case holds(t, m.SuccessCondition, result):
		return "Successful", resp.StatusCode
	}
	return "Inconclusive", resp.StatusCode
}

// holds evaluates a condition over a result, in the language of Argo.
func holds(t *testing.T, condition string, result any) bool {
	t.Helper()
	env := map[string]any{"result": result}
	program, err := expr.Compile(condition, expr.Env(env), expr.AsBool())
	if err != nil {
		t.Fatal(err)
	}
	out, err := expr.Run(program, env)
	if err != nil {
		t.Fatal(err)
	}
	held, _ := out.(bool)
	return held
}

// argo is the contract of the AnalysisTemplate: every verdict comes with 200, and each
// with the phase that goes on, rolls back or pauses.
func (p *places) argo(t *testing.T) {
	template := strictly[manifest[argoTemplate]](t, example(t, "argo-rollouts", "analysistemplate.yaml")).Spec
	door := newDoor(t, p.server)
	for name, c := range map[string]struct {
		args   map[string]string
		phase  string
		status int
	}{
		"nothing burns":       {map[string]string{"select": "service=checkout,function=create-order"}, "Successful", 200},
		"one burns":           {map[string]string{"select": "service=checkout"}, "Failed", 200},
		"little budget left":  {map[string]string{"select": "function=create-order", "min-budget": "99%25"}, "Failed", 200},
		"a higher limit":      {map[string]string{"select": "function=charge-card,slo=availability", "max-burn-rate": "1000"}, "Successful", 200},
		"nothing is known":    {map[string]string{"select": "service=unheard-of"}, "Inconclusive", 200},
		"a window of nothing": {map[string]string{"select": "service=checkout", "window": "soon"}, "Error", 400},
		"nobody answers":      {map[string]string{"select": "service=checkout", "server": p.down}, "Error", 0},
	} {
		t.Run(name, func(t *testing.T) {
			given := map[string]string{"server": door.url, "token": "canary-token"}
			maps.Copy(given, c.args)
			if phase, status := template.resolve(t, given).measure(t); phase != c.phase || status != c.status {
				t.Errorf("%s with status %d, want %s with %d", phase, status, c.phase, c.status)
			}
		})
	}
	if shown := door.shown(); len(shown) == 0 || shown[0] != "Bearer canary-token" {
		t.Errorf("the token is not shown: %q", shown)
	}
}

// One verdict that is not a pass is enough, and an inconclusive one pauses.
func TestTheRolloutOfTheExamplesFitsItsTemplate(t *testing.T) {
	template := strictly[manifest[argoTemplate]](t, example(t, "argo-rollouts", "analysistemplate.yaml"))
	rollout := strictly[manifest[argoRollout]](t, example(t, "argo-rollouts", "rollout.yaml"))
	m := template.Spec.Metrics[0]
	if m.FailureLimit == nil || *m.FailureLimit != 0 || m.InconclusiveLimit == nil || *m.InconclusiveLimit != 0 {
		t.Errorf("a verdict that is no pass is borne: %+v", m)
	}
	analysis := rollout.Spec.Strategy.Canary.Analysis
	if len(analysis.Templates) != 1 || analysis.Templates[0].TemplateName != template.Metadata.Name {
		t.Errorf("the rollout uses %v", analysis.Templates)
	}
	given := map[string]string{"token": "from the secret"}
	for _, arg := range analysis.Args {
		given[arg.Name] = *arg.Value
	}
	if url := template.Spec.resolve(t, given).Provider.Web.URL; !strings.Contains(url, "select=service=checkout&") || !strings.Contains(url, "min_budget=10%25&") {
		t.Errorf("it asks %s", url)
	}
}
