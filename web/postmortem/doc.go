// Package postmortem writes what is known of an incident as Markdown, for people to
// go on with: what happened when, what it cost, what is known of the cause, and
// questions that the facts themselves ask.
//
// Everything here is pure. Nothing is invented: what is not known is said, and
// what people have to find out is left for them to fill in. Text from outside
// cannot become markup.
package postmortem
