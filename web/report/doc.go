// Package report writes the report of error budgets as text: Markdown for wikis and
// pull requests, CSV for spreadsheets.
//
// It knows the wire type alone, so what a server answered and what was worked out
// elsewhere read the same. Names and reasons come from files and people: in Markdown
// they are text and no markup, in CSV no formula.
package report
