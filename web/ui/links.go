package ui

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
)

// Pair is a label or another thing with a name.
type Pair struct {
	Name, Value string
}

// Pairs are the labels of a map by name.
func Pairs(m map[string]string) []Pair {
	out := make([]Pair, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, Pair{Name: name, Value: m[name]})
	}
	return out
}

// Link is a reference out of slofuse. URL is empty for one that is not http or
// https: it is shown as text.
type Link struct {
	Name, Text, URL string
}

// LinksOf are links by name.
func LinksOf(m map[string]string) []Link {
	var out []Link
	for _, p := range Pairs(m) {
		l := Link{Name: p.Name, Text: p.Value}
		if u, err := url.Parse(p.Value); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
			l.URL = p.Value
		}
		out = append(out, l)
	}
	return out
}

// FirstLinks puts what people look for first in front. What is no link here is on the
// page of the incident.
func FirstLinks(all []Link, incident string) []Link {
	for n := range all {
		if all[n].URL == "" && all[n].Name == "runbook" {
			all[n].URL = incident + "#runbook"
		}
	}
	all = slices.DeleteFunc(all, func(l Link) bool { return l.URL == "" })
	order := []string{"runbook", "traces", "logs"}
	rank := func(l Link) int {
		if n := slices.Index(order, l.Name); n >= 0 {
			return n
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b Link) int { return cmp.Compare(rank(a), rank(b)) })
	return all[:min(len(all), 6)]
}

// RangeLink is a stretch of time that charts can show.
type RangeLink struct {
	Name, URL string
	Current   bool
}
