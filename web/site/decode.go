package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/slofuse/slofuse/web/api"
)

// DecodeJSON reads a body that is one JSON object: of the right type, with known keys,
// each once, and nothing after it.
func DecodeJSON(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return &Problem{Status: http.StatusUnsupportedMediaType, Code: api.CodeMediaType, Message: "send the body as application/json"}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	if err := singleObject(body); err != nil {
		return BadRequest("the body is not the JSON object that is expected here", err.Error())
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return BadRequest("the body is not the JSON object that is expected here", err.Error())
	}
	return nil
}

// singleObject refuses what encoding/json lets pass: a key given twice, where the
// last would win, and anything after the object.
func singleObject(body []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return errors.New("it does not start with {")
	}
	if err := rest(decoder, json.Delim('{'), 0); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}

// maxDepth is how deep values may be nested.
const maxDepth = 8

// rest reads what follows the first token of a value.
func rest(decoder *json.Decoder, first json.Token, depth int) error {
	open, nested := first.(json.Delim)
	if !nested {
		return nil
	}
	if depth > maxDepth {
		return errors.New("it is nested too deep")
	}
	seen := make(map[string]bool)
	for decoder.More() {
		if open == '{' {
			key, err := decoder.Token()
			if err != nil {
				return err
			}
			name := strings.ToLower(fmt.Sprint(key)) // encoding/json does not look at the case
			if seen[name] {
				return fmt.Errorf("key %q is given twice", name)
			}
			seen[name] = true
		}
		value, err := decoder.Token()
		if err != nil {
			return err
		}
		if err := rest(decoder, value, depth+1); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

// Peek reads what it knows of a body and leaves it to be read again, strictly: who
// may do something can depend on what it is.
func Peek(r *http.Request, into any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := json.Unmarshal(body, into); err != nil {
		return BadRequest("the body is not the JSON object that is expected here", err.Error())
	}
	return nil
}
