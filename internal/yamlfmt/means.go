package yamlfmt

import (
	"bytes"
	"errors"
	"io"

	"gopkg.in/yaml.v3"
)

// means reports whether two texts mean the same: the same documents, whatever the
// order of keys.
func means(a, b string) bool {
	one, ok := documents(a)
	other, alsoOK := documents(b)
	if !ok || !alsoOK || len(one) != len(other) {
		return false
	}
	for i := range one {
		if !same(one[i], other[i]) {
			return false
		}
	}
	return true
}

func documents(text string) (docs []*yaml.Node, ok bool) {
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs, true
		}
		if err != nil {
			return nil, false
		}
		docs = append(docs, &doc)
	}
}

func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Value != b.Value || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return false
	}
	if a.Kind == yaml.MappingNode {
		return sameKeys(a, b)
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// sameKeys compares mappings, whose keys are texts that stand once.
func sameKeys(a, b *yaml.Node) bool {
	values := map[string]int{}
	for i := 0; i+1 < len(b.Content); i += 2 {
		values[b.Content[i].Value] = i
	}
	for i := 0; i+1 < len(a.Content); i += 2 {
		j, ok := values[a.Content[i].Value]
		if !ok || !same(a.Content[i], b.Content[j]) || !same(a.Content[i+1], b.Content[j+1]) {
			return false
		}
	}
	return true
}
