package changelog_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
	"github.com/slofuse/slofuse/web/changelog"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// promised is an SLO of team-SERVICE that began long ago and changed at some
// minutes past noon.
func promised(service, function, name string, changes map[int]string) slo.SLO {
	o := slo.SLO{ID: slo.ID{Service: service, Function: function, Name: name}, Owner: "team-" + service}
	o.History = []slo.Revision{{Number: 1, From: noon.AddDate(0, -1, 0)}}
	for minute := range 24 * 60 {
		if text := changes[minute]; text != "" {
			o.History = append(o.History, slo.Revision{Number: len(o.History) + 1, From: at(minute), Change: text})
		}
	}
	return o
}

var (
	slos = []slo.SLO{
		promised("checkout", "charge", "availability", map[int]string{10: "objective 99% → 99.9%", 50: "window 30d → 7d"}),
		promised("checkout", "charge", "latency", map[int]string{10: "objective 99% → 99.9%"}),
		promised("checkout", "refund", "availability", nil),
		promised("media", "upload", "availability", map[int]string{30: "threshold 1s → 2s"}),
		{ID: slo.ID{Service: "media", Function: "crop", Name: "new"}, Owner: "team-media", History: []slo.Revision{{Number: 1, From: at(40)}}},
	}
	deploys = []suppress.Deploy{
		{ID: "one", Service: "checkout", Functions: []string{"charge"}, By: "ci", StartsAt: at(20)},
		{ID: "all", Service: "checkout", StartsAt: at(35)},
		{ID: "back", Service: "checkout", StartsAt: at(36), WithdrawnAt: at(37)},
		{ID: "other", Service: "media", Functions: []string{"crop", "upload"}, StartsAt: at(45)},
		{ID: "old", Service: "media", StartsAt: at(-60)},
	}
	entries = []audit.Entry{
		{At: at(55), Actor: "eve", Action: "POST /-/reload", Outcome: audit.Refused},
		{At: at(52), Actor: "mia", Action: "POST /-/reload", Outcome: audit.Failed},
		{At: at(51).Add(300 * time.Millisecond), Via: "file", Action: "reload", Outcome: audit.Done}, // of the revision at 50
		{At: at(25), Via: "signal", Action: "reload", Outcome: audit.Done},
		{At: at(15), Actor: "lin", Action: "POST /silences", Outcome: audit.Done},
		{At: at(10).Add(400 * time.Millisecond), Actor: "noa", Action: "POST /-/reload", Outcome: audit.Done},
	}
)

// lines are changes as people would note them down.
func lines(changes []changelog.Change) (out []string) {
	for _, c := range changes {
		line := fmt.Sprint(c.At.Sub(noon).Truncate(time.Minute).Minutes(), " ", c.Kind)
		for _, part := range []string{c.Service, c.Function, c.Text, c.By, c.Via} {
			if part != "" {
				line += " | " + part
			}
		}
		if c.Deploy != nil {
			line += " | deploy " + c.Deploy.ID
		}
		if len(c.SLOs) > 1 {
			line += fmt.Sprintf(" | %d SLOs", len(c.SLOs))
		}
		out = append(out, line)
	}
	return out
}

func TestBetween(t *testing.T) {
	all := []string{
		"52 rejected | mia",
		"50 promised | checkout | charge | window 30d → 7d | file",
		"45 deployed | media | deploy other",
		"40 added | media | crop",
		"35 deployed | checkout | deploy all",
		"30 promised | media | upload | threshold 1s → 2s",
		"25 reloaded | signal",
		"20 deployed | checkout | charge | ci | deploy one",
		"10 promised | checkout | charge | objective 99% → 99.9% | noa | 2 SLOs",
	}
	hour := changelog.Query{From: noon, To: at(60)}
	for name, tt := range map[string]struct {
		query changelog.Query
		want  []string
	}{
		"everything": {hour, all},
		"a service":  {changelog.Query{From: noon, To: at(60), Service: "media"}, []string{all[0], all[2], all[3], all[5], all[6]}},
		"a function, with what its whole service got": {changelog.Query{From: noon, To: at(60), Service: "checkout", Function: "refund"}, []string{all[0], all[4], all[6]}},
		"an owner":                        {changelog.Query{From: noon, To: at(60), Owner: "team-checkout"}, []string{all[0], all[1], all[4], all[6], all[7], all[8]}},
		"both ends belong to it":          {changelog.Query{From: at(20), To: at(35)}, all[4:8]},
		"nothing changed":                 {changelog.Query{From: at(53), To: at(60)}, nil},
		"an owner of nothing":             {changelog.Query{From: at(26), To: at(51), Owner: "nobody"}, nil},
		"a reload that revisions tell of": {changelog.Query{From: at(51), To: at(51).Add(time.Second)}, nil},
	} {
		got, more := changelog.Between(tt.query, changelog.Record{SLOs: slos, Deploys: deploys, Audit: entries})
		if diff := cmp.Diff(tt.want, lines(got)); diff != "" || more != 0 {
			t.Errorf("%s: %d more (-want +got):\n%s", name, more, diff)
		}
	}
}

func TestBetween_counts_what_the_limit_leaves_out(t *testing.T) {
	got, more := changelog.Between(changelog.Query{From: noon, To: at(60), Limit: 2}, changelog.Record{SLOs: slos, Deploys: deploys, Audit: entries})
	if len(got) != 2 || more != 7 || got[0].Kind != changelog.Rejected {
		t.Errorf("%d more than %q", more, lines(got))
	}
}

