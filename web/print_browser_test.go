package web_test

import (
	"bytes"
	"context"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/slofuse/slofuse/slo"
)

// pdfPage is a page of a document in the source of a PDF.
var pdfPage = regexp.MustCompile(`/Type\s*/Page[^s]`)

// TestTheExecutivePagePrintsOnOnePage prints it on the paper that its style asks for,
// with services and teams enough to fill it, a month to compare with, and a cost.
func TestTheExecutivePagePrintsOnOnePage(t *testing.T) {
	f := newFleet()
	for _, service := range []string{"auth", "billing", "catalogue", "delivery", "email", "fraud", "gifts", "help", "invoices", "jobs"} {
		for _, name := range []string{"availability", "latency", "freshness"} {
			f.add(member{service: service, function: "handle-" + service, name: name, owner: "team-" + service, objective: "99.9%", total: 4000000, bad: 5200, burn: 1.5})
		}
	}
	f.past = map[slo.ID]slo.Counts{}
	for _, s := range f.slos {
		f.past[s.ID] = slo.Counts{Total: 4000000, Bad: 9000}
	}
	f.signals = []slo.Signal{{Service: "checkout", Function: "charge-card", Name: "cost", Unit: "€/h"}}
	b := browse(t, f)
	b.open(t, "/executive", 1280)
	var pdf []byte
	err := chromedp.Do(b, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		printed, err := cdp.Call(ctx, target, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
		pdf = printed.Data
		return err
	}))
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Fatalf("%d bytes, %v", len(pdf), err)
	}
	if n := len(pdfPage.FindAll(pdf, -1)); n != 1 {
		t.Errorf("it takes %d pages", n)
	}
}
