// Package ui has the parts that pages are made of: badges, chips, tiles, links and rows,
// instants and other words, as templates show them. It asks nobody anything: what it is
// given it puts in a form that people read.
package ui
