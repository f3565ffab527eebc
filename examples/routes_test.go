package examples_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo/spec"
)

// Of every SLO of the demo somebody is told beside the channel that everything goes
// to, at any time of the week.
func TestTheExampleOfRoutesIsSound(t *testing.T) {
	c, problems, err := config.Load("routes/slofuse.yaml")
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	tree, err := route.New(*c.Route)
	if err != nil {
		t.Fatal(err)
	}
	set, problems, err := spec.Load(c.SLOFiles, spec.Options{})
	if err != nil || problems.Err() != nil || len(set.SLOs) == 0 {
		t.Fatal(err, problems, len(set.SLOs))
	}
	monday := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, s := range set.SLOs {
		for at := monday; at.Before(monday.AddDate(0, 0, 7)); at = at.Add(6 * time.Hour) {
			for _, severity := range []string{"page", "ticket"} {
				labels := map[string]string{"service": s.ID.Service, "function": s.ID.Function, "owner": s.Owner, "tier": s.Labels["tier"], "severity": severity}
				hits := tree.Match(labels, at)
				if len(hits) < 2 || hits[0].Receiver != "everything" {
					t.Fatalf("%s of %s is told to %v only", severity, s.ID, hits)
				}
				for _, hit := range hits {
					if severity == "page" && hit.Muted != "" {
						t.Errorf("a page of %s is muted by %s at %v", s.ID, hit.Muted, at)
					}
				}
			}
		}
	}
}

func TestTicketsOfReportsWaitForTheMorning(t *testing.T) {
	c, _, err := config.Load("routes/slofuse.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := route.New(*c.Route)
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{"owner": "team-reports", "severity": "ticket"}
	for at, want := range map[time.Time]string{
		time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC):  "", // Monday, 9:00 in Berlin
		time.Date(2026, 11, 23, 7, 59, 0, 0, time.UTC): "outside office",
		time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC): "outside office",
		time.Date(2026, 12, 24, 12, 0, 0, 0, time.UTC): "holidays",
	} {
		hits := tree.Match(labels, at)
		if last := hits[len(hits)-1]; last.Receiver != "reports" || last.Muted != want {
			t.Errorf("at %v %s is muted by %q, want %q", at, last.Receiver, last.Muted, want)
		}
	}
}
