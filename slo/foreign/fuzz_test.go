package foreign_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/slofuse/slofuse/slo/foreign/foreigntest"
	"github.com/slofuse/slofuse/slo/spec"
)

// FuzzSloth feeds arbitrary files that begin as Sloth's do. Whatever they hold,
// they are reported or mean the same as what they are converted to.
func FuzzSloth(f *testing.F) { fuzz(f, "sloth") }

// FuzzOpenSLO is FuzzSloth for OpenSLO.
func FuzzOpenSLO(f *testing.F) { fuzz(f, "openslo") }

// FuzzPyrra is FuzzSloth for Pyrra.
func FuzzPyrra(f *testing.F) { fuzz(f, "pyrra") }

func fuzz(f *testing.F, format string) {
	for _, pattern := range []string{"*.txtar", "*.yaml"} {
		names, _ := filepath.Glob(format + "/testdata/" + pattern)
		for _, name := range names {
			f.Add(seed(f, name))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		files := []spec.File{{Name: "f.yaml", Data: data}}
		converted, problems := spec.Convert(files, spec.Options{})
		if len(problems.Errors()) == 0 {
			foreigntest.SameMeaning(t, files, converted)
		}
	})
}

// seed is the first file of an example.
func seed(f *testing.F, name string) []byte {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		f.Fatal(err)
	}
	if strings.HasSuffix(name, ".yaml") {
		return archive.Comment
	}
	return archive.Files[0].Data
}
