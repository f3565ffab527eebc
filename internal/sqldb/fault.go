package sqldb

import (
	"errors"

	"github.com/mattn/go-sqlite3"
)

// Fault is why the storage refused, for callers that degrade instead of
// stopping.
type Fault string

// The faults of storage. The empty fault is none, or one of another kind: a
// mistake in a statement, a cancelled context.
const (
	FaultNone     Fault = ""
	FaultFull     Fault = "disk full"
	FaultReadOnly Fault = "read-only"
	FaultBusy     Fault = "busy" // another program holds the file
	FaultIO       Fault = "input/output error"
	FaultCorrupt  Fault = "corrupt"
)

// Classify finds the fault behind an error of this package or of a transaction.
func Classify(err error) Fault {
	var cause sqlite3.Error
	if !errors.As(err, &cause) {
		return FaultNone
	}
	switch cause.Code {
	case sqlite3.ErrFull:
		return FaultFull
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return FaultReadOnly
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return FaultBusy
	case sqlite3.ErrIoErr, sqlite3.ErrCantOpen:
		return FaultIO
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return FaultCorrupt
	}
	return FaultNone
}
