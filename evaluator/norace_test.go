//go:build !race

package evaluator_test

const underRace = false
