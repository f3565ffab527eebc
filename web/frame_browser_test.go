package web_test

import (
	"testing"

	"github.com/slofuse/slofuse/web/auth"
)

// TestTheFrameIsOneLineOnAPhone also for whoever is signed in under a long name, and says
// in which zone its time is.
func TestTheFrameIsOneLineOnAPhone(t *testing.T) {
	f := newFleet()
	b := browse(t, f)
	key := secrets[auth.Operator]
	b.handler.Store(guardedServer(t, f, auth.Rules{Tokens: []auth.Token{token("ana.kowalska@checkout.example.com", auth.Operator, key)}, Reading: true}))
	const height, over = `document.querySelector("header.top").getBoundingClientRect().height`, `document.documentElement.scrollWidth - innerWidth`
	for _, width := range []int64{390, 360} {
		b.open(t, "/login", width)
		if high := evaluate[float64](t, b, height); high > 60 {
			t.Errorf("at %d: %v pixels high before signing in", width, high)
		}
	}
	evaluate[bool](t, b, `(document.querySelector("input[name=token]").value = "`+key+`", document.querySelector("main form").requestSubmit(), true)`)
	until(t, b, `document.querySelector(".visitor button") !== null`)
	for _, width := range []int64{390, 360} {
		b.open(t, "/", width)
		until(t, b, `/^as of \d\d:\d\d:\d\d \S+$/.test(document.getElementById("age-text").textContent)`)
		if high, wide := evaluate[float64](t, b, height), evaluate[int](t, b, over); high > 60 || wide > 0 {
			t.Errorf("at %d: %v pixels high and %d too wide when signed in", width, high, wide)
		}
		if cut := evaluate[bool](t, b, `document.querySelector(".visitor span").clientWidth < 40`); cut {
			t.Errorf("at %d: nothing of the name is seen", width)
		}
	}
}
