package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/web/live"
)

func TestWhatHappensOftenIsToldTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := make(chan string, 10)
		g := newGathered(func(ids ...string) { told <- strings.Join(ids, " ") })
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- g.run(ctx) }()
		g.add("a", "b")
		g.add("a")
		synctest.Wait()
		if len(told) > 0 {
			t.Errorf("told at once: %q", <-told)
		}
		<-time.After(gatherFor + time.Millisecond)
		g.add("a")
		<-time.After(gatherFor + time.Millisecond)
		<-time.After(time.Hour)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		close(told)
		var got []string
		for ids := range told {
			got = append(got, ids)
		}
		if want := []string{"a b", "a"}; !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

func TestManyAreToldAsAll(t *testing.T) {
	hub := live.New(live.Options{First: 1, Keep: 100, Readers: 1})
	g := newGathered(func(ids ...string) { hub.Publish(live.Incident, ids...) })
	for i := range 1000 {
		g.add(fmt.Sprint(i))
	}
	g.tell(g.take()...)
	if got := hub.Seq() - 1; got != 1 {
		t.Errorf("a thousand are %d events", got)
	}
}
