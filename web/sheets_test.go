package web_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/sheet"
)

// sheets are all exports for spreadsheets, by the route that serves them. An export that
// is not here fails the test.
var sheets = map[string]string{
	"/slos.csv":      "/slos.csv",
	"/incidents.csv": "/incidents.csv",
	"/audit.csv":     "/audit.csv",
	"/reports":       "/reports?format=csv&period=this-month",
	"/api/v1/report": "/api/v1/report?format=csv&period=this-month",
	"/slos/{service}/{function}/{slo}/history.csv": "/history.csv",
}

// formulas are names that a spreadsheet would calculate, or that would end their cell.
var formulas = []string{
	`=cmd|'/c calc'!A1`, "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "\u200b=1", "＝1+1", "-", "|calc", `a";=1+1`, `=HYPERLINK("https://evil.example")`,
}

// TestNoExportHoldsAFormula puts formulas wherever a name can be.
func TestNoExportHoldsAFormula(t *testing.T) {
	for _, name := range formulas {
		f := hostile(name)
		config := f.config()
		book := &diary{}
		book.Record(t.Context(), audit.Entry{ID: 1, At: noon, Actor: name, Role: name, Via: name, Remote: name, Action: name, Target: name, Outcome: name, Detail: name, Hash: name})
		config.Audit = book
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		id := slo.ID{Service: name, Function: name, Name: name}
		for _, path := range sheets {
			if path == "/history.csv" {
				path = "/slos/" + id.String() + path
			}
			w := get(t, server, path)
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
				t.Fatalf("%q: %s: %d, %v", name, path, w.Code, w.Header())
			}
			lines, err := csv.NewReader(w.Body).ReadAll()
			if err != nil || len(lines) < 2 {
				t.Fatalf("%q: %s: %d lines, %v", name, path, len(lines), err)
			}
			for _, cell := range slices.Concat(lines...) {
				if sheet.Cell(strings.TrimPrefix(cell, "'")) != cell && sheet.Cell(cell) != cell {
					t.Errorf("%q: %s holds %q", name, path, cell)
				}
			}
		}
	}
}

func TestEveryExportIsTriedWithFormulas(t *testing.T) {
	for _, e := range newFleet().server(t).Endpoints() {
		if _, tried := sheets[e.Path]; strings.HasSuffix(e.Path, ".csv") && !tried {
			t.Errorf("%s is not tried", e.Path)
		}
	}
}
