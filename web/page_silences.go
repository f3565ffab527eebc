package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// silencesBody is the list of silences and deploys.
type silencesBody struct {
	Going, Over []silenceItem // active and planned, and the latest that are not
	Deploys     []deployItem
	Lengths     []string // how long a new one may last
	Matchers    string   // what the form begins with
	MaxBy       int
	MaxReason   int
}

type silenceItem struct {
	ID, URL, Reason, Author string
	Status                  badge
	From, To                moment
	Matchers                []string
	SLOs                    string // how many it matches; empty once it is over
	NoSLO                   bool
	Expired                 moment
	ExpiredBy               string
}

type deployItem struct {
	ID, URL, Title, Run, By, EndedBy string
	Status                           badge
	From, To                         moment
	Functions                        []string
	Going                            bool
	NoSLO                            bool // what goes on or is planned matches nothing
}

// How many silences that are over, and deploys, a page lists.
const (
	mostOver    = 50
	mostDeploys = 20
)

func (s *Server) pageSilences(r *http.Request) (answer, error) {
	silences, err := s.Silences.Silences(r.Context())
	if err != nil {
		return answer{}, err
	}
	deploys, err := s.Deploys.Deploys(r.Context())
	if err != nil {
		return answer{}, err
	}
	body := silencesBody{Lengths: lengthsUpTo(s.Limits.LongestSilence()), Matchers: visible(r.URL.Query().Get("matchers")), MaxBy: maxBy, MaxReason: maxComment}
	for _, x := range silences {
		switch item := s.silenceItem(x); {
		case item.SLOs != "":
			body.Going = append(body.Going, item)
		case len(body.Over) < mostOver:
			body.Over = append(body.Over, item)
		}
	}
	for _, d := range deploys[:min(len(deploys), mostDeploys)] {
		body.Deploys = append(body.Deploys, s.deployItem(d))
	}
	return s.pageAnswer(r, "silences", page{Title: "Silences", Section: "silences", Body: body})
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

func (s *Server) silenceItem(x suppress.Silence) silenceItem {
	now := s.Now()
	item := silenceItem{
		ID: x.ID, URL: pathSilences + "/" + url.PathEscape(x.ID), Reason: x.Reason, Author: x.Author, Status: silenceBadge(x.State(now)),
		From: momentOf(x.StartsAt), To: momentOf(x.EndsAt), Matchers: x.Matchers.Texts(), Expired: momentOf(x.WithdrawnAt), ExpiredBy: x.WithdrawnBy,
	}
	if n := s.silence(x).SLOs; n != nil {
		item.SLOs, item.NoSLO = many(*n, "SLO"), *n == 0
	}
	return item
}

// many counts things of a name.
func many(n int, name string) string {
	if n == 1 {
		return "1 " + name
	}
	return format.Count(int64(n)) + " " + name + "s"
}

func silenceBadge(state suppress.State) badge {
	switch state {
	case suppress.StateActive:
		return badge{Icon: "muted", Word: "Silent", Tone: "note"}
	case suppress.StatePending:
		return badge{Icon: "pending", Word: "Planned", Tone: "quiet"}
	case suppress.StateWithdrawn:
		return badge{Icon: "idle", Word: "Ended early", Tone: "quiet"}
	}
	return badge{Icon: "ok", Word: "Over", Tone: "quiet"}
}

func (s *Server) deployItem(d suppress.Deploy) deployItem {
	now := s.Now()
	item := deployItem{
		ID: d.ID, URL: deployPath(d), Title: strings.TrimSpace(d.Service + " " + d.Version), Run: d.URL, By: d.By, EndedBy: d.EndedBy,
		Status: deployBadge(d, now), From: momentOf(d.StartsAt), To: momentOf(d.Span().To), Functions: d.Functions,
	}
	state := d.State(now)
	item.Going = state == suppress.StateActive || state == suppress.StatePending
	n := s.deploy(d).SLOs
	item.NoSLO = item.Going && n != nil && *n == 0
	return item
}

func deployBadge(d suppress.Deploy, now time.Time) badge {
	switch d.State(now) {
	case suppress.StateActive:
		return badge{Icon: "muted", Word: "Deploying", Tone: "note"}
	case suppress.StatePending:
		return badge{Icon: "pending", Word: "Planned", Tone: "quiet"}
	case suppress.StateWithdrawn:
		return badge{Icon: "idle", Word: "Taken back", Tone: "quiet"}
	}
	switch d.StatusAt(now) {
	case suppress.DeploySucceeded:
		return badge{Icon: "ok", Word: "Succeeded", Tone: "good"}
	case suppress.DeployFailed:
		return badge{Icon: "invalid", Word: "Failed", Tone: "ticket"}
	case suppress.DeployRolledBack:
		return badge{Icon: "recovering", Word: "Rolled back", Tone: "ticket"}
	}
	return badge{Icon: "stale", Word: "Expired", Tone: "quiet", Hint: "nobody said what became of it"}
}

// submitSilence takes the form: matchers, and how long from now.
func (s *Server) submitSilence(r *http.Request) (answer, error) {
	asked, err := s.silenceForm(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.keepSilence(r, asked); err != nil {
		return answer{}, err
	}
	return seeOther(pathSilences), nil
}

func (s *Server) silenceForm(r *http.Request) (api.SilenceRequest, error) {
	if err := parseForm(r); err != nil {
		return api.SilenceRequest{}, err
	}
	length, err := parseLength(r.PostForm.Get("for"))
	if err != nil {
		return api.SilenceRequest{}, err
	}
	asked := api.SilenceRequest{Author: r.PostForm.Get("by"), Reason: r.PostForm.Get("reason"), EndsAt: new(s.Now().Add(length).UTC().Truncate(time.Second))}
	if text := strings.TrimSpace(r.PostForm.Get("matchers")); text != "" {
		asked.Matchers = []string{text}
	}
	return asked, nil
}

// servicesOfSilenceForm is the one service that a silence of the form is about.
func servicesOfSilenceForm(r *http.Request) ([]string, error) {
	_ = parseForm(r) // what cannot be read is about no service
	matchers, err := suppress.ParseMatchers(r.PostForm["matchers"]...)
	if err != nil {
		return nil, badRequest(err.Error())
	}
	return servicesOfMatchers(matchers), nil
}

func (s *Server) submitExpiry(r *http.Request) (answer, error) {
	action, err := readForm(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.Silences.ExpireSilence(r.Context(), pathValue(r, "id"), action.By); err != nil {
		return answer{}, err
	}
	return seeOther(pathSilences), nil
}

func (s *Server) submitDeployEnd(r *http.Request) (answer, error) {
	action, err := readForm(r)
	if err != nil {
		return answer{}, err
	}
	status := r.PostForm.Get("status")
	if err := suppress.CheckStatus(status); err != nil {
		return answer{}, badRequest(err.Error())
	}
	if _, err := s.Deploys.EndDeploy(r.Context(), pathValue(r, "id"), status, action.By); err != nil {
		return answer{}, err
	}
	return seeOther(pathSilences), nil
}

// mutedView is one thing that holds messages back.
type mutedView struct {
	What, URL, By, Reason string
	Until                 moment
}

var mutingPages = map[string]string{
	alerting.MutingSilence: pathSilences, alerting.MutingDeploy: pathSilences, alerting.MutingMaintenance: pathMaintenance,
}

// mutedViews shows what holds the messages of an alert back.
func mutedViews(mutings []alerting.Muting) (out []mutedView) {
	for _, m := range mutings {
		out = append(out, mutedView{What: m.Kind + " " + m.ID, URL: mutingPages[m.Kind], By: m.By, Reason: m.Reason, Until: momentOf(m.Until)})
	}
	return out
}

// silenceURL is the form for a silence of a function.
func silenceURL(service, function string) string {
	return pathSilences + "?" + url.Values{"matchers": {fmt.Sprintf("service=%q,function=%q", service, function)}}.Encode() + "#add"
}
