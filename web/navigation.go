package web

// section is an entry of the main navigation.
type section struct {
	Key       string // a page names its section by it
	Name      string
	Path      string
	Operators bool // shown only to those who may operate
}

// sections are the entries of the main navigation, in order.
var sections = []section{
	{Key: "slos", Name: "SLOs", Path: "/slos"},
	{Key: "incidents", Name: "Incidents", Path: "/incidents"},
	{Key: "silences", Name: "Silences", Path: pathSilences},
	{Key: "maintenance", Name: "Maintenance", Path: pathMaintenance},
	{Key: "audit", Name: "Audit", Path: "/audit", Operators: true},
}

// Sections are those that the visitor may follow.
func (p page) Sections() []section {
	var out []section
	for _, s := range sections {
		if !s.Operators || p.Visitor.Operates {
			out = append(out, s)
		}
	}
	return out
}
