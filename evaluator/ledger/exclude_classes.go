package ledger

// withoutClasses takes the classes of what spans touch out of those of a window.
func (l *Ledger) withoutClasses(a *account, all tally, window Span, spans []Span) (tally, error) {
	first, err := l.classSlot(a, window.From)
	if err != nil {
		return nil, err
	}
	last, err := l.classSlot(a, window.To)
	if err != nil {
		return nil, err
	}
	cuts, err := l.touched(a, Span{From: first.From, To: last.From}, spans)
	if err != nil {
		return nil, err
	}
	for _, c := range cuts {
		parts, err := l.byClassSlots(a, c.span())
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			out, err := l.classesOf(a, part)
			if err != nil {
				return nil, err
			}
			all.takeAll(out)
		}
	}
	return all, nil
}

// classPart is a span, and the class slot that it is in or, where it is whole slots,
// itself.
type classPart struct{ part, slot Span }

// byClassSlots cuts a span where it begins and ends inside class slots.
func (l *Ledger) byClassSlots(a *account, span Span) ([]classPart, error) {
	head, err := l.classSlot(a, span.From)
	if err != nil {
		return nil, err
	}
	tail, err := l.classSlot(a, span.To)
	if err != nil {
		return nil, err
	}
	if head == tail {
		return []classPart{{part: span, slot: head}}, nil
	}
	whole := Span{From: head.To, To: tail.From}
	var out []classPart
	for _, p := range []classPart{{Span{From: span.From, To: head.To}, head}, {whole, whole}, {Span{From: tail.From, To: span.To}, tail}} {
		if p.part.length() > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

// classSlot is the slot of classes that an instant falls into; where one ends, and
// where every cell has its own, it is empty. One of which no cell ends after the
// instant is over.
func (l *Ledger) classSlot(a *account, t int64) (Span, error) {
	here := Span{From: t, To: t}
	i := a.volumeAfter(t)
	if i == len(a.vols) || t <= a.vols[i].start {
		return here, nil
	}
	b, err := l.bordersAt(a, t)
	if err != nil {
		return here, err
	}
	width := a.vols[i].classWidth()
	if slot := (Span{From: Floor(t, width), To: Ceil(t, width)}); b.next <= slot.To {
		return slot, nil
	}
	return here, nil
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

// takeAll takes away what another tally counts of the same.
func (t tally) takeAll(other tally) {
	for i := range t {
		for _, c := range other {
			if c.id == t[i].id {
				t[i].n -= c.n
			}
		}
	}
}
