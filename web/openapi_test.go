package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/web/api"
)

type document struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	Parameters  []struct{ Name, In string }
	RequestBody any
	Responses   map[string]any
}

type schema struct {
	Properties map[string]any
	Required   []string
}

func openAPI(t *testing.T) (document, string) {
	t.Helper()
	w := get(t, newFleet().server(t), "/api/v1/openapi.json")
	if w.Code != http.StatusOK {
		t.Fatalf("status %d", w.Code)
	}
	var d document
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return d, w.Body.String()
}

// TestTheAPIDocumentIsTheRouter compares both ways: what is served is
// documented with its parameters, and nothing else is.
func TestTheAPIDocumentIsTheRouter(t *testing.T) {
	served := map[string]string{}
	for _, e := range newFleet().server(t).Endpoints() {
		if strings.HasPrefix(e.Path, "/api/") {
			query := strings.Fields(e.Query)
			slices.Sort(query)
			served[e.Method+" "+e.Path] = strings.Join(query, " ")
		}
	}
	documented := map[string]string{}
	d, _ := openAPI(t)
	for path, operations := range d.Paths {
		for method, op := range operations {
			var query []string
			for _, p := range op.Parameters {
				if p.In == "query" {
					query = append(query, p.Name)
				} else if !strings.Contains(path, "{"+p.Name+"}") {
					t.Errorf("%s has no segment %s", path, p.Name)
				}
			}
			slices.Sort(query)
			documented[strings.ToUpper(method)+" "+path] = strings.Join(query, " ")
		}
	}
	if diff := cmp.Diff(served, documented); diff != "" {
		t.Errorf("-served +documented:\n%s", diff)
	}
}

