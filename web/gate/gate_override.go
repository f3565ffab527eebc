package gate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// maxReason is the longest reason of an override, in characters: all of it stands in
// the audit.
const maxReason = 500

// mostClosing is how many of the SLOs that an override passes the audit names.
const mostClosing = 10

// postedOverride is the override that was posted to a gate; nil when none was. What
// has no key override is not ours to judge, be it JSON or not.
func postedOverride(r *http.Request) (*api.Override, error) {
	if r.Method != http.MethodPost {
		return nil, nil
	}
	body, err := io.ReadAll(r.Body)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); err != nil && !tooLarge { // what is too large is not ours
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	if !hasOverride(body) {
		return nil, nil
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var asked api.GateRequest
	if err := site.DecodeJSON(r, &asked); err != nil || asked.Override == nil {
		return nil, err
	}
	return checkOverride(r, *asked.Override)
}

func hasOverride(body []byte) bool {
	var posted map[string]json.RawMessage
	return json.Unmarshal(body, &posted) == nil && posted["override"] != nil
}

func checkOverride(r *http.Request, o api.Override) (*api.Override, error) {
	o.By, o.Reason = site.Visible(o.By), site.Visible(o.Reason)
	switch {
	case utf8.RuneCountInString(o.By) > site.MaxBy:
		return nil, site.BadRequest("override.by is longer than 100 characters")
	case o.Reason == "":
		return nil, site.BadRequest("override.reason is missing: say why the gate is passed")
	case utf8.RuneCountInString(o.Reason) > maxReason:
		return nil, site.BadRequest("override.reason is longer than 500 characters")
	}
	if o.By = auth.From(r.Context()).By(o.By); o.By == "" {
		return nil, site.BadRequest("override.by is missing: say who passes the gate")
	}
	return &o, nil
}

// override passes a gate for somebody who may, and records it. A gate that is open
// needs none; one that selects nothing cannot be passed.
func (s Handlers) override(r *http.Request, req gateRequest, o api.Override, v *api.Verdict) error {
	if !req.at.IsZero() {
		return site.BadRequest("an override passes the gate of now and at looks back: use one of them")
	}
	err := s.mayOverride(r, *v)
	s.Guard.Note(err)
	if err == nil && !v.Overridable() {
		return nil
	}
	closing := v.Closing()
	detail := fmt.Sprintf("%s by %s: %s", v.Verdict, o.By, o.Reason)
	rt := site.Route{Method: http.MethodPost, Path: site.APIPrefix + ui.PathGate}
	s.Record(r, rt, site.Answer{Target: named(closing)}, err, detail)
	if err != nil {
		return err
	}
	v.Override = &api.Overridden{By: o.By, Reason: o.Reason, Verdict: v.Verdict}
	v.Verdict = string(slo.VerdictPass)
	return nil
}

// mayOverride takes the role of a pipeline, for every service whose SLO stops it.
func (s Handlers) mayOverride(r *http.Request, v api.Verdict) error {
	actor := auth.From(r.Context())
	if err := s.Guard.Allow(r, actor, auth.Deploy); err != nil {
		return err
	}
	for _, id := range v.Closing() {
		parsed, err := slo.ParseID(id)
		if err != nil {
			return err
		}
		if !actor.May(parsed.Service) {
			return &auth.Refusal{Reason: auth.WrongService, Message: "token " + actor.Name + " is for other services than " + parsed.Service}
		}
	}
	return nil
}

// named lists the first of many names.
func named(all []string) string {
	if more := len(all) - mostClosing; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:mostClosing], ", "), more)
	}
	return strings.Join(all, ", ")
}
