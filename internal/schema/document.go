package schema

import "sync"

// documents are the schemas as they are written, by name.
var documents = map[string]func() []byte{
	"slo":    sync.OnceValue(func() []byte { return written("slofuse SLO file", SLO()) }),
	"config": sync.OnceValue(func() []byte { return written("slofuse configuration", Config()) }),
}

// Names are the schemas there are.
func Names() []string { return []string{"slo", "config"} }

// Document is a schema as JSON, by its name; false: there is none of that name.
func Document(name string) ([]byte, bool) {
	document, ok := documents[name]
	if !ok {
		return nil, false
	}
	return document(), true
}

func written(title string, root *Node) []byte {
	text, err := JSON(title, root)
	if err != nil {
		panic("writing a schema: " + err.Error()) // it holds texts and numbers only, as tests show
	}
	return text
}
