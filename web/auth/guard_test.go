package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/web/auth"
)

const (
	operatorToken = "0123456789abcdef0123456789abcdef"
	deployToken   = "fedcba9876543210fedcba9876543210"
)

// desk is a guard with two tokens, whose files and clock a test may change.
type desk struct {
	*auth.Guard
	now   time.Time
	files map[string]string
	rules auth.Rules
}

func newDesk() *desk {
	d := &desk{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), files: map[string]string{"oncall": operatorToken, "ci": deployToken}}
	read := func(name string) func() (string, error) {
		return func() (string, error) {
			if d.files[name] == "" {
				return "", errors.New("no such file")
			}
			return d.files[name], nil
		}
	}
	d.rules = auth.Rules{Tokens: []auth.Token{
		{Name: "oncall", Role: auth.Operator, Read: read("oncall")},
		{Name: "ci", Role: auth.Deploy, Services: []string{"checkout"}, Read: read("ci")},
	}}
	d.Guard = auth.New(func() time.Time { return d.now }, d.rules)
	return d
}

func request(method string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, "/", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func reason(err error) auth.Reason {
	if r, ok := errors.AsType[*auth.Refusal](err); ok {
		return r.Reason
	}
	return ""
}

func TestWhoAsks(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		want    string
		role    auth.Role
		refused auth.Reason
	}{
		"nobody":                     {nil, "", auth.Viewer, ""},
		"a token":                    {[]string{"Authorization", "Bearer " + operatorToken}, "oncall", auth.Operator, ""},
		"a scheme in small letters":  {[]string{"Authorization", "bearer " + deployToken}, "ci", auth.Deploy, ""},
		"an unknown token":           {[]string{"Authorization", "Bearer " + strings.Repeat("0123456789abcdee", 2)}, "", auth.Viewer, auth.UnknownToken},
		"the beginning of a token":   {[]string{"Authorization", "Bearer " + operatorToken[:31]}, "", auth.Viewer, auth.UnknownToken},
		"a token and more":           {[]string{"Authorization", "Bearer " + operatorToken + "0"}, "", auth.Viewer, auth.UnknownToken},
		"two tokens in one header":   {[]string{"Authorization", "Bearer " + deployToken + ", Bearer " + operatorToken}, "", auth.Viewer, auth.UnknownToken},
		"an empty token":             {[]string{"Authorization", "Bearer "}, "", auth.Viewer, auth.UnknownToken},
		"two headers":                {[]string{"Authorization", "Bearer " + deployToken, "Authorization", "Bearer " + operatorToken}, "", auth.Viewer, auth.Malformed},
		"a password of a proxy":      {[]string{"Authorization", "Basic b25jYWxsOjAxMjM="}, "", auth.Viewer, ""},
		"a token as a password":      {[]string{"Authorization", "Basic " + operatorToken}, "", auth.Viewer, ""},
		"a token without a scheme":   {[]string{"Authorization", operatorToken}, "", auth.Viewer, ""},
		"a user named by a header":   {[]string{"X-Forwarded-User", "oncall", "X_Forwarded_User", "oncall", "Remote-User", "oncall", "X-Auth-Request-User", "oncall"}, "", auth.Viewer, ""},
		"a token in another header":  {[]string{"X-Api-Key", operatorToken, "Proxy-Authorization", "Bearer " + operatorToken}, "", auth.Viewer, ""},
		"a cookie that holds it":     {[]string{"Cookie", "slofuse=" + operatorToken}, "", auth.Viewer, ""},
		"a header without end":       {[]string{"Authorization", "Bearer " + strings.Repeat(operatorToken, 2000)}, "", auth.Viewer, auth.UnknownToken},
		"a role asked for by header": {[]string{"Authorization", "Bearer " + deployToken, "X-Role", "operator", "X-HTTP-Method-Override", "GET"}, "ci", auth.Deploy, ""},
	} {
		t.Run(name, func(t *testing.T) {
			actor, err := newDesk().Identify(request("GET", c.headers...))
			if actor.Name != c.want || actor.Role != c.role || reason(err) != c.refused {
				t.Errorf("%+v, %v, want %s, %s and refusal %q", actor, err, c.want, c.role, c.refused)
			}
			if err != nil && strings.Contains(err.Error(), operatorToken[:8]) {
				t.Errorf("the refusal quotes the token: %v", err)
			}
		})
	}
}

func TestWhoeverShowsNothing(t *testing.T) {
	tokens := newDesk().rules.Tokens
	for name, c := range map[string]struct {
		rules auth.Rules
		want  auth.Role
	}{
		"alone, without tokens":           {auth.Rules{Alone: true}, auth.Operator},
		"over the network without tokens": {auth.Rules{}, auth.Viewer},
		"alone, with tokens":              {auth.Rules{Alone: true, Tokens: tokens}, auth.Viewer},
		"over the network, with tokens":   {auth.Rules{Tokens: tokens}, auth.Viewer},
		"reading takes a token":           {auth.Rules{Alone: true, Tokens: tokens, Reading: true}, auth.Nobody},
	} {
		actor, err := auth.New(time.Now, c.rules).Identify(request("POST"))
		if actor.Role != c.want || actor.Name != "" || err != nil {
			t.Errorf("%s: %+v, %v, want %s", name, actor, err, c.want)
		}
	}
}

