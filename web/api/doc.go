// Package api is the JSON that slofuse speaks over HTTP and prints with
// `-o json`: one set of types for the server that writes it and for the
// commands that read it back from a server.
//
// The types are wire format and nothing else. Functions named From… make them
// out of the nouns of slo and alerting; they are pure, and what they return
// always encodes: what is unknown is null, a list is never null, an instant is
// RFC 3339 in UTC, and a number is never NaN or infinite. Keys are only ever
// added.
package api
