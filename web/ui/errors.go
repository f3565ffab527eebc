package ui

import (
	"cmp"
	"slices"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
)

// ErrorView is one class of bad events.
type ErrorView struct {
	Class string
	Bad   string
	Share string
	Width int
}

// ErrorsOf lists the classes with the most of bad events, and what is in none
// of them.
func ErrorsOf(counts []slo.ClassCount, bad int64) []ErrorView {
	const most = 8
	classes := slices.Clone(counts)
	slices.SortStableFunc(classes, func(a, b slo.ClassCount) int { return cmp.Compare(b.Bad, a.Bad) })
	rest := bad
	var out []ErrorView
	for _, c := range classes[:min(len(classes), most)] {
		if c.Bad <= 0 {
			continue
		}
		out = append(out, errorOf(slo.FormatClass(c.Labels), c.Bad, bad))
		rest -= c.Bad
	}
	if rest > 0 && len(out) > 0 {
		out = append(out, errorOf("everything else", rest, bad))
	}
	return out
}

// RecentErrors are the kinds of errors of now, which are rarely those of the
// window.
func RecentErrors(a *slo.Assessment) []ErrorView {
	sum, _ := a.Burn(slo.RecentWindow)
	return ErrorsOf(a.RecentErrors, sum.Bad)
}

func errorOf(name string, bad, all int64) ErrorView {
	v := ErrorView{Class: name, Bad: format.Count(bad), Share: format.Unknown}
	if all > 0 {
		share := min(float64(bad)/float64(all), 1)
		v.Share, v.Width = format.Share(share, true), int(share*100)
	}
	return v
}