func TestARotatedFileCountsAtOnce(t *testing.T) {
	const next = "abababcdcdcdefefef01232345676789"
	d := newDesk()
	d.files["oncall"] = operatorToken + "\n" + next + "\n"
	for _, token := range []string{operatorToken, next} {
		if actor, err := d.Identify(request("GET", "Authorization", "Bearer "+token)); actor.Name != "oncall" {
			t.Errorf("during the rotation: %+v, %v", actor, err)
		}
	}
	d.files["oncall"] = next
	if _, err := d.Identify(request("GET", "Authorization", "Bearer "+operatorToken)); reason(err) != auth.UnknownToken {
		t.Errorf("after the rotation the old token is taken: %v", err)
	}
	d.files["oncall"] = ""
	if _, err := d.Identify(request("GET", "Authorization", "Bearer "+next)); reason(err) != auth.UnknownToken {
		t.Errorf("without its file the token is taken: %v", err)
	}
}

func TestATokenThatCanBeGuessedLetsNobodyIn(t *testing.T) {
	for _, weak := range []string{"secret", "", " ", strings.Repeat("a", 64), "012345678901234567890"} {
		d := newDesk()
		d.files["oncall"] = weak
		if actor, err := d.Identify(request("GET", "Authorization", "Bearer "+strings.TrimSpace(weak))); actor.Role > auth.Viewer {
			t.Errorf("%q lets %+v in, %v", weak, actor, err)
		}
		if err := d.rules.Tokens[0].Check(); weak != "" && err != nil && len(weak) > 3 && strings.Contains(err.Error(), weak) {
			t.Errorf("the token is quoted: %v", err)
		}
	}
}

func TestOfTwoTokensWithOneSecretTheWeakerCounts(t *testing.T) {
	d := newDesk()
	d.files["oncall"] = deployToken
	if actor, _ := d.Identify(request("GET", "Authorization", "Bearer "+deployToken)); actor.Name != "ci" {
		t.Errorf("%+v", actor)
	}
}

// signIn returns the Cookie header of a new session.
func (d *desk) signIn(t *testing.T, token string) string {
	t.Helper()
	_, cookie, err := d.SignIn(request("POST"), token)
	if err != nil {
		t.Fatal(err)
	}
	return cookie.Name + "=" + cookie.Value
}

func (d *desk) who(cookie string) string {
	actor, _ := d.Identify(request("GET", "Cookie", cookie))
	return actor.Name
}

