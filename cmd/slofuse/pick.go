package main

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// maxListed bounds the SLOs that a message lists.
const maxListed = 20

// sloArgs asks for the names of SLOs, one or more, in place of a count of
// arguments that were not given.
func sloArgs(atMost int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("say which SLO: %s service/function/slo; `slofuse status` lists them", cmd.CommandPath())
		case len(args) > atMost:
			return usagef("one SLO at a time: what is %q?", args[atMost])
		}
		return nil
	}
}

// pick finds the one SLO that a whole or shortened id means.
func pick(all []slo.ID, asked string) (slo.ID, error) {
	found := matching(all, asked)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return slo.ID{}, usagef("%q matches %d SLOs, say which one:\n%s", asked, len(found), listed(found))
	}
	if near := listing.Similar(all, asked); len(near) > 0 {
		return slo.ID{}, undecidedf("nothing selected: there is no SLO %q; there are\n%s", asked, listed(near))
	}
	return slo.ID{}, undecidedf("nothing selected: there is no SLO %q among %d; `slofuse status` lists them", asked, len(all))
}

// matching are the SLOs that an id means: the very one, or those with its
// segments, one after the other, in which * stands for any text.
func matching(all []slo.ID, asked string) []slo.ID {
	if i := slices.IndexFunc(all, func(id slo.ID) bool { return id.String() == asked }); i >= 0 {
		return all[i : i+1]
	}
	var patterns []*regexp.Regexp
	for segment := range strings.SplitSeq(strings.Trim(asked, "/"), "/") {
		if raw, err := url.PathUnescape(segment); err == nil {
			segment = raw
		}
		literal := strings.ReplaceAll(regexp.QuoteMeta(segment), `\*`, ".*")
		patterns = append(patterns, regexp.MustCompile("^(?s:"+literal+")$"))
	}
	return slices.DeleteFunc(slices.Clone(all), func(id slo.ID) bool { return !hasSegments(id, patterns) })
}

// hasSegments reports whether patterns match neighbouring segments of an id.
func hasSegments(id slo.ID, patterns []*regexp.Regexp) bool {
	segments := []string{id.Service, id.Function, id.Name}
	for first := 0; first+len(patterns) <= len(segments); first++ {
		all := true
		for i, p := range patterns {
			all = all && p.MatchString(segments[first+i])
		}
		if all {
			return true
		}
	}
	return false
}

func listed(ids []slo.ID) string {
	lines := make([]string, 0, min(len(ids), maxListed)+1)
	for _, id := range ids[:min(len(ids), maxListed)] {
		lines = append(lines, "  "+id.String())
	}
	if len(ids) > maxListed {
		lines = append(lines, "  …")
	}
	return strings.Join(lines, "\n")
}
