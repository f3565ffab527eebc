package site

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

//go:embed static/*.css static/*.js static/*.svg static/vendor/*.js static/vendor/*.css
var staticFiles embed.FS

// assets are the files the pages load. Each is served under a name that holds
// the hash of its content, so browsers may keep it for good. They do not change
// once they are loaded.
type assets struct {
	urls  map[string]string // "app.css" to "/static/app.1a2b3c4d5e6f.css"
	files map[string]Answer // by the last segment of the URL
}

// loadAssets reads them once in a process, which takes some milliseconds.
var loadAssets = sync.OnceValues(readAssets)

func readAssets() (*assets, error) {
	a := &assets{urls: make(map[string]string), files: make(map[string]Answer)}
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		if body, err = smaller(name, body); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		a.add(path.Base(name), body)
		return nil
	})
	return a, err
}

// smaller leaves out of a script or a style sheet of our own what only its readers
// need. What others made is served as they made it.
func smaller(name string, body []byte) ([]byte, error) {
	if path.Dir(name) != "static" {
		return body, nil
	}
	m := minify.New()
	m.AddFunc(".css", css.Minify)
	m.AddFunc(".js", js.Minify)
	small, err := m.Bytes(path.Ext(name), body)
	if errors.Is(err, minify.ErrNotExist) {
		return body, nil
	}
	return small, err
}

func (a *assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	a.urls[name] = "/static/" + hashed
	a.files[hashed] = Answer{ContentType: contentType(ext), Body: body, Cache: "public, max-age=31536000, immutable"}
}

// contentType does not ask the machine it runs on.
func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

// URL is where an asset is served. A template that names one that does not
// exist fails to render.
func (a *assets) URL(name string) (string, error) {
	url, ok := a.urls[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return url, nil
}

func (s *Server) static(r *http.Request) (Answer, error) {
	file, ok := s.Assets.files[PathValue(r, "file")]
	if !ok {
		return Answer{}, NotFound("there is no such file")
	}
	return file, nil
}

// favicon answers browsers that do not look at the page's own link.
func (s *Server) favicon(*http.Request) (Answer, error) {
	url, err := s.Assets.URL("favicon.svg")
	if err != nil {
		return Answer{}, err
	}
	file := s.Assets.files[path.Base(url)]
	file.Cache = "public, max-age=86400"
	return file, nil
}
