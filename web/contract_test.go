package web_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is the API document, against which every answer of every test of this
// package is held: what is sent, and what is taken.
type contract struct {
	paths    map[string]map[string]promised
	compiler *jsonschema.Compiler

	mu       sync.Mutex
	schemas  map[string]*jsonschema.Schema
	broken   []string
	answered map[string]bool // operations that were answered with 2xx
}

// promised is an operation as the document has it.
type promised struct {
	Parameters []struct {
		Name, In string
		Required bool
		Schema   struct {
			Type any
		}
	}
	RequestBody *struct{ Content map[string]any }
	Responses   map[string]struct{ Content map[string]any }
}

var apiDocument = sync.OnceValue(func() *contract {
	text, err := os.ReadFile("operate/openapi.json")
	if err != nil {
		panic(err)
	}
	c := &contract{compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}, answered: map[string]bool{}}
	c.compiler.AssertFormat()
	var read struct {
		Paths map[string]map[string]promised
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = c.compiler.AddResource("openapi.json", whole)
	}
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		panic(err)
	}
	c.paths = read.Paths
	return c
})

// TestMain fails when any answer of any test was not as the document says.
func TestMain(m *testing.M) {
	code := m.Run()
	if missing := apiDocument().unanswered(); code == 0 && everything() && len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "no test has these answered with success:\n%s\n", strings.Join(missing, "\n"))
		code = 1
	}
	if broken := apiDocument().broken; len(broken) > 0 {
		fmt.Fprintf(os.Stderr, "the API document and the server differ:\n%s\n", strings.Join(broken, "\n"))
		code = max(code, 1)
	}
	os.Exit(code)
}

// everything reports whether all tests of the package run.
func everything() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if flag.Lookup(name).Value.String() != "" {
			return false
		}
	}
	return !testing.Short()
}

// elsewhere are operations that tests ask over a connection of their own.
var elsewhere = []string{"GET /api/v1/events", "POST /api/v1/slack/interactions"}

// unanswered are the operations that no test got an answer of.
func (c *contract) unanswered() []string {
	var out []string
	for path, operations := range c.paths {
		for method := range operations {
			if name := strings.ToUpper(method) + " " + path; !c.answered[name] && !slices.Contains(elsewhere, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// observe answers a request and holds the answer against the document.
func (c *contract) observe(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	path, op, ok := c.operation(r)
	if !ok || w.Code == http.StatusMethodNotAllowed {
		return w
	}
	if err := c.check(path, op, r, sent, w); err != nil && len(c.broken) < 20 {
		c.broken = append(c.broken, fmt.Sprintf("%s %s: status %d: %v", r.Method, r.URL, w.Code, err))
	}
	if w.Code/100 == 2 {
		c.answered[r.Method+" "+path] = true
	}
	return w
}

// operation finds the path of the document that a request asks for; of two that
// fit the one with fewer holes.
func (c *contract) operation(r *http.Request) (path string, op promised, ok bool) {
	asked := strings.Split(r.URL.EscapedPath(), "/")
	fewest := len(asked) + 1
	for pattern, operations := range c.paths {
		parts := strings.Split(pattern, "/")
		holes := strings.Count(pattern, "{")
		fits := len(parts) == len(asked) && holes < fewest
		for i := 0; fits && i < len(parts); i++ {
			fits = strings.HasPrefix(parts[i], "{") && asked[i] != "" || parts[i] == asked[i]
		}
		if found, has := operations[strings.ToLower(r.Method)]; fits && has {
			path, op, ok, fewest = pattern, found, true, holes
		}
	}
	return path, op, ok
}

// check says what of an exchange is not as the document has it.
func (c *contract) check(path string, op promised, r *http.Request, sent []byte, w *httptest.ResponseRecorder) error {
	status := strconv.Itoa(w.Code)
	response, listed := op.Responses[status]
	if !listed {
		status, response = "default", op.Responses["default"]
	}
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	if _, ok := response.Content[kind]; !ok && w.Body.Len() > 0 {
		return fmt.Errorf("the type %q is not documented", kind)
	}
	where := []string{"paths", path, strings.ToLower(r.Method)}
	if kind == "application/json" && w.Header().Get("Content-Encoding") == "" {
		if err := c.holds(w.Body.Bytes(), append(where, "responses", status, "content", kind, "schema")...); err != nil {
			return err
		}
	}
	if w.Code/100 != 2 {
		return nil
	}
	if op.RequestBody != nil && strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") && len(bytes.TrimSpace(sent)) > 0 {
		if err := c.holds(sent, append(where, "requestBody", "content", "application/json", "schema")...); err != nil {
			return fmt.Errorf("what was sent is taken, and not documented: %w", err)
		}
	}
	return c.parameters(where, op, r)
}

// parameters says which of a request that was answered the document would refuse.
func (c *contract) parameters(where []string, op promised, r *http.Request) error {
	given := r.URL.Query()
	for i, p := range op.Parameters {
		if p.In != "query" {
			continue
		}
		if p.Required && !given.Has(p.Name) {
			return fmt.Errorf("%s is left out, and is documented as required", p.Name)
		}
		for _, text := range given[p.Name] {
			value := typed(text, p.Schema.Type)
			if p.Schema.Type == "array" {
				value = "[" + value + "]"
			}
			if err := c.holds([]byte(value), append(slices.Clone(where), "parameters", strconv.Itoa(i), "schema")...); err != nil && text != "" {
				return fmt.Errorf("%s=%q is taken, and not documented: %w", p.Name, text, err)
			}
		}
	}
	return nil
}

// typed writes the text of a parameter as JSON of a type.
func typed(text string, kind any) string {
	if _, err := strconv.ParseFloat(text, 64); kind == "boolean" || err == nil && kind != "string" && kind != "array" {
		return text
	}
	quoted, _ := json.Marshal(text)
	if kind == "array" {
		return strings.ReplaceAll(string(quoted), ",", `","`)
	}
	return string(quoted)
}

// holds validates JSON against the schema at a place of the document.
func (c *contract) holds(text []byte, place ...string) error {
	pointer := "openapi.json#"
	for _, part := range place {
		pointer += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(part))
	}
	schema, ok := c.schemas[pointer]
	if !ok {
		var err error
		if schema, err = c.compiler.Compile(pointer); err != nil {
			return err
		}
		c.schemas[pointer] = schema
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("no JSON: %w", err)
	}
	return schema.Validate(value)
}
