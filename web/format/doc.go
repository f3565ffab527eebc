// Package format writes numbers the way people read them: 99.951%, 20.1×, -34%,
// 21 ms. What is not known is written as [Unknown], never as zero, and a ratio
// is never rounded up to a promise it did not keep.
package format
