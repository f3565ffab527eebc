package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// pulses are the pictures of a list.
func pulses(body string) []string {
	return regexp.MustCompile(`(?s)<svg class="pulse".*?</svg>`).FindAllString(body, -1)
}

func TestARowShowsItsLastDays(t *testing.T) {
	f := newFleet()
	f.counted = func(sum *slo.WindowSum) {
		sum.Counts = slo.Counts{Total: 1000}
		switch ago := noon.Sub(sum.To); {
		case ago == 18*time.Hour:
			sum.Bad = 4 // the objective of the first row allows half a call
		case ago >= 6*24*time.Hour:
			sum.Coverage = 0
		}
	}
	body := get(t, f.server(t), "/slos?q=cart").Body.String()
	got := pulses(body)
	if len(got) != 1 {
		t.Fatalf("%d pictures", len(got))
	}
	// Four steps and what is before six days are unknown. The one that ended 18 hours ago
	// is the 25th of 28: eight times the pace is at the top.
	for _, want := range []string{`aria-label="1 of 28 too fast, 4 unknown"`, `<path d="M12 14h72"/>`, `<path class="over" d="m73 14v-13"/>`} {
		if !strings.Contains(got[0], want) {
			t.Errorf("no %s in %s", want, got[0])
		}
	}
	if strings.Contains(got[0], `class="kept"`) {
		t.Errorf("bars of nothing: %s", got[0])
	}
	if left := pulses(get(t, f.server(t), "/slos?columns=budget").Body.String()); len(left) > 0 {
		t.Errorf("%d pictures that nobody wants", len(left))
	}
}

func TestOneQuestionARowOfThePage(t *testing.T) {
	counts, config := newCounting(newFleet())
	server := serverOf(t, config)
	get(t, server, "/slos?limit=3")
	if counts.ledger != 3 {
		t.Errorf("%d sums for three rows", counts.ledger)
	}
	counts.asked = asked{}
	get(t, server, "/slos?limit=3&columns=budget")
	get(t, server, "/slos?group=owner")
	if counts.ledger != 0 {
		t.Errorf("%d sums that nobody sees", counts.ledger)
	}
}
