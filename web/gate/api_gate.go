package gate

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
)

// What a gate asks when it is not told.
const (
	defaultMaxBurnRate = 4
	defaultGateWindow  = time.Hour
	longestGateWindow  = 90 * 24 * time.Hour
)

// question is which SLOs a verdict is asked about, as of when, and how it is told.
type question struct {
	selector listing.Selector
	at       time.Time // zero: now
	strict   bool      // answer with the verdict's own status
}

// gateRequest is a gate and what it is put to.
type gateRequest struct {
	slo.Gate
	question
}

// gate answers with a verdict. All parameters are in the URL. Of what is posted only
// an override is looked at: rollout controllers post what is about themselves.
func (s Handlers) gate(r *http.Request) (site.Answer, error) {
	if asksForCanary(r.URL.Query()) {
		return s.gateCanary(r)
	}
	req, err := s.parseGate(r)
	if err != nil {
		return site.Answer{}, err
	}
	override, err := postedOverride(r)
	if err != nil {
		return site.Answer{}, err
	}
	verdict, err := s.judge(r.Context(), req)
	if err != nil {
		return site.Answer{}, err
	}
	if override != nil {
		if err := s.override(r, req, *override, &verdict); err != nil {
			return site.Answer{}, err
		}
	}
	return site.JSONAnswer(req.status(verdict.Verdict), verdict)
}

func (s Handlers) judge(ctx context.Context, req gateRequest) (api.Verdict, error) {
	slos := s.asked(req.question)
	assessments, err := s.Objectives.Assess(ctx, slos, req.at, req.Windows()...)
	if err != nil {
		return api.Verdict{}, err
	}
	incidents, err := s.openIncidents(ctx, req.at)
	if err != nil {
		return api.Verdict{}, err
	}
	return api.Judge(req.Gate, slos, assessments, incidents), nil
}

// openIncidents are those of now. What was open at a moment of the past nobody asks.
func (s Handlers) openIncidents(ctx context.Context, at time.Time) ([]alerting.Incident, error) {
	if !at.IsZero() {
		return nil, nil
	}
	return s.Alerts.OpenIncidents(ctx)
}

// asked are the SLOs that a question is about.
func (s Handlers) asked(q question) []slo.SLO {
	return site.PromisedAt(q.selector.Select(s.Objectives.SLOs()), q.at)
}

// status is the status of an answer with a verdict.
func (q question) status(verdict string) int {
	switch {
	case !q.strict || verdict == string(slo.VerdictPass):
		return http.StatusOK
	case verdict == string(slo.VerdictFail):
		return http.StatusUnprocessableEntity
	}
	return http.StatusServiceUnavailable
}

// parseQuestion reads what every verdict is asked with.
func (s Handlers) parseQuestion(r *http.Request) (question, error) {
	v := r.URL.Query()
	q := question{strict: r.Method == http.MethodPost}
	var err error
	if q.selector, err = listing.ParseSelector(strings.Join(v["select"], ",")); err != nil {
		return q, site.BadRequest(err.Error())
	}
	if text := v.Get("strict"); text != "" {
		if q.strict, err = strconv.ParseBool(text); err != nil {
			return q, site.BadRequest(fmt.Sprintf("strict=%q: use true or false", text))
		}
	}
	if q.at, err = site.Instant(r, "at", time.Time{}); err == nil && q.at.After(s.Now()) {
		err = site.BadRequest("at lies in the future")
	}
	return q, err
}

func (s Handlers) parseGate(r *http.Request) (req gateRequest, err error) {
	if req.question, err = s.parseQuestion(r); err != nil {
		return req, err
	}
	v := r.URL.Query()
	if req.Gate, err = parseLimits(v); err != nil {
		return req, err
	}
	req.Gate, err = parseConditions(v, req.Gate)
	if err == nil && req.OpenIncidents != slo.SeverityNone && !req.at.IsZero() {
		err = site.BadRequest("open_incidents looks at the incidents of now and at looks back: use one of them")
	}
	return req, err
}

// parseConditions reads what closes the gate beside its limits.
func parseConditions(v url.Values, g slo.Gate) (slo.Gate, error) {
	var err error
	if text := v.Get("open_incidents"); text != "" {
		if g.OpenIncidents, err = slo.ParseGateIncidents(text); err != nil {
			return g, site.BadRequest("open_incidents=" + err.Error())
		}
	}
	if text := v.Get("since"); text != "" {
		var ok bool
		if g.Since, ok = listing.ParseInstant(text); !ok {
			return g, site.BadRequest(fmt.Sprintf("since=%q is not RFC 3339, such as 2026-11-20T14:05:00Z", text))
		}
	}
	if text := v.Get("fix"); text != "" {
		if g.Fix, err = strconv.ParseBool(text); err != nil {
			return g, site.BadRequest(fmt.Sprintf("fix=%q: use true or false", text))
		}
	}
	return g, nil
}

func parseLimits(v url.Values) (slo.Gate, error) {
	g := slo.Gate{MaxBurnRate: defaultMaxBurnRate, Window: defaultGateWindow}
	var err error
	if text := v.Get("max_burn_rate"); text != "" {
		if g.MaxBurnRate, err = number(text); err != nil || g.MaxBurnRate < 0 {
			return g, site.BadRequest(fmt.Sprintf("max_burn_rate=%q: write a number such as 4; 0 asks nothing", text))
		}
	}
	if text := v.Get("window"); text != "" {
		window, err := model.ParseDuration(text)
		g.Window = time.Duration(window)
		if err != nil || g.Window < time.Minute || g.Window > longestGateWindow {
			return g, site.BadRequest(fmt.Sprintf("window=%q: write a duration from 1m to 90d", text))
		}
	}
	if text := v.Get("min_budget"); text != "" {
		if g.MinBudgetRemaining, err = slo.ParseShare(text); err != nil {
			return g, site.BadRequest(fmt.Sprintf("min_budget=%q: write a share of the budget such as 10%% (in a URL, 10%%25)", text))
		}
	}
	if text := v.Get("needs_traffic"); text != "" {
		if g.NeedsTraffic, err = strconv.ParseBool(text); err != nil {
			return g, site.BadRequest(fmt.Sprintf("needs_traffic=%q: use true or false", text))
		}
	}
	return g, nil
}

// number reads a number that is one.
func number(text string) (float64, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err == nil && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return 0, strconv.ErrRange
	}
	return f, err
}
