package operate

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// said is what was sent to change something, as it is read by people.
type said struct {
	By    string    // the name that was typed, which nobody checked; empty without one
	Pairs []ui.Pair // what else was sent
	Text  string    // in place of both, where it is no form and no object
}

// typedNames are the fields that say who somebody is.
var typedNames = []string{"by", "author"}

// saidOf reads what an entry keeps of a form or of a JSON object. What was cut off is
// shown as it came.
func saidOf(e audit.Entry) said {
	fields, ok := fieldsOf(e.Detail)
	if !ok || e.Outcome == audit.Refused {
		return said{Text: e.Detail}
	}
	var out said
	for _, f := range fields {
		if slices.Contains(typedNames, f.Name) {
			out.By = site.Visible(f.Value)
		} else if f.Value != "" {
			out.Pairs = append(out.Pairs, ui.Pair{Name: site.Visible(f.Name), Value: site.Visible(f.Value)})
		}
	}
	return out
}

// fieldsOf are the fields of a form in their order, or of an object by name.
func fieldsOf(text string) (out []ui.Pair, ok bool) {
	if strings.HasPrefix(text, "{") {
		var object map[string]any
		if json.Unmarshal([]byte(text), &object) != nil {
			return nil, false
		}
		return ui.Pairs(textsIn(object)), true
	}
	for field := range strings.SplitSeq(text, "&") {
		name, value, isField := strings.Cut(field, "=")
		name, badName := url.QueryUnescape(name)
		value, badValue := url.QueryUnescape(value)
		if !isField || badName != nil || badValue != nil {
			return nil, false
		}
		out = append(out, ui.Pair{Name: name, Value: value})
	}
	return out, true
}

// textsIn are the values of an object: a text as it is, anything else as JSON.
func textsIn(object map[string]any) map[string]string {
	out := make(map[string]string, len(object))
	for name, value := range object {
		switch value := value.(type) {
		case nil:
		case string:
			out[name] = value
		default:
			text, err := json.Marshal(value)
			if err != nil {
				text = fmt.Append(nil, value)
			}
			out[name] = string(text)
		}
	}
	return out
}
