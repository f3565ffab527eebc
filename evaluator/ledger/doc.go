// Package ledger is the book of increments: what every indicator counted in
// every slot, kept in SQLite and summed from memory: what is older than the last
// hours is sealed into volumes, of which memory holds the sums.
//
// A slot that was read and had samples is a cell. A slot that was read and had
// none is a gap, and a slot that was never read is neither: the ledger keeps
// the spans it has read beside the cells. Growth that shows after a gap
// happened during the gap, so it is spread evenly over it; totals stay exact
// and short windows stay honest. What is recorded again replaces what was
// there, which makes reading a slot twice harmless.
//
// See DESIGN.md in this folder for the trade-offs.
package ledger
