package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

func TestSum_leaves_out_the_slots_that_are_excluded(t *testing.T) {
	// Four slots, then a gap of a minute that is bridged: 30 events in 90 s.
	pages := []ledger.Page{pageOf(0, 300, "a", slot(30, 10, 1), slot(60, 20, 0), slot(90, 5, 5), slot(120, 7, 2), slot(210, 30, 3))}
	for _, tc := range []struct {
		what     string
		excluded []ledger.Span
		want     slo.WindowSum // Excluded aside from counts and time is derived
	}{
		{"nothing", nil, slo.WindowSum{Counts: slo.Counts{Total: 72, Bad: 11}, BadSlots: 4, Coverage: 1}},
		{"an empty span", []ledger.Span{span(60, 60)}, slo.WindowSum{Counts: slo.Counts{Total: 72, Bad: 11}, BadSlots: 4, Coverage: 1}},
		{"what is outside", []ledger.Span{span(-90, 0), span(210, 400)}, slo.WindowSum{Counts: slo.Counts{Total: 72, Bad: 11}, BadSlots: 4, Coverage: 1}},
		{"a whole slot", []ledger.Span{span(60, 90)}, slo.WindowSum{Counts: slo.Counts{Total: 67, Bad: 6}, BadSlots: 3, Coverage: 1, Excluded: excluded(5, 5, 1, 30)}},
		{"two slots are touched", []ledger.Span{span(59, 61)}, slo.WindowSum{Counts: slo.Counts{Total: 47, Bad: 6}, BadSlots: 3, Coverage: 1, Excluded: excluded(25, 5, 1, 60)}},
		{"a second of a slot", []ledger.Span{span(70, 71)}, slo.WindowSum{Counts: slo.Counts{Total: 67, Bad: 6}, BadSlots: 3, Coverage: 1, Excluded: excluded(5, 5, 1, 30)}},
		{"overlaps, backwards", []ledger.Span{span(70, 90), span(30, 80), span(60, 61)}, slo.WindowSum{Counts: slo.Counts{Total: 47, Bad: 6}, BadSlots: 3, Coverage: 1, Excluded: excluded(25, 5, 1, 60)}},
		{"a third of a bridge", []ledger.Span{span(150, 180)}, slo.WindowSum{Counts: slo.Counts{Total: 62, Bad: 10}, BadSlots: 4, Coverage: 1, Excluded: excluded(10, 1, 0, 30)}},
		{"the whole window", []ledger.Span{span(-1_000, 1_000)}, slo.WindowSum{Excluded: excluded(72, 11, 4, 210)}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			tc.want.From, tc.want.To, tc.want.Length = at(0), at(210), 210*time.Second
			tc.want.Excluded.Share = tc.want.Excluded.Time.Seconds() / 210
			got := inMemory(t, pages...).Sum("a", "", at(0), at(210), tc.excluded...)
			if diff := cmp.Diff(tc.want, got, cmp.Comparer(near)); diff != "" {
				t.Errorf("sum (-want +got):\n%s", diff)
			}
		})
	}
}

func excluded(total, bad int64, badSlots int, seconds int64) slo.Exclusion {
	return slo.Exclusion{Counts: slo.Counts{Total: total, Bad: bad}, BadSlots: badSlots, Time: time.Duration(seconds) * time.Second}
}

func TestSum_takes_excluded_time_out_of_what_should_be_known(t *testing.T) {
	// Of ten minutes the last five were never read.
	page := ledger.Page{Span: span(0, 300), Increments: map[string][]slo.Increment{"a": {{End: 300, Width: 300, Counts: slo.Counts{Total: 60}}}}}
	book := inMemory(t, page)
	for _, tc := range []struct {
		what     string
		excluded ledger.Span
		want     float64
	}{
		{"what is known", span(0, 300), 0},
		{"what is not", span(300, 600), 1},
		{"the half of what is not", span(450, 600), 300. / 450},
	} {
		if got := book.Sum("a", "", at(0), at(600), tc.excluded); !near(got.Coverage, tc.want) {
			t.Errorf("without %s: coverage %v, want %v", tc.what, got.Coverage, tc.want)
		}
	}
}

// What a backend had before a function was born is known in wide slots, which do not end
// where the function's do.
func TestSum_excludes_the_time_before_a_function_too(t *testing.T) {
	up := ledger.Page{Span: span(0, 7_200), Increments: map[string][]slo.Increment{"backend": nil}}
	for end := int64(30); end <= 1_800; end += 30 { // then nothing until the function is there
		up.Increments["backend"] = append(up.Increments["backend"], slot(end, 1, 0))
	}
	page := pageOf(0, 7_200, "a")
	for end := int64(3_630); end <= 7_200; end += 30 {
		page.Increments["a"] = append(page.Increments["a"], slot(end, 10, 0))
	}
	book := inMemory(t, up, page)
	for _, tc := range []struct {
		what     string
		excluded ledger.Span
		want     float64
	}{
		{"nothing", span(0, 0), 5_400. / 7_200},
		{"what the backend had before", span(0, 1_800), 3_600. / 5_400},
		{"what it had not", span(1_800, 3_600), 1},
		{"some of both", span(1_500, 2_100), 5_100. / 6_600},
	} {
		if got := book.Sum("a", "backend", at(0), at(7_200), tc.excluded).Coverage; !near(got, tc.want) {
			t.Errorf("without %s %v is known, want %v", tc.what, got, tc.want)
		}
	}
}

