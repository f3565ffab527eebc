package slack

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/examples/fleet/sink"
	"github.com/slofuse/slofuse/slo"
)

func crowd(n int, one alerting.Notification) (many []alerting.Notification) {
	for i := range n {
		one.EventID, one.Incident.ID = fmt.Sprint("evt", i), fmt.Sprint("inc", i)
		one.Incident.Function = fmt.Sprint("function-", i)
		many = append(many, one)
	}
	return many
}

// fakeSlack is a Slack with its limits, and a bot in it that mentions for pages.
func fakeSlack(t *testing.T) (*sink.Sink, *Notifier) {
	t.Helper()
	s := sink.New(sink.Config{})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	bot, err := New(Config{
		Token: notify.SecretText("xoxb-canary"), Channel: "#slo", APIURL: server.URL + sink.SlackAPIPath, Mentions: Mentions{slo.SeverityPage: "<!here>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, bot
}

func tellMany(t *testing.T, bot *Notifier, many []alerting.Notification) []string {
	t.Helper()
	refs, err := bot.NotifyMany(t.Context(), many)
	if err != nil {
		t.Fatal(err)
	}
	return refs
}

func TestADigestNamesTheFirstCountsTheRestAndMentions(t *testing.T) {
	s, bot := fakeSlack(t)
	tellMany(t, bot, crowd(9961, notifytest.Page()))
	msg := s.Messages()[0].Versions[0]
	shown := msg.Text + string(msg.Blocks)
	for _, want := range []string{
		"🔴 PAGE · 9,961 incidents burn: checkout/function-0, checkout/function-1, checkout/function-2, … \\u003c!here\\u003e", "inc19|checkout/function-19", "+9,941 more",
		"https://slo.example.com/incidents|All incidents", "availability 99.9% over 30d burning 20× (1h)", "(team-checkout)",
	} {
		if !strings.Contains(shown, want) && !strings.Contains(shown, strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(want)) {
			t.Errorf("it does not say %q:\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "function-20") {
		t.Error("it names more than twenty")
	}
}

func TestAQuietDigestMentionsNobody(t *testing.T) {
	s, bot := fakeSlack(t)
	tellMany(t, bot, crowd(30, notifytest.Ticket()))
	tellMany(t, bot, crowd(30, notifytest.Resolved()))
	for i, want := range []string{"🟠 TICKET · 30 incidents burn", "✅ RESOLVED · 30 incidents are over"} {
		if text := s.Messages()[i].Versions[0].Text; !strings.HasPrefix(text, want) || strings.Contains(text, "<!here>") {
			t.Errorf("message %d: %s", i, text)
		}
	}
}

func TestWhatChangesAfterADigestStandsInItsThreadAndWhatIsLoudByItself(t *testing.T) {
	s, bot := fakeSlack(t)
	many := crowd(3, notifytest.Page())
	many[1].Ref = "C1:1.000001" // it has a message of its own
	refs := tellMany(t, bot, many)
	if refs[1] != "C1:1.000001" || refs[0] != refs[2] || !strings.HasPrefix(refs[0], "digest:") {
		t.Fatalf("references %q", refs)
	}
	over := notifytest.Resolved()
	if ref := send(t, bot, over, refs[0]); ref != refs[0] {
		t.Errorf("after the end the reference is %q", ref)
	}
	louder := notifytest.Rise()
	own := send(t, bot, louder, refs[2])
	messages := s.Messages()
	if len(messages) != 3 || messages[1].ThreadTS != messages[0].TS || messages[2].ThreadTS != "" || !strings.HasSuffix(own, messages[2].TS) {
		t.Fatalf("messages %+v", messages)
	}
	if len(messages[0].Versions) != 1 {
		t.Error("one incident has overwritten the digest")
	}
	send(t, bot, over, own)
	if messages = s.Messages(); len(messages[2].Versions) != 2 {
		t.Error("the message of its own is not kept up to date")
	}
}

func TestWhatMayBeToldInADigest(t *testing.T) {
	_, bot := fakeSlack(t)
	own, inOne := "C1:1.000001", "digest:C1:1.000001"
	for name, tc := range map[string]struct {
		n    alerting.Notification
		ref  string
		want bool
	}{
		"a new ticket":                             {notifytest.Ticket(), "", true},
		"a ticket with a message of its own":       {notifytest.Ticket(), own, false},
		"a page with a message of its own":         {notifytest.Rise(), own, true},
		"the end of one with a message of its own": {notifytest.Resolved(), own, false},
		"the end of one that was in a digest":      {notifytest.Resolved(), inOne, true},
	} {
		tc.n.Ref = tc.ref
		if got := bot.Digests().Joins(tc.n); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
	incoming := newIncoming(t, "https://example.com", nil)
	ticket := notifytest.Ticket()
	ticket.Ref = own
	if !incoming.Digests().Joins(ticket) {
		t.Error("an incoming webhook, which edits nothing, refuses to join")
	}
}

func TestAHostileDigestKeepsTheLimitsOfALayout(t *testing.T) {
	s, bot := fakeSlack(t)
	hostile := notifytest.Hostile(strings.Repeat("<!channel>&é ", 300))
	hostile.Incident.ID, hostile.ExternalURL = "inc", "https://slo.example.com/"+strings.Repeat("a", 700)
	var many []alerting.Notification
	for range 60 {
		many = append(many, hostile)
	}
	tellMany(t, bot, many)
	version := s.Messages()[0].Versions[0]
	if len(version.Blocks) == 0 || strings.Contains(string(version.Blocks)+version.Text, "<!channel>") {
		t.Errorf("%d bytes of blocks, %s", len(version.Blocks), version.Text)
	}
}
