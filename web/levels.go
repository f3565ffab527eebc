package web

import (
	"net/http"
	"net/url"

	"github.com/slofuse/slofuse/slo"
)

// upToList leads from an address that somebody cut short to the list, of one service
// where the address has it.
func upToList(r *http.Request) (answer, error) {
	if service := pathValue(r, "service"); service != "" {
		return seeOther("/slos?" + url.Values{"service": {service}}.Encode()), nil
	}
	return seeOther("/slos"), nil
}

// upToFunction leads from the address of an SLO without its name to the function.
func upToFunction(r *http.Request) (answer, error) {
	return seeOther(functionPath(slo.ID{Service: pathValue(r, "service"), Function: pathValue(r, "function")})), nil
}
