package slo

import (
	"slices"
)

// Class says of an SLO that its bad events are worse than failures. Any breach
// of one that has a class and meets the guard pages.
type Class string

// The classes; an ordinary SLO has none.
const (
	ClassNone     Class = ""
	ClassDataLoss Class = "data_loss"
	ClassSecurity Class = "security"
)

// Classes lists the classes that a file may name.
func Classes() []Class { return []Class{ClassDataLoss, ClassSecurity} }

// Valid reports whether the class is none or one of [Classes].
func (c Class) Valid() bool { return c == ClassNone || slices.Contains(Classes(), c) }
