package examples_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/grafana"
)

var update = flag.Bool("update", false, "rewrite the dashboards")

// dashboards are those of the example, by the name of their file.
func dashboards(t *testing.T) map[string]grafana.Dashboard {
	t.Helper()
	out := map[string]grafana.Dashboard{"process": grafana.Process()}
	for _, name := range grafana.Names() {
		d, ok := grafana.Build(name, grafana.Source{Prefix: "slofuse_slo_", States: true})
		if !ok {
			t.Fatalf("there is no dashboard %q", name)
		}
		out[name] = d
	}
	return out
}

func TestTheDashboardsAreThoseThatAreGenerated(t *testing.T) {
	for name, d := range dashboards(t) {
		var want bytes.Buffer
		if err := d.Write(&want); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("grafana", name+".json")
		if *update {
			if err := os.WriteFile(file, want.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not what is generated: go test ./examples -run Dashboards -update (%v)", file, err)
		}
	}
}

// served are the metrics that docs/metrics.md lists, which a test of the program
// compares with what it serves.
func served(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../docs/metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, name := range regexp.MustCompile("`(slofuse_[a-z_]+)`").FindAllStringSubmatch(string(text), -1) {
		out[name[1]] = true
	}
	return out
}

func TestTheDashboardsAskForMetricsThatThereAre(t *testing.T) {
	known := served(t)
	grafanaWords := strings.NewReplacer("$service", "s", "$function", "f", "$slo", "n")
	asked := 0
	for name, d := range dashboards(t) {
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				asked++
				expr, err := parser.NewParser(parser.Options{}).ParseExpr(grafanaWords.Replace(target.Expr))
				if err != nil {
					t.Errorf("%s, %s: %v", name, panel.Title, err)
					continue
				}
				for _, selectors := range parser.ExtractSelectors(expr) {
					for _, m := range selectors {
						metric := strings.TrimSuffix(strings.TrimSuffix(m.Value, "_sum"), "_count")
						if m.Name == "__name__" && !known[metric] {
							t.Errorf("%s, %s: there is no metric %s", name, panel.Title, m.Value)
						}
					}
				}
			}
		}
		if len(d.Templating.List) == 0 || d.Templating.List[0].Type != "datasource" {
			t.Errorf("%s: the data source cannot be chosen", name)
		}
	}
	if asked < 20 || len(known) < 20 {
		t.Errorf("%d queries over %d metrics were looked at", asked, len(known))
	}
}

func TestTheProvisioningIsRead(t *testing.T) {
	var source struct {
		Datasources []struct{ Type, URL string }
	}
	var folder struct {
		Providers []struct {
			Type    string
			Options struct{ Path string }
		}
	}
	for file, into := range map[string]any{"datasource.yaml": &source, "dashboards.yaml": &folder} {
		text, err := os.ReadFile(filepath.Join("grafana", "provisioning", file))
		if err == nil {
			err = yaml.Unmarshal(text, into)
		}
		if err != nil {
			t.Fatal(file, err)
		}
	}
	if source.Datasources[0].Type != "prometheus" || folder.Providers[0].Type != "file" || folder.Providers[0].Options.Path == "" {
		t.Errorf("%+v %+v", source, folder)
	}
	if raw, err := os.ReadFile(filepath.Join("grafana", "slo.json")); err != nil || !json.Valid(raw) {
		t.Error(err)
	}
}
