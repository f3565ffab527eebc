// Package wording lets people word messages themselves, in Go templates over a
// documented type, without any way to hold a page up: a template reads nothing
// but the notification, writes no more than [MaxOutput], takes no more than
// [maxSteps], and when it fails the built-in words are sent.
//
// What a label or an error holds is data: it is escaped for where it goes, and
// nothing of it is ever read as a template.
package wording
