package main

import (
	"fmt"
	"strings"
)

// shot is one picture: a page, how wide the window is, and its scheme.
type shot struct {
	name   string // of the file, without its ending
	path   string
	width  int64
	height int64 // of the window; 0 for the whole page
	dark   bool
}

const (
	function = "checkout/charge-card"
	phone    = 390
	desk     = 1280
	wall     = 1920
)

// readme are the pictures that the README shows.
func readme(incident string) []shot {
	return []shot{
		{name: "on-call", path: "/", width: desk, height: 900},
		{name: "on-call-phone", path: "/", width: phone, height: 844, dark: true},
		{name: "incident", path: "/incidents/" + incident, width: desk, height: 1000, dark: true},
		{name: "slo", path: "/slos/" + function + "/availability", width: desk, height: 1000},
	}
}

// pages are those that every takes. A page that is not there is a picture of
// the error, which somebody then sees.
func pages(incident string) []string {
	return []string{
		"/", "/executive", "/slos", "/slos/" + function + "/availability", "/slos/" + function + "/latency", "/slos/" + function + "/availability/explain",
		"/functions/" + function, "/incidents", "/incidents/" + incident, "/silences", "/deploys", "/maintenance", "/routes", "/status", "/reports", "/audit",
	}
}

// every is each page on a phone, a desk and a wall, light and dark.
func every(incident string) []shot {
	var out []shot
	for _, path := range pages(incident) {
		for _, width := range []int64{phone, desk, wall} {
			for _, dark := range []bool{false, true} {
				out = append(out, shot{name: fileName(path, width, dark), path: path, width: width, dark: dark})
			}
		}
	}
	return out
}

func fileName(path string, width int64, dark bool) string {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	name := strings.ReplaceAll(strings.Trim(path, "/"), "/", "-")
	if name == "" {
		name = "index"
	}
	return fmt.Sprintf("%s-%d-%s", name, width, scheme)
}
