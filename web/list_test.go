package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestTheListShowsTheColumnsThatAreAskedFor(t *testing.T) {
	server := newFleet().server(t)
	heads := func(query string) string {
		body := get(t, server, "/slos"+query).Body.String()
		_, table, _ := strings.Cut(body, "<thead>")
		table, _, _ = strings.Cut(table, "</thead>")
		var out []string
		for head := range strings.SplitSeq(table, "</th>") {
			text := strings.TrimSuffix(strings.TrimSuffix(head, "</a>"), "</dfn>")
			out = append(out, text[strings.LastIndex(text, ">")+1:])
		}
		return strings.Trim(strings.Join(out, " "), " ")
	}
	for query, want := range map[string]string{
		"":                                "Status Function Owner Objective SLI Budget left 7 days Spent in Burn 1h 6h 3d p99 Calls",
		"?columns=budget,sli":             "Status Function SLI Budget left",
		"?columns=coverage&columns=owner": "Status Function Owner Coverage",
		"?columns=nonsense":               "Status Function Owner Objective SLI Budget left 7 days Spent in Burn 1h 6h 3d p99 Calls",
	} {
		if got := heads(query); got != want {
			t.Errorf("%q shows %q, want %q", query, got, want)
		}
	}
	page := get(t, server, "/slos?columns=sli&service=checkout").Body.String()
	if strings.Contains(page, `data-label="Owner"`) || !strings.Contains(page, `data-label="SLI"`) || !strings.Contains(page, "columns=sli&amp;") {
		t.Error("cells and links do not keep to the columns")
	}
}

// crowd is a fleet of n SLOs in 40 services.
func crowd(n int) *fleet {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
	for i := range n {
		f.describe(member{service: fmt.Sprintf("s%02d", i%40), function: fmt.Sprintf("f%05d", i), name: "up", owner: "team-" + fmt.Sprint(i%7), objective: "99.9%", total: 1000000, bad: int64(i % 1100)})
	}
	return f
}

func TestGroupsOfTenThousandAreOneShortPage(t *testing.T) {
	server := crowd(10000).server(t)
	page := get(t, server, "/slos?group=service")
	body := page.Body.String()
	if strings.Count(body, "<li class=") != 40 || strings.Contains(body, "f00001") || len(body) > 60<<10 {
		t.Errorf("%d groups on %d bytes", strings.Count(body, "<li class="), len(body))
	}
	for _, want := range []string{`href="/slos?service=s07"`, `href="/slos?service=s07&amp;status=spent"`, ">250<"} {
		if !strings.Contains(body, want) {
			t.Errorf("there is no %s", want)
		}
	}
	if body := get(t, server, "/slos?group=label:tier&limit=50").Body.String(); !strings.Contains(body, `href="/slos?label=tier%3Dcritical&amp;limit=50"`) {
		t.Error("a group by label does not lead to its rows")
	}
	if body := get(t, server, "/slos?group=nothing").Body.String(); !strings.Contains(body, "1 to 100 of 10000") {
		t.Error("a group that is none hides the rows")
	}
}

func TestTheListAsAFileHoldsEveryRowThatMatches(t *testing.T) {
	server := crowd(300).server(t)
	w := get(t, server, "/slos.csv?owner=team-3&limit=10&sort=function&page=2&columns=sli")
	lines, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || w.Header().Get("Content-Disposition") != `attachment; filename="slos.csv"` || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		t.Fatal(err, w.Header())
	}
	if len(lines) != 44 || lines[1][1] != "f00003" || lines[43][1] != "f00297" || lines[1][3] != "team-3" || lines[1][8] != "0.999" {
		t.Errorf("%d lines: %v ... %v", len(lines), lines[1], lines[len(lines)-1])
	}
	if w := get(t, server, "/slos.csv?sort=colour"); w.Code != http.StatusBadRequest {
		t.Errorf("a wrong parameter: status %d", w.Code)
	}
}

func TestAFileOfTheListRunsNothingInASpreadsheet(t *testing.T) {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
	f.add(member{service: "=HYPERLINK(\"http://evil\")", function: "@SUM(1)", name: "up", owner: "-2+3", objective: "99%", total: 0, state: slo.StateNoData, reason: "\t=1"})
	f.add(member{service: "+1", function: "a,\"b\"\r\nc", name: "up", owner: "＝1", objective: "99%", total: 1000, bad: 20})
	lines, err := csv.NewReader(get(t, f.server(t), "/slos.csv?sort=service").Body).ReadAll()
	if err != nil || len(lines) != 3 {
		t.Fatal(lines, err)
	}
	for _, line := range lines[1:] {
		for i, cell := range line {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "\t") {
				t.Errorf("%s: %q runs", lines[0][i], cell)
			}
		}
	}
	evil, negative := lines[2], lines[1]
	if evil[0] != `'=HYPERLINK("http://evil")` || evil[3] != "'-2+3" || evil[10] != "" || evil[14] != "" {
		t.Errorf("%q", evil)
	}
	if negative[0] != "'+1" || negative[14] != "-1" {
		t.Errorf("what is no number of ours is one, or one is not: %q", negative)
	}
}
