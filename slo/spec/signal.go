package spec

import (
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// signal is a signal as written, with $function in its query.
type signal struct {
	slo.Signal
	at strictyaml.Value
}

// readSignals reads the signals of a function: names, each with a query or with
// a mapping that holds one.
func (d *document) readSignals(m *strictyaml.Map, above settings) []signal {
	v, ok := m.Take("signals")
	if !ok {
		return nil
	}
	entries, _ := v.Map()
	var found []signal
	entries.Each(func(key, value strictyaml.Value) {
		name, ok := readName(key)
		if !ok {
			return
		}
		s := signal{at: value, Signal: slo.Signal{Service: d.service, Name: name, Backend: above.backend, Source: sourceOf(key)}}
		if s.read(value) {
			found = append(found, s)
		}
	})
	return found
}

func (s *signal) read(v strictyaml.Value) (ok bool) {
	if !v.IsMap() {
		s.Query, ok = readQuery(v)
		return ok
	}
	m, _ := v.Map()
	if query, given := m.Require("query"); given {
		s.Query, ok = readQuery(query)
	}
	if unit, given := m.Take("unit"); given {
		s.Unit, _ = readName(unit)
	}
	if text, given := m.Take("description"); given {
		s.Description, _ = text.Text()
	}
	m.Done()
	return ok
}

// signalsOf makes the signals of one function.
func signalsOf(written []signal, function string) (slo.Set, error) {
	var set slo.Set
	for _, w := range written {
		s := w.Signal
		s.Function = function
		var err error
		if s.Query, err = fillQuery(s.Query, function); err != nil {
			return slo.Set{}, err
		}
		set.Signals = append(set.Signals, s)
	}
	return set, nil
}

// defineSignals keeps the signals of a function.
func (d *document) defineSignals(written []signal, function string) {
	for _, w := range written {
		set, err := signalsOf([]signal{w}, function)
		if err != nil {
			w.at.Errorf("%v", err)
			continue
		}
		d.found = append(d.found, definition{name: "signal " + set.Signals[0].ID().String(), set: set, at: w.at})
	}
}
