// Package yamlfmt writes SLO files and configurations in one form: keys in the
// order of the documentation, two columns for each level, one space after a colon
// and a comma, no runs of blank lines.
//
// It moves the lines that people wrote and writes none of its own: comments stay
// with the key that they stand above or beside, texts keep their quotes, and what
// was written in braces stays in braces. What came out is read again, and must mean
// what was read before; otherwise it is an error and nothing else.
package yamlfmt
