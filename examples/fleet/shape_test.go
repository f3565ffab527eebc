package fleet_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

func TestProcessesRestartAndCountersWithThem(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	restarts := counted(t, f, `sum by (job) (changes(process_start_time_seconds{job=~"auth|media|search"}[30d]))`, now)
	for _, job := range []string{"auth", "media", "search"} {
		if restarts[fmt.Sprintf(`{job=%q}`, job)] == 0 {
			t.Errorf("no process of %s restarted in 30 days: %v", job, restarts)
		}
	}
	crashes := counted(t, f, `sum(changes(process_start_time_seconds{instance=~"index-document-.*"}[1d]))`, now)[`{}`]
	resets := counted(t, f, `sum(resets(function_calls_total{function="index-document",code="200"}[1d]))`, now)[`{}`]
	if crashes < 40 || resets < crashes-4 || resets > crashes {
		t.Errorf("the crash-looping function started %v times in a day, %v resets", crashes, resets)
	}
}

func TestVersionsAreRolledOutAtDifferentTimes(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	ended := map[time.Time]string{}
	for _, fn := range f.Functions() {
		instances := counted(t, f, fmt.Sprintf(`count(count_over_time(up{instance=~"%s-.*"}[30d:6h]))`, fn.Name), now)[`{}`]
		if instances < 4 {
			t.Errorf("%s had %v instances in 30 days: no rollout", fn.Key(), instances)
		}
		live := counted(t, f, fmt.Sprintf(`count(up{instance=~"%s-.*"})`, fn.Name), now)[`{}`]
		if live < 2 || live > 4 { // more while a version is replaced
			t.Errorf("%s has %v instances now", fn.Key(), live)
		}
		start := counted(t, f, fmt.Sprintf(`max(process_start_time_seconds{instance=~"%s-.*"})`, fn.Name), now)[`{}`]
		at := time.UnixMilli(int64(start * 1000))
		if other, taken := ended[at]; taken {
			t.Errorf("%s and %s started together", fn.Key(), other)
		}
		ended[at] = fn.Key()
	}
}

func TestASeriesIsBornByItsFirstEvent(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	if zeros := counted(t, f, `count(last_over_time(function_calls_total[1d]) == 0)`, now); len(zeros) > 0 {
		t.Errorf("series without events: %v", zeros)
	}
	// While a process lives, its 503 series appears later than the process.
	query := `count((time() - process_start_time_seconds < 86400) and on (job, instance) function_calls_total{code="200"} unless on (job, instance) function_calls_total{code="503"})`
	unborn := 0
	for hour := range 24 * 7 {
		if counted(t, f, query, now.Add(-time.Duration(hour)*time.Hour))[`{}`] > 0 {
			unborn++
		}
	}
	if unborn < 24 {
		t.Errorf("only in %d of %d hours a young process has had calls and no 503", unborn, 24*7)
	}
}

func TestTargetsGoDownAndSayUpZero(t *testing.T) {
	at := now.Add(-time.Hour)
	f := newFleet(t, fleet.Options{Faults: []fleet.Fault{
		{Kind: fleet.TargetDown, Service: "auth", Function: "login", From: at, To: at.Add(20 * time.Minute)},
	}})
	during := at.Add(10 * time.Minute)
	if up := counted(t, f, `sum(up{instance=~"login-.*"})`, during)[`{}`]; up != 0 {
		t.Errorf("%v targets are up", up)
	}
	if n := counted(t, f, `count(function_calls_total{function="login"} or process_start_time_seconds{instance=~"login-.*"})`, during); len(n) != 0 {
		t.Errorf("series while nothing can be scraped: %v", n)
	}
	after := counted(t, f, `sum(up{instance=~"login-.*"})`, at.Add(21*time.Minute))[`{}`]
	if after != 2 {
		t.Errorf("%v targets are up afterwards", after)
	}
	exact, seen := truth(t, f, "auth/login", at, at.Add(time.Hour)), observed(t, f, "auth/login", at, at.Add(time.Hour))
	if exact.Total < 1000 || seen.Total < exact.Total*98/100 {
		t.Errorf("%d calls, %d to be seen: the calls go on while a target is down", exact.Total, seen.Total)
	}
}

func TestEachFunctionHasItsCharacter(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	midnight := now.Truncate(24 * time.Hour)
	perHour := func(key string, from time.Duration) float64 {
		return float64(truth(t, f, key, midnight.Add(from-24*time.Hour), midnight.Add(from-23*time.Hour)).Total)
	}
	if day, night := perHour("auth/login", 15*time.Hour), perHour("auth/login", 3*time.Hour); day < 2*night {
		t.Errorf("logins: %v an hour by day, %v by night", day, night)
	}
	if day, night := perHour("reports/nightly-export", 12*time.Hour), perHour("reports/nightly-export", 2*time.Hour); day != 0 || night < 1000 {
		t.Errorf("nightly exports: %v an hour by day, %v by night", day, night)
	}
	if rare := perHour("onboarding/verify-identity", 14*time.Hour); rare < 1 || rare > 20 {
		t.Errorf("verify-identity: %v an hour", rare)
	}
	if flags := perHour("flags/evaluate", 12*time.Hour); flags < 5e6 {
		t.Errorf("flags/evaluate: %v an hour", flags)
	}
	week := truth(t, f, "onboarding/provision-workspace", now.AddDate(0, 0, -4), now.AddDate(0, 0, -3)).Total // Saturday
	if workday := truth(t, f, "onboarding/provision-workspace", now.AddDate(0, 0, -1), now).Total; workday < 2*week {
		t.Errorf("workspaces: %v on a workday, %v on a Saturday", workday, week)
	}
	media := truth(t, f, "media/thumbnail", now.Add(-time.Hour), now)
	if share := float64(media.ColdStarts) / float64(media.Total); share < 0.04 || share > 0.12 {
		t.Errorf("cold starts: %v of the calls", share)
	}
	card := truth(t, f, "checkout/charge-card", now.Add(-time.Hour), now)
	if len(card.ByGateway) != 2 || card.Retries == 0 || card.ByCode["402"] == 0 {
		t.Errorf("charge-card: %+v", card)
	}
}

func TestColdStartsAreASecondMode(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	c := truth(t, f, "media/thumbnail", now.Add(-6*time.Hour), now)
	var density []float64
	for i := 1; i < len(c.Buckets)-1; i++ {
		width := c.Buckets[i].UpperBound - c.Buckets[i-1].UpperBound
		density = append(density, float64(c.Buckets[i].Count-c.Buckets[i-1].Count)/width)
	}
	fallen, again := false, false
	for i := 1; i < len(density); i++ {
		fallen = fallen || density[i] < density[i-1]
		again = again || fallen && density[i] > 2*density[i-1]
	}
	if !again {
		t.Errorf("calls per second of latency never rise again: %v of %v", density, c.Buckets)
	}
}
