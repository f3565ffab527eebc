// Package rule names everything that can be found in SLO files and
// configuration: the catalogue of rules, and what one of them found.
//
// A rule has a name that people write into an ignore comment, a severity and
// two sentences: what it finds and what to do about it. A name is an interface,
// as a flag is: it is not changed once it was published.
package rule
