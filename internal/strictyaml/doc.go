// Package strictyaml reads YAML that people write by hand, and tells them
// everything that is wrong with it at once.
//
// [Parse] turns a file into documents. A caller walks a document with [Value]
// and [Map], takes the keys it knows and closes each mapping with [Map.Done].
// Nothing on that way stops at the first mistake: every mistake becomes a
// [Problem] with file, line and column in the file's [Report], and reading goes
// on with what is left.
//
// It is stricter than YAML. Unknown and repeated keys, aliases, merge keys,
// foreign tags and deep nesting are refused, because each of them lets a file
// mean something else than it seems to say, or costs more to read than it is
// long.
package strictyaml
