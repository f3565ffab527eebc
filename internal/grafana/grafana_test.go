package grafana_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/internal/grafana"
)

func build(t *testing.T, name string) grafana.Dashboard {
	t.Helper()
	d, ok := grafana.Build(name, "slofuse:slo_")
	if !ok {
		t.Fatalf("there is no dashboard %q", name)
	}
	return d
}

func TestEvery_query_is_PromQL_over_the_series_of_the_prefix(t *testing.T) {
	p := parser.NewParser(parser.Options{})
	for _, name := range grafana.Names() {
		for _, panel := range build(t, name).Panels {
			for _, target := range panel.Targets {
				if _, err := p.ParseExpr(target.Expr); err != nil {
					t.Errorf("%s, %s: %v", name, panel.Title, err)
				}
				if !strings.Contains(target.Expr, "slofuse:slo_") {
					t.Errorf("%s, %s reads %s", name, panel.Title, target.Expr)
				}
				if strings.Contains(target.Expr, "vector(") || strings.Contains(target.Expr, "absent") {
					t.Errorf("%s, %s has a value where nothing is recorded: %s", name, panel.Title, target.Expr)
				}
			}
		}
	}
}

func TestPanels_fill_the_grid_without_overlap(t *testing.T) {
	for _, name := range grafana.Names() {
		taken, ids := map[[2]int]string{}, map[int]bool{}
		for _, p := range build(t, name).Panels {
			if ids[p.ID] {
				t.Errorf("%s: two panels have the id %d", name, p.ID)
			}
			ids[p.ID] = true
			at := p.GridPos
			if at.X+at.W > 24 {
				t.Errorf("%s: %q ends at column %d of 24", name, p.Title, at.X+at.W)
			}
			for x := at.X; x < at.X+at.W; x++ {
				for y := at.Y; y < at.Y+at.H; y++ {
					if other, ok := taken[[2]int{x, y}]; ok {
						t.Fatalf("%s: %q lies over %q", name, p.Title, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
		}
	}
}

func TestWrite_gives_what_Grafana_imports(t *testing.T) {
	for _, name := range grafana.Names() {
		var b bytes.Buffer
		if err := build(t, name).Write(&b); err != nil {
			t.Fatal(err)
		}
		var got struct {
			UID           string
			Title         string
			SchemaVersion int
			Panels        []struct {
				Type    string
				Targets []struct {
					RefID      string
					Datasource struct{ UID string }
				}
			}
			Templating struct {
				List []struct{ Name, Query string }
			}
		}
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if got.UID != "slofuse-"+name || got.SchemaVersion < 36 || len(got.Templating.List) != 4 {
			t.Errorf("%s: %+v", name, got)
		}
		for _, p := range got.Panels {
			if len(p.Targets) == 0 || p.Targets[0].RefID != "A" || p.Targets[0].Datasource.UID != "${datasource}" {
				t.Errorf("%s: a panel of type %s has targets %+v", name, p.Type, p.Targets)
			}
		}
	}
}

func TestBuild_knows_no_other_names(t *testing.T) {
	if _, ok := grafana.Build("nobody", "x_"); ok {
		t.Error("there is a dashboard of any name")
	}
}