func TestASessionEnds(t *testing.T) {
	for name, end := range map[string]func(d *desk, cookie string){
		"eight hours after it was used": func(d *desk, _ string) { d.now = d.now.Add(8 * time.Hour) },
		"a day after it began, used or not": func(d *desk, cookie string) {
			for range 4 {
				d.now = d.now.Add(6 * time.Hour)
				d.who(cookie)
			}
		},
		"by signing out":                   func(d *desk, cookie string) { d.SignOut(request("POST", "Cookie", cookie)) },
		"with the secret that opened it":   func(d *desk, _ string) { d.files["oncall"] = deployToken },
		"with the token":                   func(d *desk, _ string) { d.Configure(auth.Rules{Tokens: d.rules.Tokens[1:]}) },
		"when the cookie has to be secure": func(d *desk, _ string) { d.Configure(auth.Rules{Tokens: d.rules.Tokens, Secure: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			cookie := d.signIn(t, operatorToken)
			if d.who(cookie) != "oncall" {
				t.Fatal("the session does not begin")
			}
			end(d, cookie)
			if got := d.who(cookie); got != "" {
				t.Errorf("%s is still signed in", got)
			}
		})
	}
}

func TestASessionThatIsUsedGoesOn(t *testing.T) {
	d := newDesk()
	cookie := d.signIn(t, operatorToken)
	for range 3 {
		d.now = d.now.Add(7 * time.Hour)
		if d.who(cookie) != "oncall" {
			t.Errorf("it ended at %s", d.now)
		}
	}
}

func TestEverySignInIsANewSession(t *testing.T) {
	d := newDesk()
	first := d.signIn(t, operatorToken)
	if second := d.signIn(t, operatorToken); first == second {
		t.Error("two sessions share an id")
	}
	if d.who(first+"; "+first) != "" {
		t.Error("two cookies are taken, of which one was set by somebody else")
	}
	if _, cookie, err := d.SignIn(request("POST"), "wrong"); reason(err) != auth.UnknownToken || cookie != nil {
		t.Errorf("a wrong token: %v, %v", cookie, err)
	}
}

// Who opens one session after the other signs nobody else out.
func TestTheLeastUsedSessionOfTheTokenWithMostMakesRoom(t *testing.T) {
	d := newDesk()
	other, first, used := d.signIn(t, operatorToken), d.signIn(t, deployToken), d.signIn(t, deployToken)
	for range 998 {
		d.now = d.now.Add(time.Second)
		d.who(used)
		d.signIn(t, deployToken)
	}
	if d.who(first) != "" || d.who(used) != "ci" || d.who(other) != "oncall" {
		t.Errorf("the wrong session made room: of the others %q and %q are there", d.who(used), d.who(other))
	}
}

func TestSigningInEndsTheSessionBefore(t *testing.T) {
	d := newDesk()
	before := d.signIn(t, operatorToken)
	if _, _, err := d.SignIn(request("POST", "Cookie", before), "wrong"); err == nil || d.who(before) != "oncall" {
		t.Error("a wrong token signs out")
	}
	if _, _, err := d.SignIn(request("POST", "Cookie", before), deployToken); err != nil || d.who(before) != "" {
		t.Errorf("%s is still signed in: %v", d.who(before), err)
	}
}

func TestWhoeverIsNoLongerKnownMayNoLongerListen(t *testing.T) {
	for name, end := range map[string]func(d *desk, cookie string){
		"signed out":          func(d *desk, cookie string) { d.SignOut(request("POST", "Cookie", cookie)) },
		"the token is gone":   func(d *desk, _ string) { d.Configure(auth.Rules{Tokens: d.rules.Tokens[1:], Reading: true}) },
		"the secret is":       func(d *desk, _ string) { d.files["oncall"] = deployToken },
		"nobody was about":    func(d *desk, _ string) { d.now = d.now.Add(8 * time.Hour) },
		"listening is no use": func(d *desk, _ string) { d.now = d.now.Add(4 * time.Hour) },
	} {
		d := newDesk()
		d.rules.Reading = true
		d.Configure(d.rules)
		cookie := d.signIn(t, operatorToken)
		d.now = d.now.Add(4 * time.Hour)
		if !d.Still(request("GET", "Cookie", cookie), auth.Viewer) || d.Still(request("GET"), auth.Viewer) {
			t.Fatal("who is signed in may not listen, or nobody may")
		}
		if end(d, cookie); d.Still(request("GET", "Cookie", cookie), auth.Viewer) {
			t.Errorf("%s: they still listen", name)
		}
	}
	d := newDesk()
	if !d.Still(request("GET"), auth.Viewer) || d.Still(request("GET"), auth.Operator) {
		t.Error("where reading is open, everybody listens and nobody more")
	}
}

func TestTheCookie(t *testing.T) {
	d := newDesk()
	for secure, name := range map[bool]string{true: "__Host-slofuse", false: "slofuse"} {
		d.rules.Secure = secure
		d.Configure(d.rules)
		_, c, err := d.SignIn(request("POST"), operatorToken)
		if err != nil {
			t.Fatal(err)
		}
		if c.Name != name || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || strings.Contains(c.Value, operatorToken) {
			t.Errorf("secure %v: %+v", secure, c)
		}
	}
}

func TestABrowserSaysWhereAPostComesFrom(t *testing.T) {
	d := newDesk()
	cookie := d.signIn(t, operatorToken)
	for name, c := range map[string]struct {
		headers []string
		want    auth.Reason
	}{
		"a form of ours":        {[]string{"Cookie", cookie, "Sec-Fetch-Site", "same-origin"}, ""},
		"an older browser":      {[]string{"Cookie", cookie, "Origin", "http://localhost"}, ""},
		"a stolen cookie alone": {[]string{"Cookie", cookie}, auth.NoOrigin},
		"a program":             {[]string{"Authorization", "Bearer " + operatorToken}, ""},
	} {
		r := request("POST", c.headers...)
		actor, err := d.Identify(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := reason(d.Allow(r, actor, auth.Operator)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestRefusalsSayHowToGoOn(t *testing.T) {
	open := auth.New(time.Now, auth.Rules{})
	d := newDesk()
	for name, c := range map[string]struct {
		guard     *auth.Guard
		headers   []string
		status    int
		challenge string
		says      string
	}{
		"nothing configured": {open, nil, 403, "", "tokens in the configuration"},
		"no token":           {d.Guard, nil, 401, `Bearer realm="slofuse"`, "operator"},
		"a weaker role":      {d.Guard, []string{"Authorization", "Bearer " + deployToken}, 403, "", "token ci has deploy"},
	} {
		r := request("POST", c.headers...)
		actor, err := c.guard.Identify(r)
		if err != nil {
			t.Fatal(err)
		}
		refusal, ok := errors.AsType[*auth.Refusal](c.guard.Allow(r, actor, auth.Operator))
		if !ok || refusal.Status() != c.status || refusal.Challenge() != c.challenge || !strings.Contains(refusal.Error(), c.says) {
			t.Errorf("%s: %+v", name, refusal)
		}
	}
}

func TestWhoDidIt(t *testing.T) {
	for _, c := range []struct{ token, typed, want string }{
		{"", "anna", "anna"}, {"", "", ""}, {"oncall", "", "token oncall"}, {"oncall", "anna", "anna (token oncall)"}, {"oncall", "oncall", "token oncall"},
	} {
		if got := (auth.Actor{Name: c.token}).By(c.typed); got != c.want {
			t.Errorf("%q typed with token %q: %q, want %q", c.typed, c.token, got, c.want)
		}
	}
}
