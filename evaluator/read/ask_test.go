package read

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// oracle is a backend that answers free queries with nothing, and fails what asks
// about certain words.
type oracle struct {
	Querier
	fails map[string]prom.Kind
	asked []string
}

func (o *oracle) QueryRange(_ context.Context, query string, _ prom.Range) (model.Matrix, error) {
	o.asked = append(o.asked, query)
	for word, kind := range o.fails {
		if strings.Contains(query, word) {
			return nil, &prom.Error{Kind: kind, Err: fmt.Errorf("no %s", word)}
		}
	}
	return nil, nil
}

// ask asks eight free queries of a slot.
func (o *oracle) ask() (Answers, error) {
	var questions []Question
	for i := range 8 {
		questions = append(questions, Question{Key: fmt.Sprintf("k%d", i), Query: fmt.Sprintf("word%d", i)})
	}
	r := &Reader{Querier: o, Step: 30}
	return r.Ask(context.Background(), questions, ledger.Span{From: 0, To: 30}, 30)
}

func TestFreeQueriesAtFaultAreNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		fails map[string]prom.Kind
		named []string
		most  int // requests
	}{
		"none":                          {nil, nil, 1},
		"one is refused":                {map[string]prom.Kind{"word5": prom.BadQuery}, []string{"k5"}, 7},
		"one is too much":               {map[string]prom.Kind{"word0": prom.TooMuch}, []string{"k0"}, 7},
		"one is answered in part":       {map[string]prom.Kind{"word7": prom.Partial}, []string{"k7"}, 7},
		"one takes too long":            {map[string]prom.Kind{"word1": prom.TooSlow}, []string{"k1"}, 11}, // and presence each time
		"one closes the connection":     {map[string]prom.Kind{"word1": prom.Unavailable}, []string{"k1"}, 11},
		"two are refused, far apart":    {map[string]prom.Kind{"word1": prom.BadQuery, "word6": prom.BadQuery}, []string{"k1", "k6"}, 11},
		"two are refused, side by side": {map[string]prom.Kind{"word2": prom.BadQuery, "word3": prom.BadQuery}, []string{"k2", "k3"}, 7},
	} {
		t.Run(name, func(t *testing.T) {
			o := &oracle{fails: tc.fails}
			got, err := o.ask()
			if named := slices.Sorted(maps.Keys(got.Refused)); err != nil || !slices.Equal(named, tc.named) || len(got.Values) != 8-len(named) {
				t.Errorf("named %v, want %v, and %d answers: %v", named, tc.named, len(got.Values), err)
			}
			if len(o.asked) > tc.most {
				t.Errorf("%d requests: %q", len(o.asked), o.asked)
			}
		})
	}
}

// No query is at fault when the backend answers nothing else either, or refuses
// whoever asks.
func TestFreeQueriesAreNotAtFaultWhenTheBackendIsDown(t *testing.T) {
	for name, fails := range map[string]map[string]prom.Kind{
		"it is down":     {"word": prom.Unavailable, "up[": prom.Unavailable},
		"it is too slow": {"word": prom.TooSlow, "up[": prom.Unavailable},
		"it is denied":   {"word": prom.Denied},
		"it is no API":   {"word": prom.BadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := (&oracle{fails: fails}).ask()
			if err == nil || len(got.Refused)+len(got.Values) > 0 {
				t.Errorf("named %v, %d answers: %v", got.Refused, len(got.Values), err)
			}
		})
	}
}
