package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo/spec"
)

const slothFile = `version: prometheus/v1
service: checkout
labels: {owner: team-checkout}
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(calls_total{code="500"}[{{.window}}]))
        total_query: sum(rate(calls_total[{{.window}}]))
`

const nativeFile = `version: 1
service: fraud
owner: team-fraud
functions:
  - name: score
    slos:
      - {name: availability, objective: 99%, window: 7d, sli: {ratio: {total: scores_total, bad: 'scores_total{code="500"}'}}}
`

func TestForeignDocumentsStandBesideNativeOnes(t *testing.T) {
	set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(slothFile + "---\n" + nativeFile)}}, spec.Options{})
	var got []string
	for _, s := range set.SLOs {
		got = append(got, s.ID.String()+" at "+s.Source.String()+": "+s.SLI.Ratio.Bad[0].String())
	}
	want := []string{
		`checkout/checkout/availability at f.yaml:5:5: calls_total{code="500"}`,
		`fraud/score/availability at f.yaml:18:9: scores_total{code="500"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
		t.Errorf("problems %v, -want +got:\n%s", problems, diff)
	}
}

// An error of a foreign document makes its file unusable, as any other.
func TestForeignErrorsStandInTheForeignFile(t *testing.T) {
	broken := "version: prometheus/v1\nservice: fraud\nslos:\n  - {name: a, objective: 0.99, sli: {}}\n"
	set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(slothFile + "---\n" + broken)}}, spec.Options{})
	want := []string{"f.yaml:15:37: an SLI of Sloth needs a kind: one of events, raw"}
	if diff := cmp.Diff(want, lines(problems)); diff != "" || len(set.SLOs) > 0 {
		t.Errorf("%d SLOs, -want +got:\n%s", len(set.SLOs), diff)
	}
}

func TestDocumentsOfTwoFormatsAreRefused(t *testing.T) {
	cases := map[string]string{
		"version: prometheus/v1\nservice: a\nslos: []\nfunctions: []\n": "f.yaml:1:1: this document is of two formats at once, Sloth (version: prometheus/v1) and slofuse (functions): make it one of them, or two documents with --- between them",
		"version: 1\nservice: a\nslos: []\n":                            "f.yaml:1:1: this document is of two formats at once, Sloth (slos) and slofuse (version: 1): make it one of them, or two documents with --- between them",
		"apiVersion: openslo/v1\nkind: SLO\nfunctions: []\n":            "f.yaml:1:1: this document is of two formats at once, OpenSLO (apiVersion: openslo/v1) and slofuse (functions): make it one of them, or two documents with --- between them",
		"apiVersion: pyrra.dev/v1alpha1\nversion: prometheus/v1\n":      "f.yaml:1:1: this document is of two formats at once, Pyrra (apiVersion: pyrra.dev/v1alpha1) and Sloth (version: prometheus/v1): make it one of them, or two documents with --- between them",
		"apiVersion: sloth.slok.dev/v1\nslis: {}\n":                     "f.yaml:1:1: this document is of two formats at once, Sloth (apiVersion: sloth.slok.dev/v1) and slofuse (slis): make it one of them, or two documents with --- between them",
	}
	for text, want := range cases {
		_, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(text)}}, spec.Options{})
		if diff := cmp.Diff([]string{want}, lines(problems)); diff != "" {
			t.Errorf("%q: -want +got:\n%s", text, diff)
		}
	}
}

// What neither slofuse nor a tool it knows wrote is passed over where it is found.
func TestOtherDocumentsArePassedOver(t *testing.T) {
	const other = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
	_, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(other), Found: true}}, spec.Options{})
	want := []string{"f.yaml:1:1: warning: passed over: this is no SLO file, it has neither version nor service (not-an-slo-file)"}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Error(diff)
	}
}
