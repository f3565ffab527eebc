// Package revision remembers what every SLO promised and since when. A changed
// objective, window or indicator opens a new revision; the old one stays what
// the past is judged by. Owners, descriptions and policies are of now and make
// none.
//
// The book outlives the files: an SLO that is removed and added again goes on
// with its numbers, and one that is renamed keeps them.
package revision
