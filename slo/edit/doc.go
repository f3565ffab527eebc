// Package edit says what people changed in their files: which SLOs came, went or
// say something else than before, and which settings of the service do. What an
// SLO promises makes a revision, with numbers of its own; everything else that
// somebody would want to know who asks what changed is found here.
//
// Everything is pure. What was written before is compared as texts, so it can be
// kept from one start to the next.
package edit
