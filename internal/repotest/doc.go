// Package repotest holds the conventions of this repository as tests: who may
// import whom, what every package and file must have, and what no file may hold.
//
// A rule is a function from the files of the repository to the problems it finds
// in them. Each rule is tested on a few made-up files beside it, and all of them
// are applied to the repository itself by TestRepository. A convention that no
// rule can check belongs into CONTRIBUTING.md instead.
package repotest
