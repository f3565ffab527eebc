//go:build race

package notify_test

// tenThousand is how many incidents a storm has: a tenth of them under the race
// detector, which makes everything ten times slower.
const tenThousand = 1000
