package api

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// What is verified of an SLO: at most MaxVerification in one request, and nothing
// that is younger than Settling, whose samples may still come.
const (
	MaxVerification = 6 * time.Hour
	Settling        = 5 * time.Minute
)

// Annotation is a remark about a stretch of the history of an SLO: why its
// numbers are not plainly what the counters grew by.
type Annotation struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Kind string    `json:"kind"` // bridged, baseline, seam or estimated
	Text string    `json:"text"` // for people
}

// Revision is a promise an SLO has made, from an instant until the next one.
type Revision struct {
	Number    int       `json:"number"`
	From      time.Time `json:"from"`
	Objective float64   `json:"objective"`
	Window    string    `json:"window"`
	Change    string    `json:"change"` // for people; empty for the first
}

// Ledger is what is kept of one SLO: its account in short, and the slots that
// end within a span.
type Ledger struct {
	ID          string       `json:"id"`
	Revision    int          `json:"revision"` // in force: the account is that of its indicator
	Revisions   []Revision   `json:"revisions"`
	Account     Account      `json:"account"`
	From        time.Time    `json:"from"`
	To          time.Time    `json:"to"`
	Slots       []Slot       `json:"slots"` // oldest first
	Annotations []Annotation `json:"annotations"`
	// Next is where to go on when there are more slots; null when these are all.
	Next *time.Time `json:"next"`
}

// Account sums up everything that is kept of an indicator. Times are null when
// there is nothing.
type Account struct {
	Key           string       `json:"key"`
	Total         float64      `json:"total"`
	Good          float64      `json:"good"`
	Bad           float64      `json:"bad"`
	First         *time.Time   `json:"first"` // ends of the first and the last slot with samples
	Last          *time.Time   `json:"last"`
	ReadFrom      *time.Time   `json:"read_from"`
	ReadTo        *time.Time   `json:"read_to"`
	UnreadSeconds float64      `json:"unread_seconds"` // between the two, and never read
	Resolutions   []Resolution `json:"resolutions"`
}

