package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// remoteTimeout bounds one request to a server, maxRemoteBody its answer, and
// maxRemotePages a list of a thousand SLOs each.
const (
	remoteTimeout = 30 * time.Second
	maxRemoteBody = 64 << 20

	maxRemotePages = 1000
)

// remote is a slofuse server, and the token that is shown to it.
type remote struct {
	server    string
	tokenFile string
}

func (r *remote) registerRemote(flags *pflag.FlagSet) {
	flags.StringVar(&r.server, "server", "", "`URL` of a slofuse server to ask")
	flags.StringVar(&r.tokenFile, "token-file", "", "`FILE` with the token to show to the server")
}

// fetch asks a server and decodes its answer, see [remote.ask].
func (r *remote) fetch(ctx context.Context, path string, query url.Values, into any) error {
	return r.ask(ctx, http.MethodGet, path+"?"+query.Encode(), nil, into)
}

// ask sends a request, with a body in JSON unless that is nil, and decodes the
// answer; nil takes any. A server that does not answer leaves the question
// undecided; one that does not understand it says what is wrong with it.
func (r *remote) ask(ctx context.Context, method, pathAndQuery string, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	req, err := r.request(ctx, method, pathAndQuery, body)
	if err != nil {
		return err
	}
	client := http.Client{CheckRedirect: sameQuestion}
	resp, err := client.Do(req)
	if err != nil {
		return undecidedf("cannot decide: %s: %w", shownURL(r.server), withoutURL(err))
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxRemoteBody))
	if err != nil {
		return undecidedf("cannot decide: %s: %w", shownURL(r.server), err)
	}
	if resp.StatusCode/100 != 2 {
		return refused(r.server, resp.StatusCode, answer)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return undecidedf("cannot decide: %s does not answer like a slofuse server: %w", shownURL(r.server), err)
	}
	return nil
}

// sameQuestion follows a redirect that asks the same in another place. One that drops
// the question would have the gate answer another, and one that makes a GET of a POST
// would look like success. A token goes nowhere in the clear that was shown over TLS.
func sameQuestion(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case len(via) > 5:
		return errors.New("redirected too often")
	case req.Method != first.Method, req.URL.RawQuery != first.URL.RawQuery, first.URL.Scheme == "https" && req.URL.Scheme != "https":
		return fmt.Errorf("redirected to %s://%s, which does not ask the same: use that as the URL of the server", req.URL.Scheme, req.URL.Host)
	}
	return nil
}

func (r *remote) request(ctx context.Context, method, pathAndQuery string, body any) (*http.Request, error) {
	var sent io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		sent = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(r.server, "/")+pathAndQuery, sent)
	if err != nil {
		return nil, usagef("%w", err)
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	token, err := r.token()
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req, err
}

// token reads the token to show: the first line of the file.
func (r *remote) token() (string, error) {
	if r.tokenFile == "" {
		return "", nil
	}
	text, err := config.Credential{File: r.tokenFile}.Read()
	if err != nil {
		return "", usagef("--token-file: %w", err)
	}
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(first), nil
}

// withoutURL drops the question from an error of a request: the server says enough.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// refused turns the error of a server into ours.
func refused(server string, status int, body []byte) error {
	var answer api.ErrorResponse
	if json.Unmarshal(body, &answer) != nil || answer.Error.Message == "" {
		answer.Error.Message = http.StatusText(status) + ": does a slofuse server listen there?"
	}
	if status == http.StatusUnauthorized {
		answer.Error.Details = append(answer.Error.Details, "a verb shows the token that is in --token-file FILE, or SLOFUSE_TOKEN_FILE")
	}
	text := report.Lines(strings.Join(append([]string{answer.Error.Message}, answer.Error.Details...), "\n"))
	server = shownURL(server)
	if status/100 == 4 && status != http.StatusNotFound && status != http.StatusTooManyRequests {
		return usagef("%s: %s", server, text)
	}
	return undecidedf("cannot decide: %s: HTTP %d: %w", server, status, &answered{status: status, text: text})
}

// answered is what a server said that did not do what it was asked.
type answered struct {
	status int
	text   string
}

// Error is its text.
func (a *answered) Error() string { return a.text }

// passing reports whether an error of [remote.ask] may be gone in a moment.
func passing(err error) bool {
	if a, ok := errors.AsType[*answered](err); ok && a.status == http.StatusNotFound {
		return false
	}
	return err != nil && codeOf(err) == exitUndecided
}

