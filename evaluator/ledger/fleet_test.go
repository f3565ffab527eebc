package ledger_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// fleetEnd is the end of the month that the fleet has been watched for.
const fleetEnd = 20_000 * 86_400

// fleetSize is how many accounts the benchmarks of a whole book have: half of them
// ratios with rare errors, half of them histograms with 12 buckets.
func fleetSize(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("LEDGER_ACCOUNTS"))
	if os.Getenv("LEDGER_ACCOUNTS") == "" {
		return 20
	}
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// bucketShares are the shares of calls by bucket, and buckets their classes.
var (
	bucketShares = []float64{.01, .04, .1, .2, .25, .18, .1, .06, .03, .015, .01, .005}
	buckets      = func() (names []string) {
		for i := range bucketShares {
			names = append(names, slo.ClassKey(map[string]string{"le": fmt.Sprint(0.005 * math.Pow(2, float64(i)))}))
		}
		return names
	}()
)

func fleetKey(n int) string { return fmt.Sprintf("%064x", n) }

// traffic is what an account counts in a slot: calls come by chance around a rate
// that follows the day; every tenth function is busy and half of them are quiet.
func traffic(random *rand.Rand, n int, end, width int64) slo.Increment {
	perSecond := []float64{30, .02, .1, 1, .05, 3, .3, .2, 5, .1}[n/2%10]
	day := 1 + .7*math.Sin(2*math.Pi*float64(end%86_400)/86_400)
	inc := slo.Increment{End: end, Width: width}
	if n%2 == 0 {
		inc.Total = poisson(random, perSecond*day*float64(width))
		if inc.Bad = min(inc.Total, poisson(random, float64(inc.Total)*.001)); inc.Bad > 0 {
			inc.Classes = map[string]int64{fmt.Sprintf(`{"code":"%d"}`, 500+random.IntN(4)): inc.Bad}
		}
		return inc
	}
	inc.Classes = make(map[string]int64, len(buckets))
	for i, share := range bucketShares {
		if count := poisson(random, perSecond*day*float64(width)*share); count > 0 {
			inc.Classes[buckets[i]] = count
			if inc.Total += count; i > 9 {
				inc.Bad += count
			}
		}
	}
	return inc
}

func poisson(random *rand.Rand, mean float64) int64 {
	if mean > 30 {
		return max(0, int64(math.Round(mean+math.Sqrt(mean)*random.NormFloat64())))
	}
	n, p, limit := int64(0), random.Float64(), math.Exp(-mean)
	for p > limit {
		n++
		p *= random.Float64()
	}
	return n
}

// unlike is how many accounts of a fleet differ: what more there are count the same
// as these, since to make up numbers takes longer than to book them. Accounts share
// nothing in the book.
const unlike = 1_000

// fleetPage is what all accounts counted in a span.
func fleetPage(random *rand.Rand, accounts int, span ledger.Span, width int64) ledger.Page {
	page := ledger.Page{Span: span, Increments: make(map[string][]slo.Increment, accounts)}
	for n := range accounts {
		if n >= unlike {
			page.Increments[fleetKey(n)] = page.Increments[fleetKey(n-unlike)]
			continue
		}
		incs := make([]slo.Increment, 0, (span.To-span.From)/width)
		for end := span.From + width; end <= span.To; end += width {
			incs = append(incs, traffic(random, n, end, width))
		}
		page.Increments[fleetKey(n)] = incs
	}
	return page
}

// buildFleet is a book of 30 days: the last two hours as rounds booked them.
func buildFleet(b *testing.B, accounts int) (path string) {
	path = filepath.Join(b.TempDir(), "ledger.db")
	random := rand.New(rand.NewPCG(1, 2))
	db, book := reopen(b, path, nil)
	defer db.Close()
	const day, live = 86_400, fleetEnd - 2*3_600
	for from := int64(fleetEnd - 30*day); from < live; from += day / 4 {
		width := int64(30)
		if from < fleetEnd-9*day {
			width = 300
		}
		record(b, book, fleetPage(random, accounts, span(from, min(from+day/4, live)), width))
		if from%day == 0 {
			compactAt(b, book, from)
		}
	}
	for to := int64(live + 30); to <= fleetEnd; to += 30 {
		record(b, book, fleetPage(random, accounts, span(to-30, to), 30))
	}
	compactAt(b, book, fleetEnd)
	return path
}

