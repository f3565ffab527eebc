package fleet

// segment is a part of a process' life with constant shares, at most an hour.
// It knows the counts at its start; all counts inside follow from the traffic.
type segment struct {
	start, end int64 // milliseconds, end excluded
	process    *process
	weather    *weather
	share      uint64 // of the function's traffic, in units
	arrived    int64  // the traffic's integral at start
	counts
}

// counts is the state of all counters of a process. Remainders are what floors
// cut off, and are never lost.
type counts struct {
	calls      int64
	rest       uint64
	split      []int64
	splitRests []uint64
	micros     uint64 // spent in calls
}

// callsAt is the count of calls when the traffic's integral has a value.
func (s *segment) callsAt(arrived int64) int64 {
	return s.calls + int64((s.rest+s.share*uint64(arrived-s.arrived))>>32)
}

// follow walks a path of splits from a count of calls to the count at its end.
func (s *segment) follow(path []ref, calls int64) int64 {
	value, base := calls, s.calls
	for _, step := range path {
		i := step.split
		taken := s.split[i] + int64((s.splitRests[i]+s.weather.shares[i]*uint64(value-base))>>32)
		if step.rest {
			value, base = value-taken, base-s.split[i]
		} else {
			value, base = taken, s.split[i]
		}
	}
	return value
}

// microsAt is the time spent in calls.
func (s *segment) microsAt(calls int64) uint64 {
	return s.micros + s.weather.micros*uint64(calls-s.calls)
}

// at is the state of all counters when the traffic's integral has a value.
func (s *segment) at(sp *splits, arrived int64) counts {
	through := s.share * uint64(arrived-s.arrived)
	next := counts{
		calls: s.callsAt(arrived), rest: (s.rest + through) % one,
		split: make([]int64, len(s.split)), splitRests: make([]uint64, len(s.split)),
	}
	next.micros = s.microsAt(next.calls)
	for i, parent := range sp.parents {
		grown := uint64(s.follow(parent, next.calls) - s.follow(parent, s.calls))
		sum := s.splitRests[i] + s.weather.shares[i]*grown
		next.split[i], next.splitRests[i] = s.split[i]+int64(sum>>32), sum%one
	}
	return next
}

// born is the state of a new process: zero, with remainders of its own so that
// two instances do not count in step.
func born(sp *splits, luck dice, start int64) counts {
	c := counts{
		rest:  luck.bits(start) % one,
		split: make([]int64, len(sp.parents)), splitRests: make([]uint64, len(sp.parents)),
	}
	for i := range sp.parents {
		c.splitRests[i] = luck.bits(start+1+int64(i)) % one
	}
	return c
}
