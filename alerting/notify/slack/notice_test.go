package slack

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/slo"
)

func TestANoticeBeginsWithWhoseFunctionBurns(t *testing.T) {
	n := notifytest.Page()
	n.Kind, n.Incident.Severity = alerting.EventAffected, slo.SeverityNone
	n.Reason = "shop/cart burns because of shop/stock, whose owner is paged"
	msg := build(n)
	if before, _, ok := strings.Cut(msg.text, n.Reason+". "); !ok || strings.Contains(before, "burning") {
		t.Errorf("a phone shows %q", msg.text)
	}
	if text := read(msg); strings.Count(text, n.Reason) != 2 || strings.LastIndex(text, n.Reason) > strings.Index(text, "why?") {
		t.Errorf("the message is\n%s", text)
	}
}