// Resolution is the part of an account that is kept in slots of one width.
type Resolution struct {
	Width string    `json:"width"`
	Slots int       `json:"slots"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
}

// Tally is a number of events.
type Tally struct {
	Total float64 `json:"total"`
	Good  float64 `json:"good"`
	Bad   float64 `json:"bad"`
}

// Slot is what was counted in the time of one width before its end.
type Slot struct {
	End          time.Time `json:"end"`
	WidthSeconds int64     `json:"width_seconds"`
	Tally
	Classes []SlotClass `json:"classes"`
}

// SlotClass counts the events of a slot with one set of labels: bad events by
// fingerprint, or the calls of a bucket.
type SlotClass struct {
	Labels map[string]string `json:"labels"`
	Count  float64           `json:"count"`
}

// Verification compares what is kept of a span with what the backend says about
// it now.
type Verification struct {
	ID             string           `json:"id"`
	From           time.Time        `json:"from"`
	To             time.Time        `json:"to"`
	Verdict        string           `json:"verdict"`   // pass, fail or inconclusive
	Deviation      float64          `json:"deviation"` // the larger of those of total and bad, as a share
	Ledger         Tally            `json:"ledger"`
	Backend        Tally            `json:"backend"`
	Slots          int              `json:"slots"`           // that were compared
	UnknownSeconds float64          `json:"unknown_seconds"` // that could not be
	Differences    []SlotDifference `json:"differences"`
}

// Add is the verification of two spans that follow each other.
func (v Verification) Add(next Verification) Verification {
	if v.ID == "" {
		return next
	}
	c := v.comparison().Add(next.comparison())
	return Verification{
		ID: v.ID, From: c.From, To: c.To, Verdict: string(c.Verdict()), Deviation: finite(c.Deviation()), Slots: c.Slots, UnknownSeconds: c.Unknown.Seconds(),
		Ledger: v.Ledger.add(next.Ledger), Backend: v.Backend.add(next.Backend), Differences: slices.Concat(v.Differences, next.Differences),
	}
}

// comparison is the part of a verification that a verdict stands on.
func (v Verification) comparison() slo.Comparison {
	return slo.Comparison{
		From: v.From, To: v.To, Ledger: v.Ledger.counts(), Backend: v.Backend.counts(), Slots: v.Slots,
		Unknown: time.Duration(v.UnknownSeconds * float64(time.Second)),
	}
}

func (t Tally) add(other Tally) Tally {
	return Tally{Total: t.Total + other.Total, Good: t.Good + other.Good, Bad: t.Bad + other.Bad}
}

// counts are the events in millionths, which are whole numbers for every kind of
// indicator.
func (t Tally) counts() slo.Counts {
	return slo.Counts{Total: int64(math.Round(t.Total * 1e6)), Bad: int64(math.Round(t.Bad * 1e6))}
}

// SlotDifference is a slot in which ledger and backend do not agree.
type SlotDifference struct {
	End          time.Time `json:"end"`
	WidthSeconds int64     `json:"width_seconds"`
	Ledger       Tally     `json:"ledger"`
	Backend      Tally     `json:"backend"`
}

// FromAccount tells what is kept of an SLO, without slots.
func FromAccount(s slo.SLO, a slo.Account) Ledger {
	sum := fromCounts(s, a.Counts)
	out := Ledger{
		ID: s.ID.String(), Revision: max(s.Revision, 1), Revisions: FromRevisions(s), Slots: []Slot{}, Annotations: []Annotation{},
		Account: Account{
			Key: a.Key, Total: sum.Total, Good: sum.Good, Bad: sum.Bad, First: instant(a.First), Last: instant(a.Last),
			ReadFrom: instant(a.ReadFrom), ReadTo: instant(a.ReadTo), UnreadSeconds: a.Unread.Seconds(),
			Resolutions: make([]Resolution, len(a.Resolutions)),
		},
	}
	for i, r := range a.Resolutions {
		out.Account.Resolutions[i] = Resolution{Width: slo.FormatDuration(r.Width), Slots: r.Slots, From: r.From.UTC(), To: r.To.UTC()}
	}
	return out
}

// FromRevisions lists the promises of an SLO, oldest first.
func FromRevisions(s slo.SLO) []Revision {
	out := make([]Revision, len(s.History))
	for i, r := range s.History {
		out[i] = Revision{Number: r.Number, From: r.From.UTC(), Objective: r.Objective.Ratio(), Window: r.Window.Name, Change: r.Change}
	}
	return out
}

// FromIncrements are the slots of an SLO.
func FromIncrements(s slo.SLO, incs []slo.Increment) []Slot {
	out := make([]Slot, len(incs))
	for i, inc := range incs {
		out[i] = Slot{
			End: time.Unix(inc.End, 0).UTC(), WidthSeconds: inc.Width, Tally: fromCounts(s, inc.Counts),
			Classes: make([]SlotClass, 0, len(inc.Classes)),
		}
		for _, class := range slices.Sorted(maps.Keys(inc.Classes)) {
			out[i].Classes = append(out[i].Classes, SlotClass{Labels: object(slo.ParseClassKey(class)), Count: s.SLI.Scale().Events(inc.Classes[class])})
		}
	}
	return out
}

// FromAnnotations keeps their order, by time.
func FromAnnotations(list []slo.Annotation) []Annotation {
	out := make([]Annotation, len(list))
	for i, a := range list {
		end := time.Unix(a.End, 0).UTC()
		out[i] = Annotation{From: end.Add(-time.Duration(a.Width) * time.Second), To: end, Kind: string(a.Kind), Text: a.Text}
	}
	return out
}

// FromComparison tells how far ledger and backend agree.
func FromComparison(s slo.SLO, c slo.Comparison) Verification {
	out := Verification{
		ID: s.ID.String(), From: c.From.UTC(), To: c.To.UTC(), Verdict: string(c.Verdict()), Deviation: finite(c.Deviation()),
		Ledger: fromCounts(s, c.Ledger), Backend: fromCounts(s, c.Backend), Slots: c.Slots, UnknownSeconds: c.Unknown.Seconds(),
		Differences: make([]SlotDifference, len(c.Differences)),
	}
	for i, d := range c.Differences {
		out.Differences[i] = SlotDifference{
			End: d.End.UTC(), WidthSeconds: int64(d.Width / time.Second), Ledger: fromCounts(s, d.Ledger), Backend: fromCounts(s, d.Backend),
		}
	}
	return out
}

func fromCounts(s slo.SLO, c slo.Counts) Tally {
	scale := s.SLI.Scale()
	return Tally{Total: scale.Events(c.Total), Good: scale.Events(c.Good()), Bad: scale.Events(c.Bad)}
}
