package journal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

func TestLatestFoldsWhatWasDecidedSinceAndTakesItsClaim(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	handed := wantDue(t, j, later, "i001/1/pager/webhook/0", "i001/1/team/slack/0")
	step(t, j, &i, alerting.StatusResolved, alerting.EventResolved, slack)
	latest, held, err := j.Latest(t.Context(), handed, noon)
	must(t, err)
	if diff := cmp.Diff([]string{"i001/1/pager/webhook/0", "i001/2/team/slack/0"}, ids(latest)); diff != "" || len(held) != 0 {
		t.Fatalf("latest (-want +got):\n%s held %v", diff, ids(held))
	}
	if end := latest[1]; end.Status != alerting.StatusResolved || len(end.Folded) != 1 {
		t.Errorf("message: %+v", end)
	}
	wantDue(t, j, later) // one is under way to each
	must(t, j.SentAll(t.Context(), []alerting.Receipt{{EventID: latest[0].EventID, Ref: "a"}, {EventID: latest[1].EventID, Ref: "b"}}, later))
	wantDue(t, j, later)
	got, err := j.Incident(t.Context(), i.ID)
	must(t, err)
	for _, d := range got.Deliveries {
		if d.State != alerting.DeliverySent {
			t.Errorf("delivery: %+v", d)
		}
	}
	if b, err := j.Backlog(t.Context()); err != nil || b != (Backlog{}) {
		t.Errorf("backlog %+v, %v", b, err)
	}
}

func TestLatestHoldsWhatIsOldAgainstItsIncident(t *testing.T) {
	muted := []alerting.Muting{{Kind: alerting.MutingSilence, ID: "s1"}}
	for name, tc := range map[string]struct {
		now          func(*alerting.Incident)
		latest, held []string
		status       alerting.Status
	}{
		"it burns on":        {func(*alerting.Incident) {}, []string{"i001/1/team/slack/0"}, nil, alerting.StatusFiring},
		"it is muted by now": {func(i *alerting.Incident) { i.Alerts[0].MutedBy = muted }, nil, []string{"i001/1/team/slack/0"}, ""},
		"it is over, and nobody was owed that": {
			func(i *alerting.Incident) { i.State, i.ResolvedAt = alerting.IncidentResolved, later }, []string{"i001/1/team/slack/0"}, nil, alerting.StatusResolved,
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := open(t)
			i := incident(1, slo.SeverityPage)
			step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
			handed := due(t, j, later)
			tc.now(&i)
			must(t, j.Commit(t.Context(), alerting.Decided{Incidents: []alerting.Incident{i}}))
			fresh, _, err := j.Latest(t.Context(), handed, noon)
			must(t, err)
			if len(fresh) != 1 || fresh[0].Status != alerting.StatusFiring {
				t.Errorf("what is not old was checked: %+v", fresh)
			}
			latest, held, err := j.Latest(t.Context(), fresh, noon.Add(time.Hour))
			must(t, err)
			if diff := cmp.Diff(tc.latest, ids(latest)) + cmp.Diff(tc.held, ids(held)); diff != "" {
				t.Fatalf("latest and held (-want +got):\n%s", diff)
			}
			if len(latest) == 1 && latest[0].Status != tc.status {
				t.Errorf("message: %+v", latest[0])
			}
			if len(held) == 1 {
				must(t, j.RetryAll(t.Context(), ids(held), "held back", later.Add(time.Minute)))
				wantDue(t, j, later)
				wantDue(t, j, later.Add(time.Minute), "i001/1/team/slack/0")
			}
		})
	}
}

func TestLatestLeavesOutWhatIsOwedNoMore(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	handed := due(t, j, later)
	must(t, j.Undeliverable(t.Context(), handed[0].EventID, "410", later))
	latest, held, err := j.Latest(t.Context(), handed, noon)
	must(t, err)
	if len(latest)+len(held) != 0 {
		t.Errorf("latest %v, held %v", ids(latest), ids(held))
	}
}
