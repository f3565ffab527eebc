package ui

// Tile is one number, large. Term is the key of the glossary's word for it, if it
// has one.
type Tile struct {
	Name, Value, Note, Tone string
	Term                    string
}
