package web_test

import (
	"html"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// TestTheSignalsThatAreOfferedCanBeCopied: what the page says goes into a file as it is.
func TestTheSignalsThatAreOfferedCanBeCopied(t *testing.T) {
	body := get(t, newFleet().server(t), charging).Body.String()
	_, offered, _ := strings.Cut(body, `<pre class="query"><code>`)
	offered, _, found := strings.Cut(offered, "</code></pre>")
	if !found || !strings.Contains(body, "<code>slos/checkout.yaml</code>") {
		t.Fatal("the page offers no signals, or does not say where they are written")
	}
	file := "version: 1\nservice: checkout\nowner: team-checkout\nfunctions:\n  - name: charge-card\n" +
		"    slos: [{name: a, objective: 99%, window: 30d, sli: {ratio: {total: 'a_total{f=\"$function\"}', bad: 'b_total{f=\"$function\"}'}}}]\n"
	for line := range strings.Lines(html.UnescapeString(offered)) {
		file += "    " + line
	}
	set, problems := spec.Parse([]spec.File{{Name: "checkout.yaml", Data: []byte(file)}}, spec.Options{})
	if len(problems) > 0 || len(set.Signals) != 6 {
		t.Errorf("%d signals, problems %v in\n%s", len(set.Signals), problems, file)
	}
}

func TestWhatIsDeclaredIsNotOffered(t *testing.T) {
	f := withSignals()
	for _, name := range []string{"Retries", "cold-starts", "queue length", "throttles", "saturation"} {
		f.signals = append(f.signals, slo.Signal{Service: "checkout", Function: "charge-card", Name: name, Query: "x"})
	}
	body := get(t, f.server(t), charging).Body.String()
	if !strings.Contains(body, "Not declared: cost</summary>") {
		t.Error("not only cost is offered")
	}
}

// TestSignalsSayWhichWayTheyWent: those of the fleet rise by one with each point.
func TestSignalsSayWhichWayTheyWent(t *testing.T) {
	body := get(t, withSignals().server(t), "/functions"+cart).Body.String()
	if want := `<h3>retries <b>19 retries/s</b> <small>↑ up from 3 retries/s in the hour before</small></h3>`; !strings.Contains(body, want) {
		_, heading, _ := strings.Cut(body, "<h3>retries")
		t.Errorf("the page says %.120q, want %q", heading, want)
	}
}
