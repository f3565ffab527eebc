// Package config reads the configuration of the service: the backends to ask,
// the SLO files to keep, where to store what was counted, and whom to tell.
//
// It is plain data. [Load] answers with a [Config] or with everything that is
// wrong with the file, at its line and column; turning the data into clients,
// notifiers and a routing tree is left to the program that wires them.
//
// Nothing of a [Config] gives a secret away: secrets, and URLs that are
// secrets, print and marshal masked, and no problem quotes one.
package config
