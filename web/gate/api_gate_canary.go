package gate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

// What comparisons may cost: each asks the backends anew.
const (
	// LongestCanaryWindow is the longest time over which two versions are compared.
	LongestCanaryWindow = 24 * time.Hour
	mostCompared        = 50               // SLOs at once
	longestComparison   = 20 * time.Second // less than an answer may take
)

const canaryQuery = " canary baseline confidence tolerance min_calls looks look"

// canaryRequest is a test and what it is put to.
type canaryRequest struct {
	canary.Test
	question
	split  canary.Split
	window time.Duration
}

// gateCanary answers with the verdict on a canary.
func (s Handlers) gateCanary(r *http.Request) (site.Answer, error) {
	req, err := s.parseCanary(r)
	if err != nil {
		return site.Answer{}, err
	}
	if override, err := postedOverride(r); err != nil || override != nil {
		return site.Answer{}, cmp.Or(err, site.BadRequest("a comparison of versions cannot be overridden: leave canary and baseline out"))
	}
	verdict, err := s.compare(r.Context(), req)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(req.status(verdict.Verdict), verdict)
}

func (s Handlers) compare(ctx context.Context, req canaryRequest) (api.CanaryVerdict, error) {
	plan, err := canary.NewPlan(s.asked(req.question), req.split)
	if err != nil {
		return api.CanaryVerdict{}, site.BadRequest(err.Error())
	}
	if n := len(plan.Pairs); n > mostCompared {
		return api.CanaryVerdict{}, site.BadRequest(fmt.Sprintf("%d SLOs are selected and at most %d are compared at once: select fewer, as with select=service=checkout", n, mostCompared))
	}
	ctx, cancel := context.WithTimeout(ctx, longestComparison)
	defer cancel()
	if !site.Turn(ctx, s.Comparing) {
		return api.CanaryVerdict{}, site.Busy("other canaries are being compared: the backends are asked by a few at a time")
	}
	defer s.Comparing.Release(1)
	var readings []canary.Reading
	if len(plan.Pairs) > 0 {
		if readings, err = s.Versions.Sides(ctx, plan.Pairs, req.window, req.at); len(readings) == 0 {
			return api.CanaryVerdict{}, site.Unanswered(err)
		}
	}
	return api.FromCanary(req.Test, req.split, plan.Compare(req.Test, readings)), nil
}

// asksForCanary reports whether a gate is to compare two versions. A parameter of that
// comparison that stands alone, or is empty, is a mistake in it and no other question.
func asksForCanary(v url.Values) bool {
	return slices.ContainsFunc(strings.Fields(canaryQuery), v.Has)
}

func (s Handlers) parseCanary(r *http.Request) (req canaryRequest, err error) {
	v := r.URL.Query()
	for _, name := range []string{"max_burn_rate", "min_budget", "needs_traffic", "open_incidents", "fix", "since"} {
		if v.Has(name) {
			return req, site.BadRequest(name + " asks for burn and budget, and canary compares two versions: ask twice, once for each")
		}
	}
	if s.Versions == nil {
		return req, site.NotFound("this server compares no versions")
	}
	if req.question, err = s.parseQuestion(r); err != nil {
		return req, err
	}
	if req.split, err = s.parseSplit(v); err != nil {
		return req, err
	}
	if req.window, err = parseCanaryWindow(v.Get("window")); err != nil {
		return req, err
	}
	req.Test, err = parseCanaryTest(v)
	return req, err
}

func (s Handlers) parseSplit(v url.Values) (split canary.Split, err error) {
	if split.Canary, err = s.Versions.Matchers(v.Get("canary")); err != nil {
		return split, site.BadRequest("canary: " + err.Error())
	}
	if split.Baseline, err = s.Versions.Matchers(v.Get("baseline")); err != nil {
		return split, site.BadRequest("baseline: " + err.Error())
	}
	if err := split.Check(); err != nil {
		return split, site.BadRequest(err.Error())
	}
	return split, nil
}

func parseCanaryWindow(text string) (time.Duration, error) {
	if text == "" {
		return defaultGateWindow, nil
	}
	window, err := model.ParseDuration(text)
	if err != nil || time.Duration(window) < minCanaryWindow || time.Duration(window) > LongestCanaryWindow {
		return 0, site.BadRequest(fmt.Sprintf("window=%q: write a duration from %s to %s", text, slo.FormatDuration(minCanaryWindow), slo.FormatDuration(LongestCanaryWindow)))
	}
	return time.Duration(window), nil
}

// minCanaryWindow is a slot: what a watch sees first.
const minCanaryWindow = 30 * time.Second

func parseCanaryTest(v url.Values) (canary.Test, error) {
	t := canary.DefaultTest()
	var err error
	if text := v.Get("confidence"); text != "" {
		if t.Confidence, err = slo.ParseShare(text); err != nil {
			return t, site.BadRequest(fmt.Sprintf("confidence=%q: write a share such as 95%% (in a URL, 95%%25)", text))
		}
	}
	if text := v.Get("tolerance"); text != "" {
		if t.Tolerance, err = canary.ParseTolerance(text); err != nil {
			return t, site.BadRequest("tolerance=" + err.Error())
		}
	}
	if text := v.Get("min_calls"); text != "" {
		if t.MinCalls, err = strconv.ParseInt(text, 10, 64); err != nil {
			return t, site.BadRequest(fmt.Sprintf("min_calls=%q: write a number", text))
		}
	}
	if err := errors.Join(readNumber(v, "looks", &t.Looks), readNumber(v, "look", &t.Look)); err != nil {
		return t, site.BadRequest(err.Error())
	}
	if err := t.Check(); err != nil {
		return t, site.BadRequest(err.Error())
	}
	return t, nil
}

func readNumber(v url.Values, name string, into *int) error {
	text := v.Get(name)
	if text == "" {
		return nil
	}
	var err error
	if *into, err = strconv.Atoi(text); err != nil {
		return fmt.Errorf("%s=%q: write a number", name, text)
	}
	return nil
}
