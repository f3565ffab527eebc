package slos

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

// mostParts is how many parts the page of an SLO shows.
const mostParts = 25

// family is an SLO among those it belongs with.
type family struct {
	Whole  *ui.SLOItem  // what it is a part of; nil if it is none
	Parts  []ui.SLOItem // the most urgent of its parts, or of those beside it
	Hidden int          // parts that are not among them
	All    string       // a list of all parts
	Others []ui.SLOItem // the function's other SLOs that are no parts
}

// familyOf finds the SLO that one is a part of, the parts of it and the other SLOs
// of its function.
func (s Handlers) familyOf(ctx context.Context, of *slo.SLO) (family, error) {
	root, isPart := of.Whole()
	if !isPart {
		root = of.ID
	}
	var slos []slo.SLO
	all := s.Objectives.SLOs()
	for i := range all {
		o := &all[i]
		if o.ID == of.ID || o.ID.OfFunction() != root.OfFunction() {
			continue
		}
		if whole, part := o.Whole(); !part || whole == root {
			slos = append(slos, *o)
		}
	}
	rows, err := s.Assemble(ctx, slos, time.Time{})
	if err != nil {
		return family{}, err
	}
	f := family{All: "/slos?" + url.Values{"service": {root.Service}, "function": {root.Function}, "q": {root.Name + ":"}}.Encode()}
	for _, row := range listing.NewHouse(rows).Select(listing.Query{}).Rows { // most urgent first
		shown := ui.Item(row, url.Values{})
		switch {
		case row.SLO.ID == root:
			f.Whole = &shown
		case row.SLO.Split == nil:
			f.Others = append(f.Others, shown)
		case len(f.Parts) < mostParts:
			f.Parts = append(f.Parts, shown)
		default:
			f.Hidden++
		}
	}
	slices.SortFunc(f.Others, func(a, b ui.SLOItem) int { return strings.Compare(a.ID.Name, b.ID.Name) })
	return f, nil
}
