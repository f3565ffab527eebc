package slos

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// viewCookie holds how a reader looks at the list, as parameters of its address. An
// address that says it itself wins; one that does not leads to one that does, so that
// the address of what is seen can always be sent to somebody.
const viewCookie = "slofuse-list"

// viewAge is how long a browser keeps it, in seconds: a year after it was used last.
const viewAge = 365 * 24 * 60 * 60

// viewNames are the parameters that say how the list is looked at.
var viewNames = [...]string{"columns", "sort", "group", "limit"}

// saysView reports whether an address says itself how the list is looked at.
func saysView(params url.Values) bool {
	return slices.ContainsFunc(viewNames[:], params.Has)
}

// narrowed reports whether some of the rows are asked for. Those are shown as rows,
// however all of them are put together.
func narrowed(params url.Values) bool {
	names := append(ui.FilterNames[:], "q", "status", "page")
	return slices.ContainsFunc(names, func(name string) bool { return params.Get(name) != "" })
}

// unusual is what of a view is not as it is for everybody; what is not understood is as if
// it were not there.
func unusual(params url.Values) url.Values {
	out := url.Values{}
	if choices, _ := columnsOf(params); !slices.Equal(choices, listColumns) {
		out.Set("columns", columnKeys(choices))
	}
	if order, ok := listing.ParseOrder(params.Get("sort")); ok && order != usualOrder {
		out.Set("sort", order.String())
	}
	if by, grouped := listing.ParseGrouping(params.Get("group")); grouped {
		out.Set("group", by.String())
	}
	if n, err := strconv.Atoi(params.Get("limit")); err == nil && n > 0 && n <= listing.MaxLimit && n != listing.DefaultLimit {
		out.Set("limit", strconv.Itoa(n))
	}
	return out
}

// usualOrder is how everybody sees the list.
var usualOrder, _ = listing.ParseOrder("")

func columnKeys(choices []columnChoice) string {
	var keys []string
	for _, c := range choices {
		if c.Shown {
			keys = append(keys, c.Key)
		}
	}
	return strings.Join(keys, ",")
}

// chosenView is what the browser of a reader has kept.
func chosenView(r *http.Request) url.Values {
	cookie, err := r.Cookie(viewCookie)
	if err != nil {
		return nil
	}
	kept, err := url.ParseQuery(cookie.Value)
	if err != nil {
		return nil
	}
	return unusual(kept)
}

// asChosen is the address of the list as its reader chose to look at it, where the
// address of the request does not say how and that is not as for everybody.
func asChosen(r *http.Request, params url.Values) (address string, differs bool) {
	if site.WantsFragment(r) || saysView(params) {
		return "", false
	}
	kept := chosenView(r)
	if narrowed(params) {
		kept.Del("group")
	}
	if len(kept) == 0 {
		return "", false
	}
	maps.Copy(kept, params)
	return ui.ListURL(kept, "", ""), true
}

// chosenHere reports whether a reader comes from the list itself: a link that somebody
// sent shows what it says, and leaves what its reader chose as it is.
func chosenHere(r *http.Request) bool {
	from, err := url.Parse(r.Referer())
	return err == nil && from.Path == "/slos" && (from.Host == r.Host || r.Header.Get("Sec-Fetch-Site") == "same-origin")
}

// rememberView is the cookie that keeps the view of an address; nil where nothing is
// chosen. A group that is looked into stays one of the groups.
func rememberView(r *http.Request, params url.Values) *http.Cookie {
	if site.WantsFragment(r) || !saysView(params) || !chosenHere(r) {
		return nil
	}
	before, view := chosenView(r), unusual(params)
	if group := before.Get("group"); group != "" && narrowed(params) && !params.Has("group") {
		view.Set("group", group)
	}
	cookie := &http.Cookie{
		Name: viewCookie, Value: view.Encode(), Path: "/slos", MaxAge: viewAge,
		Secure: r.TLS != nil, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if len(view) == 0 {
		cookie.MaxAge = -1
		if before == nil {
			return nil
		}
	}
	return cookie
}

// usualView is the address of the same rows as everybody sees them; empty where they are
// seen so. Coming from the list, it makes the browser forget.
func usualView(params url.Values) string {
	if len(unusual(params)) == 0 {
		return ""
	}
	out := url.Values{}
	for name, values := range params {
		if !slices.Contains(viewNames[:], name) && name != "page" && name != "cursor" {
			out[name] = values
		}
	}
	out.Set("sort", usualOrder.String())
	return "/slos?" + out.Encode() + "&group="
}
