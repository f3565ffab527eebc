package config

import (
	"slices"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// Alertmanager is a cluster of Alertmanagers.
type Alertmanager struct {
	Name string   // tells it from the others of the receiver; unless it was given, "cluster"
	URLs []string // of every instance
	HTTP HTTPClient
}

// defaultCluster is the name of a cluster: its instances come and go.
const defaultCluster = "cluster"

func (r *reader) readAlertmanager(m *strictyaml.Map, named destinations) Alertmanager {
	var a Alertmanager
	if v, ok := m.Require("urls"); ok {
		items, ok := v.List()
		if ok && len(items) == 0 {
			v.Errorf("urls is empty: name every instance of the cluster")
		}
		for _, item := range items {
			u, ok := readURL(item)
			switch {
			case !ok:
			case u.RawQuery != "" || u.Fragment != "":
				item.Errorf("the URL of an Alertmanager must not hold a query or a fragment")
			case slices.Contains(a.URLs, u.String()):
				item.Errorf("this instance is already named")
			}
			a.URLs = append(a.URLs, u.String())
		}
	}
	a.HTTP = r.readHTTPClient(m)
	a.Name = readDestinationName(m, defaultCluster)
	named.add("alertmanager", a.Name, m.Value())
	m.Done()
	return a
}
