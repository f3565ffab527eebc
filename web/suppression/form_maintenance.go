package suppression

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// maintenanceForm is what was typed, and what came of it. Times are in UTC, as the
// form says.
type maintenanceForm struct {
	Matchers, From, To, Does, Reason, By string
	// Repeat is the days of a recurring window, Clock and Until its times at a place, and
	// Ends when it is over; empty: until it is ended.
	Repeat, Clock, Until, Zone, Ends string
	Words                            string // of a recurring window that is previewed
	Next                             ui.Moment
	Error                            string
	Reach                            *reachView           // nil: nobody asked yet
	window                           suppress.Maintenance // that is previewed
}

// read puts what a link or a reader says over what the form begins with.
func (f *maintenanceForm) read(values url.Values) {
	text := func(name, unless string) string { return cmp.Or(site.Visible(values.Get(name)), unless) }
	f.Matchers, f.Does, f.Reason, f.By = text("matchers", matchersOf(values)), text("does", f.Does), text("reason", ""), text("by", "")
	f.From, f.To = text("from", f.From), text("to", f.To)
	f.Repeat, f.Clock, f.Until, f.Zone, f.Ends = text("repeat", ""), text("clock", "02:00"), text("clock_until", "04:00"), text("zone", "UTC"), text("ends", "")
}

// asked is the window that the form asks for.
func (f *maintenanceForm) asked() (asked api.Announcement, err error) {
	asked = api.Announcement{Author: f.By, Reason: f.Reason, Correct: f.Does != "mute", Mute: f.Does == "mute" || f.Does == "both"}
	if asked.StartsAt, err = time.Parse(ui.FormTime, f.From); err != nil {
		return asked, site.BadRequest("from is not a time such as 2026-03-18T14:00, in UTC")
	}
	if text := strings.TrimSpace(f.Matchers); text != "" {
		asked.Matchers = []string{text}
	}
	if f.Repeat != "" {
		return asked, f.askRepeated(&asked)
	}
	asked.EndsAt, err = endOf("to", f.To)
	return asked, err
}

// askRepeated asks for a window that recurs.
func (f *maintenanceForm) askRepeated(asked *api.Announcement) (err error) {
	if asked.TimeIntervals, err = (suppress.Repeat{Days: f.Repeat, From: f.Clock, Until: f.Until, Zone: f.Zone}).Recurring(); err != nil {
		return site.BadRequest(err.Error())
	}
	if f.Ends != "" {
		asked.EndsAt, err = endOf("the end of a recurring window", f.Ends)
	}
	return err
}

func endOf(what, text string) (*time.Time, error) {
	at, err := time.Parse(ui.FormTime, text)
	if err != nil {
		return nil, site.BadRequest(what + " is not a time such as 2026-03-18T14:00, in UTC")
	}
	return &at, nil
}

// previewMaintenance looks at what the window of a form would do.
func (s Handlers) previewMaintenance(r *http.Request, form *maintenanceForm) {
	err := func() error {
		asked, err := form.asked()
		if err != nil {
			return err
		}
		asked.Author, asked.Reason = "anybody", "anything" // who looks need not say
		m, err := maintenanceOf(asked)
		if err != nil {
			return err
		}
		reach, err := s.reach(r, m.Matchers.MatchAlert)
		if err != nil {
			return err
		}
		form.Words, form.window = m.Recurring.Words(), m
		if next, ok := m.Next(s.Now()); ok {
			form.Next = ui.MomentOf(next.From)
		}
		form.Reach, err = s.viewWindow(r, m, reach)
		return err
	}()
	if err != nil {
		form.Error = site.MessageOf(err)
	}
}

// viewWindow shows what a window would do: hold back, and take out of budgets.
func (s Handlers) viewWindow(r *http.Request, m suppress.Maintenance, reach suppress.Reach) (*reachView, error) {
	v := s.viewReach("window", reach)
	if !m.Mute && !v.None {
		v.Now, v.Incidents, v.Hidden = "It holds nothing back: whatever burns is told.", nil, ""
		v.Warnings = s.warnings("window", suppress.Reach{SLOs: reach.SLOs, Services: reach.Services})
	}
	if m.Correct && !v.None {
		taken, err := s.takenOut(r.Context(), m)
		if err != nil {
			return nil, err
		}
		v.Taken = taken
	}
	return v, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// submitMaintenance takes the form: one window, of the past as well. What cannot be
// kept is shown again, with what was typed.
func (s Handlers) submitMaintenance(r *http.Request) (site.Answer, error) {
	if err := site.ParseForm(r); err != nil {
		return site.Answer{}, err
	}
	var form maintenanceForm
	form.read(r.PostForm)
	asked, err := form.asked()
	if err == nil {
		var kept suppress.Maintenance
		if kept, err = s.keepMaintenance(r, asked); err == nil {
			a := site.SeeOther(ui.PathMaintenance)
			a.Target = kept.ID
			return a, nil
		}
	}
	if site.AsProblem(err).Status != http.StatusBadRequest {
		return site.Answer{}, err
	}
	form.Error = site.MessageOf(err)
	a, err := s.maintenancePage(r, form)
	a.Status = http.StatusBadRequest
	return a, err
}
