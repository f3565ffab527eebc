package main

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/web/api"
)

// process is slofuse as a process of its own.
type process struct {
	*exec.Cmd
	log *logbook
}

// serve starts one on the clock of the scripts.
func serve(t *testing.T, file string) *process {
	t.Helper()
	return run(t, "slofuse", []string{nowEnv + "=" + wednesday.Format(time.RFC3339)},
		"serve", "--config.file", file, "--web.listen-address", "127.0.0.1:0")
}

func run(t *testing.T, program string, env []string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), program, args...), log: newLogbook()}
	p.Env = append(p.Environ(), env...)
	p.Stdout, p.Stderr = p.log, p.log
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.kill() })
	return p
}

// kill ends the process as kill -9 does, wherever it stands.
func (p *process) kill() {
	_ = p.Process.Kill()
	_ = p.Wait()
}

// url is where it listens.
func (p *process) url(t *testing.T) string {
	t.Helper()
	p.log.await(t, "slofuse is listening")
	_, rest, _ := strings.Cut(p.log.String(), "slofuse is listening\" url=")
	url, _, _ := strings.Cut(rest, " ")
	return url
}

// TestAKilledProcessLosesNoPage breaks every function of the fleet, so that one
// round owes a page for each, and kills the process whenever the receiver has
// taken some and answered none of the last. In the end each change of an incident was
// told under one id, and what came twice was under way when the process died.
func TestAKilledProcessLosesNoPage(t *testing.T) {
	c := newClock(wednesday)
	var faults []fleet.Fault
	probe := newBackend(t, fleet.Options{Seed: 1, Now: c.Now})
	for _, fn := range probe.Functions() {
		faults = append(faults, fleet.Fault{Kind: fleet.Outage, Service: fn.Service, Function: fn.Name, Share: 1, From: wednesday.Add(-20 * time.Minute)})
	}
	prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now, Faults: faults})
	pager := newReceiver(t)
	dir := demoFiles(t)
	file := configuration{
		backend: prom.URL, hook: pager.URL, storage: filepath.Join(dir, "slofuse.db"),
		routeKeys: ", group_wait: 0s, group_interval: 1s", // nobody waits for others
	}.write(t, dir)

	const cycles, taken = 6, 2
	for cycle := range cycles {
		dead, told := make(chan struct{}), atomic.Int64{}
		full := make(chan struct{})
		pager.late(func() { // accepts, and answers from the third one on only when it is too late
			if told.Add(1) > taken {
				if told.Load() == taken+1 {
					close(full)
				}
				<-dead
			}
		})
		p := serve(t, file)
		select {
		case <-full:
		case <-time.After(patience):
			t.Fatalf("cycle %d: only %d messages\n%s", cycle, told.Load(), p.log)
		}
		p.kill()
		close(dead)
	}
	pager.late(nil)
	p := serve(t, file)
	incidents := settled(t, p)

	ids, told, times := map[string]string{}, map[string]bool{}, map[string]int{}
	twice := 0
	for _, d := range pager.accepted() {
		told[d.body.GroupKey] = true
		change := d.body.GroupKey + d.body.Incident.Event + d.body.Incident.Reason // on a slow machine a later round tells more of an incident
		if before, ok := ids[change]; ok && before != d.id {
			t.Errorf("%s was told as %s and as %s: %s", d.body.Incident.Function, before, d.id, d.body.Incident.Reason)
		}
		ids[change] = d.id
		if times[d.id]++; times[d.id] > 1 {
			twice++
		}
	}
	if len(told) != incidents || incidents < 8 {
		t.Errorf("%d incidents were told of %d", len(told), incidents)
	}
	if most := cycles * webhookConcurrency; twice == 0 || twice > most {
		t.Errorf("%d messages came twice in %d kills, want some and at most the %d under way", twice, cycles, most)
	}
	t.Logf("%d kills, %d incidents, %d messages, %d of them twice", cycles, incidents, len(pager.accepted()), twice)
}

// settled waits until a process owes nothing and returns how many incidents there
// are that did not fold into another one, which tells of them.
func settled(t *testing.T, p *process) int {
	t.Helper()
	url, deadline := p.url(t), time.Now().Add(patience)
	for {
		_, body := get(t, url+"/api/v1/incidents")
		incidents := unmarshal[api.IncidentList](t, body).Incidents
		owed, own := 0, 0
		for _, i := range incidents {
			if i.Cause == nil {
				own++
			}
			_, body := get(t, url+"/api/v1/incidents/"+i.ID)
			for _, d := range unmarshal[api.Incident](t, body).Deliveries {
				if d.State != "sent" {
					owed++
				}
			}
		}
		if owed == 0 && len(incidents) > 0 {
			return own
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d messages are still owed\n%s", owed, p.log)
		}
	}
}

// TestAKilledCatchUpEndsInTheSameNumbers kills the process in the middle of one
// query after the other, and lets the last one finish.
func TestAKilledCatchUpEndsInTheSameNumbers(t *testing.T) {
	c := newClock(wednesday)
	prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now, Burning: burningFor})
	config := configuration{backend: prom.URL, slos: "slos/checkout.yaml"}
	numbers := func(dir string) []map[string]any {
		config.storage = filepath.Join(dir, "slofuse.db")
		r := start(t, config.write(t, dir), c.Now)
		defer r.stop()
		r.round()
		_, body := r.get("/api/v1/slos")
		slos := unmarshal[struct{ SLOs []map[string]any }](t, body).SLOs
		for _, s := range slos {
			delete(s, "incident") // its id is of one database
		}
		return slos
	}
	want := numbers(demoFiles(t))

	dir := demoFiles(t)
	config.storage = filepath.Join(dir, "slofuse.db")
	file := config.write(t, dir)
	kills := 0
	for _, queries := range []int64{1, 5, 20, 60, 150, 300} {
		var seen atomic.Int64
		reached, dead := make(chan struct{}), make(chan struct{})
		prom.shut(func(w http.ResponseWriter, r *http.Request) {
			if seen.Add(1) == queries {
				close(reached)
				<-dead
			}
			prom.api.ServeHTTP(w, r)
		})
		p := serve(t, file)
		select {
		case <-reached:
			kills++
		case <-time.After(patience):
			t.Fatalf("it never asks %d times\n%s", queries, p.log)
		}
		p.kill()
		close(dead)
	}
	prom.open()
	before := prom.requests.Load()
	got := numbers(dir)
	t.Logf("%d kills, then %d queries to the end", kills, prom.requests.Load()-before)
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
		t.Errorf("%d objectives after %d kills (-undisturbed +killed):\n%s", len(got), kills, diff)
	}
}
