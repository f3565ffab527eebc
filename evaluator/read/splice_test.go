package read

import (
	"errors"
	"slices"
	"testing"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// Whether an indicator's numbers can be true is said by its newest slot. Slots
// that are read again say it only if that one is among them.
func TestSplice_leaves_the_verdict_to_the_newest_slot(t *testing.T) {
	impossible := func(end int64) error { return plan.SlotError{End: end, Err: errors.New("more bad than all")} }
	for name, tc := range map[string]struct {
		whole, part error
		again       ledger.Span
		invalid     bool
	}{
		"an older slot is sound after all":    {whole: impossible(120), again: ledger.Span{From: 30, To: 60}, invalid: true},
		"an older slot is impossible":         {part: impossible(60), again: ledger.Span{From: 30, To: 60}},
		"the newest slot is sound after all":  {whole: impossible(120), again: ledger.Span{From: 90, To: 120}},
		"the newest slot is impossible":       {part: impossible(120), again: ledger.Span{From: 90, To: 120}, invalid: true},
		"the newest slot remains impossible":  {whole: impossible(120), part: impossible(120), again: ledger.Span{From: 90, To: 120}, invalid: true},
		"a part after the newest with values": {part: impossible(150), again: ledger.Span{From: 120, To: 150}, invalid: true},
	} {
		t.Run(name, func(t *testing.T) {
			whole, part := newReading(ledger.Span{From: 0, To: 150}), newReading(tc.again)
			for end := int64(30); end <= 90; end += 30 {
				whole.Increments["key"] = append(whole.Increments["key"], slo.Increment{End: end, Width: 30})
			}
			if tc.whole == nil {
				whole.Increments["key"] = append(whole.Increments["key"], slo.Increment{End: 120, Width: 30})
			} else {
				whole.Invalid["key"] = tc.whole
			}
			part.Increments["key"] = []slo.Increment{}
			if tc.part != nil {
				part.Invalid["key"] = tc.part
			}
			whole.splice(part, 30)
			if _, invalid := whole.Invalid["key"]; invalid != tc.invalid {
				t.Errorf("invalid: %v", whole.Invalid["key"])
			}
		})
	}
}

func TestSplice_believes_the_narrower_reading(t *testing.T) {
	for name, tc := range map[string]struct {
		whole, part, want ledger.Spans
	}{
		"nothing is doubted":        {},
		"it is sound after all":     {whole: ledger.Spans{{From: 30, To: 90}}, want: ledger.Spans{{From: 30, To: 60}}},
		"a part of it is not":       {whole: ledger.Spans{{From: 60, To: 90}}, part: ledger.Spans{{From: 70, To: 75}}, want: ledger.Spans{{From: 70, To: 75}}},
		"it is not, beside another": {whole: ledger.Spans{{From: 30, To: 60}}, part: ledger.Spans{{From: 60, To: 65}}, want: ledger.Spans{{From: 30, To: 65}}},
	} {
		t.Run(name, func(t *testing.T) {
			whole, part := newReading(ledger.Span{From: 0, To: 120}), newReading(ledger.Span{From: 60, To: 90})
			part.Increments["key"] = nil
			for reading, spans := range map[*Reading]ledger.Spans{&whole: tc.whole, &part: tc.part} {
				if spans != nil {
					reading.Unknown["key"] = spans
				}
			}
			whole.splice(part, 30)
			if got, there := whole.Unknown["key"]; !slices.Equal(got, tc.want) || there != (tc.want != nil) {
				t.Errorf("%v are not believed, want %v", got, tc.want)
			}
		})
	}
}
