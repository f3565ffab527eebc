package foreign

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// PutSplit gives an SLO one more budget for each value of the label that its
// queries are grouped by, which may page as the whole does. Several labels stand
// for combinations of values, which the native format has not: they are counted
// together.
func (b Builder) PutSplit(slo *yaml.Node, at strictyaml.Value, labels []string) {
	switch {
	case len(labels) == 1:
		Changed(at, "the queries are grouped by %s: besides a budget for each value of it there is one over all", labels[0])
		Put(slo, "split_by", Flow(b.List(at, b.Text(at, labels[0]))))
		Put(slo, "split", b.Text(at, "page"))
	case len(labels) > 1:
		Lost(at, "the grouping by %s: slofuse has no budgets for combinations of labels, so all are counted together; split_by makes one for each value of a label", strings.Join(labels, ", "))
	}
}
