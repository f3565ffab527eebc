// Package command runs a command line that a user gave: in a shell, for a limited
// time, and with nothing of it left when that is over.
package command
