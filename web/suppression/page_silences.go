package suppression

import (
	"net/http"
	"net/url"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// silencesBody is the list of silences, and the form of a new one.
type silencesBody struct {
	Active, Planned, Over []silenceItem
	Form                  silenceForm
	Lengths               []string // how long a new one may last
	Longest               string
	MaxReason             int
}

// silenceForm is what was typed, and what came of it.
type silenceForm struct {
	Matchers, For, Reason, By string
	Error                     string
	Reach                     *reachView // nil: nobody asked yet
	Ends                      ui.Moment  // when it would end
	asked                     *suppress.Silence
}

type silenceItem struct {
	ID, URL, Reason, Author string
	Status                  ui.Badge
	From, To                ui.Moment
	Left                    string // until it ends; empty once it is over
	Matchers                []string
	SLOs                    string // how many it matches; empty once it is over
	NoSLO                   bool
	Others                  []overlapView // that hold some of the same
	Later                   []laterEnd
	Latest                  string // how the field of a time begins
	Expired                 ui.Moment
	ExpiredBy               string
	Ends                    []newEnd
}

// laterEnd is an end that something may be given with one press. It is an instant and
// not a length, so that pressing twice does it once.
type laterEnd struct {
	Text, Value string
}

// mostOver is how many silences that are over a page lists.
const mostOver = 50

func (s Handlers) pageSilences(r *http.Request) (site.Answer, error) {
	form := silenceFormOf(r.URL.Query())
	if r.URL.Query().Has("preview") {
		s.preview(r, &form)
	}
	return s.silencesPage(r, form)
}

// preview looks at what the silence of a form would do.
func (s Handlers) preview(r *http.Request, form *silenceForm) {
	asked, err := s.silenceAsked(*form)
	if err == nil {
		var matchers suppress.Matchers
		if matchers, err = suppress.ParseMatchers(asked.Matchers...); err == nil {
			asked.Author, asked.Reason = "anybody", "anything" // who looks need not say
			_, err = s.silenceOf(asked, asked.Author)
		}
		if err == nil {
			var reach suppress.Reach
			if reach, err = s.reach(r, matchers.MatchAlert); err == nil {
				form.Reach, form.Ends = s.viewReach("silence", reach), ui.MomentOf(*asked.EndsAt)
				form.asked = &suppress.Silence{Matchers: matchers, StartsAt: s.Now(), EndsAt: *asked.EndsAt}
			}
		}
	}
	if err != nil {
		form.Error = site.MessageOf(err)
	}
}

func (s Handlers) silencesPage(r *http.Request, form silenceForm) (site.Answer, error) {
	kept, err := s.keptHolds(r.Context())
	if err != nil {
		return site.Answer{}, err
	}
	beside := s.beside(kept, s.Now())
	if form.Reach != nil {
		form.Reach.Others = beside(form.asked.Hold())
	}
	longest := s.Limits.LongestSilence()
	body := silencesBody{Form: form, Lengths: lengthsUpTo(longest), Longest: slo.FormatDuration(longest), MaxReason: site.MaxComment}
	looked := 0
	for _, x := range kept.silences {
		item := s.silenceItem(x)
		if item.Left != "" && looked < mostHolds {
			looked++
			item.Others = beside(x.Hold())
		}
		switch x.State(s.Now()) {
		case suppress.StateActive:
			body.Active = append(body.Active, item)
		case suppress.StatePending:
			body.Planned = append(body.Planned, item)
		default:
			if len(body.Over) < mostOver {
				body.Over = append(body.Over, item)
			}
		}
	}
	return s.PageAnswer(r, "silences", site.Page{Title: "Silences", Section: "silences", Self: ui.PathSilences, Concerns: "status", Body: body})
}

// lengthsUpTo are some lengths to choose from.
func lengthsUpTo(longest time.Duration) (out []string) {
	for _, d := range []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour} {
		if d <= longest {
			out = append(out, slo.FormatDuration(d))
		}
	}
	return out
}

func (s Handlers) silenceItem(x suppress.Silence) silenceItem {
	now := s.Now()
	item := silenceItem{
		ID: x.ID, URL: ui.PathSilences + "/" + url.PathEscape(x.ID), Reason: x.Reason, Author: x.Author, Status: silenceBadge(x.State(now)),
		From: ui.MomentOf(x.StartsAt), To: ui.MomentOf(x.EndsAt), Matchers: x.Matchers.Texts(), Expired: ui.MomentOf(x.WithdrawnAt), ExpiredBy: x.WithdrawnBy, Ends: newEnds(x.Ends),
	}
	n := s.silence(x).SLOs
	if n == nil {
		return item
	}
	item.SLOs, item.NoSLO = ui.Many(*n, "SLO"), *n == 0
	item.Left = left(x.EndsAt, now)
	item.Later = laterEnds(x.EndsAt, func(to time.Time) bool {
		_, err := x.Extended(to, now, s.Limits.LongestSilence())
		return err == nil
	})
	item.Latest = x.EndsAt.UTC().Format(ui.FormTime)
	return item
}

// laterEnds are the ends an hour and four hours later, as far as they may be.
func laterEnds(end time.Time, may func(time.Time) bool) (out []laterEnd) {
	for _, d := range []time.Duration{time.Hour, 4 * time.Hour} {
		if to := end.Add(d); may(to) {
			out = append(out, laterEnd{Text: "+ " + format.Span(d), Value: to.UTC().Format(time.RFC3339)})
		}
	}
	return out
}

// left is how long something still goes on, in minutes begun.
func left(to, now time.Time) string {
	return format.Span((to.Sub(now) + time.Minute - 1).Truncate(time.Minute))
}

func silenceBadge(state suppress.State) ui.Badge {
	switch state {
	case suppress.StateActive:
		return ui.Badge{Icon: "muted", Word: "Silent", Tone: "note"}
	case suppress.StatePending:
		return ui.Badge{Icon: "pending", Word: "Planned", Tone: "quiet"}
	case suppress.StateWithdrawn:
		return ui.Badge{Icon: "idle", Word: "Ended early", Tone: "quiet"}
	}
	return ui.Badge{Icon: "ok", Word: "Over", Tone: "quiet"}
}
