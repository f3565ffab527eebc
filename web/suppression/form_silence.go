package suppression

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// silenceFormOf is a form with what a link or a reader put into it: matchers, or the
// labels of which they are made.
func silenceFormOf(values url.Values) silenceForm {
	return silenceForm{
		Matchers: cmp.Or(site.Visible(values.Get("matchers")), matchersOf(values)), For: site.Visible(values.Get("for")),
		Reason: site.Visible(values.Get("reason")), By: site.Visible(values.Get("by")),
	}
}

// matchersOf are the matchers of the labels that a link names.
func matchersOf(values url.Values) string {
	var out []string
	for _, name := range []string{"service", "function", "slo", "owner", "severity"} {
		if value := site.Visible(values.Get(name)); value != "" {
			out = append(out, fmt.Sprintf("%s=%q", name, value))
		}
	}
	return strings.Join(out, ",")
}

// silenceAsked is the silence that a form asks for: from now, for a length.
func (s Handlers) silenceAsked(form silenceForm) (api.SilenceRequest, error) {
	asked := api.SilenceRequest{Author: form.By, Reason: form.Reason}
	length, err := parseLength(form.For)
	if err != nil {
		return asked, err
	}
	asked.EndsAt = new(s.Now().Add(length).UTC().Truncate(time.Second))
	if text := strings.TrimSpace(form.Matchers); text != "" {
		asked.Matchers = []string{text}
	}
	return asked, nil
}

// submitSilence takes the form. What cannot be kept is shown again, with what was
// typed.
func (s Handlers) submitSilence(r *http.Request) (site.Answer, error) {
	if err := site.ParseForm(r); err != nil {
		return site.Answer{}, err
	}
	form := silenceFormOf(r.PostForm)
	asked, err := s.silenceAsked(form)
	if err == nil {
		var kept suppress.Silence
		if kept, err = s.keepSilence(r, asked); err == nil {
			a := site.SeeOther(ui.PathSilences)
			a.Target = kept.ID
			return a, nil
		}
	}
	if site.AsProblem(err).Status != http.StatusBadRequest {
		return site.Answer{}, err
	}
	form.Error = site.MessageOf(err)
	a, err := s.silencesPage(r, form)
	a.Status = http.StatusBadRequest
	return a, err
}

// servicesOfSilenceForm is the one service that a silence of the form is about.
func servicesOfSilenceForm(r *http.Request) ([]string, error) {
	_ = site.ParseForm(r) // what cannot be read is about no service
	matchers, err := suppress.ParseMatchers(silenceFormOf(r.PostForm).Matchers)
	if err != nil {
		return nil, site.BadRequest(err.Error())
	}
	return servicesOfMatchers(matchers), nil
}

func (s Handlers) submitExpiry(r *http.Request) (site.Answer, error) {
	action, err := site.ReadForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	if _, err := s.Silences.ExpireSilence(r.Context(), site.PathValue(r, "id"), action.By); err != nil {
		return site.Answer{}, err
	}
	return site.SeeOther(ui.PathSilences), nil
}

func (s Handlers) submitExtension(r *http.Request) (site.Answer, error) {
	to, by, err := laterForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	if _, err := s.extendTo(r, to, by); err != nil {
		return site.Answer{}, err
	}
	return site.SeeOther(ui.PathSilences), nil
}

// laterForm reads who wants another end, and which: that was pressed, or typed in UTC.
func laterForm(r *http.Request) (to time.Time, by string, err error) {
	action, err := site.ReadForm(r)
	if err != nil {
		return to, "", err
	}
	if to, err := time.Parse(time.RFC3339, r.PostForm.Get("to")); err == nil {
		return to.UTC(), action.By, nil
	}
	if to, err = time.Parse(ui.FormTime, r.PostForm.Get("until")); err != nil {
		return to, "", site.BadRequest("until is not a time such as 2026-03-18T14:00, in UTC")
	}
	return to, action.By, nil
}
