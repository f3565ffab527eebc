package fleet

// cursor computes samples of one series at instants its target is scraped at.
// It is fastest when asked in order of time.
type cursor struct {
	*series
	course   course
	segments []segment
	i        int // the segment asked last
}

func newCursor(s *series, c course) cursor {
	segments := c.slots[s.slot]
	first := find(segments, s.target.start)
	last := find(segments, s.target.end-1)
	if last < len(segments) && segments[last].start < s.target.end {
		last++
	}
	return cursor{series: s, course: c, segments: segments[first:last]}
}

// sample is the value scraped at an instant. Without one, it says until when
// there is none, at least.
func (c *cursor) sample(at int64) (value float64, found bool, until int64) {
	if c.reading == readUp {
		return c.up(at)
	}
	s := c.segmentAt(at)
	if s == nil {
		return 0, false, c.nextStart()
	}
	if s.weather.down {
		return 0, false, s.end
	}
	if c.reading == readStart {
		return float64(s.process.start) / 1000, true, 0
	}
	if c.reading == readBacklog {
		return c.fn.backlog(at), true, 0
	}
	calls := s.callsAt(c.course.traffic.at(at))
	if calls == 0 { // nothing happened yet in this life of the process
		return 0, false, c.birth(s, at, nil)
	}
	switch c.reading {
	case readNative:
		return float64(calls), true, 0
	case readBucket:
		return float64(s.follow(c.path, calls)), true, 0
	case readSeconds:
		return float64(s.microsAt(calls)) / 1e6, true, 0
	}
	n := s.follow(c.path, calls)
	if n == 0 {
		return 0, false, c.birth(s, at, c.path)
	}
	return float64(n), true, 0
}

// birth is an instant before which what is not born at an instant is not born
// either.
func (c *cursor) birth(s *segment, at int64, path []ref) int64 {
	if s.follow(path, s.callsAt(c.course.traffic.at(s.end))) == 0 {
		return s.end
	}
	return at + 1
}

// up is 1 while the target answers and 0 while it is known and does not.
func (c *cursor) up(at int64) (value float64, found bool, until int64) {
	if at < c.target.start {
		return 0, false, c.target.start
	}
	if at >= c.target.end {
		return 0, false, forever
	}
	if s := c.segmentAt(at); s != nil && !s.weather.down {
		return 1, true, 0
	}
	return 0, true, 0
}

// segmentAt is the segment that holds an instant, nil in a gap; c.i is then the
// one after it.
func (c *cursor) segmentAt(at int64) *segment {
	if c.i >= len(c.segments) || at < c.segments[c.i].start || at >= c.segments[c.i].end {
		c.move(at)
	}
	if c.i < len(c.segments) && c.segments[c.i].start <= at {
		return &c.segments[c.i]
	}
	return nil
}

// move finds the segment that ends after an instant: most often the next one.
func (c *cursor) move(at int64) {
	if n := c.i + 1; n < len(c.segments) && c.segments[c.i].end <= at && at < c.segments[n].end {
		c.i = n
		return
	}
	c.i = find(c.segments, at)
}

// nextStart is the start of the segment after a gap.
func (c *cursor) nextStart() int64 {
	if c.i < len(c.segments) {
		return c.segments[c.i].start
	}
	return forever
}
