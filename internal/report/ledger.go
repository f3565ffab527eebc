package report

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// WriteLedger writes the account of an SLO for people.
func WriteLedger(w io.Writer, l api.Ledger, style Style) {
	fmt.Fprintf(w, "%s, revision %d, account %s\n", Plain(l.ID), l.Revision, Plain(l.Account.Key))
	if l.Account.ReadFrom == nil {
		fmt.Fprintln(w, "nothing of it was read yet")
		return
	}
	fmt.Fprintf(w, "read from %s to %s%s\n", style.time(*l.Account.ReadFrom), style.time(*l.Account.ReadTo), unread(l.Account))
	if l.Account.First == nil {
		fmt.Fprintln(w, "there was no sample in it")
		return
	}
	fmt.Fprintf(w, "%s events, %s of them bad, in slots that end from %s to %s\n\n",
		format.Events(l.Account.Total), format.Events(l.Account.Bad), style.time(*l.Account.First), style.time(*l.Account.Last))
	writeResolutions(w, l.Account.Resolutions, style)
	writeRevisions(w, l.Revisions, style)
	writeAnnotations(w, l.Annotations, style)
}

func unread(a api.Account) string {
	if a.UnreadSeconds == 0 {
		return ""
	}
	return fmt.Sprintf(", but for %s between", time.Duration(a.UnreadSeconds*float64(time.Second)))
}

func (s Style) time(t time.Time) string {
	return t.In(cmp.Or(s.Location, time.UTC)).Format("2006-01-02 15:04:05 MST")
}

// events writes a number of events: whole where they are whole.
func events(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func writeResolutions(w io.Writer, list []api.Resolution, style Style) {
	t := newTable(w)
	t.AppendHeader(table.Row{"slots of", "number", "from", "to"})
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 2, Align: text.AlignRight, AlignHeader: text.AlignRight}})
	for _, r := range list {
		t.AppendRow(table.Row{Plain(r.Width), r.Slots, style.time(r.From), style.time(r.To)})
	}
	t.Render()
}

func writeRevisions(w io.Writer, list []api.Revision, style Style) {
	if len(list) < 2 {
		return
	}
	fmt.Fprintln(w)
	for _, r := range list {
		fmt.Fprintln(w, Plain(fmt.Sprintf("revision %d since %s: %s", r.Number, style.time(r.From), cmp.Or(r.Change, "the first one known"))))
	}
}

// mostAnnotations is how many annotations are written; JSON has all.
const mostAnnotations = 20

func writeAnnotations(w io.Writer, list []api.Annotation, style Style) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(w)
	if more := len(list) - mostAnnotations; more > 0 {
		fmt.Fprintf(w, "%d older annotations are left out: see -o json\n", more)
		list = list[more:]
	}
	for _, a := range list {
		fmt.Fprintln(w, Plain(fmt.Sprintf("%s %s: %s", style.time(a.To), a.Kind, a.Text)))
	}
}

// WriteSlots writes slots as CSV: slot_end, width_seconds, total, good and bad,
// and a column for each class of events, in order: how many events were of it, a
// bucket without those below it. The cell of a class without events is empty.
func WriteSlots(w io.Writer, slots []api.Slot) error {
	classes := map[string]bool{}
	for _, s := range slots {
		for _, c := range s.Classes {
			classes[className(c.Labels)] = true
		}
	}
	columns := slices.SortedFunc(maps.Keys(classes), byBoundOrName)
	out := csv.NewWriter(w)
	rows := [][]string{append([]string{"slot_end", "width_seconds", "total", "good", "bad"}, columns...)}
	for _, s := range slots {
		rows = append(rows, slotRow(s, columns))
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// byBoundOrName orders the buckets of a histogram by their bounds.
func byBoundOrName(a, b string) int {
	x, xOK := upperBound(a)
	y, yOK := upperBound(b)
	if xOK && yOK {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a, b)
}

func upperBound(class string) (float64, bool) {
	_, text, _ := strings.Cut(class, "le=")
	bound, err := strconv.ParseFloat(text, 64)
	return bound, err == nil
}

func slotRow(s api.Slot, columns []string) []string {
	row := []string{s.End.UTC().Format(time.RFC3339), strconv.FormatInt(s.WidthSeconds, 10), events(s.Total), events(s.Good), events(s.Bad)}
	counts := make(map[string]string, len(s.Classes))
	for _, c := range s.Classes {
		counts[className(c.Labels)] = events(c.Count)
	}
	for _, name := range columns {
		row = append(row, counts[name])
	}
	return row
}

// className is a class in one cell: its labels in order.
func className(labels map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, name+"="+labels[name])
	}
	return cmp.Or(strings.Join(parts, " "), "other")
}

// WriteVerifications writes how far ledger and backend agree, and the first slots
// in which they do not.
func WriteVerifications(w io.Writer, list []api.Verification, style Style) {
	t := newTable(w)
	t.AppendHeader(table.Row{"", "slo", "total kept", "total now", "bad kept", "bad now", "apart", "slots", "differ", "not known"})
	right := []table.ColumnConfig{}
	for n := 3; n <= 10; n++ {
		right = append(right, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(right)
	for _, v := range list {
		t.AppendRow(table.Row{
			style.outcome(outcomeOf(v.Verdict)), Plain(v.ID), events(v.Ledger.Total), events(v.Backend.Total), events(v.Ledger.Bad), events(v.Backend.Bad),
			strconv.FormatFloat(100*v.Deviation, 'g', 3, 64) + "%", v.Slots, len(v.Differences), time.Duration(v.UnknownSeconds * float64(time.Second)),
		})
	}
	t.Render()
	for _, v := range list {
		fmt.Fprintf(w, "%s: %s to %s\n", Plain(v.ID), style.time(v.From), style.time(v.To))
		writeDifferences(w, v.Differences, style)
	}
}

func outcomeOf(verdict string) Outcome {
	switch verdict {
	case "pass":
		return Pass
	case "fail":
		return Fail
	}
	return Inconclusive
}

// maxDifferences is how many slots are written; JSON has all.
const maxDifferences = 10

func writeDifferences(w io.Writer, list []api.SlotDifference, style Style) {
	for _, d := range list[:min(len(list), maxDifferences)] {
		fmt.Fprintf(w, "  slot that ends %s: %s of %s bad kept, %s of %s now\n", style.time(d.End),
			events(d.Ledger.Bad), events(d.Ledger.Total), events(d.Backend.Bad), events(d.Backend.Total))
	}
	if more := len(list) - maxDifferences; more > 0 {
		fmt.Fprintf(w, "  and %d slots more: see -o json\n", more)
	}
}
