package sloth_test

import (
	"testing"

	"github.com/slofuse/slofuse/slo/foreign/foreigntest"
)

func TestFilesAreReadAsTheirNativeText(t *testing.T) { foreigntest.Files(t, "testdata") }