func TestSum_knows_no_more_than_all_of_what_is_left(t *testing.T) {
	up := ledger.Page{Span: span(0, 3_600), Increments: map[string][]slo.Increment{"backend": {{End: 3_600, Width: 3_600, Counts: slo.Counts{Total: 1}}}}}
	book := inMemory(t, up, pageOf(0, 7_200, "a", slot(7_170, 10, 0), slot(7_200, 10, 0)))
	for end := int64(60); end < 7_200; end += 30 {
		for _, excluded := range []ledger.Span{span(0, end), span(end, 7_200), span(end, end+600)} {
			if got := book.Sum("a", "backend", at(30), at(7_200), excluded).Coverage; got < 0 || got > 1 {
				t.Fatalf("without %v %v of the window is known", excluded, got)
			}
		}
	}
}

// Where slots are wide, the whole slot goes that a span touches.
func TestTouched_says_what_is_excluded_of_wide_slots(t *testing.T) {
	book := inMemory(t, ledger.Page{Span: span(0, 7200), Increments: map[string][]slo.Increment{
		"a": {{End: 3600, Width: 3600, Counts: slo.Counts{Total: 1}}, {End: 3900, Width: 300, Counts: slo.Counts{Total: 1}}, slot(3930, 1, 0), slot(3960, 1, 0)},
	}})
	window := span(0, 7200)
	for _, tc := range []struct {
		touches []ledger.Span
		want    ledger.Spans
	}{
		{nil, nil},
		{[]ledger.Span{span(600, 660)}, ledger.Spans{span(0, 3600)}},
		{[]ledger.Span{span(3610, 3905)}, ledger.Spans{span(3600, 3930)}},
		{[]ledger.Span{span(3910, 3920), span(600, 660)}, ledger.Spans{span(0, 3600), span(3900, 3930)}},
		{[]ledger.Span{span(5000, 5010)}, ledger.Spans{span(5000, 5010)}},
		{[]ledger.Span{span(7000, 9000)}, ledger.Spans{span(7000, 7200)}},
	} {
		if diff := cmp.Diff(tc.want, book.Touched("a", window, tc.touches...)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tc.touches, diff)
		}
	}
}

// sumWithout adds up second by second what of a window is not excluded. What was
// asked for may end after the window, in the middle of a cell.
func (m *model) sumWithout(window ledger.Span, asked int64, spans []ledger.Span) (left, out slo.Counts, badSlots int, seconds int64) {
	from, to := window.From, window.To
	for i := range spans {
		spans[i].From, spans[i].To = max(spans[i].From, from), min(spans[i].To, asked)
	}
	gone := m.touched(spans)
	for i, c := range m.cells {
		start := m.startOf(i)
		before := func(quantity, t int64) int64 { return quantity * (t - start) / (c.End - start) }
		for t := max(start, from) + 1; t <= min(c.End, to); t++ {
			second := slo.Counts{Total: before(c.Total, t) - before(c.Total, t-1), Bad: before(c.Bad, t) - before(c.Bad, t-1)}
			if gone[t] {
				out = out.Add(second)
			} else {
				left = left.Add(second)
			}
		}
		if c.Bad > 0 && c.End > from && c.End <= to && !gone[c.End] {
			badSlots++
		}
	}
	for t := from + 1; t <= asked; t++ {
		if gone[t] {
			seconds++
		}
	}
	return left, out, badSlots, seconds
}

// touched marks the seconds of spans, and all of the cells they touch that cannot be
// cut.
func (m *model) touched(spans []ledger.Span) (gone [horizon + 1]bool) {
	for _, s := range spans {
		for t := max(s.From, 0) + 1; t <= min(s.To, horizon); t++ {
			gone[t] = true
		}
	}
	for i, c := range m.cells {
		start := m.startOf(i)
		if start == c.End-c.Width && slices.Contains(gone[start+1:c.End+1], true) {
			for t := start + 1; t <= c.End; t++ {
				gone[t] = true
			}
		}
	}
	return gone
}

func randomSpans(random *rand.Rand) []ledger.Span {
	out := make([]ledger.Span, random.IntN(5))
	for i := range out {
		out[i].From = random.Int64N(horizon) - 600
		out[i].To = out[i].From + random.Int64N(3_000)
	}
	return out
}

