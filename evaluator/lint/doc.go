// Package lint tries objectives on live data before anybody depends on them: does
// what they select exist, can the numbers be true, is there enough traffic for the
// promise, how much does it cost to ask.
//
// It has two halves. A [Reader] gathers [Facts] with few questions: their number
// grows with the metrics, not with the objectives, and each is bounded so that the
// check itself is never the expensive query it warns of. [Judge] applies the rules
// to facts; it is pure, so every rule is tested on facts that are written down.
//
// What a backend does not tell, because it has no index of series or does not
// know the types of its metrics, is named in [Facts.Untold]; the rules that need it
// then find nothing rather than guess.
package lint
