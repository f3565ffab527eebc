package foreign

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// The tiers of the default policy, fastest first.
var (
	PageTiers    = []string{"fast", "slow"}
	TicketTiers  = []string{"steady", "drain"}
	DefaultTiers = slices.Concat(PageTiers, TicketTiers)
)

// Without is the default policy without some of its tiers: those do not alert.
func (b Builder) Without(at strictyaml.Value, tiers []string) *yaml.Node {
	off := Flow(b.Map(at))
	for _, name := range tiers {
		Put(off, name, b.Text(at, "off"))
	}
	policy := Flow(b.Map(at))
	Put(policy, "tiers", off)
	return policy
}

// linkNames are the annotations that are links, in small letters and without
// dashes and underscores, and what these links are called here.
var linkNames = map[string]string{
	"runbook": "runbook", "runbookurl": "runbook", "dashboard": "dashboard", "dashboardurl": "dashboard",
}

// Links keeps the annotations that are links, whatever stands before a slash in
// their names, and reports the others: path comes before their names. Nil without any.
func (b Builder) Links(path string, annotations Labels) *yaml.Node {
	var links *yaml.Node
	for _, a := range annotations {
		word := a.Name[strings.LastIndexByte(a.Name, '/')+1:]
		name, isLink := linkNames[strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(word))]
		switch {
		case !isLink:
			Lost(a.Key, "%s%s: messages are worded by slofuse, out of the description, the links and the numbers", path, a.Name)
		case strings.Contains(a.Text, "{{") || !strings.HasPrefix(a.Text, "http://") && !strings.HasPrefix(a.Text, "https://"):
			Lost(a.Key, "%s%s: a link is a URL without templates of alerts", path, a.Name)
		default:
			if links == nil {
				links = b.Map(a.Key)
			}
			Put(links, name, b.Text(a.Value, a.Text))
		}
	}
	return links
}
