package functions

import (
	"net/url"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/ui"
)

// chosen is what a reader of a function's page looks at. Links to another range keep the
// SLO, and links to another SLO the range.
type chosen struct {
	id    slo.ID
	slo   string // of whose calls and latency charts are; empty: the first
	shown breakdown.Range
	end   time.Time // of ranges that end now
	marks []slo.Annotation
}

// rangeView is the range that is looked at, and the way to others.
type rangeView struct {
	From, To       ui.Moment
	Recent         string // how long, of a range that ends now
	Ranges, Of     []ui.RangeLink
	Earlier, Later string
	Wider          string
}

func (c chosen) view(slos []slo.SLO) rangeView {
	v := rangeView{
		From: ui.MomentOf(c.shown.From), To: ui.MomentOf(c.shown.To), Of: c.charted(slos),
		Earlier: c.url(c.shown.Moved(-0.5, c.end)), Wider: c.url(c.shown.Wider(c.end)),
	}
	if later := c.shown.Moved(0.5, c.end); later.To.After(c.shown.To) {
		v.Later = c.url(later)
	}
	if c.shown.Recent() {
		v.Recent = slo.FormatDuration(c.shown.To.Sub(c.shown.From))
	}
	for _, preset := range []string{"1h", "6h", "1d", "7d", "30d"} {
		r := breakdown.Range{FromText: "now-" + preset, ToText: "now"}
		v.Ranges = append(v.Ranges, ui.RangeLink{Name: preset, URL: c.url(r), Current: c.shown.FromText == r.FromText && c.shown.ToText == r.ToText})
	}
	return v
}

// charted are the SLOs that charts can be of; none where there is no choice.
func (c chosen) charted(slos []slo.SLO) (out []ui.RangeLink) {
	of := toldApartOf(slos, c.slo)
	for i := range slos {
		o := &slos[i]
		if o.Split != nil || o.SLI.Ratio == nil && o.SLI.Latency == nil {
			continue
		}
		other := c
		other.slo = o.ID.Name
		out = append(out, ui.RangeLink{Name: o.ID.Name, URL: other.url(c.shown), Current: o == of.calls || o == of.latency})
	}
	if len(out) < 3 && of.latency != nil && of.latency != of.calls || len(out) < 2 {
		return nil // all of them are charted already
	}
	return out
}

func (c chosen) url(r breakdown.Range) string {
	q := url.Values{"from": {r.FromText}, "to": {r.ToText}}
	if c.slo != "" {
		q.Set("slo", c.slo)
	}
	return ui.FunctionPath(c.id) + "?" + q.Encode()
}
