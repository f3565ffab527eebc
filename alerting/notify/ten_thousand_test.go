package notify_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// crowds are the counts in the titles of digests.
var crowds = regexp.MustCompile(`· ([0-9,]+) incidents? `)

// counted adds up the incidents that the messages in Slack with that symbol tell
// of.
func (s *station) counted(symbol string) (incidents, messages int) {
	for _, m := range s.slack.Messages() {
		text := m.Versions[0].Text
		if !strings.HasPrefix(text, symbol) && !strings.Contains(text, symbol) {
			continue
		}
		messages++
		if found := crowds.FindStringSubmatch(text); found != nil {
			n, _ := strconv.Atoi(strings.ReplaceAll(found[1], ",", ""))
			incidents += n
		} else {
			incidents++
		}
	}
	return incidents, messages
}

// Ten thousand functions that have nothing to do with each other burn at once, 100
// of them hard enough for a page; later all of it ends.
func TestTenThousandUnrelatedIncidentsLoseNobodyAndKeepEveryLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		defer s.stop()
		pages, tickets := named("page", 100), named("ticket", tenThousand-100)
		s.decide(opens(slo.SeverityTicket), []alerting.Destination{s.chat}, tickets...)
		s.decide(opens(slo.SeverityPage), []alerting.Destination{s.chat, s.pager}, pages...)
		pass(5 * time.Minute)
		s.wantDelivered()
		for symbol, want := range map[string]int{"PAGE": len(pages), "TICKET": len(tickets)} {
			if incidents, messages := s.counted(symbol); incidents != want || messages > 10 {
				t.Errorf("%s: %d incidents in %d messages, want %d in a few", symbol, incidents, messages, want)
			}
		}
		open := map[string]bool{}
		for _, a := range s.pagerduty.Process() {
			open[a.DedupKey] = true
		}
		for _, id := range pages {
			if !open["key-"+id] {
				t.Fatalf("PagerDuty was not told of %s", id)
			}
		}
		s.decide(isOver, []alerting.Destination{s.chat}, tickets...)
		s.decide(isOver, []alerting.Destination{s.chat, s.pager}, pages...)
		pass(5 * time.Minute)
		s.wantDelivered()
		if incidents, messages := s.counted("RESOLVED"); incidents != tenThousand || messages > 20 {
			t.Errorf("%d ends in %d messages", incidents, messages)
		}
		for _, a := range s.pagerduty.Process() {
			if a.Status != "resolved" {
				t.Fatalf("%s is %s in PagerDuty", a.DedupKey, a.Status)
			}
		}
	})
}

// One dependency is down and ten thousand functions with it: one page, and notices
// to the owners of the others. The page is the first thing that leaves.
func TestADependencyThatIsDownPagesOnceAndNotifiesTheOthersTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		defer s.stop()
		notice := func(i *alerting.Incident, n *alerting.Notification) {
			opens(slo.SeverityNone)(i, n)
			i.Cause, n.Reason = "cause", "fraud/score-order burns and this function depends on it"
		}
		s.decide(notice, []alerting.Destination{s.chat}, named("affected", tenThousand-1)...)
		decided := time.Now()
		s.decide(opens(slo.SeverityPage), []alerting.Destination{s.chat, s.pager}, "cause")
		pass(time.Second)
		if alerts := s.pagerduty.Process(); len(alerts) != 1 || alerts[0].DedupKey != "key-cause" {
			t.Errorf("PagerDuty a second after the decision: %+v", alerts)
		}
		var paged time.Time
		for _, m := range s.slack.Messages() {
			if strings.Contains(m.Versions[0].Text, "<!here>") {
				paged = m.Versions[0].At
			}
		}
		if paged.IsZero() || paged.Sub(decided) > time.Second {
			t.Errorf("paged at %v, decided at %v", paged, decided)
		}
		pass(5 * time.Minute)
		s.wantDelivered()
		mentions := 0
		for _, m := range s.slack.Messages() {
			mentions += strings.Count(m.Versions[0].Text, "<!here>")
		}
		if incidents, messages := s.counted("NOTICE"); incidents != tenThousand-1 || messages > 10 || mentions != 1 {
			t.Errorf("%d notices in %d messages, %d mentions", incidents, messages, mentions)
		}
		if alerts := s.pagerduty.Process(); len(alerts) != 1 {
			t.Errorf("%d alerts in PagerDuty, want one", len(alerts))
		}
	})
}
