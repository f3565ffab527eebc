// Package gitdiff says what differs from another commit, as a pull request sees
// it: since the commit where the two histories part, with all that is in the
// work tree and not committed yet.
//
// It runs the git program, never a shell, and only verbs that read. What a
// repository configures is not run either: no external diff, no text conversion,
// no file system monitor, no hook.
package gitdiff
