package foreign_test

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/slofuse/slofuse/slo/foreign/foreigntest"
	"github.com/slofuse/slofuse/slo/spec"
)

// FuzzOpenSLO feeds arbitrary files that begin as OpenSLO's do. Whatever they
// hold, they are reported or mean the same as what they are converted to.
func FuzzOpenSLO(f *testing.F) { fuzz(f, "openslo") }

// FuzzPyrra is FuzzOpenSLO for Pyrra.
func FuzzPyrra(f *testing.F) { fuzz(f, "pyrra") }

func fuzz(f *testing.F, format string) {
	examples, err := filepath.Glob(format + "/testdata/*.txtar")
	if err != nil || len(examples) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range examples {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := spec.File{Name: "f.yaml", Data: data}
		converted, problems := spec.Convert([]spec.File{file}, spec.Options{})
		if len(problems.Errors()) > 0 {
			return
		}
		for _, c := range converted {
			if len(c.Native) == 0 { // it only defines what SLOs refer to
				continue
			}
			foreigntest.SameMeaning(t, file, c.Native)
		}
	})
}