func TestExcluded_slots_agree_with_a_naive_model(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("history ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 11))
			_, book := reopen(t, filepath.Join(t.TempDir(), "ledger.db"), nil)
			naive := &model{}
			for range 12 {
				span, incs := randomPage(random)
				record(t, book, ledger.Page{Span: span, Increments: map[string][]slo.Increment{"a": incs}})
				naive.record(span, incs, nil)
				if random.IntN(3) == 0 {
					compact(t, book, at(horizon/2+random.Int64N(2*horizon)), ledger.DefaultAging())
				}
				for range 6 {
					compareExcluded(t, random, book, naive)
				}
			}
		})
	}
}

func compareExcluded(t *testing.T, random *rand.Rand, book *ledger.Ledger, m *model) {
	t.Helper()
	from := random.Int64N(horizon)
	to, spans := from+1+random.Int64N(horizon-from), randomSpans(random)
	if random.IntN(2) == 0 { // as before: what is remembered of them must follow what changes
		from, to, spans = 0, horizon, []ledger.Span{span(1_001, 4_000), span(3_333, 7_777), span(9_000, 9_001)}
	}
	raw := book.Sum("a", "", at(from), at(to))
	got := book.Sum("a", "", at(from), at(to), spans...)
	left, out, badSlots, seconds := m.sumWithout(ledger.Span{From: raw.From.Unix(), To: raw.To.Unix()}, to, spans)
	if got.Counts != left || got.Excluded.Counts != out || got.BadSlots != badSlots || got.Excluded.Time != time.Duration(seconds)*time.Second {
		t.Fatalf("%d to %d without %v: %+v, want %+v left, %+v excluded, %d bad slots, %d s", from, to, spans, got, left, out, badSlots, seconds)
	}
	holdsTogether(t, raw, got)
}

// holdsTogether checks what is so of every window and everything excluded from it.
func holdsTogether(t *testing.T, raw, got slo.WindowSum) {
	t.Helper()
	if got.Measured() != raw.Counts || got.BadSlots+got.Excluded.BadSlots != raw.BadSlots || !got.From.Equal(raw.From) || !got.To.Equal(raw.To) {
		t.Fatalf("%+v and what is excluded are not %+v", got, raw)
	}
	if !got.Excluded.Any() && got != raw {
		t.Fatalf("nothing is excluded, and %+v was %+v", got, raw)
	}
	if !got.Valid() || !got.Excluded.Valid() || got.Coverage < 0 || got.Coverage > 1 || got.Excluded.Share < 0 || got.Excluded.Share > 1 {
		t.Fatalf("%+v cannot be", got)
	}
	whole, gone := raw.Length.Seconds(), got.Excluded.Time.Seconds()
	if known, all := got.Coverage*(whole-gone), raw.Coverage*whole; known > all+1e-6 || known+gone < all-1e-6 {
		t.Fatalf("%v s of %v s are known, and %v s of %v s with what is excluded", known, whole-gone, all, whole)
	}
}

// aged is a book of random days that holds slots of all widths, with gaps or without.
func aged(t *testing.T, seed uint64, gaps bool) (book *ledger.Ledger, end int64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 12))
	_, book = reopen(t, filepath.Join(t.TempDir(), "ledger.db"), nil)
	const day = 86_400
	for d := range int64(6) {
		page := ledger.Page{Span: span(d*day, (d+1)*day)}
		var incs []slo.Increment
		for end := d*day + 30; end <= (d+1)*day; end += 30 {
			if gaps && random.IntN(200) == 0 {
				end += 30 * random.Int64N(40) // a gap
			}
			inc := slot(min(end, (d+1)*day), random.Int64N(100), 0)
			if inc.Bad = random.Int64N(inc.Total+1) * random.Int64N(2) / 10; inc.Bad > 0 {
				inc.Classes = map[string]int64{`{"code":"500"}`: inc.Bad / 3, `{"code":"503"}`: inc.Bad - inc.Bad/3}
			}
			incs = append(incs, inc)
		}
		page.Increments = map[string][]slo.Increment{"a": slices.CompactFunc(incs, func(a, b slo.Increment) bool { return a.End == b.End })}
		record(t, book, page)
	}
	compact(t, book, at(6*day), ledger.Aging{FiveMinutes: 36 * time.Hour, Hours: 96 * time.Hour, Retention: 400 * 24 * time.Hour})
	return book, 6 * day
}

