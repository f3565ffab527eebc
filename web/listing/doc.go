// Package listing picks and orders SLOs: which ones a query means, how urgent
// each is, and which of them make up one page. The list page, the list endpoint
// and the gate select with the same code.
//
// Everything here is pure and works on rows that were assembled before.
package listing
