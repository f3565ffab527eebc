package suppression

import (
	"net/http"
	"net/url"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// maintenanceBody is the list of maintenance windows, and the form of a new one.
type maintenanceBody struct {
	Active, Planned, Over []maintenanceItem
	More                  int // of those that are over, not listed
	Form                  maintenanceForm
	Repeats               []string // the days to choose from
	MaxReason             int
}

type maintenanceItem struct {
	ID, URL, Reason, Author string
	Status                  ui.Badge
	From, To                ui.Moment // To is empty where there is no end
	Times                   string    // of a recurring one, in words
	Next                    ui.Moment // when it goes on again; of a recurring one
	NextIn                  string
	Ends                    []newEnd
	Matchers                []string
	Does                    string // corrects budgets, holds messages back, or both
	Made, Withdrawn         ui.Moment
	WithdrawnBy             string
	Going                   bool          // it goes on, and can be ended
	Left                    string        // until it ends, while it goes on
	Others                  []overlapView // that do some of the same
	Later                   []laterEnd
	Latest                  string // how the field of a time begins
}

func (s Handlers) pageMaintenance(r *http.Request) (site.Answer, error) {
	now := s.Now().UTC()
	form := maintenanceForm{From: now.Format(ui.FormTime), To: now.Add(time.Hour).Format(ui.FormTime), Does: "mute"}
	if r.URL.Query().Has("afterwards") { // something was not what the promise is about
		form = maintenanceForm{From: now.Add(-time.Hour).Format(ui.FormTime), To: now.Format(ui.FormTime), Does: "correct"}
	}
	form.read(r.URL.Query())
	if r.URL.Query().Has("preview") {
		s.previewMaintenance(r, &form)
	}
	return s.maintenancePage(r, form)
}

func (s Handlers) maintenancePage(r *http.Request, form maintenanceForm) (site.Answer, error) {
	kept, err := s.keptHolds(r.Context())
	if err != nil {
		return site.Answer{}, err
	}
	if form.Reach != nil {
		form.Reach.Others = s.beside(kept, earlier(form.window.StartsAt, s.Now()))(form.window.Hold())
	}
	body := maintenanceBody{Form: form, Repeats: suppress.RepeatDays(), MaxReason: site.MaxComment}
	beside, looked := s.beside(kept, s.Now()), 0
	for _, m := range kept.windows {
		item := s.maintenanceItem(m)
		state := m.State(s.Now())
		if (state == suppress.StateActive || state == suppress.StatePending) && looked < mostHolds {
			looked++
			item.Others = beside(m.Hold())
		}
		switch state {
		case suppress.StateActive:
			body.Active = append(body.Active, item)
		case suppress.StatePending:
			body.Planned = append(body.Planned, item)
		default:
			if len(body.Over) < mostOver {
				body.Over = append(body.Over, item)
			} else {
				body.More++
			}
		}
	}
	return s.PageAnswer(r, "maintenance", site.Page{Title: "Maintenance", Section: "maintenance", Self: ui.PathMaintenance, Concerns: "status", Body: body})
}

func (s Handlers) maintenanceItem(m suppress.Maintenance) maintenanceItem {
	item := maintenanceItem{
		ID: m.ID, URL: ui.PathMaintenance + "/" + url.PathEscape(m.ID), Reason: m.Reason, Author: m.Author, Status: maintenanceBadge(m.State(s.Now())),
		From: ui.MomentOf(m.StartsAt), To: ui.MomentOf(m.EndsAt), Matchers: m.Matchers.Texts(), Does: does(m),
		Made: ui.MomentOf(m.MadeAt), Withdrawn: ui.MomentOf(m.WithdrawnAt), WithdrawnBy: m.WithdrawnBy,
	}
	s.addEnds(&item, m)
	item.Times, item.Ends = m.Recurring.Words(), newEnds(m.Ends)
	if next, ok := m.Next(s.Now()); ok && len(m.Recurring) > 0 {
		item.Next, item.NextIn = ui.MomentOf(next.From), left(next.From, s.Now())
	}
	return item
}

// newEnd is who gave something another end.
type newEnd struct {
	By       string
	Later    bool
	At       ui.Moment
	From, To ui.Moment // From is empty where there was none
}

func newEnds(all []suppress.NewEnd) (out []newEnd) {
	for _, e := range all {
		out = append(out, newEnd{By: e.By, Later: e.To.After(e.From) && !e.From.IsZero(), At: ui.MomentOf(e.At), From: ui.MomentOf(e.From), To: ui.MomentOf(e.To)})
	}
	return out
}

// addEnds says how a window may be ended, now or later.
func (s Handlers) addEnds(item *maintenanceItem, m suppress.Maintenance) {
	now := s.Now()
	_, err := m.Ended(now)
	item.Going = err == nil
	if m.Withdrawn() || m.EndsAt.IsZero() {
		return
	}
	if item.Going {
		item.Left = left(m.EndsAt, now)
	}
	item.Latest = m.EndsAt.UTC().Format(ui.FormTime)
	item.Later = laterEnds(m.EndsAt, func(to time.Time) bool {
		_, err := m.Extended(to)
		return err == nil
	})
}

// does says what a window does.
func does(m suppress.Maintenance) string {
	switch {
	case m.Correct && m.Mute:
		return "corrects budgets and holds messages back"
	case m.Mute:
		return "holds messages back"
	}
	return "corrects budgets"
}

func maintenanceBadge(state suppress.State) ui.Badge {
	switch state {
	case suppress.StateActive:
		return ui.Badge{Icon: "recovering", Word: "Going on", Tone: "note"}
	case suppress.StatePending:
		return ui.Badge{Icon: "pending", Word: "Planned", Tone: "quiet"}
	case suppress.StateWithdrawn:
		return ui.Badge{Icon: "idle", Word: "Withdrawn", Tone: "quiet"}
	}
	return ui.Badge{Icon: "ok", Word: "Over", Tone: "quiet"}
}

func (s Handlers) submitWithdrawal(r *http.Request) (site.Answer, error) {
	action, err := site.ReadForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	if _, err := s.Maintenance.Withdraw(r.Context(), site.PathValue(r, "id"), action.By); err != nil {
		return site.Answer{}, err
	}
	return site.SeeOther(ui.PathMaintenance), nil
}

func (s Handlers) submitLaterEnd(r *http.Request) (site.Answer, error) {
	to, by, err := laterForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	if _, err := s.changeWindow(r, by, func(m suppress.Maintenance) (suppress.Maintenance, error) { return m.Extended(to) }); err != nil {
		return site.Answer{}, err
	}
	return site.SeeOther(ui.PathMaintenance), nil
}

func (s Handlers) submitWindowEnd(r *http.Request) (site.Answer, error) {
	action, err := site.ReadForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	if _, err := s.endWindow(r, action.By); err != nil {
		return site.Answer{}, err
	}
	return site.SeeOther(ui.PathMaintenance), nil
}
