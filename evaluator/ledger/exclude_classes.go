package ledger

// withoutClasses takes the classes of what spans touch out of those of a window.
func (l *Ledger) withoutClasses(a *account, all tally, window Span, spans []Span) (tally, error) {
	window = Span{From: a.classSlot(window.From).From, To: a.classSlot(window.To).From}
	touched, err := l.touched(a, window, spans)
	if err != nil {
		return nil, err
	}
	for _, c := range touched {
		for _, part := range a.byClassSlots(c.span()) {
			out, err := l.classesOf(a, part)
			if err != nil {
				return nil, err
			}
			all.takeAll(out)
		}
	}
	return all.clean(), nil
}

// classPart is a span, and the class slot that it is in or, where it is whole slots,
// itself.
type classPart struct{ part, slot Span }

// byClassSlots cuts a span where it ends inside class slots.
func (a *account) byClassSlots(span Span) []classPart {
	head, tail := a.classSlot(span.From), a.classSlot(span.To)
	if head == tail {
		return []classPart{{part: span, slot: head}}
	}
	var out []classPart
	for _, p := range []classPart{
		{part: Span{From: span.From, To: head.To}, slot: head},
		{part: Span{From: head.To, To: tail.From}, slot: Span{From: head.To, To: tail.From}},
		{part: Span{From: tail.From, To: span.To}, slot: tail},
	} {
		if p.part.length() > 0 {
			out = append(out, p)
		}
	}
	return out
}

// classSlot is the slot of classes that an instant falls into; where one ends, and
// where every cell has its own, it is empty.
func (a *account) classSlot(t int64) Span {
	i := a.volumeAfter(t)
	if i == len(a.vols) || t <= a.vols[i].start {
		return Span{From: t, To: t}
	}
	width := a.vols[i].classWidth()
	return Span{From: Floor(t, width), To: Ceil(t, width)}
}

// classesOf are the classes of a part of a slot: those of the slot in proportion to
// its bad events when the classes split these, to all events otherwise.
func (l *Ledger) classesOf(a *account, p classPart) (tally, error) {
	all, err := l.classesIn(a, p.slot.From, p.slot.To)
	if err != nil || p.part == p.slot {
		return all, err
	}
	had, err := l.stretch(a, "", p.slot)
	if err != nil {
		return nil, err
	}
	has, err := l.stretch(a, "", p.part)
	if err != nil {
		return nil, err
	}
	if all.sum() == had.bad {
		return all.share(has.bad, had.bad), nil
	}
	return all.share(has.total, had.total), nil
}

// takeAll takes away what another tally counts, of no class more than there is.
func (t tally) takeAll(other tally) {
	for i := range t {
		for _, c := range other {
			if c.id == t[i].id {
				t[i].n = max(0, t[i].n-c.n)
			}
		}
	}
}
