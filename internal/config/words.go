package config

import (
	"os"
	"path/filepath"
	"slices"

	promconfig "github.com/prometheus/common/config"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify/sample"
	"github.com/slofuse/slofuse/alerting/notify/wording"
	"github.com/slofuse/slofuse/internal/strictyaml"
)

// Words are the texts of a destination that somebody worded; nil where the
// built-in ones hold.
type Words struct{ Title, Text *wording.Template }

// maxTemplate bounds a file of templates.
const maxTemplate = 1 << 20

// readTemplates reads the files that templates names, before the receivers that
// call what they define.
func (r *reader) readTemplates(m *strictyaml.Map) {
	r.words = wording.NewSet()
	v, ok := m.Take("templates")
	if !ok {
		return
	}
	items, _ := v.List()
	for _, item := range items {
		pattern, ok := item.Text()
		if !ok {
			continue
		}
		files, err := filepath.Glob(promconfig.JoinDir(r.dir, pattern))
		if err != nil || len(files) == 0 {
			item.Errorf("no file matches %s", pattern)
		}
		for _, file := range files {
			r.readTemplate(item, file)
		}
	}
}

func (r *reader) readTemplate(at strictyaml.Value, file string) {
	if slices.Contains(r.config.TemplateFiles, file) {
		return
	}
	r.config.TemplateFiles = append(r.config.TemplateFiles, file)
	info, err := os.Stat(file)
	if err == nil && (info.IsDir() || info.Size() > maxTemplate) {
		at.Errorf("%s is a folder, or larger than 1 MB", file)
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		at.Errorf("%s: %v", file, cause(err))
		return
	}
	if err := r.words.Add(file, string(data)); err != nil {
		at.Errorf("%v", err)
	}
}

// readWords reads title and text of a destination.
func (r *reader) readWords(m *strictyaml.Map) Words {
	return Words{Title: r.readWording(m, "title"), Text: r.readWording(m, "text")}
}

// readWording reads one text, and tries it on every kind of event: what fails on
// one of them would fail at night.
func (r *reader) readWording(m *strictyaml.Map, key string) *wording.Template {
	v, ok := m.Take(key)
	if !ok {
		return nil
	}
	text, ok := v.Text()
	if !ok {
		return nil
	}
	template, err := r.words.Parse(key, text)
	if err == nil {
		err = tryWording(template)
	}
	if err != nil {
		v.Errorf("%v", err)
		return nil
	}
	return template
}

// tryWording renders a text for an event of every kind, and for an incident of
// which little is known.
func tryWording(t *wording.Template) error {
	bare := alerting.Notification{Status: alerting.StatusFiring, Kind: alerting.EventOpened, DecidedAt: sample.DecidedAt()}
	all := []alerting.Notification{bare}
	for _, kind := range sample.Kinds() {
		n, _ := sample.Of(kind)
		all = append(all, n)
	}
	for _, n := range all {
		if _, err := t.Render(wording.NewData(n, wording.Plain)); err != nil {
			return err
		}
	}
	return nil
}