// The first and the longest pause between two tries of [cli.insist].
const (
	firstPause   = time.Second
	longestPause = 10 * time.Second
)

// insist asks until there is an answer, or until that has taken too long. What is
// asked must be safe to ask twice.
func (c *cli) insist(ctx context.Context, longest time.Duration, ask func() error) error {
	pause := firstPause
	for left := longest; ; left -= pause {
		err := ask()
		if !passing(err) || left < pause {
			return err
		}
		fmt.Fprintf(c.stderr, "%s; again in %s\n", report.Lines(err.Error()), pause)
		if c.wait(ctx, pause) != nil {
			return err
		}
		pause = min(2*pause, longestPause)
	}
}

// shownURL is a URL that was typed, for messages: without its password, also
// where it is none.
func shownURL(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return u.Redacted()
	}
	if i := strings.LastIndexByte(raw, '@'); i >= 0 {
		return "…" + raw[i:]
	}
	return raw
}

// fetchSLOs reads all pages of the list.
func fetchSLOs(ctx context.Context, t *target) ([]api.SLO, error) {
	query := url.Values{"limit": {"1000"}}
	for _, condition := range t.choice {
		switch condition.Key {
		case "service", "function", "owner":
			query.Add(condition.Key, condition.Value)
		}
	}
	if !t.time.IsZero() {
		query.Set("at", t.time.UTC().Format(time.RFC3339))
	}
	var all []api.SLO
	for range maxRemotePages {
		var page api.SLOList
		if err := t.fetch(ctx, "/api/v1/slos", query, &page); err != nil {
			return nil, err
		}
		all = append(all, page.SLOs...)
		if page.Next == nil {
			return t.selectRemote(all), nil
		}
		query.Set("cursor", *page.Next)
	}
	return nil, undecidedf("cannot decide: %s does not come to the end of its list", shownURL(t.server))
}

// idsOf are the ids of SLOs.
func idsOf(list []api.SLO) []slo.ID {
	ids := make([]slo.ID, len(list))
	for i, s := range list {
		ids[i] = slo.ID{Service: s.Service, Function: s.Function, Name: s.SLO}
	}
	return ids
}

// selectRemote applies what the list has no parameter for.
func (t *target) selectRemote(all []api.SLO) []api.SLO {
	var out []api.SLO
	for _, s := range all {
		if o := defined(s); t.choice.Matches(&o) {
			out = append(out, s)
		}
	}
	return out
}

// defined is the part of an answer that SLOs are selected by.
func defined(s api.SLO) slo.SLO {
	return slo.SLO{ID: slo.ID{Service: s.Service, Function: s.Function, Name: s.SLO}, Owner: s.Owner, Labels: s.Labels}
}

// nothingRemote is [target.nothing] of a server.
func (t *target) nothingRemote(ctx context.Context) error {
	everything := *t
	everything.choice = nil
	list, _ := fetchSLOs(ctx, &everything) // it is for a hint only
	all := make([]slo.SLO, len(list))
	for i, s := range list {
		all[i] = defined(s)
	}
	return t.nothing("of the server", all)
}

// fetchVerdict asks a server's gate, or passes it with an override.
func fetchVerdict(ctx context.Context, t *target, query url.Values, passing *api.Override) (api.Verdict, error) {
	var verdict api.Verdict
	if len(t.selectors) > 0 {
		query.Set("select", strings.Join(t.selectors, ","))
	}
	if !t.time.IsZero() {
		query.Set("at", t.time.UTC().Format(time.RFC3339))
	}
	const path = "/api/v1/gate"
	var err error
	if passing == nil {
		err = t.fetch(ctx, path, query, &verdict)
	} else {
		query.Set("strict", "false")
		err = t.ask(ctx, http.MethodPost, path+"?"+query.Encode(), api.GateRequest{Override: passing}, &verdict)
	}
	if err == nil && len(verdict.Checks) == 0 {
		return verdict, t.nothingRemote(ctx)
	}
	if err == nil && verdict.Verdict == string(slo.VerdictPass) && verdict.Override == nil && len(verdict.Closing()) > 0 {
		return verdict, undecidedf("cannot decide: %s does not answer like a slofuse server: it passes what does not", shownURL(t.server))
	}
	if err == nil && passing != nil && verdict.Overridable() {
		return verdict, usagef("%s does not know of overrides: it has to be of this version", shownURL(t.server))
	}
	return verdict, err
}
