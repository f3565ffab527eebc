package slo

import "cmp"

// Failing is the share of bad events over the shortest burn window, and that window:
// what fails now. It is unknown where the data is not of now, without traffic, and
// where too little of the window is known.
func (a Assessment) Failing() (share float64, window WindowSum, known bool) {
	if len(a.Burns) == 0 || !a.State.Measured() || !a.Burns[0].Decides() {
		return 0, WindowSum{}, false
	}
	share, known = a.Burns[0].ErrorRatio()
	return share, a.Burns[0], known
}

// FormatFailing says which share of events was bad over a window as [FormatDuration]
// writes it: "92% of calls failed in the last 5 minutes". What happened to a bad one is
// failed, unless something else is said.
func FormatFailing(share float64, noun, bad, window string) string {
	bad = cmp.Or(bad, "failed")
	if share <= 0 {
		return "None of the " + noun + " of the last " + spoken(window) + " " + bad
	}
	return FormatShare(share) + " of " + noun + " " + bad + " in the last " + spoken(window)
}
