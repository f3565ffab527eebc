package slo

import (
	"fmt"
	"net/url"
	"strings"
)

// ID names one SLO. Its text form is three percent-encoded segments,
// service/function/name, so that `GET /cart/{id}` is a fine function name.
type ID struct {
	Service  string
	Function string
	Name     string
}

// IsZero reports whether the ID names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// String is the text form: usable as a URL path, parsed by [ParseID].
func (id ID) String() string {
	return url.PathEscape(id.Service) + "/" + url.PathEscape(id.Function) + "/" + url.PathEscape(id.Name)
}

// FunctionKey is the text form of the function alone: service/function.
func (id ID) FunctionKey() string {
	return url.PathEscape(id.Service) + "/" + url.PathEscape(id.Function)
}

// OfFunction is the ID of the function alone, without a Name.
func (id ID) OfFunction() ID { return ID{Service: id.Service, Function: id.Function} }

// Compare orders IDs by service, function and name.
func (id ID) Compare(other ID) int {
	if c := strings.Compare(id.Service, other.Service); c != 0 {
		return c
	}
	if c := strings.Compare(id.Function, other.Function); c != 0 {
		return c
	}
	return strings.Compare(id.Name, other.Name)
}

// ParseID reads what [ID.String] writes.
func ParseID(s string) (ID, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 {
		return ID{}, fmt.Errorf("SLO id %q is not service/function/name", s)
	}
	for i, part := range parts {
		raw, err := url.PathUnescape(part)
		if err != nil || raw == "" {
			return ID{}, fmt.Errorf("SLO id %q: segment %d is empty or badly percent-encoded", s, i+1)
		}
		parts[i] = raw
	}
	return ID{Service: parts[0], Function: parts[1], Name: parts[2]}, nil
}
