package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// BenchmarkStormToFirstByte is how long after the decision the first page of a
// storm is at a receiver: 10,000 functions that have nothing to do with each other
// begin to burn in one slot. Deciding and the commit of all of it, synced to disk,
// are measured apart.
func BenchmarkStormToFirstByte(b *testing.B) {
	const functions = 10_000
	var slos []slo.SLO
	var assessments []slo.Assessment
	for i := range functions {
		s := promise(fmt.Sprintf("function-%d", i))
		slos, assessments = append(slos, s), append(assessments, outage(s, wednesday))
	}
	var deciding, sending time.Duration
	for b.Loop() {
		b.StopTimer()
		var once sync.Once
		arrived := make(chan time.Time, 1)
		receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { once.Do(func() { arrived <- time.Now() }) }))
		engine := pager(b, receiver.URL)
		b.StartTimer()
		begun := time.Now()
		if err := engine.Observe(b.Context(), wednesday, slos, assessments); err != nil {
			b.Fatal(err)
		}
		decided := time.Now()
		first := <-arrived
		b.StopTimer()
		deciding, sending = deciding+decided.Sub(begun), sending+first.Sub(decided)
		receiver.Close()
		b.StartTimer()
	}
	b.ReportMetric(deciding.Seconds()/float64(b.N), "s-deciding/op")
	b.ReportMetric(sending.Seconds()/float64(b.N), "s-to-first-byte/op")
}
