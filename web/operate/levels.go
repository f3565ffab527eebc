package operate

import (
	"net/http"
	"net/url"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// upToList leads from an address that somebody cut short to the list, of one service
// where the address has it.
func upToList(r *http.Request) (site.Answer, error) {
	if service := site.PathValue(r, "service"); service != "" {
		return site.SeeOther("/slos?" + url.Values{"service": {service}}.Encode()), nil
	}
	return site.SeeOther("/slos"), nil
}

// upToFunction leads from the address of an SLO without its name to the function.
func upToFunction(r *http.Request) (site.Answer, error) {
	return site.SeeOther(ui.FunctionPath(slo.ID{Service: site.PathValue(r, "service"), Function: site.PathValue(r, "function")})), nil
}
