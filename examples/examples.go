// Package examples holds SLO files and configurations for real set-ups, as
// their users would write them. Tests load all of them.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed demo
var files embed.FS

// Demo are the files of the demo: slofuse.yaml, slos/*.yaml, one per service of
// the simulated fleet, and runbooks/*.md. Write them to a folder with
// [os.CopyFS].
func Demo() fs.FS {
	demo, err := fs.Sub(files, "demo")
	if err != nil {
		panic(err) // the name is a valid constant
	}
	return demo
}
