// Package web serves slofuse over HTTP: the JSON API under /api/v1, the pages
// for people, the metrics and the endpoints that operate the process.
//
// It knows nothing of how numbers are made or alerts are kept. What it reads and
// does it asks of four small interfaces, which the program that starts it
// fills in: [Objectives], [Alerts], [Responder] and [Operations].
//
// A request passes, in this order, the security headers, the check of the Host
// header, the refusal of cross-origin writes, the limit on the body, and then
// its handler. A handler returns an answer or an error; one place writes both.
// Pages are rendered into memory before the first byte is sent, work without
// JavaScript, and load nothing from elsewhere.
package web
