//go:build !race

package notify_test

// tenThousand is how many incidents a storm has.
const tenThousand = 10_000
