package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	promconfig "github.com/prometheus/common/config"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// HTTPClient is how a server is spoken to: the http_config of Prometheus, with
// TLS, proxy, authorization and headers. It prints and marshals masked, which
// the type it wraps does in YAML only. The zero value follows no redirects; what
// [Load] returns has the defaults of Prometheus.
type HTTPClient struct {
	Config promconfig.HTTPClientConfig
}

func defaultHTTPClient() HTTPClient {
	return HTTPClient{Config: promconfig.DefaultHTTPClientConfig}
}

// Equal reports whether both are set up the same, secrets included, which their
// printed forms do not show.
func (c HTTPClient) Equal(other HTTPClient) bool { return reflect.DeepEqual(c.Config, other.Config) }

// MarshalYAML writes the configuration with its secrets masked.
func (c HTTPClient) MarshalYAML() (any, error) { return c.Config, nil }

// plain is the configuration as it may be shown.
func (c HTTPClient) plain() any {
	var out any
	text, err := yaml.Marshal(c.Config)
	if err == nil {
		err = yaml.Unmarshal(text, &out)
	}
	if err != nil {
		return masked
	}
	return out
}

// MarshalJSON writes the configuration with its secrets masked.
func (c HTTPClient) MarshalJSON() ([]byte, error) { return json.Marshal(c.plain()) }

// String writes the configuration with its secrets masked.
func (c HTTPClient) String() string { return fmt.Sprint(c.plain()) }

// Format writes the configuration masked whatever the verb.
func (c HTTPClient) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }

// LogValue writes the configuration with its secrets masked.
func (c HTTPClient) LogValue() slog.Value { return slog.StringValue(c.String()) }

// readHTTPClient reads http_config and headers, which may both be left out.
// Files become relative to the folder of the configuration.
func (r *reader) readHTTPClient(m *strictyaml.Map) HTTPClient {
	client := defaultHTTPClient()
	if v, ok := m.Take("http_config"); ok {
		before := v.Report().Errors()
		if readHTTPConfig(v, &client.Config); v.Report().Errors() == before {
			r.noteHTTPFiles(v)
		}
	}
	if v, ok := m.Take("headers"); ok {
		readHeaders(v, &client.Config)
	}
	client.Config.SetDirectory(r.dir)
	return client
}

// readHTTPConfig checks keys and types itself, because the library that owns
// the type reports neither columns nor more than the first problem, and then
// lets the library read and judge the values.
func readHTTPConfig(v strictyaml.Value, into *promconfig.HTTPClientConfig) {
	before := v.Report().Errors()
	checkShape(v, reflect.TypeFor[promconfig.HTTPClientConfig]())
	if v.Report().Errors() > before || !v.Decode(into) {
		return
	}
	if u := into.ProxyURL.URL; u != nil && !slices.Contains(proxySchemes, u.Scheme) {
		v.Errorf("http_config: proxy_url must be an http, https or socks5 URL")
	}
}

var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

// checkShape reports keys and types that a value of this type cannot be decoded
// from.
func checkShape(v strictyaml.Value, into reflect.Type) {
	switch {
	case into.Kind() == reflect.Pointer:
		checkShape(v, into.Elem())
	case into == reflect.TypeFor[promconfig.URL](), into == reflect.TypeFor[promconfig.TLSVersion](), into.Kind() == reflect.String:
		v.Text()
	case into.Kind() == reflect.Bool:
		v.Bool()
	case into.Kind() == reflect.Slice:
		items, _ := v.List()
		for _, item := range items {
			checkShape(item, into.Elem())
		}
	case into.Kind() == reflect.Map:
		m, _ := v.Map()
		m.Each(func(_, value strictyaml.Value) { checkShape(value, into.Elem()) })
	case into.Kind() == reflect.Struct:
		checkKeys(v, into)
	}
}

// checkKeys reports keys of a mapping that the struct it is decoded into does
// not have.
func checkKeys(v strictyaml.Value, into reflect.Type) {
	fields, free := yamlFields(into)
	if free != nil {
		checkShape(v, free)
		return
	}
	m, _ := v.Map()
	for _, f := range fields {
		if value, ok := m.Take(f.name); ok {
			checkShape(value, f.kind)
		}
	}
	m.Done()
}

type yamlField struct {
	name string
	kind reflect.Type
}

// yamlFields lists the keys of a struct. Keys of a secret manager, which we do
// not have, are no keys. A struct that only wraps a map has the type of the map
// instead.
func yamlFields(t reflect.Type) (fields []yamlField, free reflect.Type) {
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || strings.HasSuffix(name, "_ref"):
		case strings.Contains(options, "inline") && f.Type.Kind() == reflect.Map:
			return nil, f.Type
		case strings.Contains(options, "inline"):
			inner, _ := yamlFields(f.Type)
			fields = append(fields, inner...)
		case name != "":
			fields = append(fields, yamlField{name, f.Type})
		}
	}
	return fields, nil
}

// readHeaders reads headers that are sent with every request: a text, or
// values, secrets and files as in http_headers. A plain text counts as secret.
func readHeaders(v strictyaml.Value, into *promconfig.HTTPClientConfig) {
	headers := map[string]promconfig.Header{}
	if into.HTTPHeaders != nil {
		headers = into.HTTPHeaders.Headers
	}
	m, _ := v.Map()
	m.Each(func(key, value strictyaml.Value) {
		name, ok := key.Text()
		if !ok {
			return
		}
		if _, twice := headers[name]; twice {
			key.Errorf("header %q is set in http_config already", name)
			return
		}
		headers[name] = readHeader(value)
		one := promconfig.Headers{Headers: map[string]promconfig.Header{name: {}}}
		if err := one.Validate(); err != nil {
			key.Errorf("header %q is set by the client: use http_config for authorization", name)
		}
	})
	into.HTTPHeaders = &promconfig.Headers{Headers: headers}
}

func readHeader(v strictyaml.Value) (h promconfig.Header) {
	if !v.IsMap() {
		if text, ok := v.Text(); ok {
			h.Secrets = []promconfig.Secret{promconfig.Secret(text)}
		}
		return h
	}
	m, _ := v.Map()
	h.Values = readTexts(m, "values")
	for _, s := range readTexts(m, "secrets") {
		h.Secrets = append(h.Secrets, promconfig.Secret(s))
	}
	h.Files = readTexts(m, "files")
	m.Done()
	return h
}

// readTexts reads a key that holds a list of texts.
func readTexts(m *strictyaml.Map, key string) []string {
	v, ok := m.Take(key)
	if !ok {
		return nil
	}
	items, _ := v.List()
	var texts []string
	for _, item := range items {
		if text, ok := item.Text(); ok {
			texts = append(texts, text)
		}
	}
	return texts
}
