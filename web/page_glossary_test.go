package web_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/glossary"
)

func TestTheGlossaryListsEveryTerm(t *testing.T) {
	body := get(t, newFleet().server(t), "/glossary").Body.String()
	for _, term := range glossary.All() {
		if !strings.Contains(text(body), term.Word+" "+term.Text) || !strings.Contains(body, `id="`+term.Key+`"`) {
			t.Errorf("%s is not on the page", term.Key)
		}
	}
}

func TestATermIsExplainedWhereItStands(t *testing.T) {
	body := get(t, newFleet().server(t), "/slos/checkout/charge-card/availability").Body.String()
	want, _ := glossary.Find("coverage")
	if !strings.Contains(body, `<dt><dfn class="term" tabindex="0" aria-description="`+want.Text+`">Coverage</dfn></dt>`) {
		t.Error("coverage is not explained")
	}
}

func TestAWordThatIsNotInTheGlossaryIsRefused(t *testing.T) {
	if word, err := web.Term("nothing"); err == nil {
		t.Errorf("got %q", word)
	}
	for want, shown := range map[string][]string{"Burn rate": nil, "Burn rates": {"Burn rates"}} {
		if word, err := web.Term("burn-rate", shown...); err != nil || word != want {
			t.Errorf("got %q and %v, want %q", word, err, want)
		}
	}
}
