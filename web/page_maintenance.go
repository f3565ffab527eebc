package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/api"
)

// maintenanceBody is the list of maintenance windows.
type maintenanceBody struct {
	Windows   []maintenanceItem
	From, To  string // what the form begins with: the hour before
	MaxBy     int
	MaxReason int
}

type maintenanceItem struct {
	ID, URL, Reason, Author string
	Status                  badge
	From, To                moment // To is empty where there is no end
	Times                   string // of a recurring one
	Matchers                []string
	Does                    string // corrects budgets, holds messages back, or both
	Made, Withdrawn         moment
	WithdrawnBy             string
}

func (s *Server) pageMaintenance(r *http.Request) (answer, error) {
	windows, err := s.Maintenance.Maintenances(r.Context())
	if err != nil {
		return answer{}, err
	}
	now := s.Now().UTC()
	body := maintenanceBody{MaxBy: maxBy, MaxReason: maxComment, From: now.Add(-time.Hour).Format(formTime), To: now.Format(formTime)}
	for _, m := range windows {
		item, err := s.maintenanceItem(m)
		if err != nil {
			return answer{}, err
		}
		body.Windows = append(body.Windows, item)
	}
	return s.pageAnswer(r, "maintenance", page{Title: "Maintenance", Section: "maintenance", Body: body})
}

func (s *Server) maintenanceItem(m suppress.Maintenance) (maintenanceItem, error) {
	item := maintenanceItem{
		ID: m.ID, URL: pathMaintenance + "/" + url.PathEscape(m.ID), Reason: m.Reason, Author: m.Author, Status: maintenanceBadge(m.State(s.Now())),
		From: momentOf(m.StartsAt), To: momentOf(m.EndsAt), Matchers: m.Matchers.Texts(), Does: does(m),
		Made: momentOf(m.MadeAt), Withdrawn: momentOf(m.WithdrawnAt), WithdrawnBy: m.WithdrawnBy,
	}
	if len(m.Recurring) > 0 {
		times, err := json.Marshal(m.Recurring)
		if err != nil {
			return item, err
		}
		item.Times = string(times)
	}
	return item, nil
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

func maintenanceBadge(state suppress.State) badge {
	switch state {
	case suppress.StateActive:
		return badge{Icon: "recovering", Word: "Going on", Tone: "note"}
	case suppress.StatePending:
		return badge{Icon: "pending", Word: "Planned", Tone: "quiet"}
	case suppress.StateWithdrawn:
		return badge{Icon: "idle", Word: "Withdrawn", Tone: "quiet"}
	}
	return badge{Icon: "ok", Word: "Over", Tone: "quiet"}
}

// formTime is how a field for date and time writes one; the form says that it is UTC.
const formTime = "2006-01-02T15:04"

// submitMaintenance takes the form: one window, of the past as well.
func (s *Server) submitMaintenance(r *http.Request) (answer, error) {
	asked, err := maintenanceForm(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.keepMaintenance(r, asked); err != nil {
		return answer{}, err
	}
	return seeOther(pathMaintenance), nil
}

func maintenanceForm(r *http.Request) (asked api.Announcement, err error) {
	if err := parseForm(r); err != nil {
		return asked, err
	}
	asked = api.Announcement{Author: r.PostForm.Get("by"), Reason: r.PostForm.Get("reason")}
	if asked.StartsAt, err = time.Parse(formTime, r.PostForm.Get("from")); err != nil {
		return asked, badRequest("from is not a time such as 2026-03-18T14:00, in UTC")
	}
	ends, err := time.Parse(formTime, r.PostForm.Get("to"))
	if err != nil {
		return asked, badRequest("to is not a time such as 2026-03-18T14:00, in UTC")
	}
	asked.EndsAt = &ends
	if text := strings.TrimSpace(r.PostForm.Get("matchers")); text != "" {
		asked.Matchers = []string{text}
	}
	does := r.PostForm.Get("does")
	asked.Correct, asked.Mute = does != "mute", does != "correct"
	return asked, nil
}

func (s *Server) submitWithdrawal(r *http.Request) (answer, error) {
	action, err := readForm(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.Maintenance.Withdraw(r.Context(), pathValue(r, "id"), action.By); err != nil {
		return answer{}, err
	}
	return seeOther(pathMaintenance), nil
}