// A first start adds every SLO there is: that is one line, not ten thousand.
func TestBetween_tells_what_happened_alike_at_once_as_one_change(t *testing.T) {
	var many []slo.SLO
	for i := range 10_000 {
		many = append(many, slo.SLO{ID: slo.ID{Service: fmt.Sprint("s", i/10), Function: "f", Name: fmt.Sprint("n", i)}, History: []slo.Revision{{Number: 1, From: noon}}})
	}
	got, _ := changelog.Between(changelog.Query{From: noon, To: at(1)}, changelog.Record{SLOs: many})
	if diff := cmp.Diff([]string{"0 added | 10000 SLOs"}, lines(got)); diff != "" {
		t.Error(diff)
	}
	one, _ := changelog.Between(changelog.Query{From: noon, To: at(1), Service: "s7"}, changelog.Record{SLOs: many})
	if diff := cmp.Diff([]string{"0 added | s7 | f | 10 SLOs"}, lines(one)); diff != "" {
		t.Error(diff)
	}
}

// Whatever is asked for: the answer is within the time, newest first, about what
// was asked for, and splitting the time splits the answer.
func TestBetween_keeps_its_promises_for_any_question(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		from, middle := random.IntN(30), 30+random.IntN(10)
		q := changelog.Query{From: at(from), To: at(60), Service: []string{"", "checkout", "media"}[random.IntN(3)]}
		whole, _ := changelog.Between(q, changelog.Record{SLOs: slos, Deploys: deploys, Audit: entries})
		for i, c := range whole {
			if c.At.Before(q.From) || c.At.After(q.To) || i > 0 && c.At.After(whole[i-1].At) || c.Service != "" && q.Service != "" && c.Service != q.Service {
				t.Fatalf("%+v: %q", q, lines(whole))
			}
		}
		late, early := q, q
		late.From, early.To = at(middle), at(middle).Add(-time.Second)
		a, _ := changelog.Between(late, changelog.Record{SLOs: slos, Deploys: deploys, Audit: entries})
		b, _ := changelog.Between(early, changelog.Record{SLOs: slos, Deploys: deploys, Audit: entries})
		if diff := cmp.Diff(strings.Join(lines(whole), "\n"), strings.Join(lines(append(a, b...)), "\n")); diff != "" {
			t.Fatalf("%+v, cut at %d: %s", q, middle, diff)
		}
	}
}

// edited are edits as the book has them: from minute 12 on it tells everything.
func edited(minute int, kind edit.Kind, text string, subjects ...edit.Subject) edit.Edit {
	return edit.Edit{At: at(minute), Kind: kind, Text: text, Subjects: subjects}
}

func of(service, function, name, owner string) edit.Subject {
	return edit.Subject{ID: slo.ID{Service: service, Function: function, Name: name}, Owner: owner, File: service + ".yaml", Line: 3}
}

func TestBetween_tells_of_edits_from_when_they_are_kept(t *testing.T) {
	batch := of("media", `match "up.*"`, "availability", "team-media")
	batch.Family = true
	found := slices.Clone(slos)
	found[3].Found = batch.ID.Function
	moved := edited(31, edit.Changed, "", of("checkout", "charge", "availability", "team-new"))
	moved.Diffs = []edit.Diff{{What: "owner", From: "team-checkout", To: "team-new"}}
	start := edited(13, edit.Removed, "", of("checkout", "gone", "a", "team-checkout"), of("media", "gone", "b", "team-media"))
	start.Start = true
	record := changelog.Record{SLOs: found, Audit: entries, Since: at(12), Edits: []edit.Edit{
		edited(50, edit.Promised, "window 30d → 7d", of("checkout", "charge", "availability", "team-checkout")), start, moved,
		edited(33, edit.Changed, "link runbook none → x", batch),
		edited(44, edit.Changed, "destinations a → b", edit.Subject{Name: "receiver pager"}),
		edited(45, edit.Removed, "", edit.Subject{Name: "route {}"}),
	}}
	all := []string{
		"52 rejected | mia",
		"50 promised | checkout | charge | window 30d → 7d | file",
		"45 configured | route {} removed",
		"44 configured | receiver pager destinations a → b",
		"33 changed | media | match \"up.*\" | link runbook none → x",
		"31 changed | checkout | charge | owner team-checkout → team-new",
		"25 reloaded | signal",
		"13 removed | 2 SLOs",
		"10 promised | checkout | charge | objective 99% → 99.9% | noa | 2 SLOs",
	}
	for name, tt := range map[string]struct {
		query changelog.Query
		want  []string
	}{
		"everything":                    {changelog.Query{}, all},
		"a function that a match found": {changelog.Query{Service: "media", Function: "upload"}, []string{all[0], all[2], all[3], all[4], all[6]}},
		"another function of it":        {changelog.Query{Service: "media", Function: "crop"}, []string{all[0], all[2], all[3], all[6]}},
		"who owned it before":           {changelog.Query{Owner: "team-checkout"}, append(slices.Clone(all[:4]), all[5], all[6], "13 removed | checkout | gone", all[8])},
		"who owns it now":               {changelog.Query{Owner: "team-new"}, []string{all[0], all[2], all[3], all[5], all[6]}},
	} {
		tt.query.From, tt.query.To = noon, at(60)
		got, _ := changelog.Between(tt.query, record)
		if diff := cmp.Diff(tt.want, lines(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got, _ := changelog.Between(changelog.Query{From: at(13), To: at(13)}, record); len(got) != 1 || !got[0].Start || len(got[0].Written) != 2 {
		t.Errorf("%+v", got)
	}
}
