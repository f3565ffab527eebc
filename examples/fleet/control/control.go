// Package control is the page and the JSON API that break functions of a
// simulated fleet and mend them again.
package control

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/look"
)

// Config is what the page controls. Fleet is required.
type Config struct {
	Fleet *fleet.Fleet
	Now   func() time.Time // nil is the wall clock
	Links []look.Link      // shown in the page's head

	Stories   []Story
	Announcer Announcer // required by stories with a deploy
	Dashboard string    // where links of stories lead
}

const maxBody = 64 << 10

type control struct {
	Config

	mu      sync.Mutex
	deploys map[string]string // ids of those that go on, by story
}

// New returns the page at / and the API below /api/faults. The handler is safe
// for concurrent use.
func New(config Config) http.Handler {
	if config.Now == nil {
		config.Now = time.Now
	}
	c := &control{Config: config, deploys: make(map[string]string)}
	mux := http.NewServeMux()
	look.Mount(mux)
	mux.HandleFunc("GET /{$}", c.page)
	mux.HandleFunc("POST /faults", c.startForm)
	mux.HandleFunc("POST /faults/{id}/stop", c.stopForm)
	mux.HandleFunc("POST /stories/{story}/{step}", c.storyForm)
	mux.HandleFunc("POST /mend", c.mendForm)
	mux.HandleFunc("GET /api/faults", c.list)
	mux.HandleFunc("POST /api/faults", c.start)
	mux.HandleFunc("DELETE /api/faults/{id}", c.stop)
	return look.Secure(mux, maxBody)
}

// order is a fault as the API takes it. Function may be service/function, or
// the function alone when service names the service.
type order struct {
	Kind     fleet.Kind `json:"kind"`
	Service  string     `json:"service"`
	Function string     `json:"function"`
	Gateway  string     `json:"gateway"`
	Share    float64    `json:"share"`
}

func (o order) fault() fleet.Fault {
	service, name := o.Service, o.Function
	if before, after, both := strings.Cut(o.Function, "/"); both && service == "" {
		service, name = before, after
	}
	return fleet.Fault{Kind: o.Kind, Service: service, Function: name, Gateway: o.Gateway, Share: o.Share}
}

func (c *control) list(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"faults": append([]fleet.Fault{}, c.Fleet.Faults()...),
		"kinds":  fleet.Kinds(), "functions": c.rows(),
	})
}

func (c *control) start(w http.ResponseWriter, r *http.Request) {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	var o order
	err := decoder.Decode(&o)
	if err == nil && decoder.Decode(&struct{}{}) != io.EOF {
		err = errors.New("more than one JSON value")
	}
	if err != nil {
		answer(w, http.StatusBadRequest, failure(fmt.Errorf("cannot read the fault: %w", err)))
		return
	}
	fault, err := c.Fleet.Start(o.fault(), c.Now())
	if err != nil {
		answer(w, http.StatusUnprocessableEntity, failure(err))
		return
	}
	answer(w, http.StatusCreated, fault)
}

func (c *control) stop(w http.ResponseWriter, r *http.Request) {
	fault, err := c.Fleet.Stop(r.PathValue("id"), c.Now())
	if err != nil {
		answer(w, http.StatusNotFound, failure(err))
		return
	}
	answer(w, http.StatusOK, fault)
}

// startForm is start for the page's buttons: it leads back to the page.
func (c *control) startForm(w http.ResponseWriter, r *http.Request) {
	o := order{Kind: fleet.Kind(r.PostFormValue("kind")), Function: r.PostFormValue("function"), Gateway: r.PostFormValue("gateway")}
	var err error
	if percent := strings.TrimSpace(r.PostFormValue("percent")); percent != "" {
		if o.Share, err = strconv.ParseFloat(percent, 64); err != nil || o.Share == 0 {
			err = fmt.Errorf("%q is not a percentage: use a number above 0 and up to 100", percent)
		}
		o.Share /= 100
	}
	if err == nil {
		_, err = c.Fleet.Start(o.fault(), c.Now())
	}
	c.back(w, r, http.StatusUnprocessableEntity, err)
}

func (c *control) stopForm(w http.ResponseWriter, r *http.Request) {
	_, err := c.Fleet.Stop(r.PathValue("id"), c.Now())
	c.back(w, r, http.StatusNotFound, err)
}

// back shows the page again, or with the error on top.
func (c *control) back(w http.ResponseWriter, r *http.Request, status int, err error) {
	if err != nil {
		c.render(w, status, err.Error())
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func failure(err error) map[string]any {
	return map[string]any{"error": map[string]string{"message": err.Error()}}
}

func answer(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that hung up needs no answer
}

//go:embed page.html
var pageFile embed.FS

// pageTemplate is embedded, so it fails in every test or never.
var pageTemplate = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"clock":   func(t time.Time) string { return t.UTC().Format("15:04:05 UTC") },
	"percent": percent,
	"rate":    rate,
	"share":   func(share float64) *float64 { return &share },
	"buttons": func() map[fleet.Kind]string {
		return map[fleet.Kind]string{
			fleet.Outage: "outage", fleet.SlowBurn: "slow burn", fleet.Latency: "latency", fleet.TrafficLoss: "no traffic",
		}
	},
}).ParseFS(pageFile, "page.html"))
