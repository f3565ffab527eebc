package starter

import (
	_ "embed" // for the template
	"strings"
)

//go:embed template.yaml
var template string

// Template is a file for a service of which nothing is known, with what has to be
// replaced.
func Template(service, owner, schema string) string {
	return modeline(schema) + strings.NewReplacer("SERVICE", scalar(service), "OWNER", scalar(owner)).Replace(template)
}

// modeline tells editors where the schema is; empty where nobody said.
func modeline(schema string) string {
	if schema == "" {
		return ""
	}
	return "# yaml-language-server: $schema=" + schema + "\n"
}
