// Package lint finds in SLO files what a reader can live with and its author
// probably does not mean, beyond what reading them already says: who would be
// told of a page, and by which runbook.
//
// It also takes out of the findings of all rules what people do not want to hear
// of, by the comments in their files: see [Hide]. It asks nobody; what a
// Prometheus knows is for others.
package lint
