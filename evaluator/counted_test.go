package evaluator_test

import (
	"testing"
	"time"
)

func TestCountedIsTheHistoryBetweenAnyInstants(t *testing.T) {
	now := december.Add(36 * time.Hour)
	s := monthly(t)
	e := caughtUp(t, newScript("charge"), s, now)
	var bounds []time.Time
	for at := now.Add(-6 * time.Hour); !at.After(now); at = at.Add(time.Hour) {
		bounds = append(bounds, at)
	}
	counted, points := e.Counted(s, bounds), e.Points(s, bounds[0], now, time.Hour)
	if len(counted) != 6 || len(points) != 6 {
		t.Fatalf("%d counted and %d points, want 6", len(counted), len(points))
	}
	for i, p := range points {
		if c := counted[i]; c.Counts != p.Counts || c.Coverage != p.Coverage || !c.To.Equal(p.Time) || c.Length != time.Hour || c.Total != 36_000 {
			t.Errorf("counted %+v, history %+v", c, p)
		}
	}
	uneven := e.Counted(s, []time.Time{now.Add(-3 * time.Hour), now.Add(-time.Hour), now})
	if len(uneven) != 2 || uneven[0].Total != 72_000 || uneven[1].Total != 36_000 {
		t.Errorf("between uneven bounds %+v", uneven)
	}
	if e.Counted(s, bounds[:1]) != nil || e.Counted(s, nil) != nil {
		t.Error("counted between fewer than two instants")
	}
}

func TestCountedLeavesOutWhatMaintenanceExcludes(t *testing.T) {
	now := december.Add(36 * time.Hour)
	s := monthly(t)
	e, m := corrected(t, newScript("charge"), s, now)
	m.in(now.Add(-90*time.Minute), now.Add(-time.Hour))
	got := e.Counted(s, []time.Time{now.Add(-2 * time.Hour), now.Add(-time.Hour), now})
	if got[0].Total != 18_000 || got[0].Excluded.Total != 18_000 || got[1].Total != 36_000 || got[1].Excluded.Any() {
		t.Errorf("counted %+v", got)
	}
}
