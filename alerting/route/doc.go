// Package route picks the receivers of an incident from its labels, with a tree
// in Alertmanager's words: a node has matchers, a receiver and children; the
// first child that matches takes the incident unless it says continue. The tree
// is pure data and knows neither files nor destinations.
package route
