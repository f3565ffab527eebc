// Package sample holds notifications that never happened: one of each kind of
// event, to show what people would be sent, and one to try a receiver with. The
// tests of integrations use them as well.
package sample
