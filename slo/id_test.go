package slo_test

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestID_text(t *testing.T) {
	for text, id := range map[string]slo.ID{
		"checkout/charge-card/availability":     {Service: "checkout", Function: "charge-card", Name: "availability"},
		"shop/GET%20%2Fcart%2F%7Bid%7D/latency": {Service: "shop", Function: "GET /cart/{id}", Name: "latency"},
		"a%2Fb/50%25/c%3Fd":                     {Service: "a/b", Function: "50%", Name: "c?d"},
		"büro/Grüße/x":                          {},
		"b%C3%BCro/f/x":                         {Service: "büro", Function: "f", Name: "x"},
	} {
		got, err := slo.ParseID(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if id == (slo.ID{}) { // not as we write it, and readable all the same
			continue
		}
		if got != id || id.String() != text {
			t.Errorf("%s is read as %+v and written as %s", text, got, id)
		}
		if key := id.FunctionKey(); !strings.HasPrefix(text, key+"/") || strings.Count(key, "/") != 1 {
			t.Errorf("%s has the function key %s", text, key)
		}
	}
}

func TestParseID_refuses(t *testing.T) {
	for _, text := range []string{"", "a", "a/b", "a/b/c/d", "a//c", "/b/c", "a/b/", "a/%zz/c", "a/%/c", "a/%2/c"} {
		if id, err := slo.ParseID(text); err == nil || id != (slo.ID{}) {
			t.Errorf("%q is read as %+v (%v)", text, id, err)
		}
	}
}

func TestID_text_round_trip(t *testing.T) {
	holds := func(service, function, name string) bool {
		id := slo.ID{Service: service + "s", Function: "f" + function, Name: name + "n"}
		back, err := slo.ParseID(id.String())
		if err != nil || back != id {
			return false
		}
		u, err := url.Parse("http://localhost/api/v1/slos/" + id.String()) // it is used as a path
		return err == nil && u.EscapedPath() == "/api/v1/slos/"+id.String()
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 2_000}); err != nil {
		t.Error(err)
	}
}

func FuzzParseID(f *testing.F) {
	for _, seed := range []string{"a/b/c", "a%2Fb/GET%20%2F/c", "%/%/%", "a/b/c/d", "//", "a/\xff/c", "a/%00/c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := slo.ParseID(text)
		if err != nil {
			return
		}
		if id.Service == "" || id.Function == "" || id.Name == "" {
			t.Errorf("%q is read with an empty segment: %+v", text, id)
		}
		if back, err := slo.ParseID(id.String()); err != nil || back != id {
			t.Errorf("%q is read as %+v, written as %s and read as %+v (%v)", text, id, id, back, err)
		}
	})
}

func TestID_order(t *testing.T) {
	sorted := []slo.ID{
		{Service: "a", Function: "z", Name: "z"},
		{Service: "b", Function: "a", Name: "z"},
		{Service: "b", Function: "b", Name: "a"},
		{Service: "b", Function: "b", Name: "b"},
	}
	mixed := []slo.ID{sorted[2], sorted[0], sorted[3], sorted[1]}
	slices.SortFunc(mixed, slo.ID.Compare)
	if !slices.Equal(mixed, sorted) {
		t.Errorf("sorted as %v", mixed)
	}
	if sorted[1].Compare(sorted[1]) != 0 {
		t.Error("an ID is not equal to itself")
	}
}

func TestFormatDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0s": 0, "30d": 30 * day, "1h30m": 90 * time.Minute, "5m": 5 * time.Minute, "45s": 45 * time.Second,
		"1d1h1m1s1ms": day + time.Hour + time.Minute + time.Second + time.Millisecond,
		"250ms":       250 * time.Millisecond, "-6h": -6 * time.Hour, "400d": 400 * day,
	} {
		if got := slo.FormatDuration(d); got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
	}
	if got := slo.FormatDuration(999 * time.Microsecond); got != "0s" {
		t.Errorf("less than a millisecond is written %s", got)
	}
	if got := slo.FormatDuration(math.MinInt64); !strings.HasPrefix(got, "-106751d") {
		t.Errorf("the longest time ago is written %s", got)
	}
}

func TestClassKey_is_one_text_for_one_set_of_labels(t *testing.T) {
	holds := func(names, values [3]string) bool {
		labels := map[string]string{}
		for i, name := range names {
			labels[strings.ToValidUTF8(name, "")] = strings.ToValidUTF8(values[i], "")
		}
		back := slo.ParseClassKey(slo.ClassKey(labels))
		if len(back) != len(labels) {
			return false
		}
		for name, value := range labels {
			if back[name] != value {
				return false
			}
		}
		return slo.ClassKey(back) == slo.ClassKey(labels)
	}
	if err := quick.Check(holds, nil); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"", "code=503", `{"code":503}`, "[]"} {
		if labels := slo.ParseClassKey(text); labels != nil {
			t.Errorf("%q is read as %v", text, labels)
		}
	}
}

func ExampleID() {
	id := slo.ID{Service: "shop", Function: "GET /cart/{id}", Name: "latency"}
	fmt.Println(id)
	back, _ := slo.ParseID(id.String())
	fmt.Println(back.Function)
	// Output:
	// shop/GET%20%2Fcart%2F%7Bid%7D/latency
	// GET /cart/{id}
}