func TestExcluding_from_slots_of_all_widths_holds_together(t *testing.T) {
	for seed := range uint64(3) {
		book, end := aged(t, seed, true)
		random := rand.New(rand.NewPCG(seed, 13))
		for range 300 {
			from, to := random.Int64N(end), end-random.Int64N(1000)
			var spans []ledger.Span
			for range random.IntN(6) {
				begin := random.Int64N(end)
				spans = append(spans, span(begin, begin+random.Int64N(20_000)))
			}
			if from >= to {
				continue
			}
			raw := book.Sum("a", "", at(from), at(to))
			got := book.Sum("a", "", at(from), at(to), spans...)
			holdsTogether(t, raw, got)
			shuffled := append(slices.Clone(spans), spans...)
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if again := book.Sum("a", "", at(from), at(to), shuffled...); again != got {
				t.Fatalf("%v is %+v, in another order and twice %+v", spans, got, again)
			}
			if back := book.Sum("a", "", at(from), at(to)); back != raw {
				t.Fatalf("%+v afterwards, %+v before", back, raw)
			}
			nothing := book.Sum("a", "", at(from), at(to), span(-end, 2*end))
			if nothing.Total != 0 || nothing.Bad != 0 || nothing.Coverage != 0 || nothing.Excluded.Share != 1 || nothing.Decides() {
				t.Fatalf("without everything %+v is left", nothing)
			}
		}
	}
}

// Every bad event has a class, so what is left of both is the same. (Over a gap it is
// not: there the classes are not spread.)
func TestClasses_go_with_the_bad_events_that_are_excluded(t *testing.T) {
	book, end := aged(t, 7, false)
	random := rand.New(rand.NewPCG(7, 14))
	for range 200 {
		begin := random.Int64N(end)
		gone := span(begin, begin+random.Int64N(40_000))
		left := book.Sum("a", "", at(0), at(end), gone)
		all, without := book.Classes("a", at(0), at(end)), book.Classes("a", at(0), at(end), gone)
		var sum int64
		for class, n := range without {
			if sum += n; n <= 0 || n > all[class] {
				t.Fatalf("without %v: %d of %s, of %d", gone, n, class, all[class])
			}
		}
		if sum != left.Bad {
			t.Errorf("without %v: %d by class, %d bad events", gone, sum, left.Bad)
		}
	}
}

// Wherever a window begins and ends, nothing is left of its classes when all of it is
// excluded, and of no class less than nothing otherwise.
func TestClasses_of_a_window_go_with_it(t *testing.T) {
	book, end := aged(t, 8, true)
	random := rand.New(rand.NewPCG(8, 15))
	for range 300 {
		from := random.Int64N(end)
		to := from + 1 + random.Int64N(end-from)
		if left := book.Classes("a", at(from), at(to), span(from-90_000, to+90_000)); len(left) != 0 {
			t.Fatalf("%d to %d: %v is left of nothing", from, to, left)
		}
		begin := from + random.Int64N(to-from)
		all, without := book.Classes("a", at(from), at(to)), book.Classes("a", at(from), at(to), span(begin, begin+random.Int64N(9_000)))
		for class, n := range without {
			if n <= 0 || n > all[class] {
				t.Fatalf("%d to %d: %d of %s is left of %d", from, to, n, class, all[class])
			}
		}
	}
}

// The classes of a histogram split all events, so they go in proportion to these.
func TestClasses_of_a_histogram_go_with_the_events(t *testing.T) {
	var incs []slo.Increment
	for end := int64(30); end <= 7_200; end += 30 {
		inc := slot(end, 100, 0)
		if end%300 == 0 {
			inc.Bad = 100 // in another slot than those that go
		}
		inc.Classes = map[string]int64{"fast": 90, "slow": 10}
		incs = append(incs, inc)
	}
	book := inMemory(t, pageOf(0, 7_200, "a", incs...))
	compact(t, book, at(20_000), ledger.DefaultAging())
	want := map[string]int64{"fast": 90 * 237, "slow": 10 * 237}
	if diff := cmp.Diff(want, book.Classes("a", at(0), at(7_200), span(3_030, 3_120))); diff != "" {
		t.Errorf("without three of ten slots (-want +got):\n%s", diff)
	}
}

func TestClasses_of_an_outage_leave_with_it(t *testing.T) {
	var incs []slo.Increment
	for end := int64(30); end <= 7_200; end += 30 {
		incs = append(incs, slot(end, 100, 0))
	}
	for i, class := range map[int]string{80: "500", 99: "503"} { // five minutes apart
		incs[i].Bad, incs[i].Classes = 7, map[string]int64{class: 7}
	}
	book := inMemory(t, pageOf(0, 7_200, "a", incs...))
	for _, sealed := range []bool{false, true} {
		if sealed { // classes of five minutes each
			compact(t, book, at(20_000), ledger.DefaultAging())
		}
		want := map[string]int64{"500": 7}
		if diff := cmp.Diff(want, book.Classes("a", at(0), at(7_200), span(2_970, 3_000))); diff != "" {
			t.Errorf("sealed %v (-want +got):\n%s", sealed, diff)
		}
	}
}
