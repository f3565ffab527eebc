package main

import "testing"

// What is converted into a folder stays in it, wherever the files are.
func TestTheCommonFolderHoldsAllFiles(t *testing.T) {
	for want, names := range map[string][]string{
		"/a":   {"/a/x.yaml"},
		"/a/b": {"/a/b/x.yaml", "/a/b/c/y.yaml"},
		"/":    {"/ab/x.yaml", "/a/y.yaml"},
		"/srv": {"/srv/here/x.yaml", "/srv/other/y.yaml", "/srv/z.yaml"},
	} {
		if got := commonFolder(names); got != want {
			t.Errorf("%v have %s in common, want %s", names, got, want)
		}
	}
}
