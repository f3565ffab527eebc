// Package triage orders what burns for the person on call: which incidents call for
// somebody, in which order to look at them, and which of their alerts leads.
//
// Everything here is pure.
package triage