func compactAt(b *testing.B, book *ledger.Ledger, now int64) {
	if err := book.Compact(b.Context(), at(now), ledger.DefaultAging()); err != nil {
		b.Fatal(err)
	}
}

func liveHeap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkFleet measures a whole book. LEDGER_ACCOUNTS=10000 is that of 10,000
// objectives; without it the book is small.
func BenchmarkFleet(b *testing.B) {
	accounts := fleetSize(b)
	path := buildFleet(b, accounts)
	b.Run("open", func(b *testing.B) {
		before := liveHeap()
		var book *ledger.Ledger
		for b.Loop() {
			var db *sqldb.DB
			if db, book = reopen(b, path, nil); db.Close() != nil {
				b.Fatal("the database does not close")
			}
		}
		b.ReportMetric((liveHeap()-before)/float64(accounts), "heap-B/account")
		runtime.KeepAlive(book)
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/float64(accounts)*2_000/1e6, "disk-MB/1000-functions")
	})
	_, book := reopen(b, path, nil)
	assessFleet(book, accounts) // fills the cache
	b.Run("assess", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			assessFleet(book, accounts)
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(accounts), "µs/account")
	})
	b.Run("sum-30d", func(b *testing.B) { benchSum(b, book, 30*24*time.Hour) })
	b.Run("sum-1h", func(b *testing.B) { benchSum(b, book, time.Hour) })
	var nights []ledger.Span // maintenance from 2 to 3 o'clock
	for night := int64(fleetEnd - 30*86_400 + 2*3_600); night < fleetEnd; night += 86_400 {
		nights = append(nights, span(night, night+3_600))
	}
	b.Run("sum-30d-without-nights", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			book.Sum(fleetKey(1), "", at(fleetEnd).Add(-30*24*time.Hour), at(fleetEnd), nights...)
		}
	})
	b.Run("hours-28d", func(b *testing.B) { // for the forecast of a calendar window, once an hour
		for b.Loop() {
			for from := at(fleetEnd).Add(-28 * 24 * time.Hour); from.Before(at(fleetEnd)); from = from.Add(time.Hour) {
				book.Sum(fleetKey(0), "", from, from.Add(time.Hour))
			}
		}
	})
	for n, kind := range []string{"ratio", "histogram"} {
		b.Run("classes-30d-"+kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book.Classes(fleetKey(n), at(fleetEnd-30*86_400), at(fleetEnd))
			}
		})
		b.Run("classes-30d-without-nights-"+kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book.Classes(fleetKey(n), at(fleetEnd-30*86_400), at(fleetEnd), nights...)
			}
		})
	}
	b.Run("round", func(b *testing.B) {
		random := rand.New(rand.NewPCG(3, 4))
		to := int64(fleetEnd)
		page := fleetPage(random, accounts, span(to-120, to), 30)
		record(b, book, page)
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			page.Span = span(page.Span.From+30, page.Span.To+30)
			for n := range accounts {
				incs := page.Increments[fleetKey(n)]
				page.Increments[fleetKey(n)] = append(incs[1:4:4], traffic(random, n, page.Span.To, 30))
			}
			b.StartTimer()
			record(b, book, page)
		}
	})
}

func benchSum(b *testing.B, book *ledger.Ledger, window time.Duration) {
	b.ReportAllocs()
	for b.Loop() {
		book.Sum(fleetKey(1), "", at(fleetEnd).Add(-window), at(fleetEnd))
	}
}

// assessFleet asks for what a round asks for about every objective.
func assessFleet(book *ledger.Ledger, accounts int) {
	const hour, day = time.Hour, 24 * time.Hour
	now := at(fleetEnd)
	for n := range accounts {
		for _, window := range []time.Duration{5 * time.Minute, 30 * time.Minute, hour, 2 * hour, 6 * hour, day, 3 * day, 30 * day} {
			book.Sum(fleetKey(n), "", now.Add(-window), now)
		}
		book.Seen(fleetKey(n), now)
		book.Classes(fleetKey(n), now.Add(-hour), now)
		if n%2 == 0 {
			book.Classes(fleetKey(n), now.Add(-30*day), now)
		}
	}
}