// TestTheAPIDocumentHasTheKeysOfTheWireTypes compares every schema with the Go
// type of its name.
func TestTheAPIDocumentHasTheKeysOfTheWireTypes(t *testing.T) {
	d, _ := openAPI(t)
	types := map[string]any{
		"SLO": api.SLO{}, "SLOList": api.SLOList{}, "Window": api.Window{}, "WindowResult": api.WindowResult{}, "Data": api.Data{},
		"ErrorBudget": api.ErrorBudget{}, "BurnRate": api.BurnRate{}, "Latency": api.Latency{}, "Errors": api.Errors{},
		"ErrorClass": api.ErrorClass{}, "Excluded": api.Excluded{}, "Measured": api.Measured{}, "Announcement": api.Announcement{}, "Maintenance": api.Maintenance{}, "MaintenanceList": api.MaintenanceList{}, "Correction": api.Correction{},
		"Muting": alerting.Muting{}, "LastDeploy": api.LastDeploy{}, "SilenceRequest": api.SilenceRequest{}, "Silence": api.Silence{}, "SilenceList": api.SilenceList{},
		"Extension": api.Extension{}, "Ending": api.Ending{}, "DeployRequest": api.DeployRequest{}, "DeployEnd": api.DeployEnd{}, "Deploy": api.Deploy{}, "DeployList": api.DeployList{}, "DeployCosts": api.DeployCosts{}, "Cost": api.Cost{},
		"AlertState": api.AlertState{}, "Series": api.Series{}, "Charts": api.Charts{}, "Projection": api.Projection{}, "Burns": api.Burns{}, "BurnWindow": api.BurnWindow{}, "Signals": api.Signals{}, "Detail": api.Detail{}, "DetailCalls": api.DetailCalls{}, "DetailClass": api.DetailClass{}, "DetailLatency": api.DetailLatency{}, "Exemplars": api.Exemplars{}, "Exemplar": api.Exemplar{},
		"Heat": api.Heat{}, "HeatRow": api.HeatRow{}, "HeatColumn": api.HeatColumn{}, "Signal": api.Signal{}, "SignalPoint": api.SignalPoint{},
		"Point": api.Point{}, "IncidentList": api.IncidentList{}, "Incident": api.Incident{}, "IncidentAlert": api.IncidentAlert{},
		"Event": api.Event{}, "Delivery": api.Delivery{}, "Action": api.Action{}, "Verdict": api.Verdict{}, "CanaryVerdict": api.CanaryVerdict{}, "CanaryTest": api.CanaryTest{}, "NotCompared": api.NotCompared{}, "CanaryCheck": api.CanaryCheck{},
		"CanarySide": api.CanarySide{}, "LatencyQuantile": api.LatencyQuantile{}, "CanaryDifference": api.CanaryDifference{}, "CanaryShift": api.CanaryShift{}, "Check": api.Check{},
		"Freeze": api.Freeze{}, "OpenIncident": api.OpenIncident{}, "GateRequest": api.GateRequest{}, "Override": api.Override{}, "Overridden": api.Overridden{},
		"Annotation": api.Annotation{}, "Revision": api.Revision{}, "Ledger": api.Ledger{}, "Account": api.Account{}, "Resolution": api.Resolution{},
		"Tally": api.Tally{}, "Slot": api.Slot{}, "SlotClass": api.SlotClass{}, "Verification": api.Verification{}, "SlotDifference": api.SlotDifference{},
		"Explanation": api.Explanation{}, "Promise": api.Promise{}, "Counted": api.Counted{}, "Selector": api.Selector{},
		"ExplainedSum": api.ExplainedSum{}, "ExplainedWindow": api.ExplainedWindow{}, "Working": api.Working{},
		"ExplainedTier": api.ExplainedTier{}, "Condition": api.Condition{}, "Query": api.Query{},
		"ErrorResponse": api.ErrorResponse{}, "Problem": api.Problem{}, "Audit": api.Audit{}, "AuditEntry": audit.Entry{}, "LiveEvent": api.LiveEvent{},
		"Report": api.Report{}, "ReportPeriod": api.ReportPeriod{}, "ReportSummary": api.ReportSummary{}, "ReportObjective": api.ReportObjective{},
		"ReportEarlier": api.ReportEarlier{}, "ReportIncident": api.ReportIncident{},
	}
	maps.Copy(types, operateTypes)
	for name, value := range types {
		var documented []string
		for key := range d.Components.Schemas[name].Properties {
			documented = append(documented, key)
		}
		slices.Sort(documented)
		written := keys(reflect.TypeOf(value))
		slices.Sort(written)
		if diff := cmp.Diff(written, documented); diff != "" {
			t.Errorf("%s (-written +documented):\n%s", name, diff)
		}
	}
	for name := range d.Components.Schemas {
		if _, ok := types[name]; !ok {
			t.Errorf("schema %s stands for no type", name)
		}
	}
}

func TestTheAPIDocumentRefersToWhatIsThere(t *testing.T) {
	d, text := openAPI(t)
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "#/components/schemas/")
		if !ok {
			break
		}
		name, tail, _ := strings.Cut(after, `"`)
		if _, ok := d.Components.Schemas[name]; !ok {
			t.Errorf("there is no schema %s", name)
		}
		rest = tail
	}
}

// keys lists the JSON keys of a struct, those of embedded structs included.
func keys(of reflect.Type) []string {
	var out []string
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if field.Anonymous && name == "" {
			out = append(out, keys(field.Type)...)
			continue
		}
		out = append(out, name)
	}
	return out
}

// TestTheAPIDocumentIsTheSameInYAML reads both forms.
func TestTheAPIDocumentIsTheSameInYAML(t *testing.T) {
	server := newFleet().server(t)
	w := get(t, server, "/api/v1/openapi.yaml")
	var fromYAML, fromJSON any
	if err := yaml.Unmarshal(w.Body.Bytes(), &fromYAML); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(get(t, server, "/api/v1/openapi.json").Body.Bytes(), &fromJSON); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &fromYAML); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromJSON, fromYAML); diff != "" || !strings.HasPrefix(w.Body.String(), "openapi: 3.1.0\n") {
		t.Errorf("-json +yaml:\n%s", diff)
	}
}
