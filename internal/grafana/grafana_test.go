package grafana_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/internal/grafana"
)

// sources are those whose series there are dashboards of.
var sources = []grafana.Source{{Prefix: "slofuse:slo_"}, {Prefix: "slofuse_slo_", States: true}}

func build(t *testing.T, name string, s grafana.Source) grafana.Dashboard {
	t.Helper()
	d, ok := grafana.Build(name, s)
	if !ok {
		t.Fatalf("there is no dashboard %q", name)
	}
	return d
}

// each calls a function with every dashboard of every source.
func each(t *testing.T, look func(name string, s grafana.Source, d grafana.Dashboard)) {
	t.Helper()
	for _, s := range sources {
		for _, name := range grafana.Names() {
			look(s.Prefix+" "+name, s, build(t, name, s))
		}
	}
}

func TestEvery_query_is_PromQL_over_the_series_of_the_prefix(t *testing.T) {
	p := parser.NewParser(parser.Options{})
	each(t, func(name string, s grafana.Source, d grafana.Dashboard) {
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				if _, err := p.ParseExpr(target.Expr); err != nil {
					t.Errorf("%s, %s: %v", name, panel.Title, err)
				}
				if !strings.Contains(target.Expr, s.Prefix) {
					t.Errorf("%s, %s reads %s", name, panel.Title, target.Expr)
				}
				if strings.Contains(target.Expr, "vector(") || strings.Contains(target.Expr, "absent") {
					t.Errorf("%s, %s has a value where nothing is recorded: %s", name, panel.Title, target.Expr)
				}
				if strings.Contains(target.Expr, s.Prefix+"burn_rate") != (s.States && strings.Contains(strings.ToLower(panel.Title), "burn")) && panel.Type != "table" {
					t.Errorf("%s, %s: a burn rate is read where it is told, and worked out where it is not: %s", name, panel.Title, target.Expr)
				}
			}
		}
	})
}

func TestPanels_fill_the_grid_without_overlap(t *testing.T) {
	each(t, func(name string, _ grafana.Source, d grafana.Dashboard) {
		taken, ids := map[[2]int]string{}, map[int]bool{}
		for _, p := range d.Panels {
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
		for cell, title := range taken {
			if above := [2]int{cell[0], cell[1] - 1}; cell[1] > 0 && taken[above] == "" {
				t.Errorf("%s: there is a hole above %q", name, title)
			}
		}
	})
}

func TestWrite_gives_what_Grafana_imports(t *testing.T) {
	for _, name := range grafana.Names() {
		var b bytes.Buffer
		if err := build(t, name, sources[0]).Write(&b); err != nil {
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
	if _, ok := grafana.Build("nobody", sources[0]); ok {
		t.Error("there is a dashboard of any name")
	}
}
