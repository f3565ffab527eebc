package canary

import "testing"

// binomial are the chances of 0, 1, 2, … bad ones among n.
func binomial(n int64, p float64, most int64) []float64 {
	out := make([]float64, min(n, most)+1)
	for k := range out {
		out[k] = atLeast(int64(k), n, p) - atLeast(int64(k)+1, n, p)
	}
	return out
}

// What the test errs is added up over all outcomes, where the true difference is just
// the margin: the worst place, since farther away it errs less.
func TestTheTestErrsNoMoreOftenThanStated(t *testing.T) {
	const most = 60 // bad calls of a side; the chance of more is too small to count
	truths := 0
	for _, sizes := range [][2]int64{{50, 50}, {1000, 1000}, {1000, 9000}, {9000, 1000}, {200, 20_000}} {
		for _, margin := range []float64{0, 0.0005, 0.005} {
			worse, within := outcomes(sizes, margin, most)
			for _, share := range []float64{0.00003, 0.0001, 0.0005, 0.001, 0.003, 0.01} {
				if (share+margin)*float64(sizes[0]) > most/3 || share*float64(sizes[1]) > most/3 {
					continue
				}
				truths++
				ofCanary, ofBaseline := binomial(sizes[0], share+margin, most), binomial(sizes[1], share, most)
				for _, alpha := range []float64{0.2, 0.05, 0.01, 0.0025, 0.0001} {
					fails, passes := chance(ofCanary, ofBaseline, worse, alpha), chance(ofCanary, ofBaseline, within, alpha)
					if !(fails <= alpha && passes <= alpha) {
						t.Errorf("%v calls, %v against %v+%v at %v: fails wrongly with %.6f, passes wrongly with %.6f",
							sizes, share, share, margin, alpha, fails, passes)
					}
				}
			}
		}
	}
	if truths < 68 {
		t.Errorf("only %d truths were tried", truths)
	}
}

// outcomes are the p-values of every pair of bad calls.
func outcomes(sizes [2]int64, margin float64, most int64) (worse, within [][]float64) {
	for i := range min(sizes[0], most) + 1 {
		var a, b []float64
		for j := range min(sizes[1], most) + 1 {
			a = append(a, PWorse(of(i, sizes[0]), of(j, sizes[1]), margin))
			b = append(b, PWithin(of(i, sizes[0]), of(j, sizes[1]), margin))
		}
		worse, within = append(worse, a), append(within, b)
	}
	return worse, within
}

func chance(ofCanary, ofBaseline []float64, p [][]float64, alpha float64) (sum float64) {
	for i, a := range ofCanary {
		for j, b := range ofBaseline {
			if p[i][j] <= alpha {
				sum += a * b
			}
		}
	}
	return sum
}
