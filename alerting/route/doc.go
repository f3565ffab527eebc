// Package route picks the receivers of an incident from its labels, with a tree
// in Alertmanager's words: a node has matchers, a receiver and children; the
// first child that matches takes the incident unless it says continue. A node also
// says what is told together and how often, when it is silent, and who is told when
// nobody acknowledges. The tree is pure data and knows neither files nor
// destinations; the instant is an argument.
package route
