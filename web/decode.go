package web

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

// decodeJSON reads a body that is one flat JSON object, of texts, numbers and lists of
// texts: of the right type, with known keys, each once, and nothing after it.
func decodeJSON(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return &problem{status: http.StatusUnsupportedMediaType, code: api.CodeMediaType, message: "send the body as application/json"}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	if err := flatObject(body); err != nil {
		return badRequest("the body is not the JSON object that is expected here", err.Error())
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return badRequest("the body is not the JSON object that is expected here", err.Error())
	}
	return nil
}

// flatObject refuses what encoding/json lets pass: a key given twice, where the
// last would win, and anything after the object.
func flatObject(body []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return errors.New("it does not start with {")
	}
	seen := make(map[string]bool)
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		name := strings.ToLower(fmt.Sprint(key)) // encoding/json does not look at the case
		if seen[name] {
			return fmt.Errorf("key %q is given twice", name)
		}
		seen[name] = true
		value, err := decoder.Token()
		if err != nil {
			return err
		}
		switch value {
		case json.Delim('{'):
			return fmt.Errorf("key %q holds an object", name)
		case json.Delim('['):
			if err := listOfTexts(decoder); err != nil {
				return fmt.Errorf("key %q: %w", name, err)
			}
		}
	}
	if _, err := decoder.Token(); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}

// listOfTexts reads the rest of a list, in which there is nothing but texts.
func listOfTexts(decoder *json.Decoder) error {
	for decoder.More() {
		value, err := decoder.Token()
		if err != nil {
			return err
		}
		if _, text := value.(string); !text {
			return errors.New("it is not a list of texts")
		}
	}
	_, err := decoder.Token()
	return err
}
