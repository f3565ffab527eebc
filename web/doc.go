// Package web serves slofuse over HTTP: the JSON API under /api/v1, the pages
// for people, the metrics and the endpoints that operate the process.
//
// It knows nothing of how numbers are made or alerts are kept. What it reads and
// does it asks of small interfaces, which the program that starts it
// fills in: those of [site.Config].
//
// It is a house of several packages. [site] is what all of them stand on and [ui]
// the parts that pages are made of. The handlers are beside each other and know
// nothing of each other: slos, functions, incidents, suppression, review, gate and
// operate. This one puts their routes together, and its tests come in by the front
// door, as browsers and programs do.
//
// A request passes, in this order, the security headers, the check of the Host
// header, the refusal of cross-origin writes, the limit on the body, and then
// its handler. A handler returns an answer or an error; one place writes both.
// Pages are rendered into memory before the first byte is sent, work without
// JavaScript, and load nothing from elsewhere.
//
// A page is a template that defines live and more, which are fetched again when
// something changes, and before, middle and after, which are not. What it shows
// changes through static/live.js, by its [site.Page] and the events it concerns.
// An element with data-row, the address of what it shows, is a row that j and k
// move to and Enter opens, and keeps its place in a change; data-ack marks the form
// that a leads to, and data-ack-url the page of a row that has one. Scripts hear
// "refreshed" on the document after a change, and "restyled" when the reader chose
// another scheme or zone. A word of the glossary is explained by the part term.
package web
