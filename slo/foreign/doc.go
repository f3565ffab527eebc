// Package foreign is what the readers of other tools' SLO files have in common.
//
// A foreign document is not read into SLOs. It is translated into a native
// document, a tree of YAML nodes, which the native reader then reads: so one
// format has one meaning, and what can be loaded can be written out as well.
// The nodes stand where the foreign ones stood that they come of, so whatever
// the native reader has to say, it says at a place of the foreign file.
//
// An adapter is a [Format]. It is given all documents of its format of one load
// together, since some refer to each other, and makes native documents with a
// [Builder]. It takes every key it knows and closes every mapping with [Done], so
// that no field is dropped in silence: one that nobody knows is a warning, as is
// one that slofuse cannot honour ([Lost]), and one without which the SLO would
// promise something else is an error with a way out.
//
// The queries of the foreign formats are free PromQL, where the native format
// counts events with plain selectors of counters. [Builder.Events] and
// [Builder.Ratio] recognise the usual way to write the growth of counters and
// take the selectors out of it; any other query is kept as a query, and what
// that means for the numbers is said.
//
// Foreign formats know services and SLOs and no functions. Adapters name the one
// function of a service after the service, unless a label "function" names it:
// what burns in one service is one incident then, and the names that people know
// stay the names of service and SLO.
package foreign
