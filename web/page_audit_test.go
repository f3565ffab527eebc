package web_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/web/auth"
)

func TestTheAuditIsFilteredPagedAndSaved(t *testing.T) {
	server, d := auditedServer(t, newFleet())
	for i := range 2500 {
		e := audit.Entry{At: noon.Add(time.Duration(i-2500) * time.Hour), Actor: "anna", Action: "POST /ack", Target: fmt.Sprintf("inc-%d", i), Outcome: audit.Done}
		if i%500 == 0 {
			e.Actor, e.Outcome, e.Detail = "Eve", audit.Refused, "=1+1 <script>"
		}
		d.Record(context.Background(), e)
	}
	read := func(path string) string {
		return as(server, secrets[auth.Operator], http.MethodGet, path, "").Body.String()
	}
	last := noon.Add(-time.Hour).UTC().Format(time.DateOnly)
	for path, want := range map[string]int{
		"/audit": 100, "/audit?before=51": 50, "/audit?who=eve": 5, "/audit?outcome=refused&what=INC-500": 1, "/audit?what=nothing": 0,
		"/audit?from=" + last + "&to=" + last: noon.Add(-time.Hour).UTC().Hour() + 1, "/audit?to=2020-01-01": 0,
	} {
		if got := strings.Count(read(path), "<tr>") - 1; max(got, 0) != want {
			t.Errorf("%s: %d entries, want %d", path, got, want)
		}
	}
	if page := read("/audit?who=anna"); !strings.Contains(page, "/audit?before=2401&amp;who=anna") && !strings.Contains(page, "/audit?before=2400&amp;who=anna") {
		t.Error("there is no way to older entries")
	}
	if strings.Contains(read("/audit?who=eve"), "<script>") {
		t.Error("a detail is not escaped")
	}
	lines, err := csv.NewReader(strings.NewReader(read("/audit.csv?who=eve"))).ReadAll()
	if err != nil || len(lines) != 6 || lines[1][10] != "'=1+1 <script>" || lines[5][0] != "1" {
		t.Errorf("%v, %q", err, lines)
	}
	if w := as(server, secrets[auth.Operator], http.MethodGet, "/audit?from=yesterday", ""); w.Code != http.StatusBadRequest {
		t.Errorf("a wrong day: status %d", w.Code)
	}
}
