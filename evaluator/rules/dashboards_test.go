package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/rules"
	"github.com/slofuse/slofuse/internal/grafana"
)

// A panel that asks for a series under another name stays empty, and nobody
// notices: each has to have values where the rules were evaluated.
func TestEvery_panel_shows_what_the_rules_record(t *testing.T) {
	r := newRuler(t, newFleet(t))
	r.remember("availability", wednesday, 4*24*time.Hour, 1000, 0)
	r.run(rules.Compile(load(t, "testdata/fleet.yaml")[:1], halfMinute), wednesday, wednesday.Add(10*time.Minute))
	r.now = r.now.Add(-30 * time.Second)
	choices := strings.NewReplacer("$service", "auth", "$function", "login", "$slo", "availability")
	for _, name := range grafana.Names() {
		d, _ := grafana.Build(name, grafana.Source{Prefix: rules.Prefix})
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				if len(r.ask(choices.Replace(target.Expr))) != 1 {
					t.Errorf("%s: %q shows nothing for %s", name, panel.Title, target.Expr)
				}
			}
		}
	}
}
