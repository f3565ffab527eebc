// Package site is what all pages and endpoints stand on: the interfaces they ask, who may
// do what, answers and errors, forms, the rendering of pages, and what more than one of
// them reads, such as rows of SLOs, changes, deploys, signals and neighbours.
//
// A handler returns an answer or an error; [Server.Serve] writes both. What belongs to one
// kind of page or endpoint alone is in a package of its own, which has this one's Server.
package site
