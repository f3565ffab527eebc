package web_test

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// kept is a backend that has four exemplars of each SLO, five minutes old and older:
// two of failed calls. Whatever they are called comes from the function.
type kept struct {
	err      error
	asked    atomic.Int64
	slos     []slo.SLO
	from, to time.Time
	reading  func(context.Context) // while it is read; may be nil
	of       func(slo.SLO) []slo.Exemplar
}

func (k *kept) Exemplars(ctx context.Context, slos []slo.SLO, from, to time.Time) (out []slo.Exemplar, err error) {
	k.asked.Add(1)
	if k.reading != nil {
		k.reading(ctx)
	} else {
		k.slos, k.from, k.to = slos, from, to
	}
	of := k.of
	if of == nil {
		of = fourExemplars
	}
	for _, o := range slos {
		out = append(out, of(o)...)
	}
	return out, k.err
}

func fourExemplars(o slo.SLO) (out []slo.Exemplar) {
	for i, code := range []string{"200", "503", "404", "500"} {
		out = append(out, slo.Exemplar{
			Time: noon.Add(time.Duration(-5-i) * time.Minute), Value: 1,
			Labels: map[string]string{"trace_id": "4bf92f3577b34da6" + code, "user": o.ID.Function},
			Series: map[string]string{"__name__": "function_calls_total", "function": o.ID.Function, "code": code},
		})
	}
	return out
}
