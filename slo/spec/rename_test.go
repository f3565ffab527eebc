package spec_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

func TestRenamedFromIsANameOfTheFunctionOrAWholeID(t *testing.T) {
	for written, want := range map[string]slo.ID{
		"old name":              {Service: "s", Function: "cart", Name: "old name"},
		"shop/basket/success":   {Service: "shop", Function: "basket", Name: "success"},
		"old/GET%20%2Fcart/a%b": {Service: "s", Function: "cart", Name: "old/GET%20%2Fcart/a%b"},
		"old/GET%20%2Fcart/a":   {Service: "old", Function: "GET /cart", Name: "a"},
	} {
		text := strings.Replace(file("cart"), "window: 30d", "window: 30d\n        renamed_from: "+written, 1)
		set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(text)}}, spec.Options{})
		if strings.Contains(written, "%b") { // no id, though it looks like one
			if problems.Err() == nil {
				t.Errorf("%q is accepted", written)
			}
			continue
		}
		if problems.Err() != nil || set.SLOs[0].RenamedFrom != want {
			t.Errorf("%q: %+v, problems %v", written, set.SLOs, problems)
		}
	}
}

func TestRenamedFromOfAnotherFileIsAnErrorWhereItStands(t *testing.T) {
	renamed := strings.Replace(file("basket"), "window: 30d", "window: 30d\n        renamed_from: s/cart/a", 1)
	set, problems := spec.Parse([]spec.File{{Name: "a.yaml", Data: []byte(renamed)}, {Name: "b.yaml", Data: []byte(file("cart"))}}, spec.Options{})
	if len(problems) != 1 || problems[0].Position.File != "a.yaml" || !strings.Contains(problems[0].Message, "is still there, at b.yaml:") {
		t.Errorf("problems %v", problems)
	}
	if len(set.SLOs) != 1 || set.SLOs[0].Source.File != "b.yaml" {
		t.Errorf("SLOs %v", set.SLOs)
	}
}

func TestThePartsOfARenamedSLOAreRenamedWithIt(t *testing.T) {
	text := strings.Replace(file("cart"), "window: 30d", "window: 30d\n        renamed_from: old\n        split_by: [region]", 1)
	set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: []byte(text)}}, spec.Options{})
	if problems.Err() != nil || len(set.Families) != 1 {
		t.Fatalf("%d families, problems %v", len(set.Families), problems)
	}
	parts, err := set.Families[0].Member("eu")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := parts.SLOs[0].RenamedFrom.Name, slo.PartName("old", "region", "eu"); got != want {
		t.Errorf("the part was called %q, want %q", got, want)
	}
}
