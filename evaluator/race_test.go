//go:build race

package evaluator_test

// underRace makes the long tests shorter: the detector slows the engine down
// tenfold and finds as much in a part of them.
const underRace = true
