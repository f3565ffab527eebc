// Package pyrra translates the SLOs of Pyrra, Kubernetes resources of the kind
// ServiceLevelObjective, to native SLO files: one by one, several in a list, or
// as kubectl prints them.
//
// How the fields are kept, and which are not, is told in docs/foreign.md.
package pyrra
