package incidents

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/trends"
	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/changelog"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

const (
	// mostCards is how many open incidents the page shows, mostRecords how many it
	// counts for its trends, and mostEnded how many that are over it lists.
	mostCards   = 50
	mostRecords = 5000
	mostEnded   = 10
	// mostOwners bounds the owners that are one click away, and the rows by owner.
	mostOwners = 8
)

// oncallBody is the page of whoever is on call.
type oncallBody struct {
	Owner    string // whose incidents alone are shown; empty: everybody's
	Self     string // the page as it is filtered
	Headline callHeadline
	Piles    []pileView
	Watched  watched
	Chips    []ui.Chip
	Owners   []string // to choose from
	Cards    []card
	More     int // open incidents that are not shown
	MoreURL  string
	Loose    []looseView // alerts that count although no incident is open
	Unlisted int         // of them that are not shown
	Ended    []callEnded
	Changes  []site.Change
	Earlier  int // changes that are not shown
	Week     weekView
	MaxBy    int
}

// board is what the page is made from.
type board struct {
	owner   string
	now     time.Time
	zone    *time.Location // that reports are made in
	slos    []slo.SLO
	known   []slo.Assessment // one for each SLO
	at      map[slo.ID]int   // where an SLO is among them
	open    []alerting.Incident
	all     int // open incidents, whoever owns them
	records []alerting.Record
	loose   []triage.Loose
}

func (s Handlers) pageOnCall(r *http.Request) (site.Answer, error) {
	b, err := s.board(r.Context(), site.Visible(r.URL.Query().Get("owner")))
	if err != nil {
		return site.Answer{}, err
	}
	body := oncallBody{Owner: b.owner, Self: ownerPath(ui.PathOnCall, b.owner), MoreURL: ownerPath("/incidents", b.owner), MaxBy: site.MaxBy}
	cases := b.cases()
	body.Headline, body.Piles, body.Watched = b.headline(cases), b.piles(), b.watched()
	body.Chips, body.Owners = b.chips(), b.owners()
	body.More = max(len(cases)-mostCards, 0)
	if body.Cards, err = s.cards(r.Context(), b, cases[:len(cases)-body.More]); err != nil {
		return site.Answer{}, err
	}
	if body.Ended, err = s.ended(r.Context(), b); err != nil {
		return site.Answer{}, err
	}
	body.Loose, body.Unlisted = b.looseViews(), max(len(b.loose)-mostLoose, 0)
	body.Week = weekOf(b)
	yesterday := changelog.Query{From: b.now.Add(-ui.Day), To: b.now, Owner: b.owner, Limit: site.ChangesShown / 2}
	if body.Changes, body.Earlier, err = s.Changes(r.Context(), yesterday, time.Time{}); err != nil {
		return site.Answer{}, err
	}
	return s.PageAnswer(r, "oncall", site.Page{Title: "On call", Section: "oncall", Self: body.Self, AsOf: ui.MomentOf(b.asOf()), Body: body})
}

// board reads everything that the page needs about incidents and SLOs, each thing
// once, however many there are.
func (s Handlers) board(ctx context.Context, owner string) (b board, err error) {
	b = board{owner: owner, now: s.Now(), slos: s.Objectives.SLOs(), at: make(map[slo.ID]int)}
	b.zone = site.ZoneOf(b.slos)
	for i := range b.slos {
		b.at[b.slos[i].ID] = i
	}
	if b.known, err = s.Objectives.Assess(ctx, b.slos, time.Time{}); err != nil {
		return b, err
	}
	alerts, err := s.Alerts.Alerts(ctx) // before the incidents: one that ends meanwhile leaves nothing behind
	if err != nil {
		return b, err
	}
	if b.open, err = s.Alerts.OpenIncidents(ctx); err != nil {
		return b, err
	}
	b.all = len(b.open)
	if b.records, err = s.Journal.Records(ctx, trends.Since(b.now.In(b.zone)), mostRecords); err != nil {
		return b, err
	}
	if b.loose = b.mineLoose(alerts, b.open); owner == "" {
		return b, nil
	}
	b.open = slices.DeleteFunc(slices.Clone(b.open), func(i alerting.Incident) bool { return !concerns(i, owner) })
	b.records = slices.DeleteFunc(slices.Clone(b.records), func(r alerting.Record) bool { return r.Owner != owner })
	return b, nil
}

// concerns reports whether an incident is of an owner or affects a function of theirs.
func concerns(i alerting.Incident, owner string) bool {
	return i.Owner == owner || slices.ContainsFunc(i.Affected, func(a alerting.Affected) bool { return a.Owner == owner })
}

// cases are the open incidents as they stand for themselves, the most urgent first.
// What folded into one of them is listed with it.
func (b *board) cases() (out []triage.Case) {
	shown := make(map[string]bool, len(b.open))
	for _, i := range b.open {
		shown[i.ID] = true
	}
	for _, i := range b.open {
		if i.Cause == "" || !shown[i.Cause] {
			out = append(out, triage.Case{Incident: i, Facts: b.facts(i)})
		}
	}
	slices.SortFunc(out, triage.Compare)
	return out
}

// facts are what is known now of the alerts of an incident.
func (b *board) facts(i alerting.Incident) (out []alerting.Fact) {
	for _, a := range i.Alerts {
		if at, ok := b.at[a.ID]; ok {
			out = append(out, alerting.FactOf(b.slos[at], b.known[at], a))
		} else {
			out = append(out, alerting.FactOf(slo.SLO{ID: a.ID}, slo.Assessment{ID: a.ID}, a))
		}
	}
	return out
}

// asOf is the instant of the newest assessment.
func (b *board) asOf() (at time.Time) {
	for i := range b.known {
		if b.known[i].AsOf.After(at) {
			at = b.known[i].AsOf
		}
	}
	return at
}

// ownerPath is a page that takes an owner.
func ownerPath(path, owner string) string {
	if owner == "" {
		return path
	}
	return path + "?" + url.Values{"owner": {owner}}.Encode()
}
